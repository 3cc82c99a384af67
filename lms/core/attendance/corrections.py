"""Corrections by staff: new events with a reason, never a change of old ones."""
from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.attendance.check_in import page_used, require_enrolled
from lms.core.attendance.models import AttendanceEvent
from lms.core.attendance.status import SETTABLE
from lms.core.attendance.write import tell_changed
from lms.core.audit.service import record
from lms.core.classes.models import ClassSession
from lms.core.errors import Invalid, NotFound
from lms.core.i18n import N_


def correct(db: Session, *, session: ClassSession, person_id: int, status: str, reason: str, by_id: int, now: datetime,
            uid: str) -> AttendanceEvent:
    """Set somebody's status in a session, with a reason; the events before it stay.

    :param status: one of ``SETTABLE``
    :param uid: made by the client; the same correction sent twice is one
    :raises Invalid: unknown status, or no reason
    :raises Forbidden: the person is not enrolled in the class
    :raises Conflict: *uid* stands for another act already
    """
    if status not in SETTABLE:
        raise Invalid("unknown_status", N_("没有名为“{status}”的考勤状态，没有保存。"), status=status)
    require_reason(reason)
    require_enrolled(db, session, person_id)
    known = db.scalar(select(AttendanceEvent).where(AttendanceEvent.uid == uid))
    if known is not None:
        if (known.session_id, known.person_id, known.status, known.reason) != (session.id, person_id, status, reason.strip()):
            raise page_used()
        return known
    event = AttendanceEvent(uid=uid, class_id=session.class_id, session_id=session.id, person_id=person_id, kind="status",
                            status=status, at=now, received_at=now, method="correction", by_id=by_id, reason=reason.strip(),
                            flags=[])
    db.add(event)
    record(db, actor_id=by_id, action="attendance.correct", thing=session, now=now, class_id=session.class_id,
           after={"person_id": person_id, "status": status}, reason=reason)
    tell_changed(db, class_id=session.class_id, person_ids=[person_id], by_id=by_id, now=now)
    return event


def void(db: Session, *, session: ClassSession, person_id: int, event_uid: str, reason: str, by_id: int, now: datetime,
         method: str = "correction") -> AttendanceEvent:
    """Make an event count no longer; it and this one stay on record. Voiding twice is voiding once.

    :param person_id: whose event it is: staff may void only those of people in their charge
    :raises NotFound: no such event of this person in this session
    :raises Invalid: no reason, or the event is itself a voiding one
    """
    require_reason(reason)
    event = db.scalar(select(AttendanceEvent).where(AttendanceEvent.uid == event_uid, AttendanceEvent.person_id == person_id,
                                                    AttendanceEvent.session_id == session.id))
    if event is None:
        raise NotFound("no_such_event", N_("这一课次里没有这条签到记录，可能页面已过期，请刷新。"))
    if event.kind == "void":
        raise Invalid("void_of_void", N_("作废记录本身不能再作废；如需恢复，请做一次更正。"))
    known = db.scalar(select(AttendanceEvent).where(AttendanceEvent.voids_id == event.id))
    if known is not None:
        return known
    made = AttendanceEvent(class_id=session.class_id, session_id=session.id, person_id=event.person_id, kind="void", at=now,
                           received_at=now, method=method, by_id=by_id, reason=reason.strip(), voids_id=event.id, flags=[])
    db.add(made)
    record(db, actor_id=by_id, action="attendance.void", thing=session, now=now, class_id=session.class_id,
           before={"event": event_uid, "person_id": event.person_id}, reason=reason)
    tell_changed(db, class_id=session.class_id, person_ids=[person_id], by_id=by_id, now=now)
    return made


def require_reason(reason: str) -> None:
    """:raises Invalid: nothing that explains the correction was written"""
    if len(reason.strip()) < 2:
        raise Invalid("reason_missing", N_("请写明更正的原因，没有保存。"))


def open_sign_in(db: Session, *, session: ClassSession, by_id: int, now: datetime) -> None:
    """Open a session's sign-in now; it stays open until its time is over or staff close it."""
    if session.opened_at is not None and (session.closed_at is None or session.closed_at < session.opened_at):
        return
    session.opened_at = now
    session.closed_at = None
    record(db, actor_id=by_id, action="attendance.open", thing=session, now=now, class_id=session.class_id)


def close_sign_in(db: Session, *, session: ClassSession, by_id: int, now: datetime) -> None:
    """Close a session's sign-in now. Closing it again moves nothing: codes seen in between stay refused."""
    if session.closed_at is not None:
        return
    session.closed_at = now
    record(db, actor_id=by_id, action="attendance.close", thing=session, now=now, class_id=session.class_id)
