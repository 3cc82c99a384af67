"""What leaves as a file is what the screen shows: as text where it is text, in local time, and noted in the log."""
from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select

from lms.core.attendance.record import class_record
from lms.core.audit.models import AuditEntry
from lms.core.classes.models import Enrolment
from lms.core.clock import SettableClock
from lms.core.documents.raw_table import as_text
from lms.core.documents.table_read import read_table
from lms.core.ids import new_uid
from lms.site import Site
from lms.testing import Browser, Training

ODD = "=1+1"


@pytest.fixture
def training(make_training: Any, site: Site, person_with: Any, log_in: Callable[[Any], Browser], clock: SettableClock) -> Training:
    """Four people; the first is present, the second's sign-in was voided; odd names and units."""
    made: Training = make_training(people=4)
    with site.database.writing() as db:
        first, second = (db.get_one(Enrolment, made.enrolments[n].id) for n in (0, 1))
        first.name, first.unit_name, second.unit_name = ODD, "007", "13912345678"
    clock.move(minutes=25)
    teacher = log_in(person_with("class_teacher", made.training_class))
    uids = [new_uid(), new_uid()]
    for n in (0, 1):
        teacher.post(f"/manage/sessions/{made.sessions[0].uid}/people/{made.enrolments[n].uid}/sign-in", {"uid": uids[n]})
    teacher.post(f"/manage/sessions/{made.sessions[0].uid}/people/{made.enrolments[1].uid}/void/{uids[1]}", {"reason": "点错了人"})
    clock.move(hours=8)
    return made


@pytest.fixture
def teacher(training: Training, person_with: Any, log_in: Any) -> Browser:
    made: Browser = log_in(person_with("class_teacher", training.training_class))
    return made


def export(browser: Browser, training: Training, ending: str = "xlsx", query: str = "") -> bytes:
    answer = browser.post(f"/manage/classes/{training.training_class.uid}/attendance.{ending}{query}")
    assert answer.status_code == 200
    return answer.get_data()  # type: ignore[no-any-return]


def sheets(data: bytes) -> dict[str, list[dict[str, Any]]]:
    found = {}
    for sheet in openpyxl.load_workbook(io.BytesIO(data)).worksheets:
        head, *rows = sheet.iter_rows(values_only=True)
        found[sheet.title] = [dict(zip(head, row, strict=True)) for row in rows]
    return found


def test_sheets_add_up_to_the_record(training: Training, teacher: Browser, site: Site, clock: SettableClock) -> None:
    book = sheets(export(teacher, training))
    with site.database.reading() as db:
        record = class_record(db, training_class=training.training_class, now=clock.now())
    assert [r["实得学时"] for r in book["考勤表"]] == [p.totals.hours_earned / 100 for p in record.people]
    assert sum(r["出勤"] for r in book["考勤表"]) == 1
    for name in ("按单位汇总", "按组别汇总"):
        *parts, total = book[name]
        assert total["人数"] == 4
        for heading in ("人数", "出勤", "缺勤", "应学学时", "实得学时"):
            assert sum(p[heading] for p in parts) == total[heading]
        assert total["实得学时"] == sum(r["实得学时"] for r in book["考勤表"])


def test_text_stays_text_times_are_local_and_voided_events_are_marked(training: Training, teacher: Browser) -> None:
    book = sheets(export(teacher, training))
    assert (book["考勤表"][0]["姓名"], [r["单位"] for r in book["考勤表"][:2]]) == (ODD, ["007", "13912345678"])
    raw = openpyxl.load_workbook(io.BytesIO(export(teacher, training)))["考勤表"]
    assert next(c for row in raw.iter_rows() for c in row if c.value == ODD).data_type == "s"
    assert [(r["记录"], r["已作废"] or "", f"{r['时间']:%H:%M}") for r in book["签到记录"]] == [
        ("签到", "", "08:25"), ("签到", "是", "08:25"), ("作废", "", "08:25")]


@pytest.mark.parametrize("query", ["?q=007", "?status=present"])
def test_a_filtered_export_holds_who_the_filtered_screen_shows(training: Training, teacher: Browser, query: str) -> None:
    page = teacher.get(f"/manage/classes/{training.training_class.uid}/attendance{query}").get_data(as_text=True)
    book = sheets(export(teacher, training, query=query))
    assert [r["姓名"] for r in book["考勤表"]] == [ODD] and ODD in page and training.people[1].name not in page
    assert [r["姓名"] for r in book["签到记录"]] == [ODD]


def test_csv_comes_back_as_the_workbook_s_first_sheet(training: Training, teacher: Browser) -> None:
    tables = [read_table(export(teacher, training, ending), f"a.{ending}") for ending in ("csv", "xlsx")]
    assert tables[0].header == tables[1].header
    cells = [[[as_text(c) for c in row.cells] for row in table.rows] for table in tables]
    assert cells[0] == cells[1] and len(cells[0]) == 4 and cells[0][0][1] == ODD


def test_each_export_stands_in_the_log(training: Training, teacher: Browser, site: Site) -> None:
    for ending in ("xlsx", "csv"):
        export(teacher, training, ending)
    with site.database.reading() as db:
        assert db.scalar(select(func.count()).where(AuditEntry.action == "attendance.export")) == 2
