"""A person's own notices (站内消息): what was decided about them, told in the transaction in which it was decided.

A service tells with ``tell`` beside its entry in the log; what is rolled back was never told.
"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.core.errors import NotFound
from lms.core.i18n import N_, pick, translate
from lms.core.notices.models import Notice
from lms.core.people.merged import own_ids


@dataclass(frozen=True)
class Kind:
    """What a notice says (a message id) and the endpoint of the page behind it."""

    words: str
    endpoint: str


_RECORD = "lms.record.show"
KINDS = {
    "leave.approved": Kind(N_("您在“{title}”的请假已批准"), "lms.leave.show"),
    "leave.refused": Kind(N_("您在“{title}”的请假没有批准，原因请点开看"), "lms.leave.show"),
    "leave.filed": Kind(N_("工作人员在“{title}”替您登记了请假"), "lms.leave.show"),
    "correction.accepted": Kind(N_("您申请更正的个人信息已更正"), "lms.my_data.show"),
    "correction.refused": Kind(N_("您申请更正的个人信息没有更正，原因请点开看"), "lms.my_data.show"),
    "question.answered": Kind(N_("您在课程“{title}”里的提问有了解答"), "lms.discussion.show"),
    "assignment.marked": Kind(N_("您交的“{title}”已批阅"), "lms.assignments.show"),
    "assignment.returned": Kind(N_("您交的“{title}”被退回修改，请看评语"), "lms.assignments.show"),
    "certificate.issued": Kind(N_("“{title}”的证书已发给您，编号 {number}"), _RECORD),
    "certificate.reissued": Kind(N_("“{title}”的证书已补发，新编号 {number}"), _RECORD),
    "certificate.revoked": Kind(N_("“{title}”的证书（编号 {number}）已作废"), _RECORD),
    "paper.resit": Kind(N_("给您安排了补考“{title}”"), "lms.papers.show"),
    "sign_in.confirm": Kind(N_("您在“{title}”的签到已核对，计入考勤"), _RECORD),
    "sign_in.void": Kind(N_("您在“{title}”的签到经核对作废"), _RECORD),
    "substitute.original": Kind(N_("“{title}”已登记由别人替您参加"), _RECORD),
    "substitute.by": Kind(N_("“{title}”已登记由您替别人参加"), _RECORD),
    "substitute.back": Kind(N_("“{title}”的替训登记已撤销"), _RECORD),
}


def tell(db: Session, kind: str, *, person_id: int, cause: str, now: datetime, way: dict[str, str] | None = None, **data: Any) -> None:
    """Tell one person. One statement; not a second one where *cause* was told to them before.

    :param kind: one of ``KINDS``
    :param cause: what happened, e.g. ``leave.approved:`` and the uid of the request
    :param way: the values of the address of the page behind
    :param data: what stands in the words; a map is a title by language
    """
    assert kind in KINDS, kind
    insert: Any = postgresql.insert if db.get_bind().dialect.name == "postgresql" else sqlite.insert
    db.execute(insert(Notice).values(person_id=person_id, kind=kind, data=data, way=way or {}, cause=cause, at=now).on_conflict_do_nothing())


def own_notices(db: Session, person_id: int, *, page: int, size: int) -> tuple[Sequence[Notice], int, int]:
    """A page of somebody's notices, the latest first; how many there are, and how many of them unread. Two statements."""
    mine = Notice.person_id.in_(own_ids(person_id))
    total, unread = db.execute(select(func.count(), func.count().filter(Notice.read_at.is_(None))).select_from(Notice).where(mine)).one()
    rows = db.scalars(select(Notice).where(mine).order_by(Notice.at.desc(), Notice.id.desc()).limit(size).offset((page - 1) * size)).all()
    return rows, total, unread


def open_notice(db: Session, *, uid: str, person_id: int, now: datetime) -> Notice:
    """Somebody opens a notice of theirs; that they did so first counts. No role opens another's, not even one that sees everything.

    :raises NotFound: it is not theirs, or its time is over
    """
    found = db.scalar(select(Notice).where(Notice.uid == uid, Notice.person_id.in_(own_ids(person_id))))
    if found is None:
        raise NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。"))
    found.read_at = found.read_at or now
    return found


def read_all(db: Session, person_id: int, now: datetime) -> None:
    """Everything that somebody has not read yet counts as read."""
    db.execute(update(Notice).where(Notice.person_id.in_(own_ids(person_id)), Notice.read_at.is_(None)).values(read_at=now),
               execution_options={"synchronize_session": False})


def sentence(kind: str, data: dict[str, Any], locale: str) -> str:
    """What the notice says in *locale*."""
    found = KINDS.get(kind)
    return translate(locale, found.words, **{k: pick(v, locale) if isinstance(v, dict) else v for k, v in data.items()}) if found else kind
