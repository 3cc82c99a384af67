"""The status of a person in a session, computed from events, timetable and rules each time it is read.

No background job makes anybody absent, and a changed rule recomputes honestly.
"""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
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
}
# Statuses that are set by these ways yield to a signature.
YIELDING = frozenset({"leave", "roll_call"})


class Event(Protocol):
    """What is read of an event."""

    id: int
    kind: str
    at: datetime
    status: str | None
    voids_id: int | None
    flags: list[Any]
    method: str


@dataclass(frozen=True)
class Status:
    """A status with what it rests on.

    :param minutes: how late, or how early gone; 0 otherwise
    :param reason: a message id that explains it, filled from *data*
    :param events: ids of the events that decided
    :param review: flags of those events that await a look by people
    """

    code: str
    reason: str = ""
    minutes: int = 0
    data: dict[str, Any] = field(default_factory=dict)
    events: tuple[int, ...] = ()
    review: tuple[str, ...] = ()
    signed_in_at: datetime | None = None
    signed_out_at: datetime | None = None

    @property
    def attended(self) -> bool:
        return self.code in ATTENDED

    @property
    def on_leave(self) -> bool:
        return self.code in LEAVE


def live(events: Sequence[Event]) -> list[Event]:
    """The events in order of their instant, without voided ones and without the voiding ones."""
    voided = {e.voids_id for e in events if e.voids_id is not None}
    return sorted((e for e in events if e.kind != "void" and e.id not in voided), key=lambda e: (e.at, e.id))


def status_of(events: Sequence[Event], *, start: datetime, end: datetime, takes_sign_out: bool, cancelled: bool,
              rules: ClassRules, now: datetime) -> Status:
    """The status of one person in one session as of *now*.

    A correction by staff stands above signatures; the latest correction counts. A signature stands above leave and
    roll-call: whoever signed was there. Leave stands above roll-call. The same events in any order, and
    any of them twice, give the same status. What a spot check found (``check``) moves no status: it is put under review.

    :param takes_sign_out: leaving is signed in this session
    """
    if cancelled:
        return Status("cancelled")
    known = live(events)
    checks = [e for e in known if e.kind == "check"]
    ins, outs = [e for e in known if e.kind == "in"], [e for e in known if e.kind == "out"]
    first_in = ins[0].at if ins else None
    last_out = outs[-1].at if outs and not (ins and ins[-1].at > outs[-1].at) else None
    said = [e for e in known if e.kind == "status"]
    corrections = [e for e in said if e.method not in YIELDING]
    if corrections:
        settled = max(e.id for e in corrections)
        return _as_said(corrections, N_("由工作人员更正"), first_in, last_out, [e for e in checks if e.id > settled])
    if not ins and (claims := [e for e in said if e.method == "leave"]):
        return _as_said(claims, N_("请假已批准"), first_in, last_out, checks)
    if not ins and (claims := [e for e in said if e.method == "roll_call"]):
        return _as_said(claims, N_("点名时登记"), first_in, last_out, checks)
    base = _by_arrival(ins, start, end, rules, now)
    if base.attended and takes_sign_out and rules.sign_out_counts:
        base = _by_departure(base, outs, last_out, end, rules, now)
    review = _review(e for e in known if e.id in base.events or e.kind == "check")
    return Status(base.code, base.reason, base.minutes, base.data, base.events, review, first_in, last_out)


def _as_said(events: list[Event], reason: str, first_in: datetime | None, last_out: datetime | None,
             checks: Sequence[Event] = ()) -> Status:
    """What people set, the latest of it.

    :param checks: spot checks that it does not settle
    """
    latest = max(events, key=lambda e: e.id)
    return Status(latest.status or "present", reason, events=(latest.id,), review=_review([latest, *checks]),
                  signed_in_at=first_in, signed_out_at=last_out)


def _review(events: Iterable[Event]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(flag) for e in events for flag in e.flags))


def _by_arrival(ins: list[Event], start: datetime, end: datetime, rules: ClassRules, now: datetime) -> Status:
    if not ins:
        if now < start:
            return Status("upcoming")
        if now < end + timedelta(minutes=rules.closes_after):
            return Status("missing", N_("还没有签到记录"))
        return Status("absent", N_("没有签到记录"))
    first = ins[0]
    late = _minutes(first.at - start)
    if first.at <= start + timedelta(minutes=rules.late_after):
        return Status("present", events=(first.id,))
    if first.at <= start + timedelta(minutes=rules.absent_after):
        return Status("late", N_("晚到 {minutes} 分钟，超过 {limit} 分钟"), late, {"minutes": late, "limit": rules.late_after},
                      (first.id,))
    return Status("absent", N_("晚到 {minutes} 分钟，超过 {limit} 分钟按缺勤计"), late,
                  {"minutes": late, "limit": rules.absent_after}, (first.id,))


def _by_departure(base: Status, outs: list[Event], last_out: datetime | None, end: datetime, rules: ClassRules,
                  now: datetime) -> Status:
    if last_out is None:
        if now < end + timedelta(minutes=rules.closes_after):
            return base
        return Status("left_early", N_("没有签退记录"), events=base.events)
    if last_out >= end - timedelta(minutes=rules.early_before):
        return base
    early = _minutes(end - last_out)
    return Status("left_early", N_("提前 {minutes} 分钟离开，超过 {limit} 分钟"), early,
                  {"minutes": early, "limit": rules.early_before}, (*base.events, outs[-1].id))


def _minutes(delta: timedelta) -> int:
    """Whole minutes begun: 10 minutes and one second is 11, as a wall clock in the hall would be read."""
    return -int(-delta.total_seconds() // 60)
