"""Practice (练习): after each question one sees whether it was right and why; from then on the answer stands."""
from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from lms.core.quizzes.corrections import rulings_for
from lms.core.quizzes.frozen import Item
from lms.core.quizzes.grading import grade_item
from lms.core.quizzes.journal import CHECKED, Entry, answer
from lms.core.quizzes.kinds.protocol import Answer, kind_of
from lms.core.quizzes.models import Attempt, QuestionVersion
from lms.core.quizzes.review import ReviewedItem


def check_answer(db: Session, *, attempt: Attempt, entry: Entry, now: datetime, grace: timedelta) -> None:
    """Write an answer down as the one that was checked. What is checked already stays as it was.

    :raises Conflict: the attempt is over
    """
    answer(db, attempt=attempt, entries=[replace(entry, answer={**entry.answer, CHECKED: True})], now=now, grace=grace)


def feedback(db: Session, attempt: Attempt, item: Item, given: Answer) -> ReviewedItem:
    """A checked question with what is right and why. At most two statements; never call it for one that is not checked."""
    made = rulings_for(db, attempt, [item]).get(item.number)
    graded = grade_item(db.info["registry"], item, given, made)
    marks = [row.mark for row in graded]
    version = db.get_one(QuestionVersion, item.version_id)
    key = made.key if made is not None and made.key is not None else item.key
    return ReviewedItem(item.number, kind_of(db.info["registry"], item.kind), item.shown, given, key,
                        None if None in marks else sum(mark or 0 for mark in marks), sum(row.full_mark for row in graded),
                        version.explanation, item.section)
