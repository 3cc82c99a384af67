"""Tables as people really send them, read by content."""
from __future__ import annotations

import io
from datetime import date, datetime, time

import pytest
from forged_xlsx import sheet, text_cell, workbook
from openpyxl import Workbook

from lms.core.documents.raw_table import as_text, column_letter, heading
from lms.core.documents.table_read import read_table
from lms.core.errors import Invalid

HEADINGS = ["姓名", "手机号", "单位"]


def is_roster(names: list[str]) -> bool:
    return {"姓名", "手机号"} <= set(names)


def saved(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_an_excel_table_below_a_title_row_is_found_and_keeps_row_numbers() -> None:
    book = Workbook()
    for row in [["干部培训班学员名册"], [], ["姓　名", "手机号\n（必填）", " 单位 ", None],
                ["陈𠮷安", 19900000267, "区总工会"], [None, "  ", None], ["李㛃", "19900000161", None]]:
        book.active.append(row)
    table = read_table(saved(book), "名册.xlsx", find_header=lambda names: "姓名" in names)
    assert table.header == ["姓名", "手机号（必填）", "单位"]
    assert table.header_row == 3
    assert [(row.number, row.cells) for row in table.rows] == [
        (4, ["陈𠮷安", 19900000267, "区总工会"]), (6, ["李㛃", "19900000161", None])]


def test_cells_keep_their_types() -> None:
    book = Workbook()
    book.active.append(["a", "b", "c", "d", "e", "f"])
    book.active.append([1.5, date(2026, 3, 1), datetime(2026, 3, 1, 9, 5), time(8, 30), True, "x"])
    row = read_table(saved(book), "x").rows[0]
    assert row.cells == [1.5, date(2026, 3, 1), datetime(2026, 3, 1, 9, 5), time(8, 30), "TRUE", "x"]
    assert [as_text(cell) for cell in row.cells] == ["1.5", "2026-03-01", "2026-03-01 09:05:00", "08:30", "TRUE", "x"]
    assert as_text(19900000001.0) == "19900000001"
    assert as_text(None) == ""


def test_the_first_visible_sheet_with_the_heading_is_read_and_that_is_said() -> None:
    book = Workbook()
    book.active.append(["说明文字"])
    hidden, roster = book.create_sheet("旧名册"), book.create_sheet("名册")
    hidden.sheet_state = "hidden"
    hidden.append(HEADINGS)
    roster.append(HEADINGS)
    roster.append(["甲", "1", "x"])
    table = read_table(saved(book), "x", find_header=is_roster)
    assert [row.cells[0] for row in table.rows] == ["甲"]
    assert [note.text("zh_CN") for note in table.notes] == ["文件有 2 个工作表，只读取了“名册”"]


def test_formulas_give_their_stored_value_and_are_named() -> None:
    rows = (f'<row r="2">{text_cell("A2", "甲")}<c r="B2"><f>1+1</f><v>2</v></c></row>'
            f'<row r="3">{text_cell("A3", "乙")}<c r="B3"><f>NOW()</f></c></row>')
    wide = sheet(rows).replace("姓名</t></is></c>", "姓名</t></is></c>" + text_cell("B1", "学时"))
    table = read_table(workbook(xl__worksheets__sheet1=wide), "x")
    assert [row.cells for row in table.rows] == [["甲", 2], ["乙", None]]
    assert [(note.code, note.data["row"], note.data["column"]) for note in table.notes] == [
        ("formula_value", 2, "B"), ("formula_empty", 3, "B")]
    assert "没有保存结果" in table.notes[1].text("zh_CN")


def test_long_numbers_that_excel_has_already_damaged_are_named() -> None:
    book = Workbook()
    book.active.append(["身份证号"])
    book.active.append([110101199001011234])
    notes = read_table(saved(book), "x").notes
    assert [(note.code, note.data) for note in notes] == [("digits_lost", {"row": 2, "column": "A"})]


def test_content_right_of_the_last_heading_is_left_out_and_named() -> None:
    table = read_table("姓名,手机号\r\n甲,1\r\n乙,2,多出来的\r\n".encode(), "x.csv")
    assert [row.cells for row in table.rows] == [["甲", "1"], ["乙", "2"]]
    assert [(note.code, note.data["row"]) for note in table.notes] == [("beyond_header", 3)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_text_tables_in_every_encoding_and_separator(encoding: str, separator: str) -> None:
    text = separator.join(HEADINGS) + "\r\n" + separator.join(["王䶮", "19900000218", '"甲,乙""丙"";\t丁"']) + "\r\n"
    table = read_table(text.encode(encoding), "名册.xlsx", find_header=is_roster)
    assert table.header == HEADINGS
    assert table.rows[0].cells == ["王䶮", "19900000218", '甲,乙"丙";\t丁']
    assert [note.code for note in table.notes] == (["read_as_gb18030"] if encoding == "gb18030" else [])


def test_a_record_over_two_lines_is_one_row() -> None:
    table = read_table('姓名,备注\n甲,"一\n二"\n\n乙,\n'.encode(), "x")
    assert [(row.number, row.cells) for row in table.rows] == [(2, ["甲", "一\n二"]), (4, ["乙", None])]


def test_old_line_ends_and_a_missing_last_one_are_fine() -> None:
    assert [row.cells for row in read_table("姓名,手机号\r甲,1\r乙,2".encode(), "x").rows] == [["甲", "1"], ["乙", "2"]]


def test_a_missing_heading_names_what_is_expected() -> None:
    for data in ("甲,1\n乙,2\n".encode(), saved(Workbook()), b"just a line", "甲\n".encode() * 100):
        with pytest.raises(Invalid) as refused:
            read_table(data, "名册.csv", find_header=is_roster, expected=["姓名", "手机号"])
        assert refused.value.code == "header_not_found"
        assert "要有一行写着 姓名、手机号" in str(refused.value)


def test_headings_lose_padding_and_invisible_characters() -> None:
    assert heading("姓 　名\u200b") == "姓名"
    assert heading(" Full \n name ") == "Full name"
    assert [column_letter(place) for place in (0, 25, 26, 701, 702, 16_383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
