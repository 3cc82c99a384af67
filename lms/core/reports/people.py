"""Attendance person by person: every session with its status, and every event behind it. One reading feeds page and file."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.attendance.record import ClassRecord, PersonRecord, raw_events
from lms.core.attendance.status import METHODS, STATUSES, Status
from lms.core.classes.models import ClassSession, Group
from lms.core.documents.tables import Book, Column, Sheet, Value
from lms.core.i18n import N_, translate
from lms.core.paperwork.matrix_keys import session_label
from lms.core.people.models import Person
from lms.core.reports.attendance import EVENT_KINDS, hours

SHEETS_EACH = 40  # so many people get a worksheet each; more stand below each other on one


@dataclass(frozen=True)
class SessionLine:
    """One person in one session, with the events in the order in which they arrived, voided ones included."""

    session: ClassSession
    status: Status
    events: tuple[Any, ...]


@dataclass(frozen=True)
class PersonSection:
    """One person: who, what it adds up to, and every session."""

    person: PersonRecord
    group: str
    lines: tuple[SessionLine, ...]


@dataclass(frozen=True)
class PeopleReport:
    """Everybody whom the record holds. *voided* are ids of events, *staff* names by person id."""

    record: ClassRecord
    sections: tuple[PersonSection, ...]
    voided: frozenset[int]
    staff: dict[int, str]


def people_report(db: Session, record: ClassRecord) -> PeopleReport:
    """Three statements beyond the record's."""
    class_id = record.training_class.id
    wanted = {row.enrolment.person_id for row in record.people}
    events = [e for e in raw_events(db, class_id=class_id, person_ids=wanted if len(wanted) < 200 else None) if e.person_id in wanted]
    by_seat: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for e in events:
        by_seat[e.person_id, e.session_id].append(e)
    groups = {g.id: g.name for g in db.execute(select(Group.id, Group.name).where(Group.class_id == class_id))}
    staff = {p.id: p.name for p in db.execute(select(Person.id, Person.name).where(
        Person.id.in_({e.by_id for e in events if e.by_id})))}
    sections = tuple(PersonSection(row, groups.get(row.enrolment.group_id or 0, ""), tuple(
        SessionLine(session, status, tuple(by_seat.get((row.enrolment.person_id, session.id), ())))
        for session, status in zip(record.sessions, row.statuses, strict=True))) for row in record.people)
    return PeopleReport(record, sections, frozenset(e.voids_id for e in events if e.voids_id), staff)


def people_book(report: PeopleReport, *, locale: str) -> Book:
    """A worksheet for each person, or one with a section for each where there are many."""
    if len(report.sections) <= SHEETS_EACH:
        sheets = [_sheet(report, [section], section.person.enrolment.name, locale) for section in report.sections]
    else:
        sheets = [_sheet(report, report.sections, translate(locale, N_("个人考勤")), locale)]
    return Book(sheets or [_sheet(report, (), translate(locale, N_("个人考勤")), locale)], zone=report.record.training_class.zone,
                locale=locale)


def _sheet(report: PeopleReport, sections: Sequence[PersonSection], name: str, locale: str) -> Sheet:
    titles: tuple[tuple[str, str, str, float | None], ...] = (
        ("number", N_("序号"), "number", None), ("name", N_("姓名"), "text", 14), ("unit", N_("单位"), "text", 30),
        ("group", N_("组别"), "text", 8), ("session", N_("课次"), "text", 34), ("credit", N_("学时"), "number", None),
        ("status", N_("状态"), "text", 8), ("review", N_("待核"), "text", 6), ("why", N_("说明"), "text", 26), ("at", N_("时间"), "instant", None),
        ("kind", N_("记录"), "text", 14), ("method", N_("方式"), "text", 12), ("by", N_("经办人"), "text", 12),
        ("reason", N_("原因"), "text", 30), ("voided", N_("已作废"), "text", 8))
    columns = [Column(key, translate(locale, title), kind, width) for key, title, kind, width in titles]  # type: ignore[arg-type]
    return Sheet(name, columns, (row for section in sections for row in _rows(report, section, locale)), frozen=2)


def _rows(report: PeopleReport, section: PersonSection, locale: str) -> Iterator[Sequence[Value]]:
    """A row for each event; a session without one has a row too."""
    e = section.person.enrolment
    who = (e.number, e.name, e.unit_name, section.group)
    for line in section.lines:
        status = (translate(locale, STATUSES[line.status.code]), translate(locale, N_("是")) if line.status.review else "",
                  translate(locale, line.status.reason, **line.status.data) if line.status.reason else "")
        about = (*who, session_label(line.session), hours(line.session.credit_hours), *status)
        for event in line.events:
            yield (*about, event.at, said(event, locale), translate(locale, METHODS.get(event.method, event.method)),
                   report.staff.get(event.by_id or 0, ""), event.reason,
                   translate(locale, N_("是")) if event.id in report.voided else "")
        if not line.events:
            yield (*about, None, "", "", "", "", "")


def said(event: Any, locale: str) -> str:
    """What an event says, in words."""
    kind = translate(locale, EVENT_KINDS[event.kind])
    return f"{kind} {translate(locale, STATUSES[event.status])}" if event.status else kind
