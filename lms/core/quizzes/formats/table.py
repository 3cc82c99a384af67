"""Questions in a spreadsheet, one row a question, in any of the four layouts that offices have: a column for each option,
all options in one cell, a sheet for each kind, our own export. Every doubtful row says what is wrong with it."""
from __future__ import annotations

from lms.core.documents.office_pictures import Picture, SheetPictures, sheet_pictures
from lms.core.documents.raw_table import RawRow, RawTable, as_text
from lms.core.documents.table_read import read_tables
from lms.core.i18n import N_
from lms.core.quizzes.formats import table_cells as cells
from lms.core.quizzes.formats.cases import joined
from lms.core.quizzes.formats.entry import read_entry
from lms.core.quizzes.formats.protocol import ReadQuestions, ReadRow, ReadTable
from lms.core.quizzes.formats.table_headers import EXPECTED, columns, is_header
from lms.core.quizzes.kinds.options import LETTERS
from lms.core.quizzes.kinds.protocol import Flaw
from lms.core.quizzes.picture_marks import raw_mark

_WITH_PICTURES = ("stem", *LETTERS, "explanation")


def read_question_table(data: bytes, filename: str) -> ReadQuestions:
    """The questions of a .xlsx or .csv file.

    :raises Invalid: not a spreadsheet, or no row with headings
    :raises TooLarge: more than an import takes
    """
    found, pictures = ReadQuestions(), sheet_pictures(data)
    for table in read_tables(data, filename, find_header=is_header, expected=EXPECTED):
        places, unread = columns(table.header)
        found.notes += [Flaw(note.code, note.message, data=note.data) for note in table.notes]
        if unread:
            found.notes.append(Flaw("columns_unread", N_("没有读取的列：{names}"), data={"names": unread}))
        pictured = _Pictured(pictures, table, places, found.pictures)
        found.rows += joined([_row(row, places, table.sheet, pictured) for row in table.rows])
        found.tables.append(_kept(table, places))
    return found


class _Pictured:
    """Puts the marks of a worksheet's pictures where they stand: into the cell's text, beside a row's other cells into its stem."""

    def __init__(self, pictures: SheetPictures, table: RawTable, places: dict[str, int], kept: dict[str, tuple[str, bytes]]) -> None:
        self._pictures, self._kept = pictures, kept
        fields = {place: name for name, place in places.items() if name in _WITH_PICTURES}
        self._there: dict[int, list[tuple[str, Picture]]] = {}
        for (sheet, row, column), found in pictures.placed.items():
            if sheet == table.sheet:
                self._there.setdefault(row, []).extend((fields.get(column, "stem"), one) for one in found)

    def mark(self, row: int, text: dict[str, str]) -> None:
        for name in _WITH_PICTURES:
            picture = self._pictures.in_cell(text.get(name, ""))
            if picture is not None:
                text[name] = self._mark(picture)
        for name, picture in self._there.get(row, ()):
            text[name] = f"{text.get(name, '')}\n{self._mark(picture)}".strip()

    def _mark(self, picture: Picture) -> str:
        return raw_mark(picture.data, picture.name, picture.words, self._kept)


def _row(raw: RawRow, places: dict[str, int], sheet: str, pictured: _Pictured) -> tuple[ReadRow, dict[str, str]]:
    text = {name: as_text(raw.cells[place]).strip() for name, place in places.items()}
    pictured.mark(raw.number, text)
    if not text.get("kind") and cells.kind_in(sheet):
        text["kind"] = sheet
    row = ReadRow(raw.number, sheet=sheet)
    read_entry(text, row)
    return row, text


def _kept(table: RawTable, places: dict[str, int]) -> ReadTable:
    """The table as text, for giving it back with its faults marked."""
    rows = [(row.number, [as_text(cell) for cell in row.cells]) for row in table.rows]
    return ReadTable(table.sheet, table.header, places, rows)
