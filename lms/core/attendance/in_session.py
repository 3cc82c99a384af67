"""People in one session: their status there and the events behind it. A fixed number of statements."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.attendance.models import AttendanceEvent
from lms.core.attendance.record import judge_of
from lms.core.attendance.status import Status, live
from lms.core.classes.models import ClassSession, Enrolment, TrainingClass
from lms.core.classes.rules import rules_of
from lms.core.people.models import Person


@dataclass(frozen=True)
class InSession:
    """Somebody in a session. *events* are the live ones, in order of their instant."""

    enrolment: Enrolment
    status: Status
    events: tuple[Any, ...]

    @property
    def signed(self) -> bool:
        """Whether anything but people's word says that they came."""
        return any(e.kind == "in" for e in self.events)

    def latest(self, method: str) -> Any | None:
        """The last event that came this way, or None."""
        return max((e for e in self.events if e.method == method), key=lambda e: e.id, default=None)


def people_in_session(db: Session, *, session: ClassSession, training_class: TrainingClass, enrolments: Sequence[Enrolment],
                      now: datetime) -> list[InSession]:
    """*enrolments* with their statuses and events in *session*. One statement."""
    judge = judge_of(session, rules_of(training_class), training_class.zone, now)
    query = select(AttendanceEvent).where(AttendanceEvent.session_id == session.id)
    if len(enrolments) <= 200:
        query = query.where(AttendanceEvent.person_id.in_([e.person_id for e in enrolments]))
    events: dict[int, list[AttendanceEvent]] = defaultdict(list)
    for event in db.scalars(query):
        events[event.person_id].append(event)
    return [InSession(e, judge.of(events[e.person_id]), tuple(live(events[e.person_id]))) for e in enrolments]


def names_of(db: Session, ids: Iterable[int | None]) -> dict[int, str]:
    """The names of those who did something, by id."""
    wanted = {i for i in ids if i}
    return {row.id: row.name for row in db.execute(select(Person.id, Person.name).where(Person.id.in_(wanted)))} if wanted else {}
