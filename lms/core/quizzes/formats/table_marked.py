"""The faulty workbook, given back: every row as it was, faulty cells coloured, the reason in a note on the cell."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import IO, Any

import xlsxwriter

from lms.core.documents.tables import plain_text
from lms.core.documents.xlsx_write import CREATED, sheet_names
from lms.core.quizzes.kinds.options import LETTERS

_NOTE = {"x_scale": 2.2, "y_scale": 1.6}


def write_marked(tables: Sequence[Mapping[str, Any]], faults: Sequence[tuple[str, int, str, str]], file: IO[bytes]) -> None:
    """Write the tables of an import again.

    :param tables: ``ReadTable`` as plain data
    :param faults: (sheet, number of the row, field, sentence)
    """
    where: dict[tuple[str, int, int], list[str]] = defaultdict(list)
    places = {table["sheet"]: table["places"] for table in tables}
    for sheet, row, name, sentence in faults:
        where[sheet, row, _place(places.get(sheet, {}), name)].append(sentence)
    book = xlsxwriter.Workbook(file, {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    book.set_properties({"created": CREATED})
    head = book.add_format({"bold": True, "bg_color": "#F1EDE6", "num_format": "@", "text_wrap": True})
    plain = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    bad = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top", "bg_color": "#F8C9C4", "border": 2,
                           "border_color": "#B3261E"})
    for title, table in zip(sheet_names([table["sheet"] or "Sheet1" for table in tables]), tables, strict=True):
        page = book.add_worksheet(title)
        page.freeze_panes(1, 0)
        page.set_column(0, len(table["header"]), 18)
        page.write_row(0, 0, [plain_text(heading) for heading in table["header"]], head)
        for line, (number, cells) in enumerate(table["rows"], start=1):
            for column, text in enumerate(cells):
                sentences = where.get((table["sheet"], number, column))
                page.write_string(line, column, plain_text(text), bad if sentences else plain)
                if sentences:
                    page.write_comment(line, column, "\n".join(sentences), _NOTE)
    book.close()


def _place(places: Mapping[str, int], name: str) -> int:
    """The column of a field: of the options the first one, of what has no column the stem's."""
    for candidate in (name, *(("options", *LETTERS) if name == "options" else ()), "stem"):
        if candidate in places:
            return places[candidate]
    return 0
