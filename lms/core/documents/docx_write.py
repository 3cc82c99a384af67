"""Writes a document (``document.Document``) as a Word file that Word, WPS and LibreOffice open and people edit."""
from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import IO, Any
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from lms.core.documents.document import Block, Chart, Document, Grid, Heading, NewPage, Text, shown
from lms.core.documents.document_pdf import chart_picture, column_widths
from lms.core.documents.tables import plain_text

# The same document gives the same bytes, so that a file does not say when it was made.
_CREATED = datetime(2000, 1, 1)
# As 党政机关公文格式 (GB/T 9704) sets titles and text; every office here has these or the program takes their like.
_BODY, _TITLE, _LATIN = "仿宋", "黑体", "Times New Roman"
_CENTRE = '<w:jc w:val="center"/>'
_TWIPS = 1440 / 25.4  # Word's own measure, a twentieth of a point, in a millimetre
_PLACES = {"left": 0, "centre": 1, "right": 2, "body": 0}  # w:jc as python-docx numbers it
_A4 = (210.0, 297.0)
_MARGIN = 20.0  # mm


def write_docx(document: Document, file: IO[bytes]) -> None:
    """Write *document* to a binary file open for writing."""
    # Loaded at the first document and not at start: lxml behind it takes 15 MB, and most requests write none.
    import docx
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls, qn
    from docx.shared import Mm, Pt

    _Writer(document, docx.Document(), parse_xml, nsdecls("w"), qn, Mm, Pt).save(file)


class _Writer:
    """One document on its way into the library's object *made*; the others are what the library calls its parts."""

    def __init__(self, document: Document, made: Any, parse: Any, names: str, qn: Any, mm: Any, pt: Any) -> None:
        self.document, self.made, self.parse, self.names, self.qn, self.mm, self.pt = document, made, parse, names, qn, mm, pt
        self.zone = ZoneInfo(document.zone)
        width, height = reversed(_A4) if document.across else _A4
        self.room = width - 2 * _MARGIN
        self._set_page(width, height)

    def save(self, file: IO[bytes]) -> None:
        document = self.document
        self._title(document.title)
        for line in document.lines:
            self._paragraph(line, "centre", size=10)
        for block in document.blocks:
            self._block(block)
        properties = self.made.core_properties
        properties.title, properties.author, properties.created = plain_text(document.title), "", _CREATED
        properties.modified = _CREATED
        self.made.save(file)

    def _block(self, block: Block) -> None:
        if isinstance(block, Heading):
            self._paragraph(block.text, "left", size=14, bold=True, font=_TITLE)
        elif isinstance(block, Text):
            self._paragraph(block.text, block.place, size=12, bold=block.bold)
        elif isinstance(block, Chart):
            self.made.add_picture(BytesIO(chart_picture(block)), width=self.mm(min(self.room, 160)))
            self.made.inline_shapes[-1]._inline.docPr.set("descr", plain_text(chart_words(block)))
        elif isinstance(block, NewPage):
            self.made.add_page_break()
            if block.title:
                self._title(block.title)
        else:
            self._table(block)

    def _title(self, text: str) -> None:
        self._paragraph(text, "centre", size=18, bold=True, font=_TITLE)

    def _table(self, grid: Grid) -> None:
        """A table in one piece: the library's own cells cost ten times as much, and a roster has thousands."""
        columns = [(place, c) for place, c in enumerate(grid.sheet.columns) if not c.hidden]
        asked = column_widths(grid)
        widths = [round(self.room * w / sum(asked) * _TWIPS) for w in asked]
        lines = [[c.title for _, c in columns], *([shown(row[place], c, self.zone) for place, c in columns] for row in grid.rows)]
        centred = [c.kind != "text" for _, c in columns]
        rows = "".join(_row(line, widths, centred, height=12 if grid.tall else 7, head=number == 0) for number, line in enumerate(lines))
        made = self.parse(f'<w:tbl {self.names}><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
                          f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{"".join(f"""<w:gridCol w:w="{w}"/>""" for w in widths)}</w:tblGrid>'
                          f"{rows}</w:tbl>")
        self.made.add_paragraph()._p.addprevious(made)

    def _paragraph(self, text: str, place: str, *, size: float, bold: bool = False, font: str = _BODY) -> None:
        paragraph = self.made.add_paragraph()
        paragraph.alignment = _PLACES[place]
        paragraph.paragraph_format.space_after = self.pt(4)
        paragraph.paragraph_format.line_spacing = 1.4
        if place == "body":
            paragraph.paragraph_format.first_line_indent = self.pt(size * 2)
        self._run(paragraph, text, size=size, bold=bold, font=font)

    def _run(self, paragraph: Any, text: str, *, size: float, bold: bool = False, font: str = _BODY) -> None:
        run = paragraph.add_run(plain_text(text))
        run.font.size, run.bold = self.pt(size), bold
        run.font.name = _LATIN
        run._element.rPr.rFonts.set(self.qn("w:eastAsia"), font)

    def _set_page(self, width: float, height: float) -> None:
        section = self.made.sections[0]
        section.orientation = 1 if width > height else 0
        section.page_width, section.page_height = self.mm(width), self.mm(height)
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = self.mm(_MARGIN)
        if self.document.foot:
            self._run(section.footer.paragraphs[0], self.document.foot, size=8)


def _row(texts: list[str], widths: list[int], centred: list[bool], *, height: float, head: bool) -> str:
    """A row of a table as XML (ECMA-376, part 1, 17.4). The heading stands on every page; no row is torn by a page's end."""
    mark = "<w:tblHeader/>" if head else ""
    cells = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr><w:spacing w:after="0"/>{_CENTRE if head or middle else ""}</w:pPr>{_runs(text, head)}</w:p></w:tc>'
        for text, width, middle in zip(texts, widths, centred, strict=True))
    return f'<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="{round(height * _TWIPS)}"/>{mark}</w:trPr>{cells}</w:tr>'


def _runs(text: str, bold: bool) -> str:
    if not text:
        return ""
    lines = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split("\n"))
    return (f'<w:r><w:rPr><w:rFonts w:ascii="{_LATIN}" w:hAnsi="{_LATIN}" w:eastAsia="{_BODY}"/>{"<w:b/>" if bold else ""}'
            f'<w:sz w:val="20"/></w:rPr>{lines}</w:r>')


def chart_words(chart: Chart) -> str:
    """A chart for whoever cannot see it."""
    return "; ".join([chart.title, *(f"{bar.label} {bar.text}" for bar in chart.bars)])
