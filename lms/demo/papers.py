"""What is asked in the demonstration: a quiz for each course, open now, and the exam of the last day."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.classes.models import TrainingClass
from lms.core.classes.timetable import instants
from lms.core.quizzes.models import Bank, Paper
from lms.core.quizzes.papers import make_paper, publish
from lms.core.quizzes.plans import Cell, Plan

_MARK = 5000  # 5 分 a question, so that twenty make a hundred
_QUIZ = 10    # questions
# How many questions of each kind the exam draws from each bank; twenty in all.
_EXAM = ({"single": 4, "multiple": 1, "truefalse": 2}, {"single": 4, "multiple": 1, "truefalse": 2},
         {"single": 4, "multiple": 1, "truefalse": 1})
_EXAM_MINUTES = 40
_QUIZ_MINUTES = 15


def give_quizzes(db: Session, training_class: TrainingClass, *, by_id: int, now: datetime) -> list[Paper]:
    """One for each course, that can be taken at once and as often as one likes."""
    made = []
    for bank in _banks(db):
        quiz = make_paper(
            db, training_class=training_class, plan=Plan(draw=(Cell(bank.slug, count=_QUIZ, mark=2 * _MARK),)), by_id=by_id,
            now=now, title=f"{bank.titles['zh'].removesuffix('题库')}：课后测验", kind="quiz", course_slug=bank.course_slug,
            minutes=_QUIZ_MINUTES, attempts=0, review="after_submit")
        publish(db, paper=quiz, by_id=by_id, now=now)
        made.append(quiz)
    return made


def give_exam(db: Session, training_class: TrainingClass, *, by_id: int, now: datetime) -> Paper:
    """Twenty questions of all banks, once, in the session that the timetable has for it."""
    session = next(s for s in training_class.sessions if s.kind == "exam")
    opens_at, closes_at = instants(session, training_class.zone)
    draw = tuple(Cell(bank.slug, kind=kind, count=count, mark=_MARK)
                 for bank, kinds in zip(_banks(db), _EXAM, strict=True) for kind, count in kinds.items())
    exam = make_paper(db, training_class=training_class, plan=Plan(draw=draw), by_id=by_id, now=now, title="结业考试", kind="exam",
                      session_id=session.id, minutes=_EXAM_MINUTES, attempts=1, opens_at=opens_at, closes_at=closes_at)
    publish(db, paper=exam, by_id=by_id, now=now)
    return exam


def _banks(db: Session) -> Sequence[Bank]:
    return db.scalars(select(Bank).where(Bank.course_slug != "").order_by(Bank.slug)).all()
