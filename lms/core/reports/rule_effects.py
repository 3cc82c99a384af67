"""Who changes if a rule changes: computed from the same events before anything is saved."""
from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from lms.core.attendance.record import PersonRecord, class_record
from lms.core.attendance.status import Status
from lms.core.certificates.completion import Verdict, attendance_parts, in_order
from lms.core.classes.completion import Part
from lms.core.classes.models import ClassSession, Enrolment, TrainingClass
from lms.core.i18n import N_

_ATTENDANCE = ("attendance",)  # the judge that is asked through the record here: it must see the changed timetable


# Where a verdict stands: completion is lost, still possible, or reached. A running class moves mostly between the first two.
LOST, POSSIBLE, REACHED = 0, 1, 2
TURNS: dict[tuple[int, int], str] = {
    (LOST, POSSIBLE): N_("又有可能结业"), (LOST, REACHED): N_("变为可以结业"), (POSSIBLE, REACHED): N_("变为可以结业"),
    (REACHED, POSSIBLE): N_("变为还没有达到"), (POSSIBLE, LOST): N_("变为不能结业"), (REACHED, LOST): N_("变为不能结业")}


def place_of(verdict: Verdict) -> int:
    """``LOST``, ``POSSIBLE`` or ``REACHED``."""
    if verdict.met:
        return REACHED
    return LOST if any(part.final for part in verdict.missing) else POSSIBLE


@dataclass(frozen=True)
class Changed:
    """One person: the sessions whose status differs, and the verdict before and after."""

    enrolment: Enrolment
    sessions: tuple[tuple[ClassSession, Status, Status], ...]
    before: Verdict
    after: Verdict

    @property
    def turn(self) -> str:
        """What becomes of completion, a message id; empty if nothing does."""
        return TURNS.get((place_of(self.before), place_of(self.after)), "")

    @property
    def gains(self) -> bool:
        return place_of(self.after) > place_of(self.before)


@dataclass(frozen=True)
class Effects:
    """What a change would do. *moves* counts cells of the matrix by old and new status."""

    changed: tuple[Changed, ...]
    people: int
    moves: dict[tuple[str, str], int]

    @property
    def gained(self) -> int:
        return sum(bool(c.turn) and c.gains for c in self.changed)

    @property
    def lost(self) -> int:
        return sum(bool(c.turn) and not c.gains for c in self.changed)


def effects(db: Session, *, training_class: TrainingClass, now: datetime, rules: Mapping[str, Any] | None = None,
            session: ClassSession | None = None, values: Mapping[str, Any] | None = None) -> Effects:
    """Compare everybody's statuses and verdicts before and after. Nothing is saved. A fixed number of statements.

    :param rules: the class's rules as they would be stored; None: they stay
    :param session: a session that would change
    :param values: its new values
    """
    sessions = list(db.scalars(select(ClassSession).where(ClassSession.class_id == training_class.id)
                               .order_by(ClassSession.day, ClassSession.starts, ClassSession.id)))
    people = list(db.scalars(select(Enrolment).where(Enrolment.class_id == training_class.id, Enrolment.state == "enrolled")
                             .order_by(Enrolment.number)))
    new_class = _copy(training_class, {} if rules is None else {"rules": dict(rules)})
    new_sessions = [_copy(s, values or {}) if session is not None and s.id == session.id else s for s in sessions]
    old, old_parts = _judged(db, training_class, [s for s in sessions if s.counts], people, now)
    new, new_parts = _judged(db, new_class, [s for s in new_sessions if s.counts], people, now)
    found, moves = [], Counter[tuple[str, str]]()
    for before, after in zip(old, new, strict=True):
        key = before.enrolment.id
        moved = _moved(before, [s for s in sessions if s.counts], after, [s for s in new_sessions if s.counts])
        moves.update((one.code, other.code) for _, one, other in moved)
        verdicts = Verdict(in_order(old_parts[key])), Verdict(in_order(new_parts[key]))
        if moved or place_of(verdicts[0]) != place_of(verdicts[1]):
            found.append(Changed(before.enrolment, tuple(moved), *verdicts))
    return Effects(tuple(sorted(found, key=lambda c: not c.turn)), len(people), dict(moves))


def _judged(db: Session, training_class: TrainingClass, sessions: Sequence[ClassSession], people: Sequence[Enrolment],
            now: datetime) -> tuple[Sequence[PersonRecord], dict[int, list[Part]]]:
    record = class_record(db, training_class=training_class, now=now, enrolments=people, sessions=sessions)
    parts = {row.enrolment.id: list(attendance_parts(sessions, row, record.rules)) for row in record.people}
    for code, judge in db.info["registry"].all("completion_part"):
        if code not in _ATTENDANCE:
            for key, more in judge(db, training_class, people, now).items():
                parts[key].extend(more)
    return record.people, parts


def _moved(before: PersonRecord, sessions: Sequence[ClassSession], after: PersonRecord,
           new_sessions: Sequence[ClassSession]) -> list[tuple[ClassSession, Status, Status]]:
    """The sessions whose status differs; one in which attendance is no longer taken, or newly, is not compared."""
    then = {s.id: status for s, status in zip(new_sessions, after.statuses, strict=True)}
    return [(s, status, then[s.id]) for s, status in zip(sessions, before.statuses, strict=True)
            if s.id in then and status.code != then[s.id].code]


def _copy(row: Any, values: Mapping[str, Any]) -> Any:
    """The row with other values, outside every database session: it cannot be saved by accident."""
    columns = {attribute.key: getattr(row, attribute.key) for attribute in inspect(type(row)).column_attrs}
    return type(row)(**{**columns, **values})
