"""Attendance events from paper and files: many at once, each only once, and never changed."""
from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.attendance.models import AttendanceEvent
from lms.core.attendance.write import part_uid, write_events
from lms.core.ids import new_uid


def uid_within(uid: str, *parts: object) -> str:
    """The uid of one of the things that a form or file with *uid* brings: the same form again brings the same ones."""
    return part_uid(uid, "|".join(map(str, parts)))


def new_event(*, uid: str, class_id: int, session_id: int, person_id: int, kind: str, at: datetime, now: datetime,
              method: str, by_id: int | None, reason: str = "", status: str | None = None,
              voids_id: int | None = None) -> dict[str, Any]:
    """One event as ``attendance.write.write_events`` takes it."""
    return {"uid": uid, "class_id": class_id, "session_id": session_id, "person_id": person_id, "kind": kind, "at": at,
            "received_at": now, "method": method, "by_id": by_id, "reason": reason[:500], "status": status,
            "voids_id": voids_id, "flags": []}


def void_events(db: Session, events: Iterable[AttendanceEvent], *, method: str, reason: str, by_id: int | None,
                now: datetime) -> None:
    """Make *events* count no longer; they and the voiding ones stay on record."""
    write_events(db, [new_event(uid=new_uid(), class_id=e.class_id, session_id=e.session_id, person_id=e.person_id, kind="void",
                              at=now, now=now, method=method, by_id=by_id, reason=reason, voids_id=e.id) for e in events])


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
