"""A table as it was found in a file, before anybody judges what its cells mean."""
from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from lms.core.errors import TooLarge
from lms.core.i18n import N_, translate

Cell = str | int | float | date | time | None   # a datetime is a date
HeaderTest = Callable[[list[str]], bool]
NumberedRows = Iterable[tuple[int, Sequence[Cell]]]

MAX_ROWS = 20_000
MAX_COLUMNS = 200
MAX_CELL = 32_767        # characters; what Excel itself allows
_HEADER_WITHIN = 50      # filled rows in which a heading may be looked for


@dataclass(frozen=True)
class ReadNote:
    """Something the reader should know though the file was usable; ``data['row']`` where it belongs to a row."""

    code: str
    message: str
    data: dict[str, Any] = field(default_factory=dict)

    def text(self, locale: str) -> str:
        return translate(locale, self.message, **self.data)


@dataclass(frozen=True)
class RawRow:
    """*number* is the row's number as the spreadsheet program shows it; *cells* are as many as the heading has."""

    number: int
    cells: list[Cell]


@dataclass
class RawTable:
    """Heading, filled rows below it, notes, and the worksheet's title. Empty rows, and empty columns at the right, are not in it."""

    header: list[str]
    header_row: int
    rows: list[RawRow] = field(default_factory=list)
    notes: list[ReadNote] = field(default_factory=list)
    sheet: str = ""


def column_letter(place: int) -> str:
    """``A`` for 0, ``AA`` for 26, as spreadsheets name their columns."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def as_text(cell: Cell) -> str:
    """*cell* as somebody would have typed it: whole numbers without ``.0``, dates ISO 8601, ``""`` where empty."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, time):
        return cell.strftime("%H:%M:%S" if cell.second else "%H:%M")
    return str(cell)


def heading(cell: Cell) -> str:
    """A heading without what people and web pages put into it: line breaks, padding between characters, invisible ones.

    ``"姓　名"`` is ``"姓名"``; words of other scripts keep one space between them.
    """
    visible = "".join(character for character in as_text(cell) if unicodedata.category(character) != "Cf")
    spaced = re.sub(r"\s+", " ", visible).strip()
    return re.sub(r"(?<=[^\x00-\x7f]) (?=[^\x00-\x7f])", "", spaced)


def assemble(rows: NumberedRows, find_header: HeaderTest | None = None) -> RawTable | None:
    """The table in *rows*: the first row that *find_header* accepts is the heading, titles above it are skipped.

    :param rows: (number, cells) in order; may be a generator and may leave out empty rows
    :param find_header: None: the first filled row is the heading
    :return: None if there is no heading
    :raises TooLarge: more than 200 columns, 20,000 filled rows, or a cell over 32,767 characters
    """
    table: RawTable | None = None
    seen = 0
    for number, cells in rows:
        if not any(_is_filled(cell) for cell in cells):
            continue
        if table is not None:
            _add_row(table, number, cells)
            continue
        names = _trimmed([heading(cell) for cell in cells])
        if find_header is None or find_header(names):
            _refuse_wide(names)
            table = RawTable(names, number)
        seen += 1
        if table is None and seen >= _HEADER_WITHIN:
            return None
    return table


def _is_filled(cell: Cell) -> bool:
    return cell is not None and (not isinstance(cell, str) or not cell.isspace() and cell != "")


def _trimmed(names: list[str]) -> list[str]:
    while names and not names[-1]:
        names.pop()
    return names


def _refuse_wide(names: list[str]) -> None:
    if len(names) > MAX_COLUMNS:
        raise TooLarge("too_many_columns", N_("表头超过 {limit} 列。没有保存任何内容。请只保留需要的列再导入。"),
                       limit=MAX_COLUMNS)


def _add_row(table: RawTable, number: int, cells: Sequence[Cell]) -> None:
    width = len(table.header)
    kept = [_checked(cell, number, place) for place, cell in enumerate(cells[:width])]
    if any(_is_filled(cell) for cell in cells[width:]):
        table.notes.append(ReadNote("beyond_header", N_("第 {row} 行在最后一个表头的右边还有内容，没有读取"),
                                    {"row": number}))
    if not any(_is_filled(cell) for cell in kept):
        return
    if len(table.rows) >= MAX_ROWS:
        raise too_many_rows()
    table.rows.append(RawRow(number, kept + [None] * (width - len(kept))))


def too_many_rows() -> TooLarge:
    return TooLarge("too_many_rows", N_("表格超过 {limit} 行。没有保存任何内容。请分成几个文件导入。"), limit=MAX_ROWS)


def _checked(cell: Cell, row: int, place: int) -> Cell:
    if isinstance(cell, str):
        if len(cell) > MAX_CELL:
            raise TooLarge(
                "cell_too_long",
                N_("第 {row} 行 {column} 列的文字超过 {limit} 个字符。没有保存任何内容。请缩短后再导入。"),
                row=row, column=column_letter(place), limit=MAX_CELL)
        return cell if cell else None
    return cell
