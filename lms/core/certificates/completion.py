"""The verdict: does somebody complete the class (结业)? Every verdict explains itself with exact figures."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from math import ceil
from typing import Any

from sqlalchemy.orm import Session

from lms.core.attendance.record import Attended, Totals, class_record, plain_hours
from lms.core.classes.completion import Part
from lms.core.classes.models import ClassSession, Enrolment, TrainingClass
from lms.core.classes.rules import ClassRules
from lms.core.i18n import N_, translate


@dataclass(frozen=True)
class Verdict:
    """The parts in the order in which people read them."""

    parts: tuple[Part, ...]

    @property
    def met(self) -> bool:
        return all(part.met for part in self.parts)

    @property
    def missing(self) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if not part.met)

    def sentence(self, locale: str) -> str:
        """One sentence: completed, or what is missing with its figures."""
        if self.met:
            return translate(locale, N_("符合结业条件"))
        reasons = translate(locale, N_("；")).join(translate(locale, p.sentence, **p.data) for p in self.missing)
        return translate(locale, N_("未结业：{reasons}"), reasons=reasons)

    def stored(self, locale: str) -> dict[str, Any]:
        """The verdict as it is kept with a certificate: sentence and evidence."""
        return {"sentence": self.sentence(locale), "met": self.met,
                "parts": [{"code": p.code, "met": p.met, "sentence": translate(locale, p.sentence, **p.data),
                           "figure": p.figure, "evidence": p.evidence} for p in self.parts]}


_ORDER = ("attendance", "leave", "courses", "quiz", "exam", "assignment", "survey", "approval")


def verdicts(db: Session, *, training_class: TrainingClass, enrolments: Sequence[Enrolment],
             now: datetime) -> dict[int, Verdict]:
    """The verdict of each enrolment, by its id, as of *now*. A fixed number of statements for any number of people."""
    found: dict[int, list[Part]] = {e.id: [] for e in enrolments}
    for _, judge in db.info["registry"].all("completion_part"):
        for enrolment_id, parts in judge(db, training_class, enrolments, now).items():
            found[enrolment_id].extend(parts)
    return {key: Verdict(in_order(parts)) for key, parts in found.items()}


def in_order(parts: Iterable[Part]) -> tuple[Part, ...]:
    """The parts as people read them: ours first, a plugin's after."""
    return tuple(sorted(parts, key=lambda p: (_ORDER.index(p.code) if p.code in _ORDER else len(_ORDER), p.code)))


def judge_attendance(db: Session, training_class: TrainingClass, enrolments: Sequence[Enrolment],
                     now: datetime) -> dict[int, tuple[Part, ...]]:
    """Attended hours against the share that the class asks for, and leave against its limit.

    Both are compared as fractions: 79.99 % is not 80 %, and 1/7 is 1/7. Leave of more than 1/7 of the hours ends a
    training (干部教育培训工作条例 art. 15); schools set their own limits.
    """
    record = class_record(db, training_class=training_class, now=now, enrolments=enrolments)
    return {row.enrolment.id: attendance_parts(record.sessions, row, record.rules) for row in record.people}


def attendance_parts(sessions: Sequence[ClassSession], row: Attended, rules: ClassRules) -> tuple[Part, ...]:
    """Hours and leave of one person, where the class asks for them."""
    parts = []
    if rules.required_share:
        parts.append(_sessions(sessions, row, rules) if rules.share_of == "sessions" else _attendance(row.totals, rules))
    if rules.leave_limit != "none":
        taken = sum(session.credit_hours for session, status in zip(sessions, row.statuses, strict=True)
                    if status.code in rules.leave_kinds)
        parts.append(_leave(taken, row.totals.hours_due, rules))
    return tuple(parts)


def _attendance(totals: Totals, rules: ClassRules) -> Part:
    needed = Fraction(rules.required_share, 1000) * totals.hours_due
    met = totals.hours_earned >= needed
    lost = totals.hours_leave + totals.hours_absent
    lenient = not met and rules.share_consequence == "warn"
    return Part(
        "attendance", met or lenient, N_("出勤学时"),
        N_("出勤 {earned} 学时，要求 {needed} 学时（应学 {due} 学时的 {share}%），按本班规则不影响结业") if lenient else
        N_("出勤 {earned} 学时，达到要求的 {needed} 学时（应学 {due} 学时的 {share}%）") if met else
        N_("出勤 {earned} 学时，要求不少于 {needed} 学时（应学 {due} 学时的 {share}%）"),
        f"{plain_hours(totals.hours_earned)} / {plain_hours(ceil(needed))}",
        {"earned": plain_hours(totals.hours_earned), "needed": plain_hours(ceil(needed)), "due": plain_hours(totals.hours_due),
         "share": plain_hours(rules.required_share * 10), **({"doubtful": plain_hours(totals.hours_under_review)} if totals.hours_under_review else {})},
        {"earned": totals.hours_earned, "due": totals.hours_due, "share": rules.required_share, "statuses": totals.counts,
         "under_review": totals.sessions_under_review, "consequence": rules.share_consequence},
        final=not met and not lenient and totals.hours_due - lost < needed, warns=lenient and totals.hours_due - lost < needed,
        endpoint="lms.record.show", provisional=N_("其中 {doubtful} 学时待核") if totals.hours_under_review else "")


def _sessions(sessions: Sequence[ClassSession], row: Attended, rules: ClassRules) -> Part:
    """As ``_attendance``, but every session counts the same, however long it is."""
    due = [status for status in row.statuses if status.code != "cancelled"]
    earned, open_ = sum(bool(s.attended) for s in due), sum(s.code in ("upcoming", "missing") for s in due)
    needed = Fraction(rules.required_share, 1000) * len(due)
    met = earned >= needed
    lenient = not met and rules.share_consequence == "warn"
    hopeless = not met and earned + open_ < needed
    data = {"earned": earned, "needed": ceil(needed), "due": len(due), "share": plain_hours(rules.required_share * 10)}
    return Part(
        "attendance", met or lenient, N_("出勤课次"),
        N_("出勤 {earned} 次，要求 {needed} 次（应到 {due} 次的 {share}%），按本班规则不影响结业") if lenient else
        N_("出勤 {earned} 次，达到要求的 {needed} 次（应到 {due} 次的 {share}%）") if met else
        N_("出勤 {earned} 次，要求不少于 {needed} 次（应到 {due} 次的 {share}%）"),
        f"{earned} / {ceil(needed)}", data,
        {"earned": earned, "due": len(due), "share": rules.required_share, "of": "sessions", "statuses": row.totals.counts,
         "under_review": row.totals.sessions_under_review, "consequence": rules.share_consequence},
        final=hopeless and not lenient, warns=lenient and hopeless, endpoint="lms.record.show")


def _leave(taken: int, due: int, rules: ClassRules) -> Part:
    allowed = rules.leave_allowed(due)
    assert allowed is not None  # only asked where there is a limit
    met = taken <= allowed
    data = {"taken": plain_hours(taken), "allowed": plain_hours(allowed), "fraction": str(rules.leave_fraction)}
    within, beyond = N_("请假 {taken} 学时，未超过上限 {allowed} 学时"), N_("请假 {taken} 学时，超过上限 {allowed} 学时")
    if rules.leave_limit == "fraction":
        within = N_("请假 {taken} 学时，未超过总学时的 {fraction}（{allowed}）")
        beyond = N_("请假 {taken} 学时，超过总学时的 {fraction}（{allowed}）")
    lenient = not met and rules.leave_consequence == "warn"
    if lenient:
        beyond = N_("请假 {taken} 学时，超过上限 {allowed} 学时，按本班规则只作提醒，不影响结业")
    return Part("leave", met or lenient, N_("请假"), within if met else beyond, f"{data['taken']} / {data['allowed']}", data,
                {"taken": taken, "due": due, "limit": rules.leave_limit, "fraction": str(rules.leave_fraction),
                 "days": rules.leave_days, "consequence": rules.leave_consequence}, final=not met and not lenient, warns=lenient,
                endpoint="lms.leave.index")
