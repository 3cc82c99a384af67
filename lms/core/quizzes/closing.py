"""An attempt ends: handed in, or closed with what was saved when its time is over. Marks follow in the same transaction."""
from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lms.core.quizzes.answers import answers_of
from lms.core.quizzes.corrections import rulings_for
from lms.core.quizzes.frozen import items_of
from lms.core.quizzes.grading import grade, has_passed, settle, total, write_marks
from lms.core.quizzes.models import Attempt, Paper

AT_ONCE = 20  # attempts closed in one transaction, so that people who sign in meanwhile do not wait


class Timed(Protocol):
    """An attempt, as far as its end goes."""

    @property
    def submitted_at(self) -> datetime | None: ...

    @property
    def deadline_at(self) -> datetime | None: ...


class Running(Protocol):
    """A paper, as far as its clock goes."""

    @property
    def state(self) -> str: ...

    @property
    def paused_at(self) -> datetime | None: ...


def is_over(attempt: Timed, paper: Running, *, now: datetime, grace: timedelta) -> bool:
    """Whether the attempt takes no more answers: handed in, the paper closed, or past the deadline and the grace.

    While the room is paused nobody's time runs.

    :param grace: how long after the deadline an answer that was on its way is still taken
    """
    if attempt.submitted_at is not None or paper.state == "closed":
        return True
    return attempt.deadline_at is not None and room_time(paper, now) > attempt.deadline_at + grace


def room_time(paper: Running, now: datetime) -> datetime:
    """The instant at which the room's clock stands: now, or when it was paused."""
    return now if paper.paused_at is None else min(now, paper.paused_at)


def submit(db: Session, *, attempt: Attempt, now: datetime, grace: timedelta) -> Attempt:
    """Hand in. Durable and marked when the transaction is; handing in twice is handing in once.

    After the deadline it is the same as having done nothing: the attempt closes at its deadline with what was saved.
    """
    fresh, paper = _locked(db, attempt.id)
    if fresh.submitted_at is None:
        late = is_over(fresh, paper, now=now, grace=grace)
        _close(db, fresh, paper, _closer(fresh, paper) if late else "person", now)
    return fresh


def close_if_over(db: Session, *, attempt_id: int, now: datetime, grace: timedelta) -> bool:
    """Close an attempt whose time is over, durably, with what was saved; False if it is not, or was closed already."""
    attempt, paper = _locked(db, attempt_id)
    if attempt.submitted_at is not None or not is_over(attempt, paper, now=now, grace=grace):
        return False
    _close(db, attempt, paper, _closer(attempt, paper), now)
    return True


def close_overdue(db: Session, *, now: datetime, grace: timedelta, paper_id: int | None = None) -> int:
    """Close up to ``AT_ONCE`` attempts whose time is over; call it again while it gives ``AT_ONCE``."""
    query = _overdue(now, grace)
    if paper_id is not None:
        query = query.where(Attempt.paper_id == paper_id)
    return sum(close_if_over(db, attempt_id=attempt_id, now=now, grace=grace)
               for attempt_id in db.scalars(query.order_by(Attempt.id).limit(AT_ONCE)).all())


def work_left(db: Session, *, now: datetime, grace: timedelta) -> tuple[bool, bool]:
    """Whether any attempt is over but not closed, and whether any is closed but not marked."""
    return db.scalar(select(_overdue(now, grace).exists())) or False, db.scalar(select(_unmarked().exists())) or False


def _overdue(now: datetime, grace: timedelta) -> Select[Any]:
    return select(Attempt.id).join(Paper, Paper.id == Attempt.paper_id).where(
        Attempt.submitted_at.is_(None),
        (Paper.state == "closed") | (Paper.paused_at.is_(None) & (Attempt.deadline_at < now - grace)))


def _unmarked() -> Select[Any]:
    return select(Attempt.id).where(Attempt.submitted_at.is_not(None), Attempt.mark.is_(None), Attempt.waiting == 0)


def mark_left(db: Session, *, now: datetime) -> int:
    """Mark what was handed in but could not be marked then, e.g. while a plugin was missing; how many succeeded."""
    ids = db.scalars(_unmarked().limit(AT_ONCE)).all()
    return sum(_mark(db, *_locked(db, attempt_id), now) for attempt_id in ids)


def provisional(db: Session, attempt: Attempt) -> tuple[int, bool] | None:
    """Mark and verdict that an attempt will get which is over but not yet closed durably. Writes nothing."""
    items = items_of(attempt.frozen)
    graded = grade(db.info["registry"], items, answers_of(db, attempt.id), rulings_for(db, attempt, items))
    mark, full_mark, _ = total(graded or ())
    return None if graded is None or mark is None else (mark, has_passed(mark, full_mark, attempt.frozen["pass_mark"]))


def _locked(db: Session, attempt_id: int) -> tuple[Attempt, Paper]:
    """The attempt as it stands in this transaction; nobody answers it until the transaction ends."""
    return db.execute(select(Attempt, Paper).join(Paper, Paper.id == Attempt.paper_id).where(Attempt.id == attempt_id)
                      .with_for_update(of=Attempt).execution_options(populate_existing=True)).one()


def _closer(attempt: Attempt, paper: Paper) -> str:
    """What ended it first: its own deadline, or staff who closed the paper."""
    if paper.state != "closed":
        return "deadline"
    earlier = attempt.deadline_at is not None and (paper.closes_at is None or attempt.deadline_at < paper.closes_at)
    return "deadline" if earlier else "staff"


def _close(db: Session, attempt: Attempt, paper: Paper, by: str, now: datetime) -> None:
    ended = {"person": now, "deadline": attempt.deadline_at, "staff": paper.closes_at}[by] or now
    attempt.submitted_at, attempt.closed_by = max(ended, attempt.started_at), by
    db.flush()
    db.info["events"].send(db, "attempt.submitted", attempt_id=attempt.id, paper_id=paper.id,
                           person_id=attempt.person_id, now=now)
    _mark(db, attempt, paper, now)


def _mark(db: Session, attempt: Attempt, paper: Paper, now: datetime) -> bool:
    items = items_of(attempt.frozen)
    marks = grade(db.info["registry"], items, answers_of(db, attempt.id), rulings_for(db, attempt, items))
    if marks is None:
        return False
    write_marks(db, attempt, marks, grader_id=None, now=now)
    settle(db, attempt, marks, now=now)
    return True
