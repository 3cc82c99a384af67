"""What the system knows of a class when an attendance file is judged, read in a fixed number of statements."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.attendance.record import ClassRecord, class_record, raw_events
from lms.core.attendance.status import Status
from lms.core.classes.models import ClassSession, Enrolment, TrainingClass
from lms.core.paperwork.matrix_keys import session_label
from lms.core.people.models import Person
from lms.core.people.names import name_key


@dataclass
class Knowledge:
    """People, sessions, statuses and signatures of one class."""

    record: ClassRecord
    seats: dict[str, Enrolment]
    sessions: dict[str, ClassSession]
    by_phone: dict[str, Enrolment]
    by_name: dict[str, list[Enrolment]]
    statuses: dict[tuple[int, int], Status]  # (enrolment id, session id)
    signed: dict[tuple[int, int, str], list[datetime]] = field(default_factory=lambda: defaultdict(list))  # person, session, kind

    @property
    def zone(self) -> str:
        return self.record.training_class.zone

    @property
    def now(self) -> datetime:
        return self.record.now


def session_labels(sessions: Iterable[ClassSession]) -> dict[str, list[str]]:
    """Heading -> uids, for ``import_read.read_attendance``."""
    labels: dict[str, list[str]] = defaultdict(list)
    for session in sessions:
        labels[session_label(session)].append(session.uid)
    return dict(labels)


def load_knowledge(db: Session, training_class: TrainingClass, now: datetime) -> Knowledge:
    """Everything that judging needs: five statements."""
    record = class_record(db, training_class=training_class, now=now)
    seats = [row.enrolment for row in record.people]
    phones = dict(db.execute(select(Person.id, Person.phone).join(Enrolment, Enrolment.person_id == Person.id)
                             .where(Enrolment.class_id == training_class.id)).all())
    by_name: dict[str, list[Enrolment]] = defaultdict(list)
    for seat in seats:
        by_name[name_key(seat.name)].append(seat)
    known = Knowledge(record, {s.uid: s for s in seats}, {s.uid: s for s in record.sessions},
                      {phone: s for s in seats if (phone := phones.get(s.person_id))}, by_name,
                      {(row.enrolment.id, session.id): status for row in record.people
                       for session, status in zip(record.sessions, row.statuses, strict=True)})
    events: list[Any] = list(raw_events(db, class_id=training_class.id))
    voided = {e.voids_id for e in events if e.voids_id}
    for e in events:
        if e.kind in ("in", "out") and e.id not in voided:
            known.signed[e.person_id, e.session_id, e.kind].append(e.at)
    return known
