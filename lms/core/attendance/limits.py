"""What the rules of a class do in its timetable: which minute is late in each session, how much may be missed, how much leave fits."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from lms.core.attendance.check_in import sign_in_window
from lms.core.attendance.record import judge_of
from lms.core.classes.models import ClassSession
from lms.core.classes.rules import ClassRules


@dataclass(frozen=True)
class SessionLimits:
    """The instants that decide in one session. To the second: who signs at *late_from* is still in time.

    :param early_until: who leaves before has left early; None where leaving is not judged
    :param own: the names of the rules that the session has of its own
    """

    session: ClassSession
    opens: datetime
    closes: datetime
    late_from: datetime
    absent_from: datetime
    early_until: datetime | None
    own: tuple[str, ...]


@dataclass(frozen=True)
class InTimetable:
    """Hours in 1/100, exact. *half_days* of leave fit within the limit (None: no limit), *missable* may be missed."""

    due: int
    needed: Fraction
    may_miss: Fraction
    missable: int
    leave_allowed: Fraction | None
    half_days: int | None
    sessions: tuple[SessionLimits, ...]


def in_timetable(sessions: Sequence[ClassSession], rules: ClassRules, zone: str) -> InTimetable:
    """Lay *rules* over a timetable.

    :param sessions: in order of time; those that are cancelled or take no attendance are left out
    """
    held = [session for session in sessions if session.counts and not session.cancelled]
    due = sum(session.credit_hours for session in held)
    needed = Fraction(rules.required_share, 1000) * due
    allowed, half_day = rules.leave_allowed(due), rules.half_day_hours
    return InTimetable(due, needed, due - needed, int((due - needed) // half_day) if half_day else 0, allowed,
                       None if allowed is None or not half_day else int(allowed // half_day),
                       tuple(_limits(session, rules, zone) for session in held))


def _limits(session: ClassSession, rules: ClassRules, zone: str) -> SessionLimits:
    opens, closes = sign_in_window(session, rules, zone)
    judge = judge_of(session, rules, zone, opens)
    return SessionLimits(session, opens, closes, judge.late_from, judge.absent_from,
                         judge.early_until if judge.judges_departure else None, tuple(session.rules or ()))
