"""Many events at once, each of them once."""
from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.core.attendance.check_in import page_used
from lms.core.attendance.models import AttendanceEvent
from lms.core.classes.models import ClassSession, TrainingClass
from lms.core.ids import digest

_TABLE = AttendanceEvent.metadata.tables[AttendanceEvent.__tablename__]
_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_AT_ONCE = 500  # rows a statement: databases take so many values and no more


def new_event(session: ClassSession, *, uid: str, person_id: int, kind: str, method: str, by_id: int | None, at: datetime, now: datetime,
              status: str | None = None, reason: str = "", flags: Sequence[str] = (), **more: Any) -> dict[str, Any]:
    """One event as ``write_events`` takes it; *more* are further columns, the same for all of one call."""
    return {"uid": uid, "class_id": session.class_id, "session_id": session.id, "person_id": person_id, "kind": kind,
            "method": method, "by_id": by_id, "at": at, "received_at": now, "status": status, "reason": reason[:500],
            "flags": list(flags), **more}


def voiding(event: AttendanceEvent, *, uid: str, method: str, by_id: int | None, now: datetime, reason: str = "") -> dict[str, Any]:
    """An event that makes *event* count no longer, as ``write_events`` takes it; both stay on record."""
    return {"uid": uid, "class_id": event.class_id, "session_id": event.session_id, "person_id": event.person_id, "kind": "void",
            "method": method, "by_id": by_id, "at": now, "received_at": now, "status": None, "reason": reason[:500], "flags": [],
            "voids_id": event.id}


def write_events(db: Session, events: Sequence[dict[str, Any]]) -> set[str]:
    """Write those whose uid is not on record yet; their uids. What was sent before, and is sent again, adds nothing.

    :raises Conflict: ``page_used``: a uid stands for something else already; nothing of this call counts
    """
    written: set[str] = set()
    insert = _INSERT[db.get_bind().dialect.name]
    for begin in range(0, len(events), _AT_ONCE):
        part = list(events[begin:begin + _AT_ONCE])
        written.update(db.scalars(insert(_TABLE).values(part).on_conflict_do_nothing().returning(_TABLE.c.uid)))
    known = {e["uid"]: e for e in events if e["uid"] not in written}
    if known:
        same = {row.uid for row in db.execute(select(
            AttendanceEvent.uid, AttendanceEvent.session_id, AttendanceEvent.person_id, AttendanceEvent.kind,
            AttendanceEvent.status).where(AttendanceEvent.uid.in_(known))) if _says(row) == _says_new(known[row.uid])}
        if same != set(known):
            raise page_used()
    for class_id in {e["class_id"] for e in events if e["uid"] in written}:
        ours = [e for e in events if e["class_id"] == class_id]
        tell_changed(db, class_id=class_id, person_ids={e["person_id"] for e in ours}, by_id=ours[0]["by_id"], now=ours[0]["received_at"])
    return written


def one_after_the_other(db: Session, class_id: int) -> None:
    """Whoever does such an act in the class at the same moment waits here, and then sees what this one did."""
    db.execute(select(TrainingClass.id).where(TrainingClass.id == class_id).with_for_update())


def tell_changed(db: Session, *, class_id: int, person_ids: Collection[int], by_id: int | None, now: datetime) -> None:
    """Tell whoever keeps what follows from attendance that staff has changed it, in this transaction. What people sign
    themselves is not told: it is for a session that is on, and what follows is worked out when the class is over."""
    db.info["events"].send(db, "attendance.changed", class_id=class_id, person_ids=person_ids, by_id=by_id, now=now)


def part_uid(uid: str, part: str) -> str:
    """The uid of the event about *part* (a person, say) in an act whose client-made id is *uid*: the same each time."""
    return digest(f"{uid} {part}")[:32]


def _says(row: Any) -> tuple[Any, ...]:
    return row.session_id, row.person_id, row.kind, row.status


def _says_new(event: dict[str, Any]) -> tuple[Any, ...]:
    return event["session_id"], event["person_id"], event["kind"], event["status"]
