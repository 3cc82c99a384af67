"""The attendance record of a class: people × sessions, with statuses and hours. A fixed number of statements.

Board, class matrix, exports, a trainee's own page and the completion verdict all read this, so that they agree.
"""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from sqlalchemy import Row, String, case, cast, null, select
from sqlalchemy.orm import Session

from lms.core.attendance.models import AttendanceEvent
from lms.core.attendance.status import LEAVE, Judge, Status
from lms.core.classes.models import ClassSession, Enrolment, TrainingClass
from lms.core.classes.rules import ClassRules, rules_of
from lms.core.classes.session_rules import rules_in
from lms.core.classes.timetable import instants

EVENT_COLUMNS = (
    AttendanceEvent.id, AttendanceEvent.uid, AttendanceEvent.session_id, AttendanceEvent.person_id, AttendanceEvent.kind,
    AttendanceEvent.at, AttendanceEvent.method, AttendanceEvent.by_id, AttendanceEvent.status, AttendanceEvent.reason,
    AttendanceEvent.voids_id, AttendanceEvent.confirms_id, AttendanceEvent.flags)
# What a status rests on, and no more: a record reads tens of thousands of these. Nearly all flags are empty lists.
_FLAGS = case((cast(AttendanceEvent.flags, String) == "[]", null()), else_=AttendanceEvent.flags).label("flags")
_JUDGED = (AttendanceEvent.id, AttendanceEvent.session_id, AttendanceEvent.person_id, AttendanceEvent.kind, AttendanceEvent.at,
           AttendanceEvent.method, AttendanceEvent.status, AttendanceEvent.voids_id, AttendanceEvent.confirms_id, _FLAGS)


@dataclass(frozen=True)
class Totals:
    """Hours in 1/100 and counts of one person."""

    hours_due: int
    hours_earned: int
    hours_leave: int
    hours_absent: int
    sessions_late: int
    sessions_left_early: int
    sessions_under_review: int
    counts: dict[str, int] = field(default_factory=dict)
    hours_under_review: int = 0  # of those earned: they count until people have looked

    @property
    def share(self) -> Fraction:
        """The share of hours attended, exact; 1 where none were due."""
        return Fraction(self.hours_earned, self.hours_due) if self.hours_due else Fraction(1)


@dataclass(frozen=True)
class Attended:
    """What somebody attended: statuses in the order of the sessions, and what they add up to."""

    statuses: tuple[Status, ...]
    totals: Totals


@dataclass(frozen=True)
class PersonRecord(Attended):
    """One row of the matrix: statuses in the order of ``ClassRecord.sessions``."""

    enrolment: Enrolment


@dataclass(frozen=True)
class ClassRecord:
    """The matrix. *sessions* are those in which attendance is taken, in order of time."""

    training_class: TrainingClass
    rules: ClassRules
    sessions: tuple[ClassSession, ...]
    people: Sequence[PersonRecord]
    now: datetime


def class_record(db: Session, *, training_class: TrainingClass, now: datetime, enrolments: Sequence[Enrolment] | None = None,
                 sessions: Sequence[ClassSession] | None = None, only_theirs: bool = False) -> ClassRecord:
    """The record of a class, or of some of its people or sessions.

    :param enrolments: whose rows; everybody enrolled if None. Callers pass only those that the viewer may see
    :param sessions: which sessions; all that count if None
    :param only_theirs: read the events of these people alone, also where they are many: they are a part of far more
    """
    if sessions is None:
        sessions = db.scalars(select(ClassSession).where(
            ClassSession.class_id == training_class.id, ClassSession.counts).order_by(
            ClassSession.day, ClassSession.starts, ClassSession.id)).all()
    people = enrolments
    if people is None:
        people = db.scalars(select(Enrolment).where(
            Enrolment.class_id == training_class.id, Enrolment.state == "enrolled").order_by(Enrolment.number)).all()
    rules = rules_of(training_class)
    events = _events(db, training_class.id, None if enrolments is None or len(people) > 200 and not only_theirs else [e.person_id for e in people],
                     [s.id for s in sessions])
    judges = [judge_of(s, rules, training_class.zone, now) for s in sessions]
    rows = tuple(_person(e, sessions, judges, events) for e in people)
    return ClassRecord(training_class, rules, tuple(sessions), rows, now)


def judge_of(session: ClassSession, rules: ClassRules, zone: str, now: datetime) -> Judge:
    """What judges *session* as of *now*.

    :param rules: the class's; the session's own go above them
    """
    start, end = instants(session, zone)
    return Judge(start=start, end=end, takes_sign_out=session.sign_out, cancelled=session.cancelled,
                 rules=rules_in(session, rules), now=now)


def raw_events(db: Session, *, class_id: int, person_ids: Iterable[int] | None = None) -> Sequence[Row[tuple[object, ...]]]:
    """Every event of a class in the order it arrived, voided ones included."""
    query = select(*EVENT_COLUMNS, AttendanceEvent.received_at).where(AttendanceEvent.class_id == class_id)
    if person_ids is not None:
        query = query.where(AttendanceEvent.person_id.in_(list(person_ids)))
    return db.execute(query.order_by(AttendanceEvent.id)).all()


def _events(db: Session, class_id: int, person_ids: list[int] | None,
            session_ids: list[int]) -> dict[tuple[int, int], list[Row[tuple[object, ...]]]]:
    query = select(*_JUDGED).where(AttendanceEvent.class_id == class_id, AttendanceEvent.session_id.in_(session_ids))
    if person_ids is not None:
        query = query.where(AttendanceEvent.person_id.in_(person_ids))
    found: dict[tuple[int, int], list[Row[tuple[object, ...]]]] = defaultdict(list)
    for row in db.execute(query):
        found[row.person_id, row.session_id].append(row)
    return found


def _person(enrolment: Enrolment, sessions: Sequence[ClassSession], judges: list[Judge],
            events: dict[tuple[int, int], list[Row[tuple[object, ...]]]]) -> PersonRecord:
    person = enrolment.person_id
    statuses = tuple(judge.of(events.get((person, session.id), ())) for session, judge in zip(sessions, judges, strict=True))
    return PersonRecord(statuses, totals(sessions, statuses), enrolment)


def totals(sessions: Sequence[ClassSession], statuses: Sequence[Status]) -> Totals:
    """Add up one person's hours and counts. A cancelled session is due to nobody."""
    due = earned = leave = absent = doubtful = 0
    counts: dict[str, int] = defaultdict(int)
    for session, status in zip(sessions, statuses, strict=True):
        counts[status.code] += 1
        if status.code == "cancelled":
            continue
        due += session.credit_hours
        if status.attended:
            earned += session.credit_hours
            doubtful += session.credit_hours if status.review else 0
        elif status.code in LEAVE:
            leave += session.credit_hours
        elif status.code in ("absent", "unexcused", "substituted"):
            absent += session.credit_hours
    return Totals(due, earned, leave, absent, counts["late"], counts["left_early"], sum(bool(s.review) for s in statuses),
                  dict(counts), doubtful)


def plain_hours(hundredths: int | Fraction) -> str:
    """Credit hours for a sentence: at most two decimals, 343 → 3.43, 400 → 4."""
    return f"{float(Fraction(hundredths) / 100):.2f}".rstrip("0").rstrip(".")
