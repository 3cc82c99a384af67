"""A report as JSON, for programs of the office's own."""
from __future__ import annotations

import json
from datetime import date, datetime, time
from decimal import Decimal
from typing import IO

from lms.core.documents.tables import Book, Value


def write_json(book: Book, file: IO[bytes]) -> None:
    sheets = {sheet.name: [{column.title: _plain(value) for column, value in zip(sheet.columns, row, strict=True)}
                           for row in sheet.rows] for sheet in book.sheets}
    file.write(json.dumps(sheets, ensure_ascii=False).encode())


def _plain(value: Value) -> str | int | float | None:
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value
