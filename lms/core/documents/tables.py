"""A table as data. Reports build these; ``xlsx_write`` and ``csv_write`` make files, pages show the same rows."""
from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from lms.core.i18n import DEFAULT_LOCALE

Kind = Literal["text", "number", "date", "time", "instant", "percent"]
Value = str | int | float | Decimal | date | time | None

# Characters that XML 1.0 cannot hold (section 2.2) and lone surrogates, which no file can.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Column:
    """One column.

    :param key: the name in the API and in tests
    :param title: the heading, already in the reader's language
    :param kind: ``text`` stays text whatever it looks like; ``number`` int, float or Decimal; ``date`` a date;
        ``time`` a local time of day; ``instant`` an aware datetime, written as local date and time of the book's zone;
        ``percent`` a share from 0 to 1
    :param width: in characters of the standard font (a Chinese character is two); None: by kind and title
    :param hidden: in a workbook, out of the reader's way: what a program needs to know the row again
    """

    key: str
    title: str
    kind: Kind = "text"
    width: float | None = None
    hidden: bool = False


@dataclass(frozen=True)
class Sheet:
    """Columns and rows; a row has one value for each column, ``None`` for an empty cell.

    :param rows: may be a generator: it is walked once, and a file is written without holding all rows
    :param notes: sentences for the reader; they go to a sheet of their own so that the table stays a plain table
    :param frozen: so many columns at the left stay in view
    :param hidden: a worksheet for programs, not shown; other kinds of file leave it out
    :param heads: lines above the heading row of a worksheet, the first as its title; readers of ours skip them
    :param foot: lines below the last row of a worksheet
    :param ruled: empty cells have their lines too; a long list of raw records does without, and is a third faster to write
    """

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Value]]
    notes: Sequence[str] = ()
    frozen: int = 0
    hidden: bool = False
    heads: Sequence[str] = ()
    foot: Sequence[str] = ()
    ruled: bool = True


@dataclass(frozen=True)
class Book:
    """What one file holds. *zone* names the time zone in which instants are shown."""

    sheets: Sequence[Sheet]
    zone: str = "Asia/Shanghai"
    locale: str = DEFAULT_LOCALE


def plain_text(value: Value) -> str:
    """*value* as text that any file can hold: characters that are illegal in XML are removed."""
    return _ILLEGAL.sub("", str(value))


def local_instant(value: datetime, zone: ZoneInfo) -> datetime:
    """The wall clock in *zone*, without zone, as spreadsheets know it.

    :raises ValueError: *value* is naive; nobody could say which moment it means
    """
    if value.tzinfo is None:
        raise ValueError(f"a naive datetime has no place in an instant column: {value!r}")
    return value.astimezone(zone).replace(tzinfo=None)
