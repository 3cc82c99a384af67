"""The class day at a glance: what needs somebody now, how today's sessions stand, how far groups and units are.

Everything comes from the attendance record that board, matrix and exports read, so the figures are the same.
"""
from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core.attendance.board import Tally
from lms.core.attendance.models import WalkIn
from lms.core.attendance.record import ClassRecord, PersonRecord
from lms.core.certificates.models import Certificate
from lms.core.classes.models import ClassSession
from lms.core.documents.tables import Book, Column, Sheet
from lms.core.i18n import N_, translate
from lms.core.leave.models import LeaveRequest
from lms.core.paperwork.matrix_keys import session_label
from lms.core.quizzes.models import Attempt, Paper
from lms.core.reports.attendance import hours


@dataclass(frozen=True)
class Need:
    """Something that waits for somebody. *sentence* is a message id, filled with *count*; *endpoint* gets the class's uid."""

    code: str
    sentence: str
    count: int
    endpoint: str
    values: dict[str, str] = field(default_factory=dict)


@dataclass
class Share:
    """How far the people of a group or unit are. Hours in 1/100."""

    name: str
    people: int = 0
    due: int = 0
    earned: int = 0
    leave: int = 0
    absent: int = 0

    def add(self, row: PersonRecord) -> None:
        self.people += 1
        self.due += row.totals.hours_due
        self.earned += row.totals.hours_earned
        self.leave += row.totals.hours_leave
        self.absent += row.totals.hours_absent

    @property
    def percent(self) -> int:
        """Of the hours due in all."""
        return round(100 * self.earned / self.due) if self.due else 0


@dataclass(frozen=True)
class Held:
    """A session of the day. *begun*: somebody could be there already; before that nobody is missing."""

    session: ClassSession
    tally: Tally
    begun: bool


@dataclass(frozen=True)
class Day:
    """One day of a class. *sessions* are the day's; *certificates* counts the valid ones."""

    day: date
    needs: tuple[Need, ...]
    sessions: tuple[Held, ...]
    groups: tuple[Share, ...]
    units: tuple[Share, ...]
    people: int
    certificates: int


def class_day(db: Session, record: ClassRecord, *, groups: dict[int, str], day: date) -> Day:
    """The day at a glance, in one statement beyond the record's.

    :param groups: names by id, in their order
    """
    counts = _counts(db, record.training_class.id)
    by_group = _shares(record.people, lambda row: groups.get(row.enrolment.group_id or 0, ""), groups.values())
    by_unit = sorted(_shares(record.people, lambda row: row.enrolment.unit_name), key=lambda share: (share.percent, share.name))
    return Day(day, _needs(record, counts), _sessions(record, day), by_group, tuple(by_unit), len(record.people), counts["certificates"])


def day_book(found: Day, *, locale: str, zone: str) -> Book:
    """The same as a workbook."""
    def tr(message: str, **data: Any) -> str:
        return translate(locale, message, **data)

    def sheet(name: str, titles: Sequence[str], rows: Iterable[Sequence[Any]]) -> Sheet:
        columns = [Column(str(n), tr(title), "text" if n == 0 else "number", 40 if n == 0 else None) for n, title in enumerate(titles)]
        return Sheet(tr(name), columns, list(rows), frozen=1)

    heads = (N_("人数"), N_("应学学时"), N_("实得学时"), N_("请假学时"), N_("缺勤学时"))
    return Book([
        sheet(N_("要处理的事"), (N_("事项"), N_("数量")), [(tr(n.sentence, count=n.count), n.count) for n in found.needs]),
        sheet(N_("当天课次"), (N_("课次"), N_("应到"), N_("实到"), N_("迟到"), N_("请假"), N_("未到"), N_("待核")),
              [(session_label(h.session), h.tally.expected, h.tally.present, h.tally.late, h.tally.leave,
                h.tally.missing if h.begun else None, h.tally.review) for h in found.sessions]),
        sheet(N_("各组"), (N_("组别"), *heads), [_row(share) for share in found.groups]),
        sheet(N_("各单位"), (N_("单位"), *heads), [_row(share) for share in found.units]),
    ], zone=zone, locale=locale)


def _row(share: Share) -> tuple[Any, ...]:
    return (share.name, share.people, hours(share.due), hours(share.earned), hours(share.leave), hours(share.absent))


def _shares(people: Iterable[PersonRecord], key: Callable[[PersonRecord], str], order: Iterable[str] = ()) -> tuple[Share, ...]:
    found = {name: Share(name) for name in order}
    for row in people:
        found.setdefault(key(row), Share(key(row))).add(row)
    return tuple(share for share in found.values() if share.people)


def _sessions(record: ClassRecord, day: date) -> tuple[Held, ...]:
    found = []
    for place, session in enumerate(record.sessions):
        if session.day == day and not session.cancelled:
            tally = Tally("")
            for row in record.people:
                tally.add(row.statuses[place])
            found.append(Held(session, tally, any(row.statuses[place].code != "upcoming" for row in record.people)))
    return tuple(found)


def _needs(record: ClassRecord, counts: dict[str, int]) -> tuple[Need, ...]:
    reviews = sum(bool(status.review) for row in record.people for status in row.statuses)
    offered = (
        Need("leave", N_("{count} 份请假待批"), counts["leave"], "lms.manage_leave.index", {"state": "asked"}),
        Need("reviews", N_("{count} 条签到待核"), reviews, "lms.manage_reviews.index"),
        Need("walk_ins", N_("{count} 位现场登记的人没有对应到名册"), counts["walk_ins"], "lms.manage_walk_ins.index"),
        Need("marking", N_("{count} 份答卷等待阅卷"), counts["marking"], "lms.manage_papers.index"),
        Need("reserved", N_("{count} 张证书已编号，还没有做完"), counts["reserved"], "lms.manage_certificates.show"),
    )
    return tuple(need for need in offered if need.count)


def _counts(db: Session, class_id: int) -> dict[str, int]:
    def count(model: Any, *conditions: Any) -> Any:
        return select(func.count()).select_from(model).where(*conditions).scalar_subquery()

    marking = select(func.count(Attempt.id)).join(Paper, Paper.id == Attempt.paper_id).where(
        Paper.class_id == class_id, Attempt.submitted_at.is_not(None), Attempt.mark.is_(None)).scalar_subquery()
    wanted = {
        "leave": count(LeaveRequest, LeaveRequest.class_id == class_id, LeaveRequest.state == "asked"),
        "walk_ins": count(WalkIn, WalkIn.class_id == class_id, WalkIn.state == "open"),
        "marking": marking,
        "reserved": count(Certificate, Certificate.class_id == class_id, Certificate.state == "reserved"),
        "certificates": count(Certificate, Certificate.class_id == class_id, Certificate.state == "valid"),
    }
    row = db.execute(select(*(query.label(name) for name, query in wanted.items()))).one()
    return dict(row._mapping)
