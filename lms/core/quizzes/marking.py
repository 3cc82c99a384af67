"""The marking queue (阅卷): answers that people mark, question by question, without names; every mark and comment has versions."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import Session

from lms.core.audit.service import record
from lms.core.errors import Invalid
from lms.core.i18n import N_
from lms.core.ids import digest
from lms.core.people.models import Person
from lms.core.quizzes.answers import answers_by_attempt
from lms.core.quizzes.frozen import items_of
from lms.core.quizzes.grading import live_marks, settle
from lms.core.quizzes.kinds.pieces import Piece, pieces_of
from lms.core.quizzes.models import Attempt, Mark, Paper, Question, QuestionVersion

AT_ONCE = 20  # answers on a page
LONGEST_COMMENT = 2000
# Marked by people: waits for them, or somebody gave it. What was left empty is 0 by rule and not among them.
_BY_PEOPLE = or_(Mark.mark.is_(None), Mark.grader_id.is_not(None))


@dataclass(frozen=True)
class QueuedQuestion:
    """A question, or a part of one, with how many of its answers wait and how many are marked."""

    question_uid: str
    part: str
    stem: str
    waiting: int
    marked: int


@dataclass(frozen=True)
class Sheet:
    """One answer to mark, without a name.

    :param label: four letters that stand for the attempt
    :param seal: of mark and comment as they stand, so that the second of two markers is told
    :param past: earlier marks, the latest first: mark, comment, who, until when
    """

    attempt_uid: str
    label: str
    answer: str
    mark: int | None
    full_mark: int
    comment: str
    seal: str
    past: tuple[tuple[int | None, str, str, datetime | None], ...] = ()


@dataclass(frozen=True)
class Pile:
    """The answers to one question. *rubric* and *reference* are for the markers."""

    stem: str
    reference: str
    rubric: tuple[str, ...]
    sheets: tuple[Sheet, ...]
    total: int


@dataclass(frozen=True)
class GivenMark:
    """What a marker gave. *seal* is of what they saw."""

    attempt_uid: str
    mark: int
    comment: str
    seal: str


def queue(db: Session, paper: Paper) -> list[QueuedQuestion]:
    """The questions that people mark, those with most waiting first. Two statements."""
    v, waiting = QuestionVersion, func.sum(case((Mark.mark.is_(None), 1), else_=0))
    rows = db.execute(_by_people(paper, Question.uid, Mark.part, func.max(v.id), waiting, func.count())
                      .group_by(Question.uid, Mark.part)).all()
    bodies: dict[int, dict[str, Any]] = dict(db.execute(select(v.id, v.body).where(v.id.in_([row[2] for row in rows]))).all())
    found = [QueuedQuestion(uid, part, _stem(bodies[version], part), int(left), count - int(left))
             for uid, part, version, left, count in rows]
    return sorted(found, key=lambda q: (-q.waiting, q.stem))


def pile(db: Session, *, paper: Paper, question_uid: str, part: str, waiting_only: bool, page: int = 1) -> Pile | None:
    """The answers to one question, in an order that tells nothing; None where there are none. Four statements."""
    wanted = (Question.uid == question_uid, Mark.part == part, *([Mark.mark.is_(None)] if waiting_only else []))
    # The end of a UUIDv7 is random: in its order nobody stands where they sat or when they handed in.
    query = _by_people(paper, Attempt, Mark, func.count().over()).where(*wanted).order_by(func.substr(Attempt.uid, 17), Mark.id)
    rows = db.execute(query.limit(AT_ONCE).offset((page - 1) * AT_ONCE)).all()
    if not rows:
        return None
    answers, past = answers_by_attempt(db, [a.id for a, _, _ in rows]), _past(db, [m for _, m, _ in rows])
    sheets, first = [], None
    for attempt, mark, _ in rows:
        piece = _piece(db, attempt, mark, answers.get(attempt.id, {}).get(mark.item, {}))
        first = first or piece
        sheets.append(Sheet(attempt.uid, label(attempt.uid), _text(piece), mark.mark, mark.full_mark, mark.comment, seal(mark),
                            past.get((mark.attempt_id, mark.item, mark.part), ())))
    assert first is not None
    return Pile(str(first.shown.get("stem", "")), str(first.key.get("reference", "")), tuple(first.key.get("rubric") or ()),
                tuple(sheets), rows[0][2])


def give_marks(db: Session, *, paper: Paper, question_uid: str, part: str, given: Sequence[GivenMark], by_id: int | None,
               now: datetime) -> tuple[int, list[str]]:
    """Save marks: how many were, and the labels of those that somebody else marked meanwhile, which stay as they are.

    A new mark replaces the old one, which is kept. Marks and verdicts of the attempts follow in the same transaction.

    :raises Invalid: a mark is more than the full mark, or a comment too long; nothing is saved
    """
    wanted = {one.attempt_uid: one for one in given}
    rows = db.execute(_by_people(paper, Attempt, Mark).where(
        Question.uid == question_uid, Mark.part == part, Attempt.uid.in_(wanted)).order_by(Attempt.id)
        .with_for_update(of=Mark).execution_options(populate_existing=True)).all()
    saved, taken = 0, []
    for attempt, mark in rows:
        one = wanted[attempt.uid]
        _check(one, mark)
        if (mark.mark, mark.comment) == (one.mark, one.comment):
            continue  # nothing new, or the same form once more
        if seal(mark) != one.seal:
            taken.append(label(attempt.uid))
        else:
            _replace(db, attempt, mark, one, by_id, now)
            saved += 1
    if saved:
        record(db, actor_id=by_id, action="paper.mark", thing=paper, now=now, class_id=paper.class_id,
               after={"question": question_uid, "count": saved})
    return saved, taken


def label(attempt_uid: str) -> str:
    """What an answer is called while names are hidden."""
    return attempt_uid[-4:].upper()


def seal(mark: Mark) -> str:
    """Another one means that the mark or its comment has changed."""
    return digest(repr((mark.id, mark.mark, mark.comment)))[:16]


def _by_people(paper: Paper, *columns: Any) -> Select[Any]:
    return (select(*columns).select_from(Mark).join(Attempt, Attempt.id == Mark.attempt_id)
            .join(QuestionVersion, QuestionVersion.id == Mark.question_version_id)
            .join(Question, Question.id == QuestionVersion.question_id)
            .where(Attempt.paper_id == paper.id, Mark.replaced_at.is_(None), _BY_PEOPLE))


def _replace(db: Session, attempt: Attempt, mark: Mark, one: GivenMark, by_id: int | None, now: datetime) -> None:
    mark.replaced_at = now
    db.flush()  # one row counts at a time
    db.add(Mark(attempt_id=attempt.id, item=mark.item, part=mark.part, mark=one.mark, full_mark=mark.full_mark,
                question_version_id=mark.question_version_id, grader_id=by_id, comment=one.comment, created_at=now))
    db.flush()
    settle(db, attempt, live_marks(db, attempt.id), now=now)


def _check(one: GivenMark, mark: Mark) -> None:
    if not 0 <= one.mark <= mark.full_mark:
        raise Invalid("mark_range", N_("答卷 {label} 的得分要在 0 到 {most} 之间，没有保存。"), label=label(one.attempt_uid),
                      most=f"{mark.full_mark / 1000:g}")
    if len(one.comment) > LONGEST_COMMENT:
        raise Invalid("comment_long", N_("评语最多 {most} 个字，没有保存。"), most=LONGEST_COMMENT)


def _past(db: Session, marks: Sequence[Mark]) -> dict[tuple[int, int, str], tuple[tuple[int | None, str, str, datetime | None], ...]]:
    """Earlier marks that people gave, by attempt, item and part, the latest first."""
    m = Mark
    found: dict[tuple[int, int, str], list[tuple[int | None, str, str, datetime | None]]] = {}
    for row in db.execute(select(m.attempt_id, m.item, m.part, m.mark, m.comment, Person.name, m.replaced_at).join(
            Person, Person.id == m.grader_id).where(
            m.attempt_id.in_([one.attempt_id for one in marks]), m.replaced_at.is_not(None)).order_by(m.id.desc())):
        found.setdefault((row[0], row[1], row[2]), []).append((row[3], row[4], row[5], row[6]))
    return {key: tuple(rows) for key, rows in found.items()}


def _piece(db: Session, attempt: Attempt, mark: Mark, answer: dict[str, Any]) -> Piece:
    item = items_of(attempt.frozen)[mark.item - 1]
    pieces = pieces_of(db.info["registry"], kind=item.kind, shown=item.shown, key=item.key, answer=answer, full_mark=item.mark)
    return next(piece for piece in pieces if piece.part == mark.part)


def _text(piece: Piece) -> str:
    """The answer as the marker reads it."""
    given = piece.answer.get("given", "")
    return given if isinstance(given, str) else "\n".join(map(str, given))


def _stem(body: dict[str, Any], part: str) -> str:
    stem = str(body.get("stem", ""))
    own = next((str(one["body"].get("stem", "")) for one in body.get("parts") or () if one["id"] == part), "")
    return own or stem
