"""More minutes for somebody, or for the whole room; and an attempt that ended by mistake goes on."""
from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.core.audit.service import record
from lms.core.errors import Conflict, Invalid
from lms.core.i18n import N_
from lms.core.quizzes.closing import room_time
from lms.core.quizzes.models import Attempt, Mark, Paper

MOST_MINUTES = 240


def add_time_to_all(db: Session, *, paper: Paper, minutes: int, reason: str, by_id: int | None, now: datetime) -> int:
    """Give everybody who is working more minutes, and those who have yet to begin; how many are working.

    Whoever is past the deadline but not closed yet gets the minutes from now.

    :raises Invalid: no reason, or an impossible number of minutes
    :raises Conflict: the paper is closed
    """
    _check(minutes, reason)
    if paper.state != "published":
        raise Conflict("paper_not_running", N_("这场考试没有在进行，没有加时。"))
    rows = db.execute(select(Attempt.id, Attempt.deadline_at).where(
        Attempt.paper_id == paper.id, Attempt.submitted_at.is_(None), Attempt.deadline_at.is_not(None))
        .with_for_update()).all()
    db.execute(update(Attempt), [{"id": key, "deadline_at": _later(at, minutes, room_time(paper, now))} for key, at in rows]) if rows else None
    before = paper.closes_at
    if paper.closes_at is not None:
        paper.closes_at = _later(paper.closes_at, minutes, room_time(paper, now))
        paper.version += 1
    record(db, actor_id=by_id, action="paper.add_time", thing=paper, now=now, class_id=paper.class_id, reason=reason,
           before={"closes_at": before.isoformat() if before else None},
           after={"minutes": minutes, "people": len(rows)})
    return len(rows)


def add_time(db: Session, *, attempt: Attempt, minutes: int, reason: str, by_id: int | None, now: datetime) -> None:
    """Give one person more minutes. An attempt that is closed goes on: its answers are there, its mark is set aside.

    :raises Invalid: no reason, or an impossible number of minutes
    :raises Conflict: the paper is closed, or the person has seen the right answers already
    """
    _check(minutes, reason)
    fresh, paper = db.execute(select(Attempt, Paper).join(Paper, Paper.id == Attempt.paper_id).where(
        Attempt.id == attempt.id).with_for_update(of=Attempt).execution_options(populate_existing=True)).one()
    if paper.state != "published":
        raise Conflict("paper_not_running", N_("这场考试没有在进行，没有加时。"))
    before = {"deadline_at": fresh.deadline_at.isoformat() if fresh.deadline_at else None, "closed_by": fresh.closed_by,
              "mark": fresh.mark}
    if fresh.submitted_at is not None:
        if "after_submit" in (paper.review, paper.show_why):
            raise Conflict("review_released", N_("这份试卷交卷后就公布答案，不能再继续作答。可以让本人重新作答一次。"))
        fresh.submitted_at, fresh.closed_by, fresh.mark, fresh.passed = None, "", None, None
        db.execute(update(Mark).where(Mark.attempt_id == fresh.id, Mark.replaced_at.is_(None)).values(replaced_at=now))
    if fresh.deadline_at is not None:
        fresh.deadline_at = _later(fresh.deadline_at, minutes, room_time(paper, now))
    record(db, actor_id=by_id, action="attempt.add_time", thing=fresh, now=now, class_id=paper.class_id, reason=reason,
           before=before, after={"minutes": minutes,
                                 "deadline_at": fresh.deadline_at.isoformat() if fresh.deadline_at else None})


def _later(at: datetime | None, minutes: int, now: datetime) -> datetime:
    return max(at or now, now) + timedelta(minutes=minutes)


def _check(minutes: int, reason: str) -> None:
    if not 1 <= minutes <= MOST_MINUTES:
        raise Invalid("add_minutes", N_("加时要在 1 到 {most} 分钟之间。"), field="minutes", most=MOST_MINUTES)
    if not reason.strip():
        raise Invalid("reason_missing", N_("请写明加时的原因。"), field="reason")
