"""Roll-call by exception (点名): everybody is there but those whom the caller names. It rolls up from groups to the class.

A roll-call yields to a signature and to approved leave (``status.py``); where they disagree, both stay on record and
the disagreement is listed for people to judge.
"""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lms.core.attendance.check_in import require_not_cancelled, sign_in_window
from lms.core.attendance.in_session import InSession, names_of
from lms.core.attendance.write import new_event, part_uid, write_events
from lms.core.audit.service import record
from lms.core.classes.models import ClassSession, Enrolment, Group, TrainingClass
from lms.core.classes.rules import rules_of
from lms.core.errors import Conflict, Invalid
from lms.core.i18n import N_

# What the caller may say of somebody.
ANSWERS = {"present": N_("到"), "absent": N_("未到"), "late": N_("迟到"), "leave": N_("请假")}
CLASHES = {
    "absent_but_signed": N_("点名未到，但有签到记录；按签到计。"),
    "present_but_too_late": N_("点名到了，但签到太晚，已按缺勤计。"),
    "present_but_on_leave": N_("点名到了，但有批准的请假；按请假计。"),
    "substituted_but_signed": N_("登记为替训，但本人也有签到记录；按替训计。"),
}


@dataclass(frozen=True)
class Tally:
    """What one send said: how many of each answer, and whether it had been received before."""

    counts: Mapping[str, int]
    repeated: bool


def call_roll(db: Session, *, session: ClassSession, training_class: TrainingClass, people: Sequence[InSession],
              answers: Mapping[str, str], uid: str, by_id: int, now: datetime) -> Tally:
    """Write one event for each of *people*; who is not in *answers* is there.

    Somebody whose approved leave is confirmed gets no event: there is nothing to add.

    :param people: whom the caller had on the page and may call
    :param answers: exceptions by the enrolment's uid, each a key of ``ANSWERS``
    :param uid: made by the client; the same roll-call sent twice counts once
    :raises Conflict: sign-in has not begun, the session is cancelled, or *uid* stands for another roll-call
    :raises Invalid: nobody is on the list, or an answer is unknown
    """
    require_not_cancelled(session)
    opens, _ = sign_in_window(session, rules_of(training_class), training_class.zone)
    if now < opens:
        raise Conflict("roll_call_early", N_("“{title}”还没有到签到时间，没有上报。请在签到开始以后点名。"), title=session.title)
    if not people:
        raise Invalid("roll_call_nobody", N_("名单里没有人，没有上报。请刷新页面后再点名。"))
    if set(answers.values()) - set(ANSWERS):
        raise Invalid("roll_call_answer", N_("点名结果只能是到、未到、迟到或请假，没有上报。请刷新页面后再点名。"))
    said = {p.enrolment: answers.get(p.enrolment.uid, "present") for p in people}
    on_leave = {p.enrolment for p in people if _leave(p)}
    events = [_event(session, e, answer, uid, by_id, now) for e, answer in said.items() if answer != "leave" or e not in on_leave]
    written = write_events(db, events)
    counts = {answer: sum(1 for given in said.values() if given == answer) for answer in ANSWERS}
    if written:
        record(db, actor_id=by_id, action="attendance.roll_call", thing=session, now=now, class_id=session.class_id,
               after={**counts, "people": [e.person_id for e, answer in said.items() if answer != "present"]})
    return Tally(counts, bool(events) and not written)


def _event(session: ClassSession, enrolment: Enrolment, answer: str, uid: str, by_id: int, now: datetime) -> dict[str, Any]:
    """A leave that nobody approved is an absence that says why, and awaits a look."""
    return new_event(session, uid=part_uid(uid, enrolment.uid), person_id=enrolment.person_id, kind="status", method="roll_call",
                     by_id=by_id, at=now, now=now, status="absent" if answer == "leave" else answer,
                     flags=["leave_claimed"] if answer == "leave" else [])


def answer_of(person: InSession) -> str:
    """What stands of somebody: the last roll-call's word, else leave that was approved, else that they are there."""
    called = person.latest("roll_call")
    if called is None:
        return "leave" if _leave(person) else "present"
    return "leave" if "leave_claimed" in called.flags else str(called.status)


def _leave(person: InSession) -> bool:
    return person.latest("leave") is not None or person.status.on_leave


@dataclass(frozen=True)
class Report:
    """How far a group's roll-call is. *group* None: those who are in none."""

    group: Group | None
    expected: int
    counts: Mapping[str, int]
    uncalled: int  # neither called nor on leave
    at: datetime | None = None
    by: str = ""

    @property
    def sent(self) -> bool:
        return self.at is not None

    @property
    def whole(self) -> bool:
        """Nobody is left to be called."""
        return self.uncalled == 0


def reports(db: Session, *, groups: Iterable[Group], people: Sequence[InSession]) -> list[Report]:
    """Who has reported, when and what, group by group; groups without people are left out. One statement."""
    called = {p.enrolment.id: p.latest("roll_call") for p in people}
    names = names_of(db, {e.by_id for e in called.values() if e is not None})
    found = []
    for group in (*groups, None):
        members = [p for p in people if p.enrolment.group_id == (group.id if group else None)]
        events = [event for p in members if (event := called[p.enrolment.id]) is not None]
        last = max(events, key=lambda e: e.id, default=None)
        uncalled = sum(1 for p in members if called[p.enrolment.id] is None and not _leave(p))
        counted = [answer_of(p) for p in members if called[p.enrolment.id] is not None or _leave(p)]
        if members:
            found.append(Report(group, len(members), {answer: counted.count(answer) for answer in ANSWERS}, uncalled,
                                last.received_at if last else None, names.get(last.by_id, "") if last else ""))
    return found


@dataclass(frozen=True)
class Clash:
    """A signature or leave that says one thing and people who say another; *code* is a key of ``CLASHES``."""

    person: InSession
    code: str
    said: Any  # the event that people made
    by: str


def clashes(db: Session, people: Sequence[InSession]) -> list[Clash]:
    """Where the record disagrees with itself; nothing of it is overwritten. One statement."""
    found = [(p, code, said) for p in people for code, said in _disagreements(p)]
    names = names_of(db, {said.by_id for _, _, said in found})
    return [Clash(p, code, said, names.get(said.by_id, "")) for p, code, said in found]


def _disagreements(person: InSession) -> Iterable[tuple[str, Any]]:
    called, replaced = person.latest("roll_call"), person.latest("substitute")
    if replaced is not None and replaced.status == "substituted" and person.signed and person.status.code == "substituted":
        yield "substituted_but_signed", replaced
    if called is None or any(e.method == "correction" and e.kind == "status" for e in person.events):
        return  # whoever corrected it has judged
    there = called.status in ("present", "late")
    if person.signed and not there and person.status.attended:
        yield "absent_but_signed", called
    elif person.signed and there and person.status.code == "absent":
        yield "present_but_too_late", called
    elif there and person.status.on_leave:
        yield "present_but_on_leave", called
