"""Workbooks to be printed and filled in by hand: each form is a worksheet of one A4 page across."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from lms.core.documents.tables import Column, Value, plain_text
from lms.core.documents.xlsx_write import CREATED, sheet_names

_ROW_HEIGHT = 23  # points; 22 rows and the heads fill a page


@dataclass(frozen=True)
class PaperForm:
    """One page.

    :param name: of the worksheet
    :param heads: lines above the table, the first as its title; each is (left, right)
    :param columns: their ``key`` is not shown
    :param rows: one value a column, ``None`` where somebody writes by hand
    :param foot: a line below
    """

    name: str
    heads: Sequence[tuple[str, str]]
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]
    foot: str = ""


def write_forms(forms: Iterable[PaperForm], file: Path | IO[bytes]) -> None:
    """Write *forms* to *file*, a path or a binary file open for writing: A4 landscape, one page each, heads repeated."""
    workbook = xlsxwriter.Workbook(str(file) if isinstance(file, Path) else file,
                                   {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    workbook.set_properties({"created": CREATED})
    looks = _looks(workbook)
    made = list(forms)
    for name, form in zip(sheet_names([form.name for form in made]), made, strict=True):
        _write_form(workbook.add_worksheet(name), form, looks)
    workbook.close()


def _looks(workbook: Any) -> dict[str, Any]:
    cell = {"border": 1, "valign": "vcenter", "num_format": "@", "shrink": True}
    return {"title": workbook.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter", "shrink": True}),
            "left": workbook.add_format({"valign": "vcenter", "num_format": "@"}),
            "right": workbook.add_format({"bold": True, "align": "right", "valign": "vcenter", "num_format": "@"}),
            "head": workbook.add_format({**cell, "bold": True, "align": "center"}),
            "text": workbook.add_format(cell), "number": workbook.add_format({"border": 1, "valign": "vcenter", "align": "center"})}


def _write_form(page: Worksheet, form: PaperForm, looks: dict[str, Any]) -> None:
    last = len(form.columns) - 1
    for place, column in enumerate(form.columns):
        page.set_column(place, place, column.width or 12)
    title, *lines = form.heads
    page.merge_range(0, 0, 0, last, plain_text(title[0]), looks["title"])
    page.set_row(0, 28)
    for number, (left, right) in enumerate(lines, start=1):
        page.set_row(number, _ROW_HEIGHT)
        page.write_string(number, 0, plain_text(left), looks["left"])
        page.write_string(number, last, plain_text(right), looks["right"])
    top = len(form.heads)
    page.set_row(top, _ROW_HEIGHT)
    for place, column in enumerate(form.columns):
        page.write_string(top, place, plain_text(column.title), looks["head"])
    for number, row in enumerate(form.rows, start=top + 1):
        page.set_row(number, _ROW_HEIGHT)
        for place, (value, column) in enumerate(zip(row, form.columns, strict=True)):
            _write_cell(page, number, place, value, looks["number" if column.kind == "number" else "text"])
    if form.foot:
        page.write_string(top + len(form.rows) + 1, 0, plain_text(form.foot), looks["left"])
    _set_up(page, top)


def _write_cell(page: Worksheet, row: int, place: int, value: Value, look: Any) -> None:
    if value is None:
        page.write_blank(row, place, None, look)
    elif isinstance(value, (int, float)):
        page.write_number(row, place, value, look)
    else:
        page.write_string(row, place, plain_text(value), look)


def _set_up(page: Worksheet, head_rows: int) -> None:
    page.set_paper(9)  # A4
    page.set_landscape()
    page.fit_to_pages(1, 1)
    page.repeat_rows(0, head_rows)
    page.set_margins(left=0.5, right=0.5, top=0.4, bottom=0.4)
    page.center_horizontally()
