"""A trainee asks for leave, and takes the request back while nobody has decided."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.attendance.check_in import page_used
from lms.core.audit.service import record
from lms.core.classes.models import ClassSession, Enrolment, TrainingClass
from lms.core.classes.rules import LEAVE_KINDS
from lms.core.classes.timetable import instants
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms.core.i18n import N_
from lms.core.leave.models import LeaveRequest, LeaveSession
from lms.core.leave.proofs import Proof, attach

STATES = {"asked": N_("待批"), "approved": N_("已批准"), "refused": N_("未批准"), "withdrawn": N_("已撤回"), "returned": N_("已销假")}
_TAKEN = ("asked", "approved")  # a session in one of these cannot be asked for again


def ask(db: Session, *, training_class: TrainingClass, person_id: int, kind: str, session_uids: Sequence[str], reason: str,
        uid: str, now: datetime, proof: Proof | None = None, proof_days: int = 14) -> LeaveRequest:
    """Ask to be away from some sessions. Nothing counts as leave before somebody approves.

    :param uid: made by the client; the same request sent twice is one
    :param proof: given only where the person agreed to it
    :param proof_days: how long after the leave it is kept
    :raises Invalid: unknown kind, no reason, no session
    :raises NotFound: a session is not of this class
    :raises Forbidden: the person is not enrolled
    :raises Conflict: the class or a session is over or cancelled, or a session is asked for already
    """
    _require_place(db, training_class, person_id)
    known = db.scalar(select(LeaveRequest).where(LeaveRequest.uid == uid))
    if known is not None:
        return the_same(known, training_class, person_id, kind, session_uids, reason)
    reason = check_words(kind, reason)
    sessions = sessions_to_leave(db, training_class=training_class, person_id=person_id, session_uids=session_uids, now=now)
    request = enter(db, LeaveRequest(uid=uid, class_id=training_class.id, person_id=person_id, kind=kind, reason=reason, asked_at=now),
                    sessions, zone=training_class.zone, proof=proof, proof_days=proof_days, now=now)
    record(db, actor_id=person_id, action="leave.ask", thing=request, now=now, class_id=training_class.id,
           after={"kind": kind, "sessions": [s.uid for s in sessions], "proof": proof is not None})
    return request


def enter(db: Session, request: LeaveRequest, sessions: Sequence[ClassSession], *, zone: str, proof: Proof | None, proof_days: int,
          now: datetime) -> LeaveRequest:
    """Put a new request on record with the sessions that it covers, and its proof to it."""
    request.covered = [LeaveSession(session_id=s.id) for s in sessions]
    db.add(request)
    db.flush()
    if proof is not None:
        end = max(instants(s, zone)[1] for s in sessions)
        attach(db, request, proof, until=max(end, now) + timedelta(days=proof_days), now=now)
    return request


def check_words(kind: str, reason: str) -> str:
    """The reason, trimmed.

    :raises Invalid: unknown kind, or nothing that explains it
    """
    if kind not in LEAVE_KINDS:
        raise Invalid("leave_kind", N_("没有这种请假类别，没有提交。请选择事假、病假或公假。"), field="kind")
    if not 2 <= len(reason.strip()) <= 500:
        raise Invalid("leave_reason", N_("请写明请假事由（2 到 500 个字），没有提交。"), field="reason")
    return reason.strip()


def sessions_to_leave(db: Session, *, training_class: TrainingClass, person_id: int, session_uids: Sequence[str],
                      now: datetime, filed: bool = False) -> list[ClassSession]:
    """The sessions that are asked for, in order of time, if leave can be asked for all of them.

    :param filed: staff enter it from paper, which may come when the session is over
    :raises Invalid: none is chosen
    :raises NotFound: one is not of this class
    :raises Conflict: one is over, cancelled, or asked for already
    """
    if not session_uids:
        raise Invalid("leave_no_session", N_("请勾选要请假的课次，没有提交。"), field="sessions")
    sessions = list(db.scalars(select(ClassSession).where(
        ClassSession.class_id == training_class.id, ClassSession.uid.in_(session_uids), ClassSession.counts)
        .order_by(ClassSession.day, ClassSession.starts, ClassSession.id)))
    if len(sessions) != len(set(session_uids)):
        raise NotFound("leave_session_unknown", N_("勾选的课次有的不在课程表里，没有提交。请刷新页面后重选。"))
    for session in sessions:
        if session.cancelled:
            raise Conflict("leave_session_cancelled", N_("“{title}”已取消，不用请假，没有提交。请去掉它再提交。"), title=session.title)
        if not filed and instants(session, training_class.zone)[1] <= now:
            raise Conflict("leave_session_over", N_("“{title}”已经结束，不能再请假，没有提交。请找班主任说明情况。"), title=session.title)
    taken = db.execute(select(ClassSession.title, LeaveRequest.state).join(LeaveSession, LeaveSession.session_id == ClassSession.id)
                       .join(LeaveRequest, LeaveRequest.id == LeaveSession.request_id)
                       .where(LeaveRequest.person_id == person_id, LeaveRequest.state.in_(_TAKEN),
                              ClassSession.id.in_([s.id for s in sessions])).order_by(ClassSession.id)).first()
    if taken is not None and filed:
        raise Conflict("leave_filed_already", N_("“{title}”已经在这位学员的另一份请假里，没有登记。请去掉它，或先办结那一份。"), title=taken.title)
    if taken is not None:
        raise Conflict("leave_overlaps", N_("“{title}”已经在您的另一份请假里，没有提交。请去掉它，或先撤回、销掉那一份。"), title=taken.title)
    return sessions


def withdraw(db: Session, request: LeaveRequest, *, by_id: int, now: datetime) -> None:
    """Take a request back. Withdrawing twice is withdrawing once; its proof is purged within minutes.

    :raises Conflict: somebody has decided
    """
    hold(db, request)
    if request.state == "withdrawn":
        return
    if request.state != "asked":
        raise Conflict("leave_decided", N_("这份请假已经审批，不能撤回。如果提前回来，请销假。"))
    request.state, request.ended_at, request.ended_by_id = "withdrawn", now, by_id
    request.version += 1
    request.proof_until = now if request.proof_id else None
    record(db, actor_id=by_id, action="leave.withdraw", thing=request, now=now, class_id=request.class_id,
           before={"state": "asked"}, after={"state": "withdrawn"})


def hold(db: Session, request: LeaveRequest) -> None:
    """The request as it is now, held until the commit: of two who act at once, the second sees what the first did."""
    db.execute(select(LeaveRequest).where(LeaveRequest.id == request.id).with_for_update()
               .execution_options(populate_existing=True)).one()


def require_running(training_class: TrainingClass) -> None:
    """:raises Conflict: the class is over"""
    if training_class.state == "closed":
        raise Conflict("leave_class_closed", N_("培训班已结束，不能再办理请假，没有保存。如有出入，请联系教务人员。"))


def _require_place(db: Session, training_class: TrainingClass, person_id: int) -> None:
    """The row is held until the commit, so that two requests of one person follow each other."""
    require_running(training_class)
    if db.scalar(select(Enrolment).where(Enrolment.class_id == training_class.id, Enrolment.person_id == person_id,
                                         Enrolment.state == "enrolled").with_for_update()) is None:
        raise Forbidden("leave_not_enrolled", N_("您不在这个培训班的名册里，不能请假。请联系工作人员。"))


def the_same(known: LeaveRequest, training_class: TrainingClass, person_id: int, kind: str, session_uids: Sequence[str],
             reason: str) -> LeaveRequest:
    """The request that was sent before with the same id.

    :raises Conflict: the id stands for another request
    """
    if ((known.class_id, known.person_id, known.kind, known.reason) != (training_class.id, person_id, kind, reason.strip())
            or {c.session.uid for c in known.covered} != set(session_uids)):
        raise page_used()
    return known
