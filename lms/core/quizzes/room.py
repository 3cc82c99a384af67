"""The whole room at one press: everybody's clock stands still, runs on, or stops for good. Each with a reason, in the log."""
from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.core.audit.service import record
from lms.core.errors import Conflict, Invalid
from lms.core.i18n import N_
from lms.core.quizzes.models import Attempt, Paper
from lms.core.quizzes.papers import close_paper


def pause(db: Session, *, paper: Paper, reason: str, by_id: int | None, now: datetime) -> None:
    """Nobody's time runs from now on, nobody begins, answers wait. Twice is once.

    :raises Invalid: no reason
    :raises Conflict: the paper is not running
    """
    _need(reason)
    if paper.state != "published":
        raise Conflict("room_not_running", N_("这场考试没有在进行，什么都没有改。"))
    if paper.paused_at is not None:
        return
    paper.paused_at = now
    paper.version += 1
    record(db, actor_id=by_id, action="paper.pause", thing=paper, now=now, class_id=paper.class_id, reason=reason.strip())


def resume(db: Session, *, paper: Paper, reason: str = "", by_id: int | None, now: datetime) -> int:
    """Go on: everybody has as much time left as when the room was paused; how many are working. Twice is once.

    :raises Conflict: the paper is not running
    """
    if paper.state != "published":
        raise Conflict("room_not_running", N_("这场考试没有在进行，什么都没有改。"))
    if paper.paused_at is None:
        return 0
    stood, paper.paused_at = now - paper.paused_at, None
    rows = db.execute(select(Attempt.id, Attempt.deadline_at).where(
        Attempt.paper_id == paper.id, Attempt.submitted_at.is_(None), Attempt.deadline_at.is_not(None)).with_for_update()).all()
    if rows:
        db.execute(update(Attempt), [{"id": key, "deadline_at": at + stood} for key, at in rows if at is not None])
    if paper.closes_at is not None:
        paper.closes_at += stood
    paper.version += 1
    record(db, actor_id=by_id, action="paper.resume", thing=paper, now=now, class_id=paper.class_id, reason=reason.strip(),
           after={"minutes": round(stood.total_seconds() / 60), "people": len(rows)})
    return len(rows)


def end(db: Session, *, paper: Paper, reason: str, by_id: int | None, now: datetime) -> None:
    """End the exam for everybody, see ``papers.close_paper``.

    :raises Invalid: no reason
    """
    _need(reason)
    close_paper(db, paper=paper, by_id=by_id, now=now, reason=reason.strip())


def _need(reason: str) -> None:
    if not reason.strip():
        raise Invalid("reason_missing", N_("请写明原因。"), field="reason")
