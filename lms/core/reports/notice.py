"""The attendance notice (考勤公示): per day who was late, absent or on leave. It hangs on a wall: leave has no kind there."""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from lms.core.attendance.record import ClassRecord
from lms.core.attendance.status import LEAVE, Status
from lms.core.classes.models import ClassSession, Enrolment
from lms.core.classes.timetable import instants
from lms.core.documents.tables import Book, Column, Sheet, Value
from lms.core.i18n import N_, translate
from lms.core.paperwork.matrix_keys import session_label

# What the notice names; everything else is counted or left out.
NAMED = {"late": N_("迟到"), "left_early": N_("早退"), "absent": N_("缺勤"), "leave": N_("请假")}


@dataclass(frozen=True)
class NoticeSession:
    """One session: counts, and who is named for what (a key of ``NAMED``).

    :param open: neither there nor away yet: the session is still on
    :param review: of all these, who counts only until people have looked
    """

    session: ClassSession
    expected: int
    present: int
    open: int
    review: int
    named: dict[str, tuple[Enrolment, ...]]


@dataclass(frozen=True)
class NoticeDay:
    day: date
    sessions: tuple[NoticeSession, ...]


def notice_days(record: ClassRecord, only: date | None = None) -> tuple[NoticeDay, ...]:
    """The days on which a session has begun, or *only* one of them. Asks the database nothing."""
    found: dict[date, list[NoticeSession]] = {}
    for place, session in enumerate(record.sessions):
        begun = instants(session, record.training_class.zone)[0] <= record.now
        if begun and not session.cancelled and (only is None or session.day == only):
            found.setdefault(session.day, []).append(_session(record, place, session))
    return tuple(NoticeDay(day, tuple(sessions)) for day, sessions in sorted(found.items()))


def _session(record: ClassRecord, place: int, session: ClassSession) -> NoticeSession:
    statuses = [(row.enrolment, row.statuses[place]) for row in record.people]
    named = {key: tuple(e for e, status in statuses if _key(status) == key) for key in NAMED}
    return NoticeSession(session, len(statuses), sum(s.attended or s.code == "substituted" for _, s in statuses),
                         sum(s.code in ("missing", "upcoming") for _, s in statuses), sum(bool(s.review) for _, s in statuses), named)


def _key(status: Status) -> str:
    """Whether and under what somebody is named; an unexcused absence is an absence here, for it is judged elsewhere."""
    if status.code in LEAVE:
        return "leave"
    return "absent" if status.code == "unexcused" else status.code


def notice_book(record: ClassRecord, days: Sequence[NoticeDay], groups: dict[int, str], *, locale: str) -> Book:
    """Who is named, and the counts of each session."""
    names = [Column("day", translate(locale, N_("日期")), "date"), Column("session", translate(locale, N_("课次")), width=36),
             Column("what", translate(locale, N_("情形")), width=8), Column("name", translate(locale, N_("姓名")), width=14),
             Column("unit", translate(locale, N_("单位")), width=34), Column("group", translate(locale, N_("组别")), width=8)]
    counts = [*names[:2], Column("expected", translate(locale, N_("应到")), "number"),
              Column("present", translate(locale, N_("实到")), "number"),
              *(Column(key, translate(locale, word), "number") for key, word in NAMED.items()),
              Column("open", translate(locale, N_("未到")), "number"), Column("review", translate(locale, N_("待核")), "number")]
    return Book((Sheet(translate(locale, N_("考勤公示")), names, _names(days, groups, locale)),
                 Sheet(translate(locale, N_("各课次人数")), counts, _counts(days))), zone=record.training_class.zone, locale=locale)


def _names(days: Sequence[NoticeDay], groups: dict[int, str], locale: str) -> Iterator[Sequence[Value]]:
    for day in days:
        for s in day.sessions:
            for key, people in s.named.items():
                for e in people:
                    yield (day.day, session_label(s.session), translate(locale, NAMED[key]), e.name, e.unit_name,
                           groups.get(e.group_id or 0, ""))


def _counts(days: Sequence[NoticeDay]) -> Iterator[Sequence[Value]]:
    for day in days:
        for s in day.sessions:
            yield (day.day, session_label(s.session), s.expected, s.present, *(len(s.named[key]) for key in NAMED), s.open, s.review)
