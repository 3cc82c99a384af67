"""Leave is approved or refused, and ends when somebody is back (销假). Each is an event of its own in the attendance record."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core.access.service import Viewer
from lms.core.attendance.models import AttendanceEvent
from lms.core.attendance.record import class_record
from lms.core.audit.service import record
from lms.core.classes.closing import Blocker
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.classes.rules import rules_of
from lms.core.classes.timetable import instants
from lms.core.db import expect_version
from lms.core.errors import Conflict, Forbidden, Invalid
from lms.core.i18n import N_
from lms.core.leave.asking import hold, require_running
from lms.core.leave.chain import may_decide
from lms.core.leave.limits import Meter, half_days_on_leave, meter
from lms.core.leave.models import LeaveRequest
from lms.core.notices.own import tell
from lms.core.people.models import Person

Verdict = Literal["approved", "refused"]


@dataclass(frozen=True)
class Outlook:
    """What approving would mean: the meter, and how long the person's leave would be in all."""

    meter: Meter
    half_days: int


def outlook(db: Session, *, request: LeaveRequest, training_class: TrainingClass, enrolment: Enrolment, now: datetime) -> Outlook:
    """Two statements; of an approved request it says how things stand."""
    found = class_record(db, training_class=training_class, now=now, enrolments=[enrolment])
    asked, statuses = [c.session_id for c in request.covered], found.people[0].statuses
    undecided = asked if request.state == "asked" else []
    return Outlook(meter(found.sessions, statuses, found.rules, kind=request.kind, asked=undecided),
                   half_days_on_leave(found.sessions, statuses, undecided))


def decide(db: Session, *, request: LeaveRequest, training_class: TrainingClass, verdict: Verdict, note: str, version: int,
           by: Viewer, now: datetime) -> None:
    """Approve or refuse. Approved, each session gets its event; a signature in one of them still stands above it.

    :param version: the version that the approver saw
    :raises Invalid: refused without a reason
    :raises Forbidden: it is their own, or longer than they may approve
    :raises Conflict: decided or withdrawn meanwhile, or the class is over
    """
    assert by.person_id is not None  # approving is for staff
    note = note.strip()
    hold(db, request)
    if request.state == verdict and (request.decided_by_id, request.note) == (by.person_id, note):
        return  # the same form once more
    require_running(training_class)
    _require_open(db, request)
    if request.person_id == by.person_id:
        raise Forbidden("own_leave", N_("不能审批自己的请假，没有保存。请由别的工作人员审批。"))
    enrolment = db.scalar(select(Enrolment).where(Enrolment.class_id == training_class.id,
                                                  Enrolment.person_id == request.person_id).with_for_update())
    if verdict == "approved" and (enrolment is None or enrolment.state != "enrolled"):
        raise Conflict("leave_person_gone", N_("这位学员已退班，不能批准请假，没有保存。可以选择不批准。"))
    if verdict == "refused" and len(note) < 2:
        raise Invalid("leave_note", N_("请写明不批准的原因，学员会看到。没有保存。"), field="note")
    assert enrolment is not None  # a request has one
    ahead = outlook(db, request=request, training_class=training_class, enrolment=enrolment, now=now)
    _require_turn(by, training_class, ahead.half_days)
    expect_version(request, version)
    request.state, request.note, request.decided_at, request.decided_by_id = verdict, note, now, by.person_id
    if verdict == "approved":
        _enter(db, request, by.person_id, now)
    elif request.proof_until is not None:
        request.proof_until = min(request.proof_until, now + (request.proof_until - _last_end(request, training_class)))
    figures = {"hours": ahead.meter.after, "due": ahead.meter.due, "over": ahead.meter.over, "half_days": ahead.half_days}
    record(db, actor_id=by.person_id, action=f"leave.{verdict}", thing=request, now=now, class_id=training_class.id,
           before={"state": "asked"}, after={"state": verdict, "kind": request.kind, **figures}, reason=note)
    tell(db, f"leave.{verdict}", person_id=request.person_id, cause=f"leave.{verdict}:{request.uid}", now=now, way={"uid": request.uid},
         title=training_class.title)


def come_back(db: Session, *, request: LeaveRequest, training_class: TrainingClass, by_id: int, now: datetime) -> int:
    """Somebody is back: sessions that have not begun count as leave no longer; how many. Coming back twice is once.

    :raises Conflict: the leave is not approved, or the class is over
    """
    hold(db, request)
    if request.state == "returned":
        return 0
    if request.state != "approved":
        raise Conflict("leave_not_approved", N_("这份请假没有批准，不用销假。"))
    require_running(training_class)
    rest = [c for c in request.covered if c.event_id is not None and instants(c.session, training_class.zone)[0] >= now]
    voided = set(db.scalars(select(AttendanceEvent.voids_id).where(AttendanceEvent.voids_id.in_([c.event_id for c in rest]))))
    ended = [c for c in rest if c.event_id not in voided]
    for covered in ended:
        db.add(AttendanceEvent(class_id=request.class_id, session_id=covered.session_id, person_id=request.person_id, kind="void",
                               at=now, received_at=now, method="leave", by_id=by_id, voids_id=covered.event_id, flags=[]))
    request.state, request.ended_at, request.ended_by_id = "returned", now, by_id
    request.version += 1
    record(db, actor_id=by_id, action="leave.returned", thing=request, now=now, class_id=request.class_id,
           before={"state": "approved"}, after={"state": "returned", "sessions": [c.session.uid for c in ended]})
    return len(ended)


def still_undecided(db: Session, training_class: TrainingClass, now: datetime) -> Sequence[Blocker]:
    """A class is not closed while somebody waits for an answer."""
    count = db.scalar(select(func.count()).select_from(LeaveRequest).where(
        LeaveRequest.class_id == training_class.id, LeaveRequest.state == "asked")) or 0
    return (Blocker("leave_undecided", N_("还有 {count} 份请假没有审批"), {"count": count}, "lms.manage_leave.index"),) if count else ()


def _enter(db: Session, request: LeaveRequest, by_id: int, now: datetime) -> None:
    for covered in request.covered:
        if not covered.session.cancelled:
            covered.event = AttendanceEvent(
                class_id=request.class_id, session_id=covered.session_id, person_id=request.person_id, kind="status",
                status=request.kind, at=now, received_at=now, method="leave", by_id=by_id, flags=[])
    db.flush()


def _require_open(db: Session, request: LeaveRequest) -> None:
    if request.state == "asked":
        return
    if request.state == "withdrawn":
        raise Conflict("leave_withdrawn", N_("这份请假已由学员撤回，您的操作没有生效。"))
    by = db.get(Person, request.decided_by_id) if request.decided_by_id else None
    if request.state == "refused":
        raise Conflict("leave_refused_already", N_("这份请假已由 {name} 审批为“不批准”，您的操作没有生效。"), name=by.name if by else "")
    raise Conflict("leave_approved_already", N_("这份请假已由 {name} 批准，您的操作没有生效。"), name=by.name if by else "")


def _require_turn(by: Viewer, training_class: TrainingClass, half_days: int) -> None:
    rules = rules_of(training_class)
    if not may_decide(by, training_class, rules, half_days):
        raise Forbidden("leave_too_long", N_("连同已批准的共 {half_days} 个半天，班主任可以批准 {limit} 个半天以内的，更长的按班级规则由上一级审批。没有保存。"),
                        half_days=half_days, limit=rules.leave_teacher)


def _last_end(request: LeaveRequest, training_class: TrainingClass) -> datetime:
    return max(instants(c.session, training_class.zone)[1] for c in request.covered)
