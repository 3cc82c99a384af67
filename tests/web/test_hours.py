"""Credit hours on the web: one's own page and statement, the unit's staff, the office; and nobody else's."""
from __future__ import annotations

from io import BytesIO
from typing import Any

import openpyxl
import pytest
from hours_office import Office
from pypdf import PdfReader

from lms.core.ids import new_uid
from lms.core.people.models import Unit
from lms.site import Site


@pytest.fixture
def office(site: Site, make_training: Any) -> Office:
    made = Office(site, make_training("class-a", people=6, rules={"courses_required": False, "exam_required": False}))
    made.attend(["present"] * 6)
    made.attend(["present"] * 3 + ["absent"] * 3, 1)
    made.close()
    made.enter(title="市级示范班", hours="6.5")
    return made


def text(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


def test_the_trainee_sees_total_target_gap_and_evidence(office: Office, log_in: Any) -> None:
    page = text(log_in(office.training.people[0]).get("/me/hours"))
    assert "30.5 / 90" in page and "还差 59.5 学时" in page
    assert "市级示范班" in page and "证书 1 号" in page and "class-a第1天上午" in page
    other = text(log_in(office.training.people[1]).get("/me/hours"))
    assert "12 / 90" in other and "市级示范班" not in other


def test_the_statement_says_what_the_page_says(office: Office, log_in: Any) -> None:
    browser = log_in(office.training.people[0])
    pdf = browser.get("/me/hours/2026.pdf")
    words = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf.get_data())).pages).replace(" ", "")
    assert pdf.mimetype == "application/pdf" and office.training.people[0].name in words and "30.5" in words and "59.5" in words
    book = openpyxl.load_workbook(BytesIO(browser.get("/me/hours/2026.xlsx").get_data()))
    sums = {row[0]: row[1] for row in book["合计"].iter_rows(min_row=2, values_only=True)}
    assert sum(row[3] for row in book["学时明细"].iter_rows(min_row=2, values_only=True)) == sums["合计"] == 30.5
    assert (sums["年度目标"], sums["还差"]) == (90, 59.5)


def test_a_year_without_hours_still_has_a_statement(office: Office, log_in: Any) -> None:
    browser = log_in(office.training.people[0])
    assert browser.get("/me/hours/2025.pdf").status_code == 200
    for year in ("1999", "2101", "99999999999999999999"):
        assert browser.get(f"/me/hours/{year}.pdf").status_code == 404
    assert browser.get("/me/hours?year=abc").status_code == 200


def test_a_unit_sees_its_people_only(office: Office, log_in: Any, person_with: Any, site: Site) -> None:
    with site.database.reading() as db:
        unit = db.get_one(Unit, office.training.enrolments[1].unit_id)
    browser = log_in(person_with("unit_hr", unit))
    page = text(browser.get("/manage/hours"))
    assert "class-a学员2" in page and "class-a学员1" not in page and "12" in page
    assert browser.get(f"/manage/hours/people/{office.training.people[1].uid}").status_code == 200
    assert browser.get(f"/manage/hours/people/{office.training.people[0].uid}").status_code == 404
    book = openpyxl.load_workbook(BytesIO(browser.post("/manage/hours.xlsx").get_data()))
    assert {row[1] for row in book["学时"].iter_rows(min_row=2, values_only=True)} == {"class-a学员2"}


def test_the_office_exports_by_unit_and_year(office: Office, log_in: Any, person_with: Any) -> None:
    browser = log_in(person_with("administrator"))
    book = openpyxl.load_workbook(BytesIO(browser.post("/manage/hours.xlsx?year=2026&q=class-a").get_data()))
    totals = {row[1]: row[-3] for row in book["学时"].iter_rows(min_row=2, values_only=True)}
    assert totals["class-a学员1"] == 30.5 and totals["class-a学员2"] == 12 and totals["class-a学员3"] == 0
    assert set(book.sheetnames) >= {"学时", "按单位汇总"}
    assert browser.get("/manage/hours?year=1").status_code == 404


def test_taking_back_needs_a_reason_and_shows_on_the_page(office: Office, log_in: Any, person_with: Any) -> None:
    browser, person = log_in(person_with("administrator")), office.training.people[0]
    entry = next(e for e in office.entries() if e.source.startswith("own:"))
    path = f"/manage/hours/people/{person.uid}/entries/{entry.uid}/reverse"
    assert browser.post(path, {"reason": " "}).status_code == 422 and office.hours() == 3050
    assert browser.post(path, {"reason": "证明有误"}).status_code == 303
    assert browser.post(path, {"reason": "证明有误"}).status_code == 303  # a second tap
    assert office.hours() == 2400
    assert "冲销：证明有误" in text(browser.get(f"/manage/hours/people/{person.uid}"))
    other = f"/manage/hours/people/{office.training.people[1].uid}/entries/{entry.uid}/reverse"
    assert browser.post(other, {"reason": "证明有误"}).status_code == 404


def test_a_form_that_is_refused_keeps_what_was_typed(office: Office, log_in: Any, person_with: Any) -> None:
    browser = log_in(person_with("administrator"))
    given = {"name": office.training.people[2].name, "title": "省级班", "day": "2026-07-02", "kind": "visit", "hours": "x", "proof": "证书",
             "uid": new_uid()}
    refused = browser.post("/manage/hours/new", given)
    assert refused.status_code == 422 and "省级班" in text(refused)
    assert browser.post("/manage/hours/new", {**given, "hours": "4"}).status_code == 303
    assert browser.post("/manage/hours/new", {**given, "hours": "4"}).status_code == 303
    assert office.hours(2) == 400


def test_import_with_preview(office: Office, log_in: Any, person_with: Any) -> None:
    browser = log_in(person_with("administrator"))
    table = "姓名,培训名称,日期,学时,证明\nclass-a学员3,<b>省级班</b>,2026-07-01,8,证书\n查无此人,省级班,2026-07-01,8,证书\n"
    answer = browser.post("/manage/hours/import", {"file": (BytesIO(table.encode()), "学时.csv")})
    page = text(browser.get(answer.headers["Location"]))
    assert "查无此人" in page and "&lt;b&gt;省级班" in page and "将登记 1 笔" in page and office.hours(2) == 0
    assert browser.post(answer.headers["Location"] + "/commit").status_code == 303
    assert browser.post(answer.headers["Location"] + "/commit").status_code == 409
    assert office.hours(2) == 800
    for data in (b"", b"PK\x03\x04 damaged", b"%PDF-1.7"):
        refused = browser.post("/manage/hours/import", {"file": (BytesIO(data), "学时.xlsx")})
        assert refused.status_code in (400, 422) and "学时表" in text(refused)


def test_rules_are_saved_as_a_version_and_stale_forms_refused(office: Office, log_in: Any, person_with: Any) -> None:
    browser = log_in(person_with("administrator"))
    given = {"target": "30", "unit_minutes": "45", "half_minutes": "20", "online_cap": "0", "from_year": "2026", "seen": "0"}
    assert browser.post("/manage/hours/rules", {**given, "from_year": "2025"}).status_code == 422
    assert browser.post("/manage/hours/rules", {**given, "seen": "x"}).status_code == 409
    assert browser.post("/manage/hours/rules", given).status_code == 303
    assert browser.post("/manage/hours/rules", given).status_code == 409
    assert "已达到年度目标" in text(log_in(office.training.people[0]).get("/me/hours"))
    assert "还差 90 学时" in text(log_in(office.training.people[0]).get("/me/hours?year=2025"))


def test_anybody_else_is_kept_out(office: Office, log_in: Any) -> None:
    browser: Any = log_in(office.training.people[3])
    for path in ("/manage/hours", f"/manage/hours/people/{office.training.people[0].uid}", "/manage/hours/rules"):
        assert browser.get(path).status_code == 403
