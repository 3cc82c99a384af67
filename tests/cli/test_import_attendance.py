"""``lms import attendance``: a preview first, one transaction, the reasons in words and as JSON."""
from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select

from lms.core.attendance.models import AttendanceEvent
from lms.core.classes.models import ClassSession, TrainingClass


@pytest.fixture
def listed(lms: Any, tmp_path: Path, training_class: TrainingClass, make_site: Any) -> Path:
    """A roster of two is in the class; the list names one of them and a stranger."""
    roster = tmp_path / "名册.csv"
    roster.write_text("姓名,手机号\n赵𠮷安,19900000001\n王䶮,19900000002\n", encoding="utf-8")
    assert lms("import", "roster", roster, "--class", "first", "--commit").code == 0
    with make_site().database.reading() as db:
        session = db.scalars(select(ClassSession).order_by(ClassSession.day, ClassSession.starts)).first()
        assert session is not None
        title = session.title
    file = tmp_path / "名单.csv"
    file.write_text(f"姓名,课次,状态\n赵𠮷安,{session.day:%m-%d} {session.starts:%H:%M} {title},公假\n没有的人,{title},公假\n", encoding="gb18030")
    return file


def events(site: Any) -> int:
    with site.database.reading() as db:
        return db.scalar(select(func.count(AttendanceEvent.id))) or 0


def test_a_preview_saves_nothing_and_a_commit_what_is_certain(lms: Any, listed: Path, make_site: Any) -> None:
    answer = lms("import", "attendance", listed, "--class", "first")
    assert answer.code == 0 and "不在本班的名册里" in answer.out and "--commit" in answer.out
    assert events(make_site()) == 0
    answer = lms("import", "attendance", listed, "--class", "first", "--commit", "--json")
    assert (answer.code, answer.json["counts"]["saved"], answer.json["counts"]["left"]) == (0, 1, 1)
    assert [row["reasons"][0]["code"] for row in answer.json["rows"] if row["reasons"]] == ["not_in_class"]
    assert lms("import", "attendance", listed, "--class", "first", "--commit", "--json").json["counts"]["saved"] == 0
    assert events(make_site()) == 1


def test_the_exported_matrix_comes_back(lms: Any, listed: Path, tmp_path: Path, make_site: Any) -> None:
    file = tmp_path / "考勤.xlsx"
    lms("export", "attendance", "--class", "first", "-o", file)
    assert lms("import", "attendance", file, "--class", "first", "--json").json["rows"] == []
    book = openpyxl.load_workbook(file)
    book.worksheets[0].cell(2, 7).value = "病假"
    book.save(file)
    answer = lms("import", "attendance", file, "--class", "first", "--commit", "--json")
    assert (answer.json["kind"], answer.json["counts"]["saved"], events(make_site())) == ("matrix", 1, 1)


def test_what_is_no_attendance_is_refused_with_a_code(lms: Any, listed: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "照片.csv"
    wrong.write_bytes(b"\x89PNG\r\n\x1a\n\x00")
    answer = lms("import", "attendance", wrong, "--class", "first", "--json")
    assert (answer.code, answer.json["error"]["code"]) == (1, "not_a_spreadsheet")
