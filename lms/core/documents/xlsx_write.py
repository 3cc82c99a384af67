"""Writes a book as an Excel workbook that can be edited and imported again, and printed on A4."""
from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from lms.core.documents.tables import Book, Column, Kind, Sheet, Value, local_instant, plain_text
from lms.core.errors import TooLarge
from lms.core.i18n import N_, translate

MAX_ROWS = 1_048_575     # below the heading: what a worksheet can hold
MAX_CELL = 32_767        # UTF-16 units in a cell
_LARGEST_EXACT = 2 ** 53  # a worksheet's numbers are doubles
_OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
            "strings_to_numbers": False}
# The same data must give the same bytes on every machine, so the file does not say when it was made.
CREATED = datetime(2000, 1, 1)
_NUMBER_FORMATS: dict[Kind, str] = {"text": "@", "number": "General", "date": "yyyy-mm-dd", "time": "hh:mm",
                                    "instant": "yyyy-mm-dd hh:mm:ss", "percent": "0.0%"}
_WIDTHS: dict[Kind, float] = {"text": 14, "number": 9, "date": 12, "time": 8, "instant": 20, "percent": 9}
_PORTRAIT_WIDTH = 92     # characters that fit across an upright A4 page at a readable size


def write_xlsx(book: Book, file: Path | IO[bytes]) -> None:
    """Write *book* to *file*, a path or a binary file open for writing, in memory that does not grow with the rows.

    Text cells are typed text with the format "text": eighteen digits, leading zeros and a leading ``=`` stay what they
    are, also after an edit. Text over 32,767 characters, which no cell can hold, is cut and ends with ``…``.

    :raises TooLarge: more rows than a worksheet can hold
    :raises ValueError: a naive datetime in an instant column
    """
    workbook = xlsxwriter.Workbook(str(file) if isinstance(file, Path) else file, _OPTIONS)
    workbook.set_properties({"created": CREATED})
    try:
        formats = _Formats(workbook)
        names = sheet_names([sheet.name for sheet in book.sheets])
        for name, sheet in zip(names, book.sheets, strict=True):
            _write_sheet(workbook.add_worksheet(name), sheet, formats, ZoneInfo(book.zone))
        notes = [(sheet.name, note) for sheet in book.sheets for note in sheet.notes]
        if notes:
            title = translate(book.locale, N_("说明"))
            columns = [Column("sheet", translate(book.locale, N_("工作表")), width=18), Column("note", title, width=70)]
            name = sheet_names([*names, title])[-1]
            _write_sheet(workbook.add_worksheet(name), Sheet(title, columns, notes), formats, ZoneInfo(book.zone))
    except BaseException:
        workbook.filename = BytesIO()  # closing frees the temporary files; half a workbook must not look like a whole
        workbook.close()
        raise
    workbook.close()


class _Formats:
    """The looks of cells, one for the heading and one for each kind."""

    def __init__(self, workbook: Any) -> None:
        body = {"valign": "vcenter", "border": 1, "border_color": "#C9C4BC"}
        self.head: Format = workbook.add_format(
            {**body, "bold": True, "bg_color": "#F1EDE6", "text_wrap": True, "align": "center", "num_format": "@"})
        self.title: Format = workbook.add_format({"bold": True, "font_size": 15, "align": "center", "valign": "vcenter", "num_format": "@",
                                                  "text_wrap": True})
        self.line: Format = workbook.add_format({"align": "center", "valign": "vcenter", "num_format": "@"})
        self.foot: Format = workbook.add_format({"valign": "top", "num_format": "@", "text_wrap": True})
        self.by_kind: dict[str, Format] = {
            kind: workbook.add_format({**body, "num_format": pattern, "text_wrap": kind == "text"})
            for kind, pattern in _NUMBER_FORMATS.items()}


def _write_sheet(page: Worksheet, sheet: Sheet, formats: _Formats, zone: ZoneInfo) -> None:
    widths = [_width(column) for column in sheet.columns]
    for number, (column, width) in enumerate(zip(sheet.columns, widths, strict=True)):
        page.set_column(number, number, width, None, {"hidden": column.hidden})
    top = len(sheet.heads)  # the row of the heading
    for number, line in enumerate(sheet.heads):
        _write_line(page, number, len(sheet.columns), line, formats.line if number else formats.title, 30 if number == 0 else 18)
    for number, column in enumerate(sheet.columns):
        _write_text(page, top, number, column.title, formats.head)
    last = top
    for last, row in enumerate(sheet.rows, start=top + 1):
        if last > MAX_ROWS:
            raise TooLarge("sheet_too_long", N_("“{sheet}”超过 {limit} 行，一个工作表放不下。请缩小范围后再导出。"),
                           sheet=sheet.name, limit=MAX_ROWS)
        _write_row(page, last, row, sheet.columns, formats, zone, sheet.ruled)
    for number, line in enumerate(sheet.foot, start=last + 1):
        _write_line(page, number, len(sheet.columns), line, formats.foot, 15 * (1 + _length(line) // max(int(sum(widths)), 1)))
    page.freeze_panes(top + 1, sheet.frozen)
    if sheet.columns:
        page.autofilter(top, 0, last, len(sheet.columns) - 1)
    _set_up_print(page, sum(width for column, width in zip(sheet.columns, widths, strict=True) if not column.hidden), top)
    if sheet.hidden:
        page.hide()


def _write_line(page: Worksheet, number: int, columns: int, line: str, look: Format, height: float) -> None:
    """A line across the table. Merged cells let it be centred and wrapped."""
    page.set_row(number, height)
    if columns > 1:
        page.merge_range(number, 0, number, columns - 1, plain_text(line), look)
    else:
        _write_text(page, number, 0, line, look)


def _write_row(page: Worksheet, number: int, row: Sequence[Value], columns: Sequence[Column], formats: _Formats,
               zone: ZoneInfo, ruled: bool) -> None:
    for place, (value, column) in enumerate(zip(row, columns, strict=True)):
        look = formats.by_kind[column.kind]
        if value is None or value == "":
            if ruled:
                page.write_blank(number, place, None, look)
        elif column.kind == "text" or isinstance(value, str):
            _write_text(page, number, place, value, formats.by_kind["text"])
        elif isinstance(value, (int, float, Decimal)):
            if not abs(float(value)) <= _LARGEST_EXACT:  # also what is not a number
                _write_text(page, number, place, str(value), formats.by_kind["text"])
            else:
                page.write_number(number, place, value, look)
        else:
            _write_moment(page, number, place, value, look, zone)


def _write_moment(page: Worksheet, row: int, place: int, value: date | time, look: Format, zone: ZoneInfo) -> None:
    moment = local_instant(value, zone) if isinstance(value, datetime) else value
    if isinstance(moment, date) and moment.year < 1900:  # before a worksheet's calendar begins
        _write_text(page, row, place, moment.isoformat(), look)
    else:
        page.write_datetime(row, place, moment, look)


def _write_text(page: Worksheet, row: int, place: int, value: Value, look: Format) -> None:
    text = plain_text(value)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > MAX_CELL // 2:  # a cell counts UTF-16 units, of which a character has one or two
        units = text.encode("utf-16-le")
        if len(units) > MAX_CELL * 2:
            text = units[:(MAX_CELL - 1) * 2].decode("utf-16-le", "ignore") + "…"
    if text.startswith("<r>") and text.endswith("</r>"):
        # In constant memory the library takes such text for its own rich-text XML and would write it unescaped.
        page.write_rich_string(row, place, "<", "r", text[2:], look)
    else:
        page.write_string(row, place, text, look)


def _width(column: Column) -> float:
    if column.width is not None:
        return column.width
    return max(_WIDTHS[column.kind], min(_length(column.title) + 4, 24))  # room for the filter's arrow


def _length(text: str) -> int:
    """In characters of the standard font."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)


def sheet_names(names: Sequence[str]) -> list[str]:
    """Names that Excel accepts: at most 31 units, none of ``[]:*?/\\``, no apostrophe at the ends, each one once."""
    taken: set[str] = set()
    chosen = []
    for name in names:
        base = re.sub(r"[\[\]:*?/\\]", " ", plain_text(name)).strip(" '") or "Sheet"
        attempt, count = _cut(base, 31), 1
        while attempt.casefold() in taken or attempt.casefold() == "history":  # Excel keeps that name for itself
            count += 1
            attempt = _cut(base, 31 - len(f" ({count})")) + f" ({count})"
        taken.add(attempt.casefold())
        chosen.append(attempt)
    return chosen


def _cut(text: str, units: int) -> str:
    return text.encode("utf-16-le")[:units * 2].decode("utf-16-le", "ignore").rstrip(" '")


def _set_up_print(page: Worksheet, width: float, top: int) -> None:
    page.set_paper(9)  # A4
    if width > _PORTRAIT_WIDTH:
        page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(top)
    page.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.7)
    page.set_header("&C&A")
    page.set_footer("&C&P / &N")
