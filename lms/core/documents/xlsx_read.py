"""Reads an Excel workbook's table. Formulas are not calculated: their stored values are used, and it is said so."""
from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from openpyxl import load_workbook

from lms.core.documents.raw_table import (
    MAX_COLUMNS,
    Cell,
    HeaderTest,
    RawTable,
    ReadNote,
    as_text,
    assemble,
    column_letter,
)
from lms.core.documents.xlsx_cells import rows_of
from lms.core.documents.xlsx_check import broken, check_xlsx
from lms.core.errors import LmsError
from lms.core.i18n import N_

_LAST_ROW = 1_048_576    # what a spreadsheet program itself can hold
_FORMULAS_NAMED = 50     # how many formula cells get a note of their own
_LARGEST_EXACT = 10 ** 15
# OOXML writes a carriage return as _x000D_ and an underscore that would begin such an escape as _x005F_ (ISO 29500-1,
# 22.9.2.19); the library leaves both as they are in inline strings.
_UNDERSCORE = re.compile("_x005F_(?=x[0-9A-Fa-f]{4}_)")


def read_xlsx(data: bytes, find_header: HeaderTest | None = None) -> RawTable | None:
    """The table of the first visible sheet that has the heading; None if no sheet has it.

    Cells right of column 201 are not looked at. A number of 16 digits or more gets a note: Excel lost its last ones.

    :raises Invalid: not a readable workbook
    :raises TooLarge: see ``check_xlsx`` and ``assemble``
    """
    return next(iter(read_xlsx_tables(data, find_header, most=1)), None)


def read_xlsx_tables(data: bytes, find_header: HeaderTest | None = None, *, most: int = 50) -> list[RawTable]:
    """The tables of all visible sheets that have the heading, at most *most*. Errors as for ``read_xlsx``."""
    has_formulas = check_xlsx(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions that do not matter here
            return _read(data, find_header, has_formulas, most)
    except (LmsError, MemoryError):
        raise
    except Exception as error:  # the library has no error class of its own: a bad part ends in any of a dozen
        raise broken() from error


def _read(data: bytes, find_header: HeaderTest | None, has_formulas: bool, most: int) -> list[RawTable]:
    found: list[RawTable] = []
    values = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    sheets = [sheet for sheet in values.worksheets if sheet.sheet_state == "visible"]
    for sheet in sheets:
        table = assemble(_rows(sheet), find_header)
        if table is not None:
            table.sheet = sheet.title
            if len(sheets) > 1 and most == 1:
                table.notes.append(ReadNote("one_sheet_read", N_("文件有 {count} 个工作表，只读取了“{sheet}”"),
                                            {"count": len(sheets), "sheet": sheet.title}))
            table.notes.extend(_number_notes(table))
            if has_formulas:
                table.notes.extend(_formula_notes(data, sheet.title, table))
            found.append(table)
            if len(found) == most:
                break
    return found


def hidden_rows(data: bytes, title: str) -> list[list[str]]:
    """The cells of the worksheet *title*, which our own exports hide from people, as text; empty where there is none.

    :raises Invalid: not a readable workbook
    :raises TooLarge: see ``check_xlsx``
    """
    check_xlsx(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            if title not in book.sheetnames:
                return []
            rows = [[as_text(cell) for cell in cells] for _, cells in _rows(book[title])]
            width = max(map(len, rows), default=0)
            return [row + [""] * (width - len(row)) for row in rows]
    except (LmsError, MemoryError):
        raise
    except Exception as error:
        raise broken() from error


def _rows(sheet: Any) -> Iterator[tuple[int, Sequence[Cell]]]:
    """Filled rows with their numbers, up to their last filled cell."""
    for number, cells in rows_of(sheet, last_row=_LAST_ROW, last_column=MAX_COLUMNS + 1):
        yield number, [_cell(value) for value in cells]


def _cell(value: Any) -> Cell:
    if isinstance(value, str):
        return _UNDERSCORE.sub("_", value).replace("_x000D_", "") if "_x" in value else value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.date() if value.time() == time() else value
    if isinstance(value, timedelta):
        return _duration(value)
    if value is None or isinstance(value, (int, float, date, time)):
        return value
    return str(value)


def _duration(value: timedelta) -> str:
    minutes, seconds = divmod(int(value.total_seconds()), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"


def _number_notes(table: RawTable) -> Iterator[ReadNote]:
    for row in table.rows:
        for place, cell in enumerate(row.cells):
            if isinstance(cell, (int, float)) and abs(cell) >= _LARGEST_EXACT:
                yield ReadNote("digits_lost", N_("第 {row} 行 {column} 列是 16 位以上的数字，Excel 只保留前 15 位；"
                                                 "请把这一列设为文本后重新填写"),
                               {"row": row.number, "column": column_letter(place)})


def _formula_notes(data: bytes, title: str, table: RawTable) -> Iterator[ReadNote]:
    """A second walk that sees formulas where the first saw their stored values."""
    formulas = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
    cells = {row.number: row.cells for row in table.rows}
    found = 0
    if not cells:
        return
    for row in formulas[title].iter_rows(min_row=table.header_row, max_row=max(cells), max_col=len(table.header)):
        for cell in row:
            if cell.data_type != "f" or cell.row not in cells:
                continue
            found += 1
            if found <= _FORMULAS_NAMED:
                yield _formula_note(cell.row, cell.column - 1, cells[cell.row][cell.column - 1])
    if found > _FORMULAS_NAMED:
        yield ReadNote("formulas", N_("另有 {count} 个公式单元格，同样使用了保存的结果"),
                       {"count": found - _FORMULAS_NAMED})


def _formula_note(row: int, place: int, stored: Cell) -> ReadNote:
    data = {"row": row, "column": column_letter(place)}
    if stored is None:
        return ReadNote("formula_empty", N_("第 {row} 行 {column} 列是公式，文件里没有保存结果，按空白处理"), data)
    return ReadNote("formula_value", N_("第 {row} 行 {column} 列是公式，使用了文件里保存的结果"), data)
