"""What is no usable roster gets a sentence that says what to do, and nothing is saved."""
from __future__ import annotations

import io
import zipfile
from typing import Any

import openpyxl
import pytest

from lms.core.classes.roster import file_notes, preview_rows, read_roster
from lms.core.errors import Invalid, LmsError, TooLarge

ROWS = [("序号", "姓名", "手机号", "单位"), (1, "甲某", "19900005001", "区测绘院工会"), (2, "乙某", 19900005002, "区测绘院工会")]
TEXT = "\r\n".join(",".join(str(cell) for cell in row) for row in ROWS)


def workbook(rows: Any = ROWS, **cells: Any) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for place, value in cells.items():
        sheet[place] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def names(data: bytes, filename: str = "名册.xlsx") -> list[str]:
    return [row.values["name"] for row in read_roster(data, filename).rows]


def test_xlsx_and_csv_are_read_alike_whatever_their_name_says() -> None:
    for data in (workbook(), TEXT.encode(), TEXT.encode("utf-8-sig"), TEXT.replace(",", "\t").encode()):
        for filename in ("名册.xlsx", "名册.csv", "名册"):
            assert names(data, filename) == ["甲某", "乙某"]


def test_a_phone_typed_as_a_number_keeps_its_digits() -> None:
    assert [row.phone for row in read_roster(workbook(), "名册.xlsx").rows] == ["19900005001", "19900005002"]


def test_gb18030_is_read_and_said(office: Any) -> None:
    preview = office.preview(TEXT.encode("gb18030"))
    assert [row.row.values["name"] for row in preview_rows(preview)] == ["甲某", "乙某"]
    assert "read_as_gb18030" in [note.code for note in file_notes(preview)]


def test_titles_above_the_heading_and_empty_rows_are_passed_over(office: Any) -> None:
    preview = office.preview("工会干部培训班学员名册\n\n联系人：某某,,\n" + TEXT + "\n,,,\n")
    assert [row.row.line for row in preview_rows(preview)] == [5, 6]


def test_columns_that_are_not_read_are_named_so_that_nobody_believes_they_are(office: Any) -> None:
    preview = office.preview("姓名,身份证号,手机号\n甲某,110000000000000000,19900005001\n")
    assert [(n.code, n.data) for n in file_notes(preview)] == [("columns_unread", {"names": ["身份证号"]})]
    assert "1100000000" not in str(preview.rows)


def test_formulas_are_taken_by_their_saved_value_or_as_nothing() -> None:
    data = workbook([("姓名", "手机号", "备注"), ("甲某", "19900005001", '=HYPERLINK("http://x","y")')])
    roster = read_roster(data, "名册.xlsx")
    assert roster.rows[0].values["note"] == ""
    assert any(note.code.startswith("formula") for note in roster.notes)


def test_sixteen_thousand_empty_columns_and_a_far_cell_do_no_harm() -> None:
    wide = [(*row, *([None] * 16_000)) for row in ROWS]
    assert names(workbook(wide)) == ["甲某", "乙某"]
    assert names(workbook(XFD1048576="远")) == ["甲某", "乙某"]


@pytest.mark.parametrize(("data", "code"), [
    (b"", "empty_file"),
    (b"\x89PNG\r\n\x1a\n\x00\x00", "not_a_spreadsheet"),
    (b"%PDF-1.7 ...", "not_a_spreadsheet"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old_spreadsheet"),
    (b"PK\x03\x04 cut off", "broken_spreadsheet"),
    ("甲某,19900005001\n乙某,19900005002\n".encode(), "header_not_found"),
    (workbook([("题目", "答案"), ("一", "二")]), "header_not_found"),
    ("姓名,手机号\n".encode(), "roster_empty"),
    ("姓名,手机号\n".encode() + b"\xe7\x94\xb2,1\n" * 5_001, "roster_too_long"),
])
def test_what_is_no_roster_is_refused_with_its_reason(data: bytes, code: str) -> None:
    with pytest.raises(LmsError) as refused:
        read_roster(data, "名册.xlsx")
    assert refused.value.code == code


def test_a_huge_cell_is_refused() -> None:
    with pytest.raises((TooLarge, Invalid)):
        read_roster(("姓名,备注\n甲某," + "长" * 3_500_000).encode(), "名册.csv")


def test_a_bomb_is_refused_before_it_unpacks() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as plain, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb:
        for part in plain.namelist():
            bomb.writestr(part, plain.read(part))
        bomb.writestr("xl/media/image1.xml", b" " * 500_000_000)
    assert len(out.getvalue()) < 1_000_000
    with pytest.raises(TooLarge):
        read_roster(out.getvalue(), "名册.xlsx")


def test_doubled_phones_save_nobody_without_a_decision(office: Any) -> None:
    rows = "".join(f"第{n}某,19900005001\n" for n in "一二三四五")
    counts = office.bring_in("姓名,手机号\n" + rows)
    assert (counts["saved"], counts["held_back"]) == (0, 5)
