"""The book of one's mistakes (错题本): what one answered wrongly and may know the right answer of, to practise again."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from lms.core.errors import NotFound
from lms.core.i18n import N_
from lms.core.quizzes.models import Attempt, Mark, Paper, Question, QuestionVersion, Relearned
from lms.core.quizzes.review import release

MOST = 500  # rows of marks that are looked at, the latest first


@dataclass(frozen=True)
class Mistake:
    """A question that one got wrong.

    :param attempt_uid: the latest attempt in which it went wrong, and its *number* there
    :param times: how often
    :param right_since: how often in a row it was right when practised since
    """

    question_id: int
    question_uid: str
    kind: str
    stem: str
    paper_title: str
    attempt_id: int
    attempt_uid: str
    number: int
    at: datetime
    times: int
    right_since: int


def mistakes_of(db: Session, *, person_id: int, now: datetime, grace: timedelta, question_uid: str = "") -> list[Mistake]:
    """The latest first. Only questions whose right answer is released to this person: nothing tells it early. One statement.

    :param question_uid: only this question
    """
    other = aliased(Attempt)
    busy = select(other.id).where(other.paper_id == Attempt.paper_id, other.submitted_at.is_(None)).exists()
    own = and_(Relearned.question_id == Question.id, Relearned.person_id == person_id)
    query = (select(Mark.item, Attempt.id, Attempt.uid, Attempt.submitted_at, Question.id, Question.uid, Question.kind,
                    QuestionVersion.body, Paper, busy, Relearned.right_since)
             .join(Attempt, Attempt.id == Mark.attempt_id).join(Paper, Paper.id == Attempt.paper_id)
             .join(QuestionVersion, QuestionVersion.id == Mark.question_version_id)
             .join(Question, Question.id == QuestionVersion.question_id).outerjoin(Relearned, own)
             .where(Attempt.person_id == person_id, Attempt.submitted_at.is_not(None), Mark.replaced_at.is_(None),
                    Mark.mark < Mark.full_mark))
    if question_uid:
        query = query.where(Question.uid == question_uid)
    found: dict[int, Mistake] = {}
    seen: set[tuple[int, int]] = set()
    for row in db.execute(query.order_by(Attempt.submitted_at.desc(), Mark.item).limit(MOST)):
        item, attempt_id, uid, at, question_id, asked, kind, body, paper, room_busy, right = row
        if not release(paper, over=True, room_busy=bool(room_busy), now=now, grace=grace).right or (attempt_id, item) in seen:
            continue
        seen.add((attempt_id, item))
        known = found.get(question_id)
        found[question_id] = _again(known) if known else Mistake(
            question_id, asked, kind, str(body.get("stem", "")), paper.title, attempt_id, uid, item, at, 1, right or 0)
    return list(found.values())


def _again(known: Mistake) -> Mistake:
    return Mistake(**{**vars(known), "times": known.times + 1})


def mistake(db: Session, *, person_id: int, question_uid: str, now: datetime, grace: timedelta) -> tuple[Mistake, Attempt]:
    """One of them with the attempt. Two statements.

    :raises NotFound: it is none of this person's, or not released
    """
    found = mistakes_of(db, person_id=person_id, now=now, grace=grace, question_uid=question_uid)
    if not found:
        raise NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。"))
    return found[0], db.get_one(Attempt, found[0].attempt_id)


def practised(db: Session, *, person_id: int, question_id: int, right: bool, now: datetime) -> None:
    """Note that a mistake was practised again: right once more in a row, or back to none."""
    table: Any = (sqlite if db.get_bind().dialect.name == "sqlite" else postgresql).insert(Relearned)
    made = table.values(person_id=person_id, question_id=question_id, right_since=int(right), last_at=now)
    db.execute(made.on_conflict_do_update(index_elements=["person_id", "question_id"], set_={
        "right_since": Relearned.right_since + 1 if right else 0, "last_at": now}))
