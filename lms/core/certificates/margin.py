"""The point of no return: whether completion has become impossible, or the next absence makes it so.

Exact, from timetable, events, exams and rules; a consequence that only warns closes nothing.
"""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, Literal

from lms.core.attendance.record import Attended, ClassRecord, PersonRecord, plain_hours
from lms.core.certificates.exams import Sitting, plain_marks
from lms.core.classes.models import ClassSession
from lms.core.classes.rules import ClassRules
from lms.core.i18n import N_

AlarmCode = Literal["impossible", "last_absence", "last_leave"]
ALARMS: dict[str, str] = {"impossible": N_("已不能结业"), "last_absence": N_("再缺一次就不能结业"),
                          "last_leave": N_("再请一次假就超过上限")}
_OPEN = ("upcoming", "missing")  # nothing is decided yet


@dataclass(frozen=True)
class Alarm:
    """What somebody should be told, and class staff with them. *sentence* is a message id, filled from *data*."""

    code: AlarmCode
    part: str
    sentence: str
    data: dict[str, Any]


def alarms(sessions: Sequence[ClassSession], row: Attended, rules: ClassRules, exams: Sequence[Sitting],
           now: datetime) -> tuple[Alarm, ...]:
    """What there is to tell about one person; nothing for nearly everybody. What is lost stands above what may be.

    :param sessions: those of *row*, in its order
    :param exams: the person at each exam that the class asks for
    """
    ahead = [session for session, status in zip(sessions, row.statuses, strict=True)
             if status.code in _OPEN and session.credit_hours]
    found = [alarm for alarm in (_hours(ahead, row, rules), _leave(sessions, ahead, row, rules), _exam(exams, now))
             if alarm is not None]
    lost = tuple(alarm for alarm in found if alarm.code == "impossible")
    return lost or tuple(found)


def class_alarms(record: ClassRecord, exams: Mapping[int, Sequence[Sitting]]) -> list[tuple[PersonRecord, tuple[Alarm, ...]]]:
    """Who in a class is to be told what, the lost ones first.

    :param exams: by person; whoever may not see results gives none
    """
    found = [(row, alarms(record.sessions, row, record.rules, exams.get(row.enrolment.person_id, ()), record.now)) for row in record.people]
    return sorted((pair for pair in found if pair[1]), key=lambda pair: tuple(ALARMS).index(pair[1][0].code))


def _hours(ahead: list[ClassSession], row: Attended, rules: ClassRules) -> Alarm | None:
    # Sessions that count the same are few and easily counted: the checklist says it, no alarm is needed.
    if not rules.required_share or rules.share_consequence != "fail" or rules.share_of == "sessions":
        return None
    totals = row.totals
    needed = Fraction(rules.required_share, 1000) * totals.hours_due
    lost = totals.hours_leave + totals.hours_absent
    margin = totals.hours_due - lost - needed
    data = {"due": plain_hours(totals.hours_due), "lost": plain_hours(lost), "needed": plain_hours(needed),
            "most": plain_hours(totals.hours_due - lost)}
    if margin < 0:
        return Alarm("impossible", "attendance", N_("应学 {due} 学时，已缺（含请假）{lost} 学时，最多还能达到 {most} 学时，少于要求的 {needed} 学时。"), data)
    deciding = [session for session in ahead if session.credit_hours > margin]
    if not deciding:
        return None
    return Alarm("last_absence", "attendance",
                 N_("应学 {due} 学时，要求 {needed} 学时，已缺（含请假）{lost} 学时，只能再缺 {margin} 学时；"
                    "余下的课次中，缺“{title}”（{hours} 学时）这样的一次就不够了，这样的课次还有 {count} 个。"),
                 {**data, "margin": plain_hours(margin), "title": deciding[0].title,
                  "hours": plain_hours(deciding[0].credit_hours), "count": len(deciding)})


def _leave(sessions: Sequence[ClassSession], ahead: list[ClassSession], row: Attended, rules: ClassRules) -> Alarm | None:
    allowed = rules.leave_allowed(row.totals.hours_due)
    if allowed is None or rules.leave_consequence != "fail":
        return None
    taken = sum(session.credit_hours for session, status in zip(sessions, row.statuses, strict=True)
                if status.code in rules.leave_kinds)
    data = {"taken": plain_hours(taken), "allowed": plain_hours(allowed), "room": plain_hours(max(allowed - taken, Fraction(0)))}
    if taken > allowed:
        return Alarm("impossible", "leave", N_("请假 {taken} 学时，超过上限 {allowed} 学时。"), data)
    deciding = [session for session in ahead if session.credit_hours > allowed - taken]
    # Where a single half-day is beyond the limit it is so for everybody, and the class's rules say so; it is no alarm.
    if not taken or not deciding:
        return None
    return Alarm("last_leave", "leave", N_("已请假 {taken} 学时，上限 {allowed} 学时，还剩 {room} 学时；再为“{title}”（{hours} 学时）这样的课次请假就超过上限。"),
                 {**data, "title": deciding[0].title, "hours": plain_hours(deciding[0].credit_hours)})


def _exam(exams: Sequence[Sitting], now: datetime) -> Alarm | None:
    """The first exam that can no longer be passed; more attempts or a later end open it again."""
    for sitting in exams:
        why, paper, best = sitting.lost(now), sitting.paper, sitting.best
        data = {"title": paper.title, "allowed": paper.attempts}
        if best is not None:
            data |= {"mark": plain_marks(best.mark), "pass_mark": plain_marks(sitting.pass_mark)}
        if why == "used":
            return Alarm("impossible", "exam", N_("“{title}”可以作答 {allowed} 次，已用完；最好成绩 {mark} 分，及格线 {pass_mark} 分。"), data)
        if why == "over" and best is not None:
            return Alarm("impossible", "exam", N_("“{title}”已经结束；最好成绩 {mark} 分，及格线 {pass_mark} 分。"), data)
        if why == "over":
            return Alarm("impossible", "exam", N_("“{title}”已经结束，没有参加。"), data)
    return None
