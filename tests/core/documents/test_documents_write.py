"""What a book becomes as a workbook and as CSV, and that it comes back equal."""
from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, time

import pytest
from openpyxl import load_workbook

from lms.core.documents.csv_write import write_csv
from lms.core.documents.table_read import read_table
from lms.core.documents.tables import Book, Column, Sheet, Value
from lms.core.documents.xlsx_write import write_xlsx
from lms.core.errors import TooLarge

HOSTILE = ["=1+1", "+8613800000000", "-2", "@SUM(A1)", "\t=1", "'=1+1", "''+x", "'纯文本", "-", "=cmd|'/C calc'!A0"]
TEXTS = ["110101199001011234", "007", "1E5", "2026-03-01", "TRUE", " 前后空格 ", "两行\n备注", 'a"b,c;d', "陈𠮷安",
         "http://a.example/", "<r><t>x</t></r>", "_x0041_", "#N/A"]


def as_xlsx(book: Book) -> bytes:
    file = io.BytesIO()
    write_xlsx(book, file)
    return file.getvalue()


def as_csv(book: Book, sheet: int = 0) -> bytes:
    file = io.BytesIO()
    write_csv(book, file, sheet)
    return file.getvalue()


def one_column(values: list[str]) -> Book:
    return Book([Sheet("名册", [Column("note", "备注"), Column("n", "序号", "number")],
                       [(value, place) for place, value in enumerate(values, start=1)])])


@pytest.mark.parametrize("write", [as_xlsx, as_csv])
def test_text_comes_back_equal_through_our_own_reader(write: object) -> None:
    texts = HOSTILE + TEXTS
    table = read_table(write(one_column(texts)), "名册")  # type: ignore[operator]
    assert [row.cells[0] for row in table.rows] == texts


def test_no_cell_of_a_workbook_is_a_formula_or_a_link_and_every_text_cell_has_the_text_format() -> None:
    data = as_xlsx(one_column(HOSTILE + TEXTS))
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    for row in sheet.iter_rows(min_row=2):
        assert row[0].data_type == "s", row[0].value
        assert row[0].number_format == "@"
        assert row[0].hyperlink is None
        assert row[1].data_type == "n"
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")


def test_no_text_cell_of_a_csv_begins_with_what_a_spreadsheet_calculates() -> None:
    lines = as_csv(one_column(HOSTILE)).decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + len(HOSTILE)
    assert not [line for line in lines if line.lstrip('"')[0] in "=+-@\t"]


def test_a_csv_is_utf8_with_mark_and_crlf_and_negative_numbers_stay_numbers() -> None:
    book = Book([Sheet("x", [Column("a", "姓名"), Column("n", "分", "number")], [("甲", -2.50), ("乙", 1e-7)])])
    assert as_csv(book) == "\ufeff姓名,分\r\n甲,-2.5\r\n乙,0.0000001\r\n".encode()


def test_each_kind_is_typed_and_instants_are_local_time() -> None:
    columns = [Column("d", "日期", "date"), Column("t", "时间", "time"), Column("i", "签到", "instant"),
               Column("p", "出勤率", "percent"), Column("n", "学时", "number")]
    signed_in = datetime(2026, 3, 1, 0, 57, 3, tzinfo=UTC)
    book = Book([Sheet("x", columns, [(date(2026, 3, 1), time(8, 30), signed_in, 0.875, 3.5)] )])
    sheet = load_workbook(io.BytesIO(as_xlsx(book))).worksheets[0]
    values = [cell.value for cell in sheet[2]]
    assert values == [datetime(2026, 3, 1), time(8, 30), datetime(2026, 3, 1, 8, 57, 3), 0.875, 3.5]
    assert [cell.number_format for cell in sheet[2]][3] == "0.0%"
    assert as_csv(book).decode("utf-8-sig").splitlines()[1] == "2026-03-01,08:30,2026-03-01 08:57:03,87.5%,3.5"
    with pytest.raises(ValueError, match="naive"):
        as_xlsx(Book([Sheet("x", [Column("i", "签到", "instant")], [(datetime(2026, 3, 1),)])]))


def test_what_xml_cannot_hold_is_removed_and_what_no_cell_can_hold_is_cut_visibly() -> None:
    table = read_table(as_xlsx(one_column(["甲\x00\x0b乙\ud800丙\uffff", "𠮷" * 20_000])), "x")
    assert table.rows[0].cells[0] == "甲乙丙"
    long = table.rows[1].cells[0]
    assert isinstance(long, str) and long.startswith("𠮷") and long.endswith("𠮷…")
    assert len(long.encode("utf-16-le")) // 2 <= 32_767


def test_a_sheet_is_set_up_for_reading_and_for_a4() -> None:
    columns = [Column(f"c{n}", f"第{n}列", width=20) for n in range(8)]
    book = Book([Sheet("出勤/汇总", columns, [["x"] * 8], notes=["迟到 15 分钟以内计出勤"], frozen=1),
                 Sheet("出勤:汇总", columns[:2], [])])
    workbook = load_workbook(io.BytesIO(as_xlsx(book)))
    assert workbook.sheetnames == ["出勤 汇总", "出勤 汇总 (2)", "说明"]
    sheet = workbook.worksheets[0]
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == "A1:H2"
    assert sheet.print_title_rows == "$1:$1"
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToHeight == 0
    assert sheet["A1"].font.bold
    assert workbook.worksheets[1].page_setup.orientation != "landscape"
    assert workbook["说明"]["B2"].value == "迟到 15 分钟以内计出勤"


def test_the_same_book_gives_the_same_bytes() -> None:
    assert as_xlsx(one_column(TEXTS)) == as_xlsx(one_column(TEXTS))


def test_whole_numbers_that_a_worksheet_would_round_become_text() -> None:
    book = Book([Sheet("x", [Column("n", "号", "number")], [(12345678901234567890,), (float("nan"),)])])
    assert [row.cells for row in read_table(as_xlsx(book), "x").rows] == [["12345678901234567890"], ["nan"]]


def test_a_failing_report_leaves_no_workbook_behind(tmp_path: object) -> None:
    def rows() -> Iterator[list[Value]]:
        yield ["甲"]
        raise TooLarge("stop", "停")

    file = io.BytesIO()
    with pytest.raises(TooLarge):
        write_xlsx(Book([Sheet("x", [Column("a", "姓名")], rows())]), file)
    assert file.getvalue() == b""
