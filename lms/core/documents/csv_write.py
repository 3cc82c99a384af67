"""Writes one sheet as CSV as Excel and WPS open it: UTF-8 with BOM, CRLF, RFC 4180 quoting."""
from __future__ import annotations

import csv
import io
import re
from datetime import date, datetime, time
from decimal import Decimal
from typing import IO
from zoneinfo import ZoneInfo

from lms.core.documents.tables import Book, Column, Value, local_instant, plain_text

# A spreadsheet would calculate a cell that begins like this, whatever it is meant to be (OWASP: CSV injection).
_ACTIVE = re.compile(r"'*[=+\-@\t\r\n]")
_GUARDED = re.compile(r"'+[=+\-@\t\r\n]")


def inert(text: str) -> str:
    """*text* with an apostrophe before it where it begins with ``= + - @``, a tab or a line end, so that no spreadsheet
    calculates it. Text that already begins with apostrophes and one of these gets one more: ``active`` undoes it.
    """
    return f"'{text}" if _ACTIVE.match(text) else text


def active(text: str) -> str:
    """The text before ``inert``."""
    return text[1:] if _GUARDED.match(text) else text


def write_csv(book: Book, file: IO[bytes], sheet: int = 0) -> None:
    """Write one sheet of *book* to *file*, a binary file open for writing; notes and other sheets are left out.

    Numbers are plain digits, dates ISO 8601, instants the local date and time of the book's zone, shares ``87.5%``.
    Excel cuts numbers of more than 15 digits when it opens a CSV: where such text matters, offer the workbook.

    :raises ValueError: a naive datetime in an instant column
    """
    table, zone = book.sheets[sheet], ZoneInfo(book.zone)
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    try:
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow([inert(plain_text(column.title)) for column in table.columns])
        for row in table.rows:
            writer.writerow([_cell(value, column, zone) for value, column in zip(row, table.columns, strict=True)])
    finally:
        text.detach()  # the file belongs to the caller; dropping the wrapper must not close it


def _cell(value: Value, column: Column, zone: ZoneInfo) -> str:
    if value is None:
        return ""
    if column.kind == "text" or isinstance(value, str):
        return inert(plain_text(value))
    if isinstance(value, datetime):
        return local_instant(value, zone).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return f"{value:.1%}" if column.kind == "percent" else _number(value)


def _number(value: int | float | Decimal) -> str:
    """Digits that every spreadsheet reads: no exponent, no trailing zeros."""
    if isinstance(value, int):
        return str(value)
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    text = f"{exact:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
