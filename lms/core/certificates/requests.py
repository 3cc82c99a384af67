"""Issuing by two people: one puts the list forward, another one confirms it; who was on the list gets a certificate."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.audit.service import record
from lms.core.certificates.jobs import require_address, start_issuing
from lms.core.certificates.models import IssueRequest
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.errors import Conflict, Forbidden
from lms.core.i18n import N_
from lms.core.jobs.models import Job


def waiting_request(db: Session, training_class: TrainingClass) -> IssueRequest | None:
    """The list that waits for its second person; there is at most one in a class."""
    return db.scalar(select(IssueRequest).where(IssueRequest.class_id == training_class.id, IssueRequest.state == "waiting"))


def propose(db: Session, *, training_class: TrainingClass, enrolments: Sequence[Enrolment], base: str, by_id: int, now: datetime) -> IssueRequest:
    """Put a list forward.

    :param enrolments: who was on the list that this person has looked through
    :param base: the address that is printed, in front of ``/v/…``
    :raises Invalid: *base* is no web address, or the class's template does not exist
    :raises Conflict: nobody is on the list, or another list waits
    """
    require_address(db, training_class, base)
    if not enrolments:
        raise Conflict("nobody_on_the_list", N_("名单上没有人，没有提出。"))
    if waiting_request(db, training_class) is not None:
        raise Conflict("request_waits", N_("已有一份名单在等另一人确认，没有再提出。请先确认或撤回那一份。"))
    made = IssueRequest(class_id=training_class.id, enrolments=[e.uid for e in enrolments], base=base, state="waiting", asked_by_id=by_id, asked_at=now)
    db.add(made)
    db.flush()
    record(db, actor_id=by_id, action="certificate.propose", thing=made, now=now, class_id=training_class.id, after={"people": len(enrolments)})
    return made


def confirm(db: Session, *, request: IssueRequest, by_id: int, now: datetime) -> Job:
    """The second person agrees: the job starts, for those on the list and nobody else.

    :raises Forbidden: it is the person who put it forward
    :raises Conflict: it does not wait any more
    """
    _require_waiting(request)
    if request.asked_by_id == by_id:
        raise Forbidden("same_person", N_("按本班规则，发证要由另一个人确认。您提出的名单不能由您自己确认。"))
    training_class = db.get_one(TrainingClass, request.class_id)
    people = db.scalars(select(Enrolment).where(Enrolment.class_id == training_class.id, Enrolment.uid.in_(request.enrolments))).all()
    request.state, request.decided_by_id, request.decided_at = "confirmed", by_id, now
    record(db, actor_id=by_id, action="certificate.confirm", thing=request, now=now, class_id=training_class.id, after={"people": len(people)})
    return start_issuing(db, training_class=training_class, enrolments=people, base=request.base, by_id=by_id, now=now)


def withdraw(db: Session, *, request: IssueRequest, by_id: int, now: datetime) -> None:
    """Take the list back, or turn it down; nobody gets a certificate by it.

    :raises Conflict: it does not wait any more
    """
    _require_waiting(request)
    request.state, request.decided_by_id, request.decided_at = "withdrawn", by_id, now
    record(db, actor_id=by_id, action="certificate.withdraw", thing=request, now=now, class_id=request.class_id)


def _require_waiting(request: IssueRequest) -> None:
    if request.state != "waiting":
        raise Conflict("request_settled", N_("这份名单已经处理过了，没有作任何改动。请刷新页面查看。"))
