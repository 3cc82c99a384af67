"""Attendance as the office files it: people × sessions, summaries by unit and by group, the raw events.

The rows come from the same record that the screen shows, so a total on paper equals the one on the page.
"""
from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.attendance.check_in import REVIEW_FLAGS
from lms.core.attendance.long_record import Events, Parts, event_count
from lms.core.attendance.record import ClassRecord, PersonRecord
from lms.core.attendance.status import METHODS, STATUSES
from lms.core.classes.models import Group
from lms.core.documents.tables import Book, Column, Sheet, Value
from lms.core.documents.xlsx_write import MAX_ROWS
from lms.core.i18n import N_, translate
from lms.core.paperwork.matrix_keys import key_column, keys_sheet, session_label
from lms.core.people.models import Person

EVENT_KINDS = {"in": N_("签到"), "out": N_("签退"), "status": N_("登记"), "check": N_("抽点"), "void": N_("作废"),
               "confirm": N_("核对")}
# Counted columns of the summaries and, after the sessions, of the matrix.
_COUNTED = (("present", N_("出勤")), ("late", N_("迟到")), ("left_early", N_("早退")), ("made_up_sign_in", N_("补签")),
            ("make_up_class", N_("补课")), ("personal_leave", N_("事假")), ("sick_leave", N_("病假")),
            ("official_leave", N_("公假")), ("absent", N_("缺勤")), ("unexcused", N_("旷课")), ("substituted", N_("替训")))


def attendance_book(db: Session, record: ClassRecord, *, locale: str) -> Book:
    """The whole export of a class, or of those of its people whom *record* holds. Two statements beyond the record's."""
    groups = dict(db.execute(select(Group.id, Group.name).where(Group.class_id == record.training_class.id)).all())
    by_unit = Sums(lambda r: r.enrolment.unit_name)
    by_group = Sums(lambda r: groups.get(r.enrolment.group_id or 0, ""))
    sheets = (matrix_sheet(record, groups, locale, by_unit, by_group),
              summary_sheet(record, by_unit, locale, N_("按单位汇总"), N_("单位")),
              summary_sheet(record, by_group, locale, N_("按组别汇总"), N_("组别")),
              *events_sheets(db, record, locale), keys_sheet(record, [session_label(s) for s in record.sessions]))
    return Book(sheets, zone=record.training_class.zone, locale=locale)


class Sums:
    """Counts and hours added up by what *key* says of a person; nobody's row is kept.

    The matrix adds to them as it is written, so that a very large class is not read once more for each summary.
    """

    def __init__(self, key: Callable[[PersonRecord], str]) -> None:
        self._key = key
        self._parts: dict[str, Counter[str]] = {}
        self._whole: Counter[str] = Counter()
        self.complete = False

    def begin(self) -> None:
        self._parts, self._whole, self.complete = {}, Counter(), False

    def add(self, row: PersonRecord) -> None:
        t = row.totals
        one = {"people": 1, "due": t.hours_due, "earned": t.hours_earned, "leave": t.hours_leave, "review": t.sessions_under_review,
               "hours_review": t.hours_under_review, **{code: t.counts.get(code, 0) for code, _ in _COUNTED}}
        self._parts.setdefault(self._key(row), Counter()).update(one)
        self._whole.update(one)

    def lines(self, all_of_them: str) -> Iterator[tuple[str, Counter[str]]]:
        """In the order of the labels; at last the line for all."""
        yield from sorted(self._parts.items())
        yield all_of_them, self._whole


def matrix_sheet(record: ClassRecord, groups: dict[int, str], locale: str, *sums: Sums) -> Sheet:
    """One row a person, one column a session, then counts and hours.

    :param sums: are complete once the last row was walked
    """
    columns = [_column("number", N_("序号"), locale, "number"), _column("name", N_("姓名"), locale, width=14),
               _column("gender", N_("性别"), locale, width=6), _column("unit", N_("单位"), locale, width=34),
               _column("position", N_("职务"), locale, width=16), _column("group", N_("组别"), locale, width=8)]
    columns += [Column(s.uid, session_label(s), width=12) for s in record.sessions]
    columns += [_column(code, title, locale, "number") for code, title in _COUNTED]
    columns += [_column("hours_due", N_("应学学时"), locale, "number"), _column("hours_earned", N_("实得学时"), locale, "number"),
                _column("hours_leave", N_("请假学时"), locale, "number"), _column("review", N_("待核"), locale, "number"),
                _column("hours_review", N_("其中待核学时"), locale, "number"), key_column(locale)]
    return Sheet(translate(locale, N_("考勤表")), columns, _matrix_rows(record, groups, locale, sums), frozen=2)


def _matrix_rows(record: ClassRecord, groups: dict[int, str], locale: str, sums: Sequence[Sums]) -> Iterator[Sequence[Value]]:
    for one in sums:
        one.begin()
    words = {code: translate(locale, word) for code, word in STATUSES.items()}
    for row in record.people:
        e, t = row.enrolment, row.totals
        for one in sums:
            one.add(row)
        yield (e.number, e.name, e.gender, e.unit_name, e.position, groups.get(e.group_id or 0, ""),
               *(words[s.code] for s in row.statuses), *(t.counts.get(code, 0) for code, _ in _COUNTED),
               hours(t.hours_due), hours(t.hours_earned), hours(t.hours_leave), t.sessions_under_review, hours(t.hours_under_review), e.uid)
    for one in sums:
        one.complete = True


def summary_sheet(record: ClassRecord, sums: Sums, locale: str, name: str, heading: str) -> Sheet:
    """Counts and hours per unit or group, with a line for all."""
    columns = [_column("of", heading, locale, width=34), _column("people", N_("人数"), locale, "number"),
               *(_column(code, title, locale, "number") for code, title in _COUNTED),
               _column("hours_due", N_("应学学时"), locale, "number"), _column("hours_earned", N_("实得学时"), locale, "number"),
               _column("hours_leave", N_("请假学时"), locale, "number"), _column("share", N_("出勤率"), locale, "percent"),
               _column("review", N_("待核"), locale, "number"), _column("hours_review", N_("其中待核学时"), locale, "number")]
    return Sheet(translate(locale, name), columns, _summary_rows(record, sums, translate(locale, N_("合计"))), frozen=1)


def _summary_rows(record: ClassRecord, sums: Sums, all_of_them: str) -> Iterator[Sequence[Value]]:
    if not sums.complete:
        sums.begin()
        for row in record.people:
            sums.add(row)
    for label, total in sums.lines(all_of_them):
        yield (label, total["people"], *(total[code] for code, _ in _COUNTED), hours(total["due"]), hours(total["earned"]),
               hours(total["leave"]), total["earned"] / total["due"] if total["due"] else None, total["review"], hours(total["hours_review"]))


def events_sheets(db: Session, record: ClassRecord, locale: str) -> list[Sheet]:
    """Every event as it arrived, voided ones marked, with who did it and why: one sheet, or more where one cannot hold them."""
    columns = [_column("at", N_("时间"), locale, "instant"), _column("received_at", N_("收到时间"), locale, "instant"),
               _column("session", N_("课次"), locale, width=36), _column("name", N_("姓名"), locale, width=14),
               _column("unit", N_("单位"), locale, width=34), _column("kind", N_("记录"), locale, width=8),
               _column("status", N_("状态"), locale, width=8), _column("method", N_("方式"), locale, width=12),
               _column("by", N_("经办人"), locale, width=14), _column("reason", N_("原因"), locale, width=30),
               _column("flags", N_("待核事由"), locale, width=30), _column("confirmed", N_("已核对"), locale, width=8),
               _column("voided", N_("已作废"), locale, width=8),
               _column("uid", N_("记录编号"), locale, width=34)]
    count = event_count(db, record) if isinstance(record.people, Parts) else 0
    rows = _event_rows(db, record, locale)  # written sheet by sheet, each takes up where the last one was full
    return [Sheet(translate(locale, N_("签到记录")), columns, islice(rows, MAX_ROWS), ruled=False)
            for _ in range(max(1, -(-count // MAX_ROWS)))]


def _event_rows(db: Session, record: ClassRecord, locale: str) -> Iterator[Sequence[Value]]:
    events = Events(db, record)
    sessions = {s.id: session_label(s) for s in record.sessions}
    staff = _names(db, events.actors)
    kinds, statuses, methods = ({code: translate(locale, word) for code, word in words.items()}
                                for words in (EVENT_KINDS, STATUSES, METHODS))
    yes, separator = translate(locale, N_("是")), translate(locale, N_("；"))
    for e, name, unit in events:
        yield (e.at, e.received_at, sessions[e.session_id], name, unit, kinds[e.kind], statuses[e.status] if e.status else "",
               methods.get(e.method, e.method), staff.get(e.by_id or 0, ""), e.reason,
               separator.join(translate(locale, REVIEW_FLAGS.get(f, f)) for f in e.flags), yes if e.id in events.confirmed else "",
               yes if e.id in events.voided else "", e.uid)


def _names(db: Session, ids: Iterable[int]) -> dict[int, str]:
    return dict(db.execute(select(Person.id, Person.name).where(Person.id.in_(list(ids)))).all())


def hours(hundredths: int) -> Decimal:
    """Credit hours as a number for a cell, exact."""
    return Decimal(hundredths) / 100


def _column(key: str, title: str, locale: str, kind: str = "text", width: float | None = None) -> Column:
    return Column(key, translate(locale, title), kind, width)  # type: ignore[arg-type]
