"""Looking at an attempt afterwards: nothing that tells what is right leaves the server before the paper's policy allows it."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased, joinedload

from lms.core.errors import NotFound
from lms.core.quizzes.attempts import NOT_FOUND
from lms.core.quizzes.closing import is_over
from lms.core.quizzes.corrections import posed_again
from lms.core.quizzes.frozen import Item, items_of
from lms.core.quizzes.grading import grade
from lms.core.quizzes.kinds.protocol import Answer, Kind, kind_of
from lms.core.quizzes.models import Attempt, Mark, Paper, QuestionVersion


@dataclass(frozen=True)
class Release:
    """What may be seen of an attempt now: its marks, one's own answers, what is right, and why."""

    marks: bool
    own: bool
    right: bool
    why: bool

    @property
    def items(self) -> bool:
        """Whether there is anything to show of single questions."""
        return self.own or self.right or self.why


EVERYTHING = Release(True, True, True, True)


@dataclass(frozen=True)
class ReviewedItem:
    """A question with what was answered, what is right and why, as far as it is released: what is not, is not in it.

    :param mark: None where no mark could be given, or it waits for somebody
    :param changed: the question was found faulty and is marked differently
    """

    number: int
    kind: Kind
    shown: dict[str, Any]
    answer: Answer
    key: dict[str, Any]
    mark: int | None
    full_mark: int
    explanation: str
    section: str = ""
    comments: tuple[str, ...] = ()
    changed: bool = False
    release: Release = EVERYTHING


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


def release(paper: Paper, *, over: bool, room_busy: bool, now: datetime, grace: timedelta) -> Release:
    """What of an attempt at *paper* the person may see now.

    After the close means: when the paper is closed, or its time is over and nobody who got more minutes is still at work.

    :param over: whether the attempt takes no more answers
    :param room_busy: whether anybody is still working on the paper
    """
    closed = has_closed(paper, room_busy=room_busy, now=now, grace=grace)
    allowed = {"never": False, "after_submit": over, "after_close": over and closed}
    return Release(allowed[paper.show_marks], allowed[paper.show_own], allowed[paper.review], allowed[paper.show_why])


def released(attempt: Attempt, *, room_busy: bool, now: datetime, grace: timedelta) -> Release:
    """``release`` for an attempt that has its paper."""
    over = is_over(attempt, attempt.paper, now=now, grace=grace)
    return release(attempt.paper, over=over, room_busy=room_busy, now=now, grace=grace)


def has_closed(paper: Paper, *, room_busy: bool, now: datetime, grace: timedelta) -> bool:
    """Whether "after the close" has come."""
    if paper.state == "closed":
        return True
    return paper.paused_at is None and paper.closes_at is not None and now > paper.closes_at + grace and not room_busy


def marks_shown(paper: Paper, *, now: datetime, grace: timedelta = timedelta(0)) -> bool:
    """Whether marks of attempts that are handed in may be seen, as far as the paper alone tells."""
    return paper.show_marks == "after_submit" or has_closed(paper, room_busy=False, now=now, grace=grace)


@dataclass
class _Marked:
    """The marks of one item, from its rows."""

    marks: list[int | None]
    full_mark: int
    comments: list[str]
    version_id: int
    explanation: str
    key: dict[str, Any]


def reviewed_items(db: Session, attempt: Attempt, answers: dict[int, Answer], shown: Release = EVERYTHING) -> list[ReviewedItem]:
    """Every question as far as *shown* allows. One statement; two for an attempt that has no marks yet."""
    items = items_of(attempt.frozen)
    marked = _marked(db, attempt) or _provisionally(db, items, answers)
    return [_reviewed(db, attempt, item, answers.get(item.number, {}), marked.get(item.number), shown) for item in items]


def _reviewed(db: Session, attempt: Attempt, item: Item, answer: Answer, marked: _Marked | None, shown: Release) -> ReviewedItem:
    key, changed = item.key, marked is not None and marked.version_id != item.version_id
    if marked is not None and changed and shown.right:
        key = posed_again(db, attempt, item, marked.key) or item.key
    mark = None if marked is None or None in marked.marks else sum(m or 0 for m in marked.marks)
    return ReviewedItem(
        item.number, kind_of(db.info["registry"], item.kind), item.shown, answer if shown.own else {}, key if shown.right else {},
        mark if shown.marks else None, marked.full_mark if marked else item.mark, marked.explanation if marked and shown.why else "",
        item.section, tuple(marked.comments) if marked and shown.marks else (),
        changed or (marked is not None and marked.full_mark != item.mark), shown)


def _marked(db: Session, attempt: Attempt) -> dict[int, _Marked]:
    """By item number, from the rows that count."""
    m, v = Mark, QuestionVersion
    found: dict[int, _Marked] = {}
    for row in db.execute(select(m.item, m.mark, m.full_mark, m.comment, m.question_version_id, v.explanation, v.key)
                          .join(v, v.id == m.question_version_id)
                          .where(m.attempt_id == attempt.id, m.replaced_at.is_(None)).order_by(m.item, m.part)):
        one = found.setdefault(row.item, _Marked([], 0, [], row.question_version_id, row.explanation, row.key))
        one.marks.append(row.mark)
        one.full_mark += row.full_mark
        one.comments += [row.comment] if row.comment else []
    return found


def _provisionally(db: Session, items: list[Item], answers: Mapping[int, Answer]) -> dict[int, _Marked]:
    """As the attempt would be marked now."""
    explanations = dict(db.execute(select(QuestionVersion.id, QuestionVersion.explanation).where(
        QuestionVersion.id.in_({item.version_id for item in items}))).all())
    graded = grade(db.info["registry"], items, answers) or []
    return {item.number: _Marked([g.mark for g in graded if g.item == item.number] or [None], item.mark, [], item.version_id,
                                 explanations.get(item.version_id, ""), item.key) for item in items}
