"""Looking at an attempt afterwards: nothing that tells what is right leaves the server before the paper's policy allows it."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased, joinedload

from lms.core.errors import NotFound
from lms.core.quizzes.attempts import NOT_FOUND
from lms.core.quizzes.closing import grade_items, is_over
from lms.core.quizzes.frozen import items_of
from lms.core.quizzes.kinds.protocol import Answer, Kind, kind_of
from lms.core.quizzes.models import Attempt, Paper, QuestionVersion


@dataclass(frozen=True)
class ReviewedItem:
    """A question with what was answered, what is right and why. *mark* is None where no mark could be given."""

    number: int
    kind: Kind
    shown: dict[str, Any]
    answer: Answer
    key: dict[str, Any]
    mark: int | None
    full_mark: int
    explanation: str


def own_attempt_with_room(db: Session, *, person_id: int | None, uid: str) -> tuple[Attempt, bool]:
    """The person's own attempt, with paper and class, and whether anybody is still working on the paper. One statement.

    :raises NotFound: there is none, or it is somebody else's
    """
    other = aliased(Attempt)
    busy = select(other.id).where(other.paper_id == Attempt.paper_id, other.submitted_at.is_(None)).exists()
    row = db.execute(select(Attempt, busy).where(Attempt.uid == uid, Attempt.person_id == person_id)
                     .options(joinedload(Attempt.paper).joinedload(Paper.training_class))).one_or_none()
    if row is None:
        raise NotFound("not_found", NOT_FOUND)
    return row[0], bool(row[1])


def released(attempt: Attempt, *, room_busy: bool, now: datetime, grace: timedelta) -> bool:
    """Whether the person may see the right answers now.

    After the close means: when the paper is closed, or its time is over and nobody who got more minutes is still at work.

    :param room_busy: whether anybody is still working on the paper
    """
    paper = attempt.paper
    if paper.review == "never" or not is_over(attempt, paper.state, now=now, grace=grace):
        return False
    if paper.review == "after_submit" or paper.state == "closed":
        return True
    return paper.closes_at is not None and now > paper.closes_at + grace and not room_busy


def reviewed_items(db: Session, attempt: Attempt, answers: dict[int, Answer]) -> list[ReviewedItem]:
    """Every question with its key; call it only when ``released``, or for those who teach. One statement."""
    registry, items = db.info["registry"], items_of(attempt.frozen)
    marks: Sequence[int | None] = grade_items(registry, items, answers) or [None] * len(items)
    explanations = dict(db.execute(select(QuestionVersion.id, QuestionVersion.explanation).where(
        QuestionVersion.id.in_({item.version_id for item in items}))).all())
    return [ReviewedItem(item.number, kind_of(registry, item.kind), item.shown, answers.get(item.number, {}), item.key, mark,
                         item.mark, explanations.get(item.version_id, "")) for item, mark in zip(items, marks, strict=True)]
