"""Questions in a spreadsheet, one row a question, in any of the four layouts that offices have: a column for each option,
all options in one cell, a sheet for each kind, our own export. Every doubtful row says what is wrong with it."""
from __future__ import annotations

from lms.core.documents.raw_table import RawRow, RawTable, as_text
from lms.core.documents.table_read import read_tables
from lms.core.i18n import N_
from lms.core.quizzes.formats import table_cells as cells
from lms.core.quizzes.formats.cases import joined
from lms.core.quizzes.formats.entry import read_entry
from lms.core.quizzes.formats.protocol import ReadQuestions, ReadRow, ReadTable
from lms.core.quizzes.formats.table_headers import EXPECTED, columns, is_header
from lms.core.quizzes.kinds.protocol import Flaw


def read_question_table(data: bytes, filename: str) -> ReadQuestions:
    """The questions of a .xlsx or .csv file.

    :raises Invalid: not a spreadsheet, or no row with headings
    :raises TooLarge: more than an import takes
    """
    found = ReadQuestions()
    for table in read_tables(data, filename, find_header=is_header, expected=EXPECTED):
        places, unread = columns(table.header)
        found.notes += [Flaw(note.code, note.message, data=note.data) for note in table.notes]
        if unread:
            found.notes.append(Flaw("columns_unread", N_("没有读取的列：{names}"), data={"names": unread}))
        found.rows += joined([_row(row, places, table.sheet) for row in table.rows])
        found.tables.append(_kept(table, places))
    return found


def _row(raw: RawRow, places: dict[str, int], sheet: str) -> tuple[ReadRow, dict[str, str]]:
    text = {name: as_text(raw.cells[place]).strip() for name, place in places.items()}
    if not text.get("kind") and cells.kind_in(sheet):
        text["kind"] = sheet
    row = ReadRow(raw.number, sheet=sheet)
    read_entry(text, row)
    return row, text


def _kept(table: RawTable, places: dict[str, int]) -> ReadTable:
    """The table as text, for giving it back with its faults marked."""
    rows = [(row.number, [as_text(cell) for cell in row.cells]) for row in table.rows]
    return ReadTable(table.sheet, table.header, places, rows)
