"""What trainees have done so far: modules read, quizzes and exams sat, some well and some badly."""
from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.classes.models import Enrolment
from lms.core.courses.models import ClassCourse, Course, CourseVersion
from lms.core.learning.progress import least_seconds, report
from lms.core.quizzes.attempts import start
from lms.core.quizzes.closing import submit
from lms.core.quizzes.frozen import Item, items_of
from lms.core.quizzes.journal import answer, read_entries
from lms.core.quizzes.models import Paper

_GRACE = timedelta(seconds=30)
_READ_FOR = 110  # seconds; a page that lies open longer is not read on


def read_modules(db: Session, *, class_id: int, people: Iterable[Enrolment], begun: datetime, chance: Random) -> None:
    """Each of *people* reads the first modules of a course or two, one after the other."""
    courses = db.scalars(select(Course).join(ClassCourse, ClassCourse.course_id == Course.id).where(
        ClassCourse.class_id == class_id).order_by(ClassCourse.position)).all()
    versions = {course.id: db.get_one(CourseVersion, course.current_version_id) for course in courses}
    for person in people:
        at = begun + timedelta(minutes=chance.uniform(0, 60))
        for course in chance.sample(courses, k=min(len(courses), chance.choice((1, 1, 2)))):
            for module in versions[course.id].modules[:chance.randint(1, 3)]:
                at = _read(db, person.person_id, course.id, module.slug, module.minutes, at)


def _read(db: Session, person_id: int, course_id: int, slug: str, minutes: int, at: datetime) -> datetime:
    """One module from top to end, reported as the page does; when it was finished."""
    opened_at = at
    for _ in range(least_seconds(minutes) // _READ_FOR + 1):
        at += timedelta(seconds=_READ_FOR)
        report(db, person_id=person_id, course_id=course_id, module_slug=slug, minutes=minutes, read_to=1000,
               opened_at=opened_at, now=at)
    return at


def sit(db: Session, *, paper: Paper, people: Iterable[Enrolment], begun: datetime, chance: Random) -> None:
    """Each of *people* sits *paper* once and hands it in, knowing more or less."""
    for person in people:
        at = begun + timedelta(seconds=chance.uniform(0, 300))
        attempt = start(db, paper=paper, person_id=person.person_id, now=at)
        knows = chance.triangular(0.5, 1.0, 0.9)
        given = [{"sequence": item.number, "item": item.number, "given": _answer(item, chance.random() < knows, chance)}
                 for item in items_of(attempt.frozen)]
        at += timedelta(minutes=chance.uniform(4, 10))
        answer(db, attempt=attempt, entries=read_entries(db.info["registry"], attempt, given), now=at, grace=_GRACE)
        submit(db, attempt=attempt, now=at + timedelta(seconds=20), grace=_GRACE)


def _answer(item: Item, right: bool, chance: Random) -> list[str]:
    """The right answer, or one that tempts."""
    if item.kind == "truefalse":
        return [str(bool(item.key["right"]) == right).lower()]
    options = [option["id"] for option in item.shown["options"]]
    if right:
        return list(item.key["right"])
    return chance.sample(options, k=1) if item.kind == "single" else sorted(chance.sample(options, k=2))
