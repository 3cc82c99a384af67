"""An instructor reads what was handed in, comments, gives a level or a mark, or returns it for rework."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from lms.core.assignments.models import Assignment, Submission
from lms.core.audit.service import record
from lms.core.classes.models import Enrolment
from lms.core.db import expect_version
from lms.core.errors import Conflict, Forbidden, Invalid
from lms.core.i18n import N_
from lms.core.notices.own import tell

LEVELS = {"excellent": N_("优秀"), "good": N_("良好"), "pass": N_("合格"), "fail": N_("不合格")}
LONGEST_COMMENT = 2000
FULL_MARK = 100_000  # 1/1000


@dataclass(frozen=True)
class Row:
    """A trainee with their work, or None where there is none yet."""

    enrolment: Enrolment
    submission: Submission | None

    @property
    def state(self) -> str:
        return self.submission.state if self.submission else "draft"


def rows(db: Session, assignment: Assignment) -> Sequence[Row]:
    """Everybody in the class with their work, in the order of the roster. One statement."""
    found = db.execute(select(Enrolment, Submission).outerjoin(Submission, and_(
        Submission.assignment_id == assignment.id, Submission.person_id == Enrolment.person_id))
        .where(Enrolment.class_id == assignment.class_id, Enrolment.state == "enrolled").order_by(Enrolment.number, Enrolment.id))
    return [Row(enrolment, submission) for enrolment, submission in found]


def read_mark(text: str) -> int | None:
    """``"85.5"`` as 1/1000; None where nothing is given.

    :raises Invalid: not a number from 0 to 100
    """
    if not text.strip():
        return None
    try:
        value = Decimal(text.strip()) * 1000
    except InvalidOperation:
        raise _bad_mark() from None
    if not value.is_finite() or value != value.to_integral_value() or not 0 <= value <= FULL_MARK:
        raise _bad_mark()
    return int(value)


def mark(db: Session, *, submission: Submission, level: str, mark_: int | None, comment: str, version: int, by_id: int,
         now: datetime) -> None:
    """Give the last hand-in its level. A verdict may be given anew while the assignment is not over for the class.

    :param level: one of ``LEVELS``
    :param version: of the work as the page showed it: whoever handed in anew meanwhile is read first
    :raises Forbidden: it is their own
    :raises Conflict: nothing is handed in, or it changed meanwhile
    """
    if level not in LEVELS:
        raise Invalid("submission_level", N_("请选择等次，没有保存。"), field="level")
    _judge(db, submission, "failed" if level == "fail" else "accepted", level, mark_, comment, version, by_id, now)


def give_back(db: Session, *, submission: Submission, comment: str, version: int, by_id: int, now: datetime) -> None:
    """Return the last hand-in for rework.

    :raises Invalid: without a word of what to change
    """
    if len(comment.strip()) < 2:
        raise Invalid("return_comment", N_("退回修改要写明改什么，学员会看到。没有保存。"), field="comment")
    _judge(db, submission, "returned", "", None, comment, version, by_id, now)


def _judge(db: Session, submission: Submission, verdict: str, level: str, mark_: int | None, comment: str, version: int, by_id: int,
           now: datetime) -> None:
    comment = comment.strip()
    if len(comment) > LONGEST_COMMENT:
        raise Invalid("submission_comment", N_("评语最多 {most} 个字，没有保存。"), field="comment", most=LONGEST_COMMENT)
    if submission.person_id == by_id:
        raise Forbidden("own_submission", N_("不能批阅自己的作业，没有保存。"))
    if not submission.hand_ins:
        raise Conflict("nothing_handed_in", N_("这位学员还没有交，不能批阅。"))
    last, before = submission.hand_ins[-1], submission.state
    if (last.verdict, last.level, last.mark, last.comment, last.marked_by_id) == (verdict, level, mark_, comment, by_id):
        return  # the same form once more
    expect_version(submission, version)
    last.verdict, last.level, last.mark, last.comment = verdict, level, mark_, comment
    last.marked_at, last.marked_by_id = now, by_id
    submission.state = verdict
    record(db, actor_id=by_id, action="assignment.return" if verdict == "returned" else "assignment.mark", thing=submission, now=now,
           class_id=submission.assignment.class_id, before={"state": before},
           after={"state": verdict, "level": level, "mark": mark_, "number": last.number}, reason=comment[:500])
    told = "assignment.returned" if verdict == "returned" else "assignment.marked"
    tell(db, told, person_id=submission.person_id, cause=f"{told}:{submission.uid}:{submission.version}", now=now,
         way={"uid": submission.assignment.uid}, title=submission.assignment.title)


def _bad_mark() -> Invalid:
    return Invalid("submission_mark", N_("分数请填 0 到 100，最多三位小数；不打分就留空。没有保存。"), field="mark")
