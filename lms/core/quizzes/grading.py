"""What an attempt is worth: a row of marks for each question or part, and their sum once nobody has to mark any more."""
from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from lms.core.errors import LmsError
from lms.core.quizzes.frozen import Item
from lms.core.quizzes.kinds.pieces import Piece, pieces_of
from lms.core.quizzes.kinds.protocol import Answer
from lms.core.quizzes.models import Attempt, Mark
from lms.core.registry import Registry

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ruling:
    """How a question that turned out faulty is marked instead, see ``corrections``.

    :param action: ``drop`` (neither mark nor full mark), ``give`` (the full mark to all), ``key`` (by *key*), ``accept`` (by
        *key* or as before, whichever is better)
    :param key: as this very attempt would have had it
    :param version_id: whose key it is
    :param before: the ruling that counted before this one; only ``accept`` builds on it, all others begin anew
    """

    action: str
    key: dict[str, Any] | None = None
    version_id: int | None = None
    before: Ruling | None = None


@dataclass(frozen=True)
class Graded:
    """The mark of a question, or of one part of it. *mark* None: somebody has to mark it."""

    item: int
    part: str
    mark: int | None
    full_mark: int
    version_id: int


class _NotGraded(Exception):
    """A kind is missing or broken."""


def grade(registry: Registry, items: Sequence[Item], answers: Mapping[int, Answer],
          rulings: Mapping[int, Ruling] | None = None) -> list[Graded] | None:
    """The marks of all items in order; None if a kind cannot say (its plugin is missing or broken).

    An answer that people mark waits for them; one that was left empty is 0 and waits for nobody.

    :param rulings: by item number
    """
    try:
        return [graded for item in items
                for graded in grade_item(registry, item, answers.get(item.number, {}), (rulings or {}).get(item.number))]
    except _NotGraded:
        return None


def grade_item(registry: Registry, item: Item, answer: Answer, ruling: Ruling | None = None) -> list[Graded]:
    """The marks of one item, part by part."""
    given = {name: value for name, value in answer.items() if name not in ("flag", "checked")}
    asked = _pieces(registry, item, item.key, given)
    version = ruling.version_id if ruling and ruling.version_id else item.version_id
    return [Graded(item.number, piece.part, mark, 0 if ruling is not None and ruling.action == "drop" else piece.full_mark, version)
            for piece, mark in zip(asked, _ruled(registry, item, asked, given, ruling), strict=True)]


def _ruled(registry: Registry, item: Item, asked: Sequence[Piece], given: Answer, ruling: Ruling | None) -> list[int | None]:
    """The marks of the pieces. What is accepted is accepted besides all that counted before it."""
    if ruling is None:
        return [_mark_of(item, piece) for piece in asked]
    if ruling.action in ("drop", "give"):
        return [0 if ruling.action == "drop" else piece.full_mark for piece in asked]
    assert ruling.key is not None
    made = [_mark_of(item, piece) for piece in _pieces(registry, item, ruling.key, given)]
    if ruling.action == "key":
        return made
    return [_better(old, new) for old, new in zip(_ruled(registry, item, asked, given, ruling.before), made, strict=True)]


def _better(old: int | None, new: int | None) -> int | None:
    return None if old is None or new is None else max(old, new)


def _pieces(registry: Registry, item: Item, key: dict[str, Any], answer: Answer) -> list[Piece]:
    try:
        return pieces_of(registry, kind=item.kind, shown=item.shown, key=key, answer=answer, full_mark=item.mark)
    except LmsError as error:
        log.error("item %s cannot be marked: %s", item.number, error)
        raise _NotGraded from error


def _mark_of(item: Item, piece: Piece) -> int | None:
    if piece.kind.by_hand:
        return None if piece.answer else 0
    try:
        mark = piece.kind.grade(piece.key, piece.answer, piece.full_mark)
    except Exception as error:  # a plugin's fault must not keep anybody from handing in
        log.exception("question kind %s failed to mark an answer", piece.kind.code)
        raise _NotGraded from error
    if not isinstance(mark, int) or not 0 <= mark <= piece.full_mark:
        log.error("question kind %s gave %r of %s for item %s", piece.kind.code, mark, piece.full_mark, item.number)
        raise _NotGraded
    return mark


def total(marks: Iterable[Graded]) -> tuple[int | None, int, int]:
    """Mark, full mark, and how many wait for somebody; the mark is None while any does, for an unfinished sum is none."""
    rows = list(marks)
    waiting = sum(row.mark is None for row in rows)
    return None if waiting else sum(row.mark or 0 for row in rows), sum(row.full_mark for row in rows), waiting


def has_passed(mark: int, full_mark: int, pass_mark: int) -> bool:
    """Exact: 59.999 of 100 is below 60 %.

    :param pass_mark: in 1/1000 of the full mark
    """
    return mark * 1000 >= pass_mark * full_mark


def write_marks(db: Session, attempt: Attempt, marks: Sequence[Graded], *, grader_id: int | None, now: datetime) -> None:
    """New rows; whoever calls it has replaced those that counted before."""
    rows: list[dict[str, Any]] = [
        {"attempt_id": attempt.id, "item": row.item, "part": row.part, "mark": row.mark, "full_mark": row.full_mark,
         "question_version_id": row.version_id, "grader_id": grader_id, "created_at": now} for row in marks]
    db.execute(insert(Mark), rows)


def live_marks(db: Session, attempt_id: int) -> list[Graded]:
    """The rows that count now. One statement."""
    m = Mark
    return [Graded(*row) for row in db.execute(
        select(m.item, m.part, m.mark, m.full_mark, m.question_version_id)
        .where(m.attempt_id == attempt_id, m.replaced_at.is_(None)).order_by(m.item, m.part))]


def settle(db: Session, attempt: Attempt, marks: Sequence[Graded], *, now: datetime) -> None:
    """Bring mark and verdict of the attempt in line with the rows that count, and tell whoever listens.

    :param marks: all of them
    """
    mark, full_mark, attempt.waiting = total(marks)
    attempt.full_mark, attempt.mark = full_mark, mark
    attempt.passed = None if mark is None else has_passed(mark, full_mark, attempt.frozen["pass_mark"])
    db.flush()
    if mark is not None:
        db.info["events"].send(db, "attempt.marked", attempt_id=attempt.id, paper_id=attempt.paper_id, person_id=attempt.person_id,
                               mark=mark, full_mark=full_mark, passed=attempt.passed, now=now)
