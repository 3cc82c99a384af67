"""Attendance events from paper and files: many at once, each only once, and never changed."""
from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.attendance.models import AttendanceEvent
from lms.core.attendance.write import part_uid, voiding, write_events
from lms.core.ids import new_uid


def uid_within(uid: str, *parts: object) -> str:
    """The uid of one of the things that a form or file with *uid* brings: the same form again brings the same ones."""
    return part_uid(uid, "|".join(map(str, parts)))


def void_events(db: Session, events: Iterable[AttendanceEvent], *, method: str, reason: str, by_id: int | None,
                now: datetime) -> None:
    """Make *events* count no longer; they and the voiding ones stay on record."""
    write_events(db, [voiding(e, uid=new_uid(), method=method, reason=reason, by_id=by_id, now=now) for e in events])


def live_events(db: Session, *, session_ids: Iterable[int], person_ids: Iterable[int], method: str,
                reason: str) -> list[AttendanceEvent]:
    """The in and out events of one *method* and *reason* that are not voided."""
    ids = list(session_ids)
    voided = select(AttendanceEvent.voids_id).where(AttendanceEvent.session_id.in_(ids),
                                                    AttendanceEvent.voids_id.is_not(None))
    return list(db.scalars(select(AttendanceEvent).where(
        AttendanceEvent.session_id.in_(ids), AttendanceEvent.person_id.in_(list(person_ids)),
        AttendanceEvent.method == method, AttendanceEvent.reason == reason, AttendanceEvent.kind.in_(("in", "out")),
        AttendanceEvent.id.not_in(voided))))
