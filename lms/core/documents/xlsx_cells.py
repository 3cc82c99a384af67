"""The cells of a worksheet, row by row. The library reads them; texts that stand in their cells, as programs that write a workbook in
one pass put them, are read here: the library makes five objects of each, which takes longer than all the rest.

ISO 29500-1, 18.3.1.53 (is), 18.4.12 (t), 18.4.4 (r): a text is its own words or those of its runs; how it sounds (rPh) is no part of it.
"""
from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from typing import Any

from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.worksheet._reader import WorkSheetParser

_NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_INLINE, _WORDS, _RUN = f"{_NS}is", f"{_NS}t", f"{_NS}r"


class _Cells(WorkSheetParser):  # type: ignore[misc]  # the library has no types
    def parse_cell(self, element: ET.Element) -> dict[str, Any]:
        inside = element.find(_INLINE) if element.get("t") == "inlineStr" else None
        if inside is None:
            return super().parse_cell(element)  # type: ignore[no-any-return]
        place = element.get("r")
        row, column = coordinate_to_tuple(place) if place else (self.row_counter, self.col_counter + 1)
        self.col_counter: int = column
        return {"row": row, "column": column, "value": _text(inside), "data_type": "s", "style_id": 0}


def _text(inside: ET.Element) -> str:
    return "".join((inside.findtext(_WORDS) or "", *(run.findtext(_WORDS) or "" for run in inside.iterfind(_RUN))))


def rows_of(sheet: Any, *, last_row: int, last_column: int) -> Iterator[tuple[int, Sequence[Any]]]:
    """(number, values) of every row that holds something, in order; the values up to the last cell that the file has.

    :param sheet: a worksheet of a book that the library opened to be read only
    :param last_row: what stands below is not looked at
    :param last_column: nor what stands to its right, from 1
    """
    book, next_row = sheet.parent, 1
    with sheet._get_source() as source:
        parser = _Cells(source, sheet._shared_strings, data_only=book.data_only, epoch=book.epoch, date_formats=book._date_formats,
                        timedelta_formats=book._timedelta_formats)
        for number, cells in parser.parse():
            if number > last_row:
                return
            if number < next_row:
                continue
            next_row = number + 1
            values: list[Any] = []
            for cell in cells:
                place = cell["column"] - 1
                if cell["value"] is not None and 0 <= place < last_column:
                    values += [None] * (place + 1 - len(values))
                    values[place] = cell["value"]
            if values:
                yield number, values
