"""Writes questions and their versions, many at once: ten thousand in one short transaction."""
from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast

from sqlalchemy import Table, func, insert, select, tuple_, update
from sqlalchemy.orm import Session

from lms.core.ids import new_uid
from lms.core.quizzes.content import QuestionContent, stem_key
from lms.core.quizzes.models import Question, QuestionVersion

T = TypeVar("T")
# The tables themselves: thousands of rows need none of what the mapper keeps of each object.
_QUESTIONS, _VERSIONS = cast(Table, Question.__table__), cast(Table, QuestionVersion.__table__)
_CHUNK = 400  # values in one statement; SQLite's oldest limit is 999


@dataclass(frozen=True)
class Known:
    """A question as it stands in the bank."""

    id: int
    code: str
    stem_key: str
    state: str
    hash: str
    origin: str


def known_questions(db: Session, bank_id: int) -> dict[str, Known]:
    """The bank's questions by code. One statement."""
    q, v = Question, QuestionVersion
    rows = db.execute(select(q.id, q.code, q.stem_key, q.state, v.content_hash, v.origin)
                      .join(v, v.id == q.current_version_id).where(q.bank_id == bank_id).order_by(q.id))
    return {row.code: Known(*row) for row in rows}


def add_questions(db: Session, *, bank_id: int, contents: dict[str, QuestionContent], origin: str, by_id: int | None,
                  now: datetime, state: str = "reviewed") -> None:
    """New questions by code, each with its first version."""
    if not contents:
        return
    db.execute(insert(_QUESTIONS), [{"uid": new_uid(), "bank_id": bank_id, "code": code, "state": state, "version": 1,
                                             **_columns(content)} for code, content in contents.items()])
    ids = dict(db.execute(select(Question.code, Question.id).where(Question.bank_id == bank_id, Question.current_version_id.is_(None))).all())
    _insert_versions(db, [(ids[code], 1, content) for code, content in contents.items()], origin, by_id, now)
    first = select(QuestionVersion.id).where(QuestionVersion.question_id == Question.id, QuestionVersion.number == 1)
    db.execute(update(Question).where(Question.bank_id == bank_id, Question.current_version_id.is_(None))
               .values(current_version_id=first.scalar_subquery()).execution_options(synchronize_session=False))


def change_questions(db: Session, *, contents: dict[int, QuestionContent], origin: str, by_id: int | None,
                     now: datetime) -> None:
    """A further version of each of these questions, by question id; older versions stay."""
    numbers: dict[int, int] = {}
    for ids in _chunks(list(contents)):
        numbers.update(db.execute(select(QuestionVersion.question_id, func.max(QuestionVersion.number)).where(
            QuestionVersion.question_id.in_(ids)).group_by(QuestionVersion.question_id)).all())
    rows = [(key, numbers[key] + 1, content) for key, content in contents.items()]
    if rows:
        _insert_versions(db, rows, origin, by_id, now)
        _make_current(db, rows)


def _insert_versions(db: Session, rows: Sequence[tuple[int, int, QuestionContent]], origin: str, by_id: int | None, now: datetime) -> None:
    db.execute(insert(_VERSIONS), [
        {"question_id": question_id, "number": number, "body": content.body, "key": content.key,
         "explanation": content.explanation, "source": source_of(content), "origin": origin,
         "content_hash": content.hash, "author": content.author, "reviewer": content.reviewer, "review_by": content.review_by, "created_by_id": by_id,
         "created_at": now} for question_id, number, content in rows])


def _make_current(db: Session, rows: Sequence[tuple[int, int, QuestionContent]]) -> None:
    made: dict[int, int] = {}
    for pairs in _chunks([(question_id, number) for question_id, number, _ in rows]):
        made.update(db.execute(select(QuestionVersion.question_id, QuestionVersion.id).where(
            tuple_(QuestionVersion.question_id, QuestionVersion.number).in_(pairs))).all())
    db.execute(update(Question), [{"id": question_id, "current_version_id": made[question_id], **_columns(content)}
                                  for question_id, _, content in rows])


def _columns(content: QuestionContent) -> dict[str, Any]:
    return {"kind": content.kind, "topic": content.topic, "difficulty": content.difficulty, "mark": content.mark,
            "stem_key": stem_key(content.stem), "tags": tag_column(content.tags)}


def source_of(content: QuestionContent) -> dict[str, Any]:
    """What a version keeps of where a question comes from, and of how it is found."""
    more = {"text": content.source, "tags": list(content.tags)}
    return {"facts": list(content.facts), **{name: value for name, value in more.items() if value}}


def tag_column(tags: Sequence[str]) -> str:
    """The tags with a mark around each, so that a whole one can be searched for."""
    return "".join(f"|{tag}" for tag in tags) + "|" if tags else ""


def _chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), _CHUNK):
        yield values[start:start + _CHUNK]


def duplicates(keys: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Code -> the first code that asks the same, for (code, stem key) pairs in order."""
    first: dict[str, str] = {}
    found: dict[str, str] = {}
    for code, key in keys:
        if key in first:
            found[code] = first[key]
        first.setdefault(key, code)
    return found
