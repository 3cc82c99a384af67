"""What a trainee sees of their class: the timetable with its states, courses, papers, what completion still needs.

Three statements, whatever the size of the class; with the login that makes the four that a trainee's page may cost.
"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import Session

from lms.core.attendance.models import AttendanceEvent
from lms.core.attendance.record import EVENT_COLUMNS, PersonRecord, totals
from lms.core.attendance.status import Status, status_of
from lms.core.certificates.completion import Verdict, attendance_parts, best_attempts, exam_part, in_order
from lms.core.certificates.models import Certificate
from lms.core.classes.models import ClassSession, Enrolment, TrainingClass
from lms.core.classes.rules import rules_of
from lms.core.classes.timetable import instants
from lms.core.clock import local
from lms.core.courses.models import ClassCourse, Course
from lms.core.courses.shelf import Shelf, Volume
from lms.core.learning.completion import courses_part
from lms.core.learning.models import ModuleProgress
from lms.core.quizzes.models import Attempt, Paper

_JUDGED_HERE = ("attendance", "courses", "exam")
# Few and small: this statement stands behind every page of a trainee.
_CERTIFICATE_COLUMNS = (
    Certificate.uid.label("certificate_uid"), Certificate.number, Certificate.state.label("certificate_state"),
    Certificate.reserved_at, Certificate.issued_at, Certificate.state_at, Certificate.state_reason,
    Certificate.snapshot["class_title"].as_string().label("class_title"))


@dataclass(frozen=True)
class Meeting:
    """A session with the person's state in it."""

    session: ClassSession
    start: datetime
    end: datetime
    status: Status
    events: tuple[Any, ...] = ()  # all that is on record, voided ones too, in the order they arrived


@dataclass(frozen=True)
class CourseProgress:
    """A course with how far the person is."""

    course: Course
    volume: Volume
    required: bool
    done: int
    next_slug: str | None
    last_at: datetime | None


@dataclass(frozen=True)
class PaperState:
    """A paper with the person's attempts at it, in order."""

    paper: Paper
    attempts: tuple[Any, ...]


@dataclass(frozen=True)
class Overview:
    """Everything on the trainee's front page."""

    training_class: TrainingClass
    enrolment: Enrolment
    day: date
    meetings: tuple[Meeting, ...]
    courses: tuple[CourseProgress, ...]
    papers: tuple[PaperState, ...]
    verdict: Verdict
    certificates: tuple[Any, ...] = ()  # of every class the person was ever in, the latest first

    def on(self, day: date) -> list[Meeting]:
        return [m for m in self.meetings if m.session.day == day]

    def current(self, now: datetime) -> Meeting | None:
        """The session that is on, or the next one today."""
        rest = [m for m in self.on(self.day) if m.end > now and not m.session.cancelled]
        return rest[0] if rest else None


# Put together once: building such a statement takes longer than running it, and a page runs three.
_CLASSES = (
    select(Enrolment, TrainingClass, ClassSession, *EVENT_COLUMNS, *_CERTIFICATE_COLUMNS)
    .join(TrainingClass, TrainingClass.id == Enrolment.class_id)
    .outerjoin(ClassSession, ClassSession.class_id == TrainingClass.id)
    .outerjoin(AttendanceEvent, and_(AttendanceEvent.session_id == ClassSession.id,
                                     AttendanceEvent.person_id == Enrolment.person_id))
    .outerjoin(Certificate, and_(Certificate.enrolment_id == Enrolment.id, Certificate.state != "reserved"))
    .where(Enrolment.person_id == bindparam("person"),
           or_(TrainingClass.ends_on >= bindparam("since"), Certificate.id.is_not(None))))
_CLASSES_ALONE = (
    select(Enrolment, TrainingClass).join(TrainingClass, TrainingClass.id == Enrolment.class_id)
    .where(Enrolment.person_id == bindparam("person"), TrainingClass.ends_on >= bindparam("since")))
_COURSES = (
    select(ClassCourse.required, ClassCourse.position, Course, ModuleProgress)
    .join(Course, Course.id == ClassCourse.course_id)
    .outerjoin(ModuleProgress, and_(ModuleProgress.course_id == Course.id, ModuleProgress.person_id == bindparam("person")))
    .where(ClassCourse.class_id == bindparam("class_id"), Course.current_version_id.is_not(None))
    .order_by(ClassCourse.position, ClassCourse.id))
_PAPERS = (
    select(Paper, Attempt.uid.label("attempt_uid"), Attempt.uid, Attempt.person_id, Attempt.paper_id, Attempt.number,
           Attempt.started_at, Attempt.deadline_at, Attempt.submitted_at, Attempt.mark, Attempt.full_mark, Attempt.passed)
    .outerjoin(Attempt, and_(Attempt.paper_id == Paper.id, Attempt.person_id == bindparam("person")))
    .where(Paper.class_id == bindparam("class_id"), Paper.state != "draft").order_by(Paper.id, Attempt.number))


def overview(db: Session, *, person_id: int, now: datetime, shelf: Shelf) -> Overview | None:
    """The overview of the person's present class: the one that is on, else the next, else the last. None without one."""
    rows = db.execute(_CLASSES, {"person": person_id, "since": _since(now)}).all()
    chosen = _present(rows, now)
    if chosen is None:
        return None
    certificates = _certificates(rows)
    rows = [r for r in rows if r[1].id == chosen.id]
    enrolment = rows[0][0]
    meetings, row = _meetings(chosen, enrolment, rows, now)
    courses = _courses(db, chosen.id, person_id, shelf)
    papers = _papers(db, chosen.id, person_id)
    verdict = _verdict(db, chosen, enrolment, meetings, row, courses, papers, now)
    return Overview(chosen, enrolment, local(now, chosen.zone).date(), meetings, courses, papers, verdict, certificates)


def courses_now(db: Session, *, person_id: int, now: datetime,
                shelf: Shelf) -> tuple[TrainingClass, tuple[CourseProgress, ...]] | None:
    """The present class as ``overview`` chooses it, with its courses only. Two statements."""
    chosen = _present(db.execute(_CLASSES_ALONE, {"person": person_id, "since": _since(now)}).all(), now)
    return None if chosen is None else (chosen, _courses(db, chosen.id, person_id, shelf))


def _since(now: datetime) -> date:
    """A class that ended before is not shown any more."""
    return (now - timedelta(days=400)).date()


def _present(rows: Sequence[Any], now: datetime) -> TrainingClass | None:
    """The class of *rows* (enrolment, class, …) that counts as present."""
    since = _since(now)
    classes = {r[1].id: r[1] for r in rows if r[0].state == "enrolled" and r[1].state != "draft" and r[1].ends_on >= since}
    return min(classes.values(), key=lambda c: _distance(c, now), default=None)


def _certificates(rows: Sequence[Any]) -> tuple[Any, ...]:
    found = {r.certificate_uid: r for r in rows if r.certificate_uid is not None}
    return tuple(sorted(found.values(), key=lambda r: r.reserved_at, reverse=True))


def _distance(training_class: TrainingClass, now: datetime) -> tuple[int, int]:
    today = local(now, training_class.zone).date()
    if training_class.starts_on <= today <= training_class.ends_on:
        return 0, (today - training_class.starts_on).days
    if training_class.starts_on > today:
        return 1, (training_class.starts_on - today).days
    return 2, (today - training_class.ends_on).days


def _meetings(training_class: TrainingClass, enrolment: Enrolment, rows: Sequence[Any],
              now: datetime) -> tuple[tuple[Meeting, ...], PersonRecord]:
    rules = rules_of(training_class)
    sessions = {r[2].id: r[2] for r in rows if r[2] is not None}
    events: dict[int, dict[int, Any]] = {}  # by id: a second certificate would show each of them twice
    for r in rows:
        if r.id is not None:
            events.setdefault(r.session_id, {})[r.id] = r
    ordered = sorted(sessions.values(), key=lambda s: (s.day, s.starts, s.id))
    meetings = []
    for session in ordered:
        start, end = instants(session, training_class.zone)
        mine = tuple(events.get(session.id, {}).values())
        status = status_of(mine, start=start, end=end, takes_sign_out=session.sign_out,
                           cancelled=session.cancelled, rules=rules, now=now)
        meetings.append(Meeting(session, start, end, status, tuple(sorted(mine, key=lambda e: e.id))))
    counted = [m for m in meetings if m.session.counts]
    statuses = tuple(m.status for m in counted)
    return tuple(meetings), PersonRecord(enrolment, statuses, totals([m.session for m in counted], statuses))


def _courses(db: Session, class_id: int, person_id: int, shelf: Shelf) -> tuple[CourseProgress, ...]:
    rows = db.execute(_COURSES, {"class_id": class_id, "person": person_id}).all()
    found = []
    for course in dict.fromkeys(r[2] for r in rows):
        mine = [r for r in rows if r[2] is course]
        progress = {r[3].module_slug: r[3] for r in mine if r[3] is not None}
        assert course.current_version_id is not None  # asked for above
        volume = shelf.volume(db, course.current_version_id)
        read = {slug for slug, p in progress.items() if p.completed_at is not None}
        unread = [m.slug for m in volume.modules if m.slug not in read]
        begun = [s for s in unread if s in progress]
        found.append(CourseProgress(course, volume, mine[0].required, len(volume.modules) - len(unread),
                                    next(iter(begun or unread), None),
                                    max((p.last_at for p in progress.values()), default=None)))
    return tuple(found)


def _papers(db: Session, class_id: int, person_id: int) -> tuple[PaperState, ...]:
    rows = db.execute(_PAPERS, {"class_id": class_id, "person": person_id}).all()
    return tuple(PaperState(paper, tuple(r for r in rows if r[0] is paper and r.attempt_uid is not None))
                 for paper in dict.fromkeys(r[0] for r in rows))


def _verdict(db: Session, training_class: TrainingClass, enrolment: Enrolment, meetings: tuple[Meeting, ...],
             row: PersonRecord, courses: tuple[CourseProgress, ...], papers: tuple[PaperState, ...], now: datetime) -> Verdict:
    rules = rules_of(training_class)
    parts = list(attendance_parts([m.session for m in meetings if m.session.counts], row, rules))
    required = [c for c in courses if c.required]
    if rules.courses_required and required:
        needed = sum(len(c.volume.modules) for c in required)
        parts.append(courses_part(needed, sum(c.done for c in required)))
    exams = [p for p in papers if p.paper.kind == "exam"]
    if rules.exam_required and exams:
        best = best_attempts(a for p in exams for a in p.attempts)
        parts.append(exam_part([(p.paper, best.get((enrolment.person_id, p.paper.id))) for p in exams]))
    for code, judge in db.info["registry"].all("completion_part"):
        if code not in _JUDGED_HERE:  # a plugin's condition costs its own statements
            parts.extend(judge(db, training_class, [enrolment], now).get(enrolment.id, ()))
    return Verdict(in_order(parts))
