"""Signing in and out: every way writes the same kind of event, once."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.core.attendance.codes import Direction, Ticket
from lms.core.attendance.models import AttendanceEvent
from lms.core.attendance.status import DESPITE_LEAVE
from lms.core.audit.service import record
from lms.core.classes.models import ClassSession, Enrolment
from lms.core.classes.rules import ClassRules
from lms.core.classes.session_rules import rules_in
from lms.core.classes.timetable import instants
from lms.core.clock import local
from lms.core.errors import Conflict, Forbidden
from lms.core.i18n import N_
from lms.core.ids import new_uid
from lms.core.people.models import Person

# Why an event awaits a look by people; it counts meanwhile, and says so.
REVIEW_FLAGS = {
    "shared_device": N_("同一台手机已为别人签到"),
    "ticket_reused": N_("同一次扫码已被别人使用"),
    "other_browser": N_("签到的手机与扫码的手机不同"),
    "name_and_digits": N_("未登录，以姓名和手机尾号签到"),
    "leave_claimed": N_("点名时说是请假，但没有批准的请假"),
    "clock_off": N_("手机的时间与服务器相差较大"),
    "spot_absent": N_("随机抽点时不在"),
    "late_tap": N_("扫码后过了较久才完成签到"),
    DESPITE_LEAVE: N_("已批准请假，却有签到"),
}
CLOCK_TOLERANCE = timedelta(minutes=10)  # between a phone's clock and ours; more is put under review


@dataclass(frozen=True)
class CheckedIn:
    """What is now on record.

    :param repeated: it was on record already; nothing was added
    :param flags: keys of ``REVIEW_FLAGS``
    """

    uid: str
    direction: Direction
    at: datetime
    repeated: bool
    flags: tuple[str, ...] = ()


def sign_in_window(session: ClassSession, rules: ClassRules, zone: str) -> tuple[datetime, datetime]:
    """From when to when a session's code is accepted: by the rules, or as staff opened and closed it by hand."""
    start, end = instants(session, zone)
    rules = rules_in(session, rules)
    opens = start - timedelta(minutes=rules.opens_before)
    closes = end + timedelta(minutes=rules.closes_after)
    if session.opened_at is not None:
        opens = min(opens, session.opened_at)
    if session.closed_at is not None:
        closes = min(closes, session.closed_at)
    return opens, closes


def check_in(db: Session, *, session: ClassSession, rules: ClassRules, zone: str, person_id: int, ticket: Ticket,
             method: str, device: str, now: datetime, flags: Iterable[str] = (), prompt: timedelta | None = None,
             client_at: datetime | None = None) -> CheckedIn:
    """Redeem a ticket: one event for this person in this session.

    The instant that counts is the one at which the code was first seen, not the one at which a slow phone sent the tap;
    for a code that was seen a little early it is the one at which sign-in opens.

    :param method: ``hall`` or ``typed``
    :param device: keyed digest of the browser that taps
    :param prompt: a tap that comes later than this after the scan is put under review; None: none is
    :param client_at: what the phone's own clock says, if it told
    :raises Forbidden: the person is not enrolled in the class, or is deactivated
    :raises Conflict: sign-in was not open when the code was seen, opens only later, or no attendance is taken
    """
    at = counts_from(session, rules, zone, ticket.seen_at)
    if now < at:
        raise Conflict("opens_later", N_("“{title}”的签到 {time} 开始，现在还没有签到。请留着这个页面，到时再点一下。"),
                       title=session.title, time=f"{local(at, zone):%H:%M}")
    mine, other = _earlier(db, session, person_id, device)
    if mine and (mine[-1].kind == ticket.direction or any(e.ticket == ticket.nonce for e in mine)):
        found = next((e for e in mine if e.ticket == ticket.nonce), mine[-1])
        return CheckedIn(found.uid, ticket.direction, found.at, True, tuple(found.flags))
    raised = list(flags)
    if other is not None:
        raised.append("shared_device")
    if ticket.device != device:
        raised.append("other_browser")
    if prompt is not None and now - at > prompt:
        raised.append("late_tap")
    if client_at is not None and abs(client_at - now) > CLOCK_TOLERANCE:
        raised.append("clock_off")
    values = {"class_id": session.class_id, "session_id": session.id, "person_id": person_id, "kind": ticket.direction,
              "at": at, "received_at": now, "method": method, "device": device, "client_at": client_at, "other_id": other}
    written = _write_once(db, {**values, "flags": raised, "ticket": ticket.nonce})
    if written is None:
        holder = db.execute(select(AttendanceEvent.uid, AttendanceEvent.person_id, AttendanceEvent.flags)
                            .where(AttendanceEvent.ticket == ticket.nonce)).one()
        if holder.person_id == person_id:
            return CheckedIn(holder.uid, ticket.direction, at, True, tuple(holder.flags))
        raised.append("ticket_reused")
        written = _write_once(db, {**values, "flags": raised, "ticket": None, "other_id": holder.person_id})
        assert written is not None  # a new uid and no ticket: nothing it could collide with
    return CheckedIn(written, ticket.direction, at, False, tuple(raised))


def check_in_by_staff(db: Session, *, session: ClassSession, person_id: int, direction: Direction, by_id: int,
                      method: str, uid: str, now: datetime) -> CheckedIn:
    """Staff sign somebody in: by their card, or from the board.

    :param uid: made by the client, so that the same tap sent twice counts once
    :raises Forbidden: the person is not enrolled in the class, or is deactivated
    :raises Conflict: no attendance is taken in the session, or *uid* stands for something else already
    """
    require_taken(session)
    mine, _ = _earlier(db, session, person_id, "")
    if mine and mine[-1].kind == direction:
        return CheckedIn(mine[-1].uid, direction, mine[-1].at, True, tuple(mine[-1].flags))
    written = _write_once(db, {"uid": uid, "class_id": session.class_id, "session_id": session.id, "person_id": person_id,
                               "kind": direction, "at": now, "received_at": now, "method": method, "by_id": by_id,
                               "flags": []})
    if written is None:
        return CheckedIn(uid, direction, _recorded_at(db, uid, session, person_id, direction), True)
    record(db, actor_id=by_id, action=f"attendance.{direction}", thing=session, now=now, class_id=session.class_id,
           after={"person_id": person_id, "method": method})
    return CheckedIn(uid, direction, now, False)


def _recorded_at(db: Session, uid: str, session: ClassSession, person_id: int, direction: Direction) -> datetime:
    """When the event *uid* was taken, if it says the same; nobody is told that they are in by somebody else's event."""
    known = db.execute(select(AttendanceEvent.at).where(
        AttendanceEvent.uid == uid, AttendanceEvent.session_id == session.id, AttendanceEvent.person_id == person_id,
        AttendanceEvent.kind == direction)).first()
    if known is None:
        raise page_used()
    return known.at  # type: ignore[no-any-return]


def page_used() -> Conflict:
    """The refusal of an act whose id stands for another act: an old page was sent once more, changed."""
    return Conflict("page_used", N_("这个页面已经用过一次，这次的内容没有保存。请刷新页面，核对后再操作。"))


def counts_from(session: ClassSession, rules: ClassRules, zone: str, seen_at: datetime) -> datetime:
    """The instant as which a code seen at *seen_at* counts: that one, or the opening if it was seen a little early.

    :raises Conflict: far too early, too late, or no attendance is taken in the session
    """
    require_taken(session)
    opens, closes = sign_in_window(session, rules, zone)
    if seen_at < opens - timedelta(minutes=rules_in(session, rules).scan_early):
        raise Conflict("not_open_yet", N_("“{title}”还没有开始签到，没有签到。请等大屏幕出现二维码后再扫。"), title=session.title)
    if seen_at > closes:
        raise Conflict("closed", N_("“{title}”的签到已经结束，没有签到。如确已到场，请找班主任补签。"), title=session.title)
    return max(seen_at, opens)


def require_taken(session: ClassSession) -> None:
    """:raises Conflict: the session does not take place, or no attendance is taken in it"""
    require_not_cancelled(session)
    if not session.counts:
        raise Conflict("no_attendance_taken", N_("“{title}”不记考勤，不需要签到。"), title=session.title)


def require_not_cancelled(session: ClassSession) -> None:
    """:raises Conflict: the session does not take place"""
    if session.cancelled:
        raise Conflict("session_cancelled", N_("“{title}”已取消，不需要签到。"), title=session.title)


def require_enrolled(db: Session, session: ClassSession, person_id: int) -> None:
    """:raises Forbidden: the person is not in the class"""
    if db.scalar(select(Enrolment.id).where(Enrolment.class_id == session.class_id, Enrolment.person_id == person_id,
                                            Enrolment.state == "enrolled")) is None:
        raise _not_enrolled()


def _not_enrolled() -> Forbidden:
    return Forbidden("not_enrolled", N_("您不在这个培训班的名册里，没有签到。请到签到台联系工作人员。"))


# Three hundred taps at the beginning of a session go through these two: put together once, and one question to ask.
_EVENT = AttendanceEvent
_EARLIER = (
    select(_EVENT.id, _EVENT.uid, _EVENT.person_id, _EVENT.kind, _EVENT.at, _EVENT.ticket, _EVENT.flags, _EVENT.voids_id,
           Person.state.label("holder"))
    .select_from(Enrolment)
    .join(Person, Person.id == Enrolment.person_id)
    .outerjoin(_EVENT, and_(_EVENT.session_id == bindparam("session"),
                            or_(_EVENT.person_id == Enrolment.person_id, _EVENT.device == bindparam("device"))))
    .where(Enrolment.class_id == bindparam("class_id"), Enrolment.person_id == bindparam("person"),
           Enrolment.state == "enrolled").order_by(_EVENT.id))
_TABLE = _EVENT.metadata.tables[_EVENT.__tablename__]
_INSERT = {"sqlite": sqlite.insert(_TABLE).on_conflict_do_nothing().returning(_TABLE.c.uid),
           "postgresql": postgresql.insert(_TABLE).on_conflict_do_nothing().returning(_TABLE.c.uid)}


def _earlier(db: Session, session: ClassSession, person_id: int, device: str) -> tuple[list[AttendanceEvent], int | None]:
    """This person's live in/out events in order, and whom else this browser has signed in first, if anybody.

    :param device: empty if it is not the person's own browser that asks
    :raises Forbidden: the person is not in the class, or is deactivated
    """
    rows = db.connection().execute(_EARLIER, {"session": session.id, "class_id": session.class_id, "person": person_id,
                                              "device": device}).all()
    if not rows:
        raise _not_enrolled()
    if rows[0].holder != "active":
        raise Forbidden("not_signed_in_inactive", N_("这个账号已停用，没有签到。请到签到台联系工作人员。"))
    events = [row for row in rows if row.id is not None]
    voided = {row.voids_id for row in events if row.voids_id}
    mine = [r for r in events if r.person_id == person_id and r.kind in ("in", "out") and r.id not in voided]
    other = next((r.person_id for r in events if r.person_id != person_id and r.id not in voided), None)
    return mine, other  # type: ignore[return-value]


def _write_once(db: Session, values: dict[str, object]) -> str | None:
    """Insert an event unless its uid or ticket is on record; its uid, or None."""
    values.setdefault("uid", new_uid())
    connection = db.connection()  # past the unit of work, which has nothing to add to one new row
    written: str | None = connection.scalar(_INSERT[connection.dialect.name], values)
    return written
