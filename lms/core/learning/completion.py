"""Courses as a condition of completion: every module of every required course is read."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from lms.core.classes.completion import Part
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.classes.rules import rules_of
from lms.core.courses.models import ClassCourse, Course, Module
from lms.core.events import Events
from lms.core.i18n import N_
from lms.core.learning.models import ModuleProgress
from lms.core.registry import Registry


def register(registry: Registry, events: Events) -> None:
    registry.add("completion_part", "courses", judge_courses)


def judge_courses(db: Session, training_class: TrainingClass, enrolments: Sequence[Enrolment],
                  now: datetime) -> dict[int, tuple[Part, ...]]:
    """Modules read of modules required, for everybody in one statement."""
    if not rules_of(training_class).courses_required:
        return {}
    people: Any = [e.person_id for e in enrolments]
    if len(people) > 200:  # not everybody who ever read these courses
        people = select(Enrolment.person_id).where(Enrolment.class_id == training_class.id)
    done = and_(ModuleProgress.course_id == Course.id, ModuleProgress.module_slug == Module.slug,
                ModuleProgress.completed_at.is_not(None), ModuleProgress.person_id.in_(people))
    rows = db.execute(
        select(Course.id, Module.slug, ModuleProgress.person_id).join(ClassCourse, ClassCourse.course_id == Course.id)
        .join(Module, Module.version_id == Course.current_version_id).outerjoin(ModuleProgress, done)
        .where(ClassCourse.class_id == training_class.id, ClassCourse.required)).all()
    needed = {(row.id, row.slug) for row in rows}
    if not needed:
        return {}
    read: dict[int | None, set[tuple[int, str]]] = defaultdict(set)
    for course_id, slug, person_id in rows:
        read[person_id].add((course_id, slug))
    return {e.id: (courses_part(len(needed), len(read[e.person_id])),) for e in enrolments}


def courses_part(needed: int, done: int) -> Part:
    """The part for one person: modules required, and how many of them are read."""
    return Part("courses", done >= needed, N_("必修课程"),
                N_("必修模块学完 {done} / {needed} 个") if done >= needed else N_("必修模块学完 {done} 个，共 {needed} 个"),
                f"{done} / {needed}", {"done": done, "needed": needed}, {"done": done, "needed": needed}, endpoint="lms.learning.courses")
