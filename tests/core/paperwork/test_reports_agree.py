"""Every paper and file says the same: its counts equal the attendance record."""
from __future__ import annotations

import io
from collections import Counter
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from office import Office
from sqlalchemy import select

from lms.core.attendance.check_in import check_in_by_staff
from lms.core.attendance.corrections import correct, void
from lms.core.attendance.models import AttendanceEvent
from lms.core.attendance.record import ClassRecord, class_record
from lms.core.attendance.status import LEAVE, STATUSES
from lms.core.classes.models import ClassSession, Group
from lms.core.documents.xlsx_write import write_xlsx
from lms.core.ids import new_uid
from lms.core.reports.attendance import attendance_book
from lms.core.reports.notice import NAMED, notice_book, notice_days
from lms.core.reports.people import SHEETS_EACH, people_book, people_report


@pytest.fixture
def busy(make_training: Any, database: Any, person_with: Any, clock: Any) -> Office:
    """Twelve people, one of every kind of status, a voided sign-in, on the evening of the first day."""
    made = make_training(people=12)
    office = Office(database, made, person_with("class_teacher", made.training_class).id, clock)
    with database.writing() as db:
        session = db.get_one(ClassSession, made.sessions[0].id)
        for n, minutes in enumerate((20, 45, 25)):
            check_in_by_staff(db, session=session, person_id=made.people[n].id, direction="in", method="staff", uid=new_uid(),
                              by_id=office.by_id, now=clock.now() + timedelta(minutes=minutes))
        third = db.scalars(select(AttendanceEvent).where(AttendanceEvent.person_id == made.people[2].id)).one()
        void(db, session=session, person_id=third.person_id, event_uid=third.uid, reason="点错了人", by_id=office.by_id, now=clock.now())
        for n, status in enumerate(("personal_leave", "sick_leave", "official_leave", "unexcused", "left_early", "substituted",
                                    "make_up_class"), start=3):
            correct(db, session=session, person_id=made.people[n].id, status=status, reason="核实", by_id=office.by_id, now=clock.now(),
                    uid=new_uid())
    clock.move(hours=12)
    return office


def record_of(office: Office, db: Any) -> ClassRecord:
    return class_record(db, training_class=office.training.training_class, now=office.clock.now())


def sheets(book: Any) -> dict[str, list[dict[str, Any]]]:
    out = io.BytesIO()
    write_xlsx(book, out)
    return {page.title: [dict(zip(head, row, strict=True)) for row in rows]
            for page in openpyxl.load_workbook(out).worksheets for head, *rows in [list(page.iter_rows(values_only=True))]}


def by_session(record: ClassRecord) -> list[Counter[str]]:
    return [Counter(row.statuses[n].code for row in record.people) for n in range(len(record.sessions))]


def test_the_notice_counts_what_the_record_counts_and_never_says_which_leave(busy: Office) -> None:
    with busy.database.reading() as db:
        record = record_of(busy, db)
        days = notice_days(record)
        groups = {g.id: g.name for g in db.scalars(select(Group))}
    assert [(d.day, len(d.sessions)) for d in days] == [(record.sessions[0].day, 2)], "what has not begun is not named"
    for found, counts in zip(days[0].sessions, by_session(record), strict=False):
        assert {key: len(people) for key, people in found.named.items()} == {
            "late": counts["late"], "left_early": counts["left_early"], "absent": counts["absent"] + counts["unexcused"],
            "leave": sum(counts[code] for code in LEAVE)}
        assert found.present + len(found.named["absent"]) + len(found.named["leave"]) + found.open == found.expected == 12
    book = sheets(notice_book(record, days, groups, locale="zh_CN"))
    assert Counter((r["课次"], r["情形"]) for r in book["考勤公示"]) == Counter(
        {(r["课次"], word): r[word] for r in book["各课次人数"] for word in NAMED.values() if r[word]})
    text = str(book)
    assert "请假" in text and not any(STATUSES[code] in text for code in LEAVE) and "旷课" not in text


def test_person_by_person_every_event_stands_once_and_the_statuses_are_the_record_s(busy: Office) -> None:
    with busy.database.reading() as db:
        record = record_of(busy, db)
        report = people_report(db, record)
        count = len(db.scalars(select(AttendanceEvent)).all())
    book = sheets(people_book(report, locale="zh_CN"))
    assert list(book) == [row.enrolment.name for row in record.people]
    lines = [row for rows in book.values() for row in rows]
    assert sum(bool(row["记录"]) for row in lines) == count
    told = {(row["姓名"], row["课次"]): row["状态"] for row in lines}
    assert Counter(told.values()) == Counter(STATUSES[s.code] for row in record.people for s in row.statuses)
    assert [row["已作废"] for row in book["class-a学员3"] if row["记录"] == "签到"] == ["是"]


def test_many_people_stand_on_one_sheet(busy: Office) -> None:
    with busy.database.reading() as db:
        report = people_report(db, record_of(busy, db))
    many = type(report)(report.record, report.sections * (SHEETS_EACH // 12 + 1), report.voided, report.staff)
    book = sheets(people_book(many, locale="zh_CN"))
    assert list(book) == ["个人考勤"] and len(book["个人考勤"]) == sum(max(1, len(line.events)) for s in many.sections for line in s.lines)


def test_matrix_summaries_and_the_hidden_keys_agree(busy: Office) -> None:
    with busy.database.reading() as db:
        record = record_of(busy, db)
        book = sheets(attendance_book(db, record, locale="zh_CN"))
    total = Counter(s.code for row in record.people for s in row.statuses)
    for name in ("按单位汇总", "按组别汇总"):
        assert {word: book[name][-1][word] for word in ("出勤", "迟到", "事假", "缺勤", "旷课", "替训")} == {
            STATUSES[code]: total[code] for code in ("present", "late", "personal_leave", "absent", "unexcused", "substituted")}
    keys = book["_lms"]
    assert len(keys) == 13 and Counter(code for row in keys[1:] for code in list(row.values())[1:]) == total
