"""What completes a module besides reading it: its quiz passed, its video watched, its package done, or the instructor's word.

Each consequence happens in the transaction of what caused it. What is complete stays complete, whatever becomes of the rules.
"""
from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from lms.core.audit.service import record
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.courses.models import ClassCourse, Course
from lms.core.courses.study_rules import ModuleRule, rules_from
from lms.core.events import Events
from lms.core.learning.progress import progress_row
from lms.core.material.content import PLAYED
from lms.core.material.models import Material, MaterialVersion
from lms.core.material.standing import ADVANCED, NOTHING, standings
from lms.core.quizzes.models import Paper
from lms.core.registry import Registry


def register(registry: Registry, events: Events) -> None:
    events.on("attempt.marked", quiz_marked)
    events.on(ADVANCED, material_advanced)


def rule_for(db: Session, *, person_id: int, course_id: int, module_slug: str) -> ModuleRule:
    """The rule of a module for a person: of their latest class with the course, else of the course. One statement."""
    row = db.execute(
        select(ClassCourse.rules, Course.rules.label("of_course"), TrainingClass.id)
        .select_from(Course).outerjoin(Enrolment, and_(Enrolment.person_id == person_id, Enrolment.state == "enrolled"))
        .outerjoin(ClassCourse, and_(ClassCourse.course_id == Course.id, ClassCourse.class_id == Enrolment.class_id))
        .outerjoin(TrainingClass, and_(TrainingClass.id == ClassCourse.class_id, TrainingClass.state != "draft"))
        .where(Course.id == course_id).order_by(TrainingClass.starts_on.desc().nulls_last()).limit(1)).one()
    return rules_from((row.rules or {}) if row.id is not None else {}, row.of_course).of(module_slug)


def complete(db: Session, *, person_id: int, course_id: int, module_slug: str, now: datetime) -> bool:
    """Mark a module as complete; False where it is already."""
    row = progress_row(db, person_id=person_id, course_id=course_id, module_slug=module_slug, at=now)
    if row.completed_at is not None:
        return False
    row.completed_at, row.last_at = now, max(now, row.last_at)
    db.flush()
    return True


def quiz_marked(db: Session, *, paper_id: int, person_id: int, passed: bool | None, now: datetime, **rest: object) -> None:
    """A quiz of a module that asks for it was passed."""
    if not passed:
        return
    paper = db.get_one(Paper, paper_id)
    if paper.kind != "quiz" or not paper.module_slug:
        return
    course_id = db.scalar(select(Course.id).where(Course.slug == paper.course_slug))
    if course_id is not None and rule_for(db, person_id=person_id, course_id=course_id, module_slug=paper.module_slug).needs == "quiz":
        complete(db, person_id=person_id, course_id=course_id, module_slug=paper.module_slug, now=now)


def material_advanced(db: Session, *, person_id: int, material: Material, now: datetime, **rest: object) -> None:
    """Somebody got further with material: a module that asks for it is complete once all that it has is watched, or done."""
    rule = rule_for(db, person_id=person_id, course_id=material.course_id, module_slug=material.module_slug)
    kinds = {"watched": PLAYED, "scorm": ("scorm",)}.get(rule.needs)
    if kinds is None:
        return
    ids = db.scalars(select(Material.id).join(Material.current).where(
        Material.course_id == material.course_id, Material.module_slug == material.module_slug, Material.removed_at.is_(None),
        MaterialVersion.kind.in_(kinds))).all()
    so_far = standings(db, person_ids=[person_id], material_ids=ids)
    found = [so_far.get((person_id, one), NOTHING) for one in ids]
    if found and all(standing.share >= rule.share if rule.needs == "watched" else standing.done for standing in found):
        complete(db, person_id=person_id, course_id=material.course_id, module_slug=material.module_slug, now=now)


def confirm(db: Session, *, training_class: TrainingClass, course: Course, module_slug: str, seats: Collection[Enrolment], by_id: int,
            now: datetime) -> int:
    """An instructor says that some people have completed a module; how many had not yet. What is confirmed stands in the log."""
    fresh = [e for e in seats if complete(db, person_id=e.person_id, course_id=course.id, module_slug=module_slug, now=now)]
    if fresh:
        record(db, actor_id=by_id, action="course.confirm", thing=course, now=now, class_id=training_class.id,
               after={"module": module_slug, "people": [e.person_id for e in fresh]})
    return len(fresh)
