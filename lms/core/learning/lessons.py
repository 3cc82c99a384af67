"""A course as one person learns it: by which rules, what is open to them now, and what is not yet, with the reason."""
from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, Select, and_, bindparam, func, select
from sqlalchemy.orm import Session, contains_eager
from sqlalchemy.orm.interfaces import ORMOption

from lms.core.access.service import Viewer, allowed, prepared
from lms.core.classes.models import ClassSession, Enrolment, TrainingClass
from lms.core.classes.timetable import instants
from lms.core.courses.models import ClassCourse, Course
from lms.core.courses.study_rules import StudyRules, rules_from
from lms.core.errors import Forbidden, NotFound
from lms.core.i18n import N_
from lms.core.learning.models import ModuleProgress
from lms.core.material.models import Material


@dataclass(frozen=True)
class Lesson:
    """A course with the rules by which the person learns it.

    :param class_id: the class in which they do; None for staff, and where the course is open to all
    """

    course: Course
    rules: StudyRules
    class_id: int | None


@dataclass(frozen=True)
class Lock:
    """Why a module is not open yet: message id and data, to be put after the module's title."""

    sentence: str
    data: Mapping[str, Any]


def lesson(db: Session, viewer: Viewer, slug: str) -> Lesson:
    """The course of this name for *viewer*, in the latest class that has it and them. One statement.

    :raises NotFound: there is none, or they may not know of it
    """
    statement, who = prepared(viewer, _of_course)
    row = db.execute(statement, {"slug": slug, **who}).first()
    if row is None or row[0].current_version_id is None:
        raise _unknown()
    return _lesson(*row)


def _of_course(viewer: Viewer) -> Select[Any]:
    return (_seated(select(Course, ClassCourse.rules, TrainingClass.id).select_from(Course), viewer)
            .where(Course.slug == bindparam("slug"), allowed(viewer, Course, "see")).limit(1))


def material_in_lesson(db: Session, viewer: Viewer, uid: str, *options: ORMOption) -> tuple[Material, Lesson, frozenset[str]]:
    """The material with this uid for *viewer*, its course as they learn it, and the modules that they have completed. One statement.

    :raises NotFound: there is none, or they may not know of it
    """
    query = select(Material, ClassCourse.rules, TrainingClass.id, _done(viewer)).join(Course, Course.id == Material.course_id)
    row = db.execute(_seated(query, viewer).where(Material.uid == uid, allowed(viewer, Material, "see"))
                     .options(contains_eager(Material.course), *options).limit(1)).first()
    if row is None:
        raise _unknown()
    return row[0], _lesson(row[0].course, row[1], row[2]), frozenset((row[3] or "").split())


def lessons_by_course(db: Session, viewer: Viewer, course_ids: Collection[int]) -> dict[int, tuple[Lesson, frozenset[str]]]:
    """These courses as *viewer* learns them, each with the modules that they have completed. One statement."""
    query = select(Course, ClassCourse.rules, TrainingClass.id, _done(viewer)).select_from(Course)
    found: dict[int, tuple[Lesson, frozenset[str]]] = {}
    for course, rules, class_id, done in db.execute(_seated(query, viewer).where(Course.id.in_(course_ids))):
        found.setdefault(course.id, (_lesson(course, rules, class_id), frozenset((done or "").split())))
    return found


def _seated(query: Select[Any], viewer: Viewer) -> Select[Any]:
    """*query* over courses, joined to the classes in which the viewer learns them, the latest first."""
    return (query.outerjoin(Enrolment, and_(Enrolment.person_id == viewer.person_id, Enrolment.state == "enrolled"))
            .outerjoin(ClassCourse, and_(ClassCourse.course_id == Course.id, ClassCourse.class_id == Enrolment.class_id))
            .outerjoin(TrainingClass, and_(TrainingClass.id == ClassCourse.class_id, TrainingClass.state != "draft"))
            .order_by(TrainingClass.starts_on.desc().nulls_last()))


def _done(viewer: Viewer) -> ScalarSelect[Any]:
    """The modules of a course that the viewer has completed, with spaces between: no module's name has one."""
    return select(func.aggregate_strings(ModuleProgress.module_slug, " ")).where(
        ModuleProgress.course_id == Course.id, ModuleProgress.person_id == viewer.person_id,
        ModuleProgress.completed_at.is_not(None)).correlate(Course).scalar_subquery()


def _lesson(course: Course, rules: dict[str, Any] | None, class_id: int | None) -> Lesson:
    return Lesson(course, rules_from(rules or {} if class_id is not None else {}, course.rules), class_id)


def _unknown() -> NotFound:
    return NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。"))


SessionsOf = Callable[[int], Sequence[tuple[ClassSession, datetime, datetime]]]


def sessions_of(db: Session, class_id: int) -> Sequence[tuple[ClassSession, datetime, datetime]]:
    """The sessions of a class with beginning and end. One statement."""
    training_class = db.get_one(TrainingClass, class_id)
    return [(s, *instants(s, training_class.zone)) for s in training_class.sessions]


def locks(found: Lesson, slugs: Sequence[str], done: Collection[str], titles: Mapping[str, str], *, sessions_of: SessionsOf,
          now: datetime) -> dict[str, Lock]:
    """What is not open yet, by module; nothing for staff.

    :param done: what the person has completed
    :param titles: of the modules, for the reason
    :param sessions_of: gives a class's sessions; asked only where a rule names one
    """
    if found.class_id is None and not found.rules.data():
        return {}
    begins: dict[str, datetime] | None = None
    shut: dict[str, Lock] = {}
    for slug in slugs:
        rule = found.rules.of(slug)
        if rule.session and begins is None:
            begins = {s.uid: start for s, start, _ in sessions_of(found.class_id)} if found.class_id is not None else {}
        opens = max(filter(None, (rule.opens_at, (begins or {}).get(rule.session))), default=None)
        missing = next((s for s in found.rules.first(slug, slugs) if s not in done), None)
        if opens is not None and opens > now:
            shut[slug] = Lock(N_("{time} 开放"), {"at": opens})
        elif missing is not None and slug not in done:
            shut[slug] = Lock(N_("学完“{title}”以后开放"), {"title": titles.get(missing, missing)})
    return shut


def require_open(lock: Lock | None, *, time: str) -> None:
    """:raises Forbidden: the module is not open yet; *time* is when it opens, in the reader's words"""
    if lock is None:
        return
    if "at" in lock.data:
        raise Forbidden("module_not_released", N_("这个模块 {time} 开放，现在还不能学。"), time=time)
    raise Forbidden("module_not_reached", N_("这个模块要学完“{title}”以后才开放。"), title=lock.data["title"])
