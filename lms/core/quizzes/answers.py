"""The answers of an attempt that count, read from its journal."""
from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.quizzes.kinds.protocol import Answer
from lms.core.quizzes.models import JournalEntry


def answers_of(db: Session, attempt_id: int) -> dict[int, Answer]:
    """The answer that counts for each item that has one: the one with the highest sequence. One statement."""
    rows = db.execute(select(JournalEntry.item, JournalEntry.answer).where(JournalEntry.attempt_id == attempt_id)
                      .order_by(JournalEntry.sequence))
    return dict(rows.all())


def answered(answers: Mapping[int, Answer]) -> set[int]:
    """The items that have an answer; the flag "look again" alone is none."""
    return {item for item, answer in answers.items() if set(answer) - {"flag"}}


def flagged(answers: Mapping[int, Answer]) -> set[int]:
    """The items that the person wants to look at again."""
    return {item for item, answer in answers.items() if answer.get("flag")}


def with_flag(answer: Answer, flag: bool) -> Answer:
    """*answer* with or without the flag "look again"."""
    plain = {name: value for name, value in answer.items() if name != "flag"}
    return {**plain, "flag": True} if flag else plain
