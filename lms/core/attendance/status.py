"""The status of a person in a session, computed from events, timetable and rules each time it is read.

No background job makes anybody absent, and a changed rule recomputes honestly.
"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from lms.core.classes.rules import ClassRules
from lms.core.i18n import N_

# Status -> what people call it. Keys go into files and addresses; the glossary names them.
STATUSES = {
    "present": N_("出勤"),
    "late": N_("迟到"),
    "left_early": N_("早退"),
    "personal_leave": N_("事假"),
    "sick_leave": N_("病假"),
    "official_leave": N_("公假"),
    "absent": N_("缺勤"),
    "unexcused": N_("旷课"),
    "substituted": N_("替训"),
    "made_up_sign_in": N_("补签"),
    "make_up_class": N_("补课"),
    "missing": N_("未到"),
    "upcoming": N_("未开始"),
    "cancelled": N_("已取消"),
}
LEAVE = frozenset({"personal_leave", "sick_leave", "official_leave"})
ATTENDED = frozenset({"present", "late", "left_early", "made_up_sign_in", "make_up_class"})
# What staff may set by a correction; the rest only events and time can bring about.
SETTABLE = ("present", "late", "left_early", "personal_leave", "sick_leave", "official_leave", "absent", "unexcused",
            "substituted", "made_up_sign_in", "make_up_class")

# How an event came to be, as it is shown and filed.
METHODS = {
    "hall": N_("扫码"), "typed": N_("输入签到码"), "card": N_("学员证"), "staff": N_("工作人员代签"), "roll_call": N_("点名"),
    "head_count": N_("乘车清点"), "walk_in": N_("现场登记"), "paper": N_("纸质签到表"), "spot_check": N_("随机抽点"),
    "substitute": N_("替训"), "leave": N_("请假"), "import": N_("导入"), "correction": N_("更正"),
    "review": N_("核对"),
}
# Statuses that are set by these ways yield to a signature.
YIELDING = frozenset({"leave", "roll_call"})
# Why a signature awaits a look although nothing about it is doubtful: it was made in spite of approved leave.
DESPITE_LEAVE = "despite_leave"
BACK_BUT_AWAY = N_("已销假，但没有签到记录")


class Event(Protocol):
    """What is read of an event."""

    id: int
    kind: str
    at: datetime
    status: str | None
    voids_id: int | None
    confirms_id: int | None
    flags: list[Any]
    method: str


Awaiting = tuple[int, tuple[str, ...]]  # id of an event, and why it awaits a look by people


@dataclass(frozen=True, slots=True)
class Status:
    """A status with what it rests on.

    :param minutes: how late, or how early gone; 0 otherwise
    :param reason: a message id that explains it, filled from *data*
    :param events: ids of the events that decided
    :param review: why some of it counts only until people have looked at it
    :param awaiting: the events behind *review*, each with its own reasons
    """

    code: str
    reason: str = ""
    minutes: int = 0
    data: dict[str, Any] = field(default_factory=dict)
    events: tuple[int, ...] = ()
    review: tuple[str, ...] = ()
    signed_in_at: datetime | None = None
    signed_out_at: datetime | None = None
    awaiting: tuple[Awaiting, ...] = ()

    @property
    def attended(self) -> bool:
        return self.code in ATTENDED

    @property
    def on_leave(self) -> bool:
        return self.code in LEAVE

    @property
    def back_but_away(self) -> bool:
        """Whether somebody reported back from leave and did not come."""
        return self.reason == BACK_BUT_AWAY


def live(events: Sequence[Event]) -> list[Event]:
    """The events in order of their instant, without voided ones and without those that void or confirm others."""
    voided = {e.voids_id for e in events if e.voids_id is not None}
    return sorted((e for e in events if e.kind not in ("void", "confirm") and e.id not in voided), key=lambda e: (e.at, e.id))


def confirmed(events: Sequence[Event]) -> dict[int, int]:
    """Which events people have looked at and let stand: their ids, and the id of the latest event that says so."""
    voided = {e.voids_id for e in events if e.voids_id is not None}
    said = sorted((e for e in events if e.confirms_id is not None and e.id not in voided), key=lambda e: e.id)
    return {e.confirms_id: e.id for e in said if e.confirms_id is not None}


def status_of(events: Sequence[Event], *, start: datetime, end: datetime, takes_sign_out: bool, cancelled: bool,
              rules: ClassRules, now: datetime) -> Status:
    """The status of one person in one session as of *now*: ``Judge`` for a single question."""
    return Judge(start=start, end=end, takes_sign_out=takes_sign_out, cancelled=cancelled, rules=rules, now=now).of(events)


class Judge:
    """Judges one session as of *now*, for as many people as are asked about: its limits are worked out once.

    A correction by staff stands above signatures; the latest correction counts. A signature stands above leave and
    roll-call: whoever signed was there; that it was signed in spite of leave awaits a look. Leave stands above
    roll-call. What a spot check found (``check``) moves no status: it is put under review. The same events in any
    order, and any of them twice, give the same status.

    :param takes_sign_out: leaving is signed in this session
    :param rules: those in force in the session (``classes.session_rules``)
    """

    def __init__(self, *, start: datetime, end: datetime, takes_sign_out: bool, cancelled: bool, rules: ClassRules,
                 now: datetime) -> None:
        self.start, self.end, self.cancelled, self.rules = start, end, cancelled, rules
        self.begun, self.over = now >= start, now >= end + timedelta(minutes=rules.closes_after)
        self.judges_departure = takes_sign_out and rules.sign_out_counts
        self.late_from = start + timedelta(minutes=rules.late_after)
        self.absent_from = start + timedelta(minutes=rules.absent_after)
        self.early_until = end - timedelta(minutes=rules.early_before)
        self.nobody = self._without_events()

    def of(self, events: Sequence[Event]) -> Status:
        """The status that *events*, all of one person in this session, give."""
        if not events or self.cancelled:
            return self.nobody
        if len(events) == 1 and events[0].kind == "in" and not events[0].flags:  # nearly everybody
            at = events[0].at
            if at <= self.late_from and not self.judges_departure:
                return Status("present", events=(events[0].id,), signed_in_at=at)
            found = self._by_arrival(events[0])
            if self.judges_departure and found.attended:
                found = self._by_departure(found, [], None)
            return Status(found.code, found.reason, found.minutes, found.data, found.events, signed_in_at=at)
        return self._of_many(events)

    def _of_many(self, events: Sequence[Event]) -> Status:
        known, seen = live(events), confirmed(events)
        checks = [e for e in known if e.kind == "check"]
        ins, outs = [e for e in known if e.kind == "in"], [e for e in known if e.kind == "out"]
        last_out = outs[-1].at if outs and not (ins and ins[-1].at > outs[-1].at) else None
        said = [e for e in known if e.kind == "status"]
        leave = [e for e in said if e.method == "leave"]
        if corrections := [e for e in said if e.method not in YIELDING]:
            settled = max(e.id for e in corrections)
            found = _as_said(corrections, N_("由工作人员更正"))
            checks = [e for e in checks if e.id > settled]
        elif leave and not ins:
            found = _as_said(leave, N_("请假已批准"))
        elif said and not ins:
            found = _as_said(said, N_("点名时登记"))
        else:
            found = self._by_arrival(ins[0]) if ins else self.nobody
            if found.attended and self.judges_departure:
                found = self._by_departure(found, outs, last_out)
            if not ins and self.begun and any(e.kind == "void" and e.method == "leave" for e in events):
                found = replace(found, reason=BACK_BUT_AWAY)
        awaiting = _awaiting([e for e in known if e.id in found.events or e in checks], seen)
        if ins and leave and not corrections and seen.get(ins[0].id, 0) < max(e.id for e in leave):
            awaiting[ins[0].id] = (*awaiting.get(ins[0].id, ()), DESPITE_LEAVE)
        return replace(found, signed_in_at=ins[0].at if ins else None, signed_out_at=last_out, awaiting=tuple(awaiting.items()),
                       review=tuple(dict.fromkeys(flag for flags in awaiting.values() for flag in flags)))

    def _without_events(self) -> Status:
        if self.cancelled:
            return Status("cancelled")
        if not self.begun:
            return Status("upcoming")
        return Status("absent", N_("没有签到记录")) if self.over else Status("missing", N_("还没有签到记录"))

    def _by_arrival(self, first: Event) -> Status:
        if first.at <= self.late_from:
            return Status("present", events=(first.id,))
        late = _minutes(first.at - self.start)
        if first.at <= self.absent_from:
            limit = self.rules.late_after
            return Status("late", N_("晚到 {minutes} 分钟，超过 {limit} 分钟"), late, {"minutes": late, "limit": limit}, (first.id,))
        limit = self.rules.absent_after
        return Status("absent", N_("晚到 {minutes} 分钟，超过 {limit} 分钟按缺勤计"), late, {"minutes": late, "limit": limit}, (first.id,))

    def _by_departure(self, found: Status, outs: list[Event], last_out: datetime | None) -> Status:
        costly = self.rules.early_means == "absent"
        code = "absent" if costly else "left_early"
        if last_out is None:
            if not self.over:
                return found
            return Status(code, N_("没有签退记录，按缺勤计") if costly else N_("没有签退记录"), events=found.events)
        events = (*found.events, outs[-1].id)
        if last_out >= self.early_until:
            return replace(found, events=events)
        early, limit = _minutes(self.end - last_out), self.rules.early_before
        return Status(code, N_("提前 {minutes} 分钟离开，超过 {limit} 分钟按缺勤计") if costly else N_("提前 {minutes} 分钟离开，超过 {limit} 分钟"),
                      early, {"minutes": early, "limit": limit}, events)


def _awaiting(events: list[Event], seen: dict[int, int]) -> dict[int, tuple[str, ...]]:
    """Of *events*, those that nobody has looked at yet, with why somebody should."""
    return {e.id: tuple(map(str, e.flags)) for e in events if e.flags and e.id not in seen}


def _as_said(events: list[Event], reason: str) -> Status:
    """What people set, the latest of it."""
    latest = max(events, key=lambda e: e.id)
    return Status(latest.status or "present", reason, events=(latest.id,))


def _minutes(delta: timedelta) -> int:
    """Whole minutes begun: 10 minutes and one second is 11, as a wall clock in the hall would be read."""
    return -int(-delta.total_seconds() // 60)
