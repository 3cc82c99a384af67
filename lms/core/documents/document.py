"""A document as data: from one description come the PDF (``document_pdf``), the Word file (``docx_write``) and, of its tables,
the workbook (``book_of``), so that the three cannot say different things."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Literal
from zoneinfo import ZoneInfo

from lms.core.documents.tables import Book, Column, Sheet, Value, local_instant, plain_text
from lms.core.i18n import DEFAULT_LOCALE


@dataclass(frozen=True)
class Heading:
    text: str


@dataclass(frozen=True)
class Text:
    """A paragraph. *place*: ``body`` is set in as running text is, ``right`` as a signature, ``left`` and ``centre`` are not."""

    text: str
    place: Literal["body", "left", "right", "centre"] = "body"
    bold: bool = False


@dataclass(frozen=True)
class Grid:
    """A table. Its rows are a list here: each kind of file walks them.

    :param tall: rows are high enough to sign in
    """

    sheet: Sheet
    tall: bool = False

    @property
    def rows(self) -> Sequence[Sequence[Value]]:
        return list(self.sheet.rows)


@dataclass(frozen=True)
class Bar:
    """One bar of a chart. *text* is what is written beside it, e.g. ``"271 人，92.5%"``."""

    label: str
    value: float
    text: str


@dataclass(frozen=True)
class Chart:
    """Lying bars from 0 to *most*, each with its label and its figure in words: it can be read without its colour."""

    title: str
    bars: Sequence[Bar]
    most: float


@dataclass(frozen=True)
class NewPage:
    """What follows begins a page, under a title of its own where there is one."""

    title: str = ""


Block = Heading | Text | Grid | Chart | NewPage


@dataclass(frozen=True)
class Document:
    """What one paper says.

    :param title: above all else
    :param lines: below the title, small: of which class, when and where
    :param foot: at the foot of each page
    :param across: A4 across; wide tables need it
    :param sample: marked as a sample on every page
    """

    title: str
    blocks: Sequence[Block]
    lines: Sequence[str] = ()
    foot: str = ""
    across: bool = False
    sample: bool = False
    zone: str = "Asia/Shanghai"
    locale: str = DEFAULT_LOCALE

    @property
    def grids(self) -> list[Grid]:
        return [block for block in self.blocks if isinstance(block, Grid)]


def book_of(document: Document) -> Book:
    """The tables of *document* as a workbook, each below the document's title; what stands left below the last, as its foot."""
    grids = document.grids
    last = max((n for n, block in enumerate(document.blocks) if isinstance(block, Grid)), default=-1)
    below = [block.text for block in document.blocks[last + 1:] if isinstance(block, Text)]
    sheets = [replace(grid.sheet, rows=grid.rows, heads=(document.title, *document.lines),
                      foot=below if grid is grids[-1] else ()) for grid in grids]
    return Book(sheets, zone=document.zone, locale=document.locale)


def shown(value: Value, column: Column, zone: ZoneInfo) -> str:
    """*value* as it is read on paper."""
    if value is None:
        return ""
    if column.kind == "text" or isinstance(value, str):
        return plain_text(value)
    if isinstance(value, datetime):
        return f"{local_instant(value, zone):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if column.kind == "percent":
        return f"{value:.1%}"
    text = f"{value:.2f}" if not isinstance(value, int) else str(value)
    return text.rstrip("0").rstrip(".") if "." in text else text
