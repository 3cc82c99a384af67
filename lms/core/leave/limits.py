"""How long leave is, and what remains of the limit: exact figures, before anybody decides."""
from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import time
from fractions import Fraction
from typing import Any

from lms.core.attendance.record import plain_hours
from lms.core.attendance.status import LEAVE, Status
from lms.core.classes.models import ClassSession
from lms.core.classes.rules import ClassRules
from lms.core.i18n import N_

_NOON, _EVENING = time(12), time(18)


@dataclass(frozen=True)
class Meter:
    """Leave of one person against the limit of the class, in 1/100 credit hours.

    :param taken: what counts already
    :param asked: what would be added
    :param due: all hours of the class
    :param allowed: the limit, exact; None without one
    :param counts: whether the kind that is asked for counts towards the limit
    :param pending: what other undecided requests of the person would add
    """

    taken: int
    asked: int
    due: int
    allowed: Fraction | None
    rules: ClassRules
    counts: bool = True
    pending: int = 0

    @property
    def after(self) -> int:
        return self.taken + self.asked

    @property
    def over(self) -> bool:
        return self.allowed is not None and self.after > self.allowed

    @property
    def over_with_pending(self) -> bool:
        return self.allowed is not None and self.after + self.pending > self.allowed

    @property
    def left(self) -> Fraction | None:
        """What remains now; never below nothing."""
        return None if self.allowed is None else max(Fraction(0), self.allowed - self.taken)

    @property
    def data(self) -> dict[str, Any]:
        return {"taken": plain_hours(self.taken), "after": plain_hours(self.after), "pending": plain_hours(self.pending),
                "all": plain_hours(self.after + self.pending), "due": plain_hours(self.due),
                "fraction": str(self.rules.leave_fraction), "allowed": "" if self.allowed is None else plain_hours(self.allowed),
                "left": "" if self.left is None else plain_hours(self.left)}

    @property
    def figure(self) -> str:
        return f"{self.data['after']} / {self.data['allowed']}" if self.allowed is not None else self.data["after"]

    @property
    def sentence(self) -> str:
        """A message id, filled from ``data``: how it would stand if this were approved."""
        if self.allowed is None:
            return N_("批准后共请假 {after} 学时；本班不设上限")
        if not self.counts:
            return N_("这一类不计入请假上限；计入的仍为 {after} 学时，上限 {allowed} 学时")
        if self.rules.leave_limit == "fraction":
            return (N_("批准后共请假 {after} 学时，超过总学时 {fraction}（{allowed}）") if self.over else
                    N_("批准后共请假 {after} 学时，未超过总学时 {fraction}（{allowed}）"))
        return (N_("批准后共请假 {after} 学时，超过上限 {allowed} 学时") if self.over else
                N_("批准后共请假 {after} 学时，未超过上限 {allowed} 学时"))


    @property
    def pending_sentence(self) -> str:
        """A message id, filled from ``data``; empty where nothing else waits."""
        if not self.pending:
            return ""
        return (N_("另有 {pending} 学时待批，都批准共 {all} 学时，超过上限 {allowed} 学时") if self.over_with_pending else
                N_("另有 {pending} 学时待批，都批准共 {all} 学时"))


def meter(sessions: Sequence[ClassSession], statuses: Sequence[Status], rules: ClassRules, *, kind: str = "",
          asked: Collection[int] = (), pending: Collection[int] = ()) -> Meter:
    """The meter of one person.

    :param sessions: all in which attendance is taken, with *statuses* of the person in the same order
    :param kind: of the leave that is asked for
    :param asked: ids of the sessions that it covers
    :param pending: ids of the sessions of other undecided requests, of kinds that count
    """
    held = [(s, status) for s, status in zip(sessions, statuses, strict=True) if status.code != "cancelled"]
    due = sum(s.credit_hours for s, _ in held)
    taken = sum(s.credit_hours for s, status in held if status.code in rules.leave_kinds)
    counts = not kind or kind in rules.leave_kinds
    more = sum(s.credit_hours for s, status in held if s.id in asked and status.code not in rules.leave_kinds) if counts else 0
    others = sum(s.credit_hours for s, status in held if s.id in pending and s.id not in asked and status.code not in rules.leave_kinds)
    return Meter(taken, more, due, rules.leave_allowed(due), rules, counts, others)


def half_days(sessions: Iterable[ClassSession]) -> int:
    """In how many half-days *sessions* lie: morning, afternoon and evening of a day are one each."""
    return len({(s.day, (s.starts >= _NOON) + (s.starts >= _EVENING)) for s in sessions if not s.cancelled})


def half_days_on_leave(sessions: Sequence[ClassSession], statuses: Sequence[Status], asked: Collection[int]) -> int:
    """Half-days of a person's leave if *asked* were added to what stands: leave in small pieces is as long as leave in one."""
    return half_days(s for s, status in zip(sessions, statuses, strict=True) if s.id in asked or status.code in LEAVE)
