"""Staff enter leave that a trainee asked for on paper or by telephone: who entered it and from what stands with it.

It is a request like any other: it goes the same way through the class's chain, and counts as nothing before somebody approves.
"""
from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.access.service import Viewer
from lms.core.audit.service import record
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.errors import Conflict, Forbidden, Invalid
from lms.core.i18n import N_
from lms.core.leave.asking import check_words, enter, require_running, sessions_to_leave, the_same
from lms.core.leave.models import LeaveRequest
from lms.core.leave.proofs import Proof
from lms.core.notices.own import tell

LONGEST_BASIS = 200  # characters


def file_for(db: Session, *, training_class: TrainingClass, enrolment: Enrolment, kind: str, session_uids: Sequence[str], reason: str,
             basis: str, by: Viewer, uid: str, now: datetime, proof: Proof | None = None, proof_days: int = 14) -> LeaveRequest:
    """Enter leave for somebody. Sessions that are over may be among them: paper comes late.

    :param basis: what it is entered from, e.g. a signed note
    :param uid: made by the client; the same entry sent twice is one
    :param proof: given only where the person agreed to it
    :raises Invalid: unknown kind, no reason, no basis, no session
    :raises NotFound: a session is not of this class
    :raises Forbidden: it is their own; for oneself one asks
    :raises Conflict: the class is over, the person has left it, or a session is cancelled or asked for already
    """
    require_running(training_class)
    if enrolment.person_id == by.person_id:
        raise Forbidden("own_leave_filed", N_("不能为自己登记请假，没有保存。请在“今天”页面申请，由别的工作人员审批。"))
    held = db.scalars(select(Enrolment).where(Enrolment.id == enrolment.id).with_for_update()
                      .execution_options(populate_existing=True)).one()
    if held.state != "enrolled":
        raise Conflict("leave_filed_gone", N_("{name} 已退班，不能登记请假，没有保存。"), name=held.name)
    known = db.scalar(select(LeaveRequest).where(LeaveRequest.uid == uid))
    if known is not None:
        return the_same(known, training_class, held.person_id, kind, session_uids, reason)
    reason, basis = check_words(kind, reason), check_basis(basis)
    sessions = sessions_to_leave(db, training_class=training_class, person_id=held.person_id, session_uids=session_uids, now=now, filed=True)
    request = enter(db, LeaveRequest(uid=uid, class_id=training_class.id, person_id=held.person_id, kind=kind, reason=reason, asked_at=now,
                                     filed_by_id=by.person_id, basis=basis),
                    sessions, zone=training_class.zone, proof=proof, proof_days=proof_days, now=now)
    record(db, actor_id=by.person_id, action="leave.file", thing=request, now=now, class_id=training_class.id, reason=basis,
           after={"person_id": held.person_id, "kind": kind, "sessions": [s.uid for s in sessions], "proof": proof is not None})
    tell(db, "leave.filed", person_id=held.person_id, cause=f"leave.filed:{request.uid}", now=now, way={"uid": request.uid}, title=training_class.title)
    return request


def check_basis(basis: str) -> str:
    """What the entry rests on, trimmed.

    :raises Invalid: nothing that explains it
    """
    if not 2 <= len(basis.strip()) <= LONGEST_BASIS:
        raise Invalid("leave_basis", N_("请写明登记的依据（2 到 {most} 个字），例如“本人签字的纸质假条”，没有保存。"), field="basis", most=LONGEST_BASIS)
    return basis.strip()
