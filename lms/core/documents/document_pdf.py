"""Typesets a document (``document.Document``) on A4, and its charts as pictures."""
from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from lms.core.documents.document import Block, Chart, Document, Grid, Heading, NewPage, Text, shown
from lms.core.documents.pdf import render_pdf, render_png
from lms.core.shipped import shipped

_WIDTHS = {"text": 14.0, "number": 8.0, "date": 12.0, "time": 8.0, "instant": 17.0, "percent": 9.0}


def write_document(document: Document, *, created: datetime) -> bytes:
    """*document* as PDF, for keeping and for readers who cannot see the page (``pdf.render_pdf``)."""
    return render_pdf(shipped("templates") / "print" / "document.typ", document_data(document), created=created)


def document_pictures(document: Document, *, ppi: float = 96) -> list[bytes]:
    """Each page as a PNG, for people who look before they print."""
    return render_png(shipped("templates") / "print" / "document.typ", document_data(document), ppi=ppi)


def chart_picture(chart: Chart) -> bytes:
    """A chart as PNG, 160 mm wide, for files that cannot draw one."""
    return render_png(shipped("templates") / "print" / "chart.typ", _chart(chart), ppi=200)[0]


def document_data(document: Document) -> dict[str, Any]:
    """What ``templates/print/document.typ`` prints."""
    zone = ZoneInfo(document.zone)
    return {"title": document.title, "lines": list(document.lines), "foot": document.foot, "across": document.across,
            "sample": document.sample, "language": document.locale[:2], "blocks": [_plain(block, zone) for block in document.blocks]}


def _plain(block: Block, zone: ZoneInfo) -> dict[str, Any]:
    if isinstance(block, Heading):
        return {"is": "heading", "text": block.text}
    if isinstance(block, Text):
        return {"is": "text", "text": block.text, "place": block.place, "bold": block.bold}
    if isinstance(block, Chart):
        return {"is": "chart", **_chart(block)}
    if isinstance(block, NewPage):
        return {"is": "page", "title": block.title}
    columns = [(place, c) for place, c in enumerate(block.sheet.columns) if not c.hidden]
    return {"is": "table", "tall": block.tall, "heads": [c.title for _, c in columns], "widths": column_widths(block),
            "right": [c.kind in ("number", "percent") for _, c in columns],
            "rows": [[shown(row[place], c, zone) for place, c in columns] for row in block.rows]}


def column_widths(grid: Grid) -> list[float]:
    """The share of the page's width for each column that is not hidden: by what it asks for, and never less than its title."""
    return [max(c.width or _WIDTHS[c.kind], 4) for c in grid.sheet.columns if not c.hidden]


def _chart(chart: Chart) -> dict[str, Any]:
    most = chart.most or 1
    return {"title": chart.title, "bars": [{"label": bar.label, "share": min(max(bar.value / most, 0), 1), "text": bar.text} for bar in chart.bars]}
