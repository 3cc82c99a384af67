"""A three-day timetable to begin with: lectures, a field visit, an exam and ceremonies, six half-days."""
from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from lms.core.classes.models import ClassSession, TrainingClass
from lms.core.classes.rules import rules_of
from lms.core.classes.timetable import SessionValues, add_session
from lms.core.errors import Conflict
from lms.core.i18n import N_

DAYS = 3
# Day, start, end, kind, share of the half-day's credit hours in quarters, title. The titles are content that the
# office edits: they are stored as they stand, like everything on a timetable.
_PLAN: tuple[tuple[int, time, time, str, int, str], ...] = (
    (0, time(8, 30), time(9, 30), "opening_ceremony", 1, "开班式"),
    (0, time(9, 40), time(11, 50), "lecture", 3, "专题授课：新时代工会工作"),
    (0, time(14, 0), time(17, 20), "lecture", 4, "专题授课：竭诚服务职工"),
    (1, time(8, 30), time(11, 50), "lecture", 4, "业务课：工会财务制度"),
    (1, time(14, 0), time(15, 40), "lecture", 2, "业务课：工会经费使用管理"),
    (1, time(15, 50), time(17, 20), "discussion", 2, "分组研讨"),
    (2, time(8, 30), time(11, 50), "field_visit", 4, "现场教学"),
    (2, time(14, 0), time(15, 30), "exam", 2, "结业考试"),
    (2, time(15, 40), time(16, 30), "discussion", 1, "分组汇报"),
    (2, time(16, 40), time(17, 20), "closing_ceremony", 1, "结业式"),
)


def three_days(training_class: TrainingClass) -> list[SessionValues]:
    """The template laid over the first three days of *training_class*; half-days carry the hours that its rules say.

    :raises Conflict: the class is shorter than three days
    """
    if (training_class.ends_on - training_class.starts_on).days + 1 < DAYS:
        raise Conflict("class_too_short",
                       N_("三天课程表模板至少需要三天，这个培训班不到三天。请逐条添加课次，或先改培训班的日期。"))
    rules = rules_of(training_class)
    return [{"title": title, "kind": kind, "day": training_class.starts_on + timedelta(days=day), "starts": starts,
             "ends": ends, "place": training_class.place if kind != "field_visit" else "",
             "credit_hours": rules.half_day_hours * quarters // 4,
             # A coach is counted on departure and on return, whatever the class does otherwise.
             "sign_out": rules.sign_out_counts or kind == "field_visit"}
            for day, starts, ends, kind, quarters, title in _PLAN]


def add_three_days(db: Session, *, training_class: TrainingClass, by_id: int | None,
                   now: datetime) -> list[ClassSession]:
    """Put the template on an empty timetable.

    :raises Conflict: there are sessions already, or the class is too short
    """
    if any(not session.cancelled for session in training_class.sessions):
        raise Conflict("timetable_not_empty", N_("课程表里已有课次，没有套用模板。请先取消已有的课次，或逐条添加。"))
    return [add_session(db, training_class=training_class, by_id=by_id, now=now, **values)
            for values in three_days(training_class)]
