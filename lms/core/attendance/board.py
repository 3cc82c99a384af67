"""The live board: one snapshot of a session, shared by all who watch."""
from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.attendance.record import class_record
from lms.core.attendance.status import LEAVE, Status
from lms.core.classes.models import ClassSession, Enrolment, Group, TrainingClass


@dataclass(frozen=True)
class Line:
    """One person on the board. *group* is a name: a snapshot outlives the database session it was read in."""

    enrolment: Enrolment
    status: Status
    group: str


@dataclass
class Tally:
    """Counts of a group, or of all. *expected* leaves nobody out; on leave and away are part of it."""

    name: str
    expected: int = 0
    present: int = 0
    late: int = 0
    leave: int = 0
    missing: int = 0
    review: int = 0  # of all of these: they count only until people have looked

    def add(self, status: Status) -> None:
        self.expected += 1
        self.review += bool(status.review)
        if status.attended or status.code == "substituted":
            self.present += 1
            self.late += status.code == "late"
        elif status.code in LEAVE:
            self.leave += 1
        else:
            self.missing += 1


@dataclass(frozen=True)
class Board:
    """A session as it stands at one instant."""

    session: ClassSession
    at: datetime
    total: Tally
    groups: tuple[Tally, ...]
    lines: tuple[Line, ...]


def board(db: Session, *, session: ClassSession, training_class: TrainingClass, now: datetime,
          enrolments: list[Enrolment] | None = None) -> Board:
    """Take the snapshot: three statements, whatever the size of the class.

    :param enrolments: whom the viewer may see; everybody if None
    """
    names = dict(db.execute(select(Group.id, Group.name).where(Group.class_id == session.class_id)
                            .order_by(Group.position, Group.id)).all())
    record = class_record(db, training_class=training_class, now=now, enrolments=enrolments, sessions=[session])
    total, groups = Tally(""), {key: Tally(name) for key, name in names.items()}
    loose: dict[str, Tally] = defaultdict(lambda: Tally(""))
    lines = []
    for row in record.people:
        status = row.statuses[0]
        total.add(status)
        (groups[row.enrolment.group_id] if row.enrolment.group_id in groups else loose[""]).add(status)
        lines.append(Line(row.enrolment, status, names.get(row.enrolment.group_id or 0, "")))
    tallies = tuple(t for t in groups.values() if t.expected) + tuple(loose.values())
    return Board(session, now, total, tallies, tuple(lines))
