"""The answers of an attempt that count, read from its journal."""
from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from lms.core.quizzes.kinds.protocol import Answer
from lms.core.quizzes.models import JournalEntry


class Given(NamedTuple):
    """The answer that counts for an item, and its place in the order of giving."""

    sequence: int
    answer: Answer


def answers_of(db: Session, attempt_id: int) -> dict[int, Answer]:
    """The answer that counts for each item that has one: the one with the highest sequence. One statement."""
    return {item: given.answer for item, given in given_in(db, attempt_id).items()}


def given_in(db: Session, attempt_id: int) -> dict[int, Given]:
    """The same with the sequences. One statement."""
    j = JournalEntry
    rows = db.execute(select(j.item, j.sequence, j.answer).where(j.attempt_id == attempt_id).order_by(j.sequence))
    return {item: Given(sequence, answer) for item, sequence, answer in rows}


def given_since(db: Session, attempt_id: int, known: int, items: Collection[int] = ()) -> dict[int, Given]:
    """What counts for *items*, and for whatever was answered after the sequence *known*. One statement."""
    j = JournalEntry
    rows = db.execute(select(j.item, j.sequence, j.answer).where(
        j.attempt_id == attempt_id, or_(j.sequence > known, j.item.in_(items))).order_by(j.sequence))
    return {item: Given(sequence, answer) for item, sequence, answer in rows}


def answered(answers: Mapping[int, Answer]) -> set[int]:
    """The items that have an answer; the flag "look again" alone is none."""
    return {item for item, answer in answers.items() if set(answer) - {"flag", "checked"}}


def flagged(answers: Mapping[int, Answer]) -> set[int]:
    """The items that the person wants to look at again."""
    return {item for item, answer in answers.items() if answer.get("flag")}


def with_flag(answer: Answer, flag: bool) -> Answer:
    """*answer* with or without the flag "look again"."""
    plain = {name: value for name, value in answer.items() if name != "flag"}
    return {**plain, "flag": True} if flag else plain


def answers_by_attempt(db: Session, attempt_ids: Collection[int]) -> dict[int, dict[int, Answer]]:
    """What counts, for many attempts. One statement."""
    j = JournalEntry
    found: dict[int, dict[int, Answer]] = {}
    for attempt_id, item, answer in db.execute(select(j.attempt_id, j.item, j.answer).where(j.attempt_id.in_(attempt_ids))
                                               .order_by(j.attempt_id, j.sequence)):
        found.setdefault(attempt_id, {})[item] = answer
    return found
