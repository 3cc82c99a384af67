"""Attempts (作答): begun once, carried on from any device, over when the server's clock says so."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, joinedload

from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.errors import Conflict, Forbidden, NotFound
from lms.core.i18n import N_
from lms.core.ids import new_uid
from lms.core.quizzes.closing import close_if_over, is_over
from lms.core.quizzes.frozen import Prepared, prepare
from lms.core.quizzes.models import Attempt, Paper
from lms.core.quizzes.takers import may_take

NOT_FOUND = N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。")


@dataclass(frozen=True)
class Past:
    """An attempt without what was asked in it: enough for lists."""

    id: int
    uid: str
    paper_id: int
    number: int
    started_at: datetime
    deadline_at: datetime | None
    submitted_at: datetime | None
    closed_by: str
    mark: int | None
    full_mark: int
    passed: bool | None
    waiting: int


_PAST = (Attempt.id, Attempt.uid, Attempt.paper_id, Attempt.number, Attempt.started_at, Attempt.deadline_at,
         Attempt.submitted_at, Attempt.closed_by, Attempt.mark, Attempt.full_mark, Attempt.passed, Attempt.waiting)


def attempts_of(db: Session, *, person_id: int, paper_ids: Sequence[int]) -> dict[int, list[Past]]:
    """The person's attempts at these papers, by paper, in order. One statement."""
    found: dict[int, list[Past]] = {paper_id: [] for paper_id in paper_ids}
    for row in db.execute(select(*_PAST).where(Attempt.person_id == person_id, Attempt.paper_id.in_(paper_ids))
                          .order_by(Attempt.number)):
        found[row.paper_id].append(Past(*tuple(row)))
    return found


def own_attempt(db: Session, *, person_id: int | None, uid: str, with_paper: bool = False) -> Attempt:
    """The attempt, if it is this person's own.

    :param with_paper: paper and class come with it, in the same statement
    :raises NotFound: there is none, or it is somebody else's, whatever else they may be allowed
    """
    query = select(Attempt).where(Attempt.uid == uid, Attempt.person_id == person_id)
    if with_paper:
        query = query.options(joinedload(Attempt.paper).joinedload(Paper.training_class))
    attempt = db.scalar(query)
    if attempt is None:
        raise NotFound("not_found", NOT_FOUND)
    return attempt


def running(past: Sequence[Past], paper: Paper, *, now: datetime, grace: timedelta) -> Past | None:
    """The one of these attempts that can still be answered."""
    return next((a for a in past if a.submitted_at is None and not is_over(a, paper, now=now, grace=grace)), None)


def require_startable(paper: Paper, past: Sequence[Past], *, now: datetime, grace: timedelta) -> None:
    """Go on only if a new attempt may begin now.

    :raises Conflict: not published, not open yet, no longer open, paused, or all attempts are used
    """
    if paper.paused_at is not None and paper.state == "published":
        raise Conflict("paper_paused", N_("“{title}”已暂停，现在不能开始。请等监考人员继续考试后再进入。"), title=paper.title)
    if paper.state != "published":
        raise Conflict("paper_not_open", N_("“{title}”现在不开放作答。"), title=paper.title)
    if paper.opens_at and now < paper.opens_at:
        raise Conflict("paper_not_yet", N_("“{title}”还没有开始。请到开始时间再进入。"), title=paper.title)
    if paper.closes_at and now >= paper.closes_at:
        raise Conflict("paper_over", N_("“{title}”已经结束，不能再开始作答。"), title=paper.title)
    if paper.attempts and len(past) >= paper.attempts and running(past, paper, now=now, grace=grace) is None:
        raise Conflict("attempts_used", N_("“{title}”可以作答 {allowed} 次，您已用完。"), title=paper.title,
                       allowed=paper.attempts)


def start(db: Session, *, paper: Paper, person_id: int, prepared: Prepared | None = None, now: datetime,
          grace: timedelta = timedelta(0)) -> Attempt:
    """Begin an attempt, or give the one that is running, on whatever device it was begun.

    However many requests arrive at once, one attempt begins: its number is unique for paper and person.

    :param prepared: ``frozen.prepare``'s work, done before this transaction
    :raises Forbidden: the person is not enrolled in the class, or the paper is for others of it
    :raises Conflict: see ``require_startable``
    """
    paper = _for_taker(db, paper.id, person_id)
    past = attempts_of(db, person_id=person_id, paper_ids=[paper.id])[paper.id]
    going_on = running(past, paper, now=now, grace=grace)
    if going_on is not None:
        return db.get_one(Attempt, going_on.id)
    require_startable(paper, past, now=now, grace=grace)
    for left in past:
        if left.submitted_at is None:
            close_if_over(db, attempt_id=left.id, now=now, grace=grace)
    if prepared is None or (prepared.paper_id, prepared.paper_version) != (paper.id, paper.version):
        prepared = prepare(db, paper)  # somebody published anew between the two steps
    return _insert(db, paper, prepared, person_id, len(past) + 1, now)


def _for_taker(db: Session, paper_id: int, person_id: int) -> Paper:
    """The paper as it stands in this transaction, if this person may sit it."""
    seat = and_(Enrolment.class_id == Paper.class_id, Enrolment.person_id == person_id, Enrolment.state == "enrolled")
    paper, seated, group_id, class_state = db.execute(
        select(Paper, Enrolment.id, Enrolment.group_id, TrainingClass.state)
        .join(TrainingClass, TrainingClass.id == Paper.class_id).outerjoin(Enrolment, seat).where(Paper.id == paper_id)
        .execution_options(populate_existing=True)).one()
    if seated is None or class_state == "draft":
        raise Forbidden("not_enrolled", N_("您不在这个培训班的名册里，不能作答。请联系教务人员。"))
    if not may_take(paper, person_id=person_id, group_id=group_id):
        raise Forbidden("not_a_taker", N_("“{title}”不是给您的。如有疑问请联系教务人员。"), title=paper.title)
    return paper


def _insert(db: Session, paper: Paper, prepared: Prepared, person_id: int, number: int, now: datetime) -> Attempt:
    values: dict[str, Any] = {
        "uid": new_uid(), "paper_id": paper.id, "person_id": person_id, "number": number, "frozen": prepared.frozen,
        "started_at": now, "deadline_at": deadline(paper, now), "full_mark": prepared.full_mark}
    dialect = sqlite if db.get_bind().dialect.name == "sqlite" else postgresql
    db.execute(dialect.insert(Attempt).values(**values).on_conflict_do_nothing(
        index_elements=["paper_id", "person_id", "number"]))
    return db.scalars(select(Attempt).where(Attempt.paper_id == paper.id, Attempt.person_id == person_id,
                                            Attempt.number == number)).one()


def deadline(paper: Paper, started_at: datetime) -> datetime | None:
    """When an attempt begun at *started_at* ends; None if nothing ends it."""
    ends = [started_at + timedelta(minutes=paper.minutes)] if paper.minutes else []
    if paper.closes_at:
        ends.append(paper.closes_at)
    return min(ends, default=None)


def seconds_left(attempt: Attempt | Past, now: datetime) -> int | None:
    """Whole seconds to the deadline, never below 0; None without one.

    :param now: the room's time, see ``closing.room_time``
    """
    if attempt.deadline_at is None:
        return None
    return max(0, int((attempt.deadline_at - now).total_seconds()))
