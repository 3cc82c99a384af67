"""The lines of a Word document (.docx), with the numbers that Word itself puts before them, which are no text of the file.

Format: ECMA-376, part 1, 17.9 (numbering) and 17.3 (paragraphs).
"""
from __future__ import annotations

import io
import xml.etree.ElementTree as ET
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import NamedTuple

from lms.core.documents.office_pictures import Picture, PicturePart
from lms.core.documents.xml_safe import read_xml
from lms.core.errors import Invalid, TooLarge
from lms.core.i18n import N_

MAX_BYTES = 20 * 1024 * 1024
MAX_PART = 20 * 1024 * 1024
MAX_ENTRIES = 2_000
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BLIP = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
_NAMED = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
_EMBED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed"
_CHINESE = "〇一二三四五六七八九十"


class Lines(NamedTuple):
    """*lines* in order; a table's row is a line, its cells apart by spaces. Where a picture stands, its line has what *show* gave."""

    lines: list[str]


ShowPicture = Callable[[Picture], str]


def read_docx(data: bytes, filename: str, show: ShowPicture = lambda picture: "") -> Lines:
    """The text of a document, a line for each paragraph and line break.

    :param show: what stands in the text for a picture
    :raises Invalid: no Word document, damaged, or with a DOCTYPE in it
    :raises TooLarge: too large, packed or unpacked
    """
    if len(data) > MAX_BYTES:
        raise _too_large(filename)
    try:
        if data.count(b"PK\x01\x02") > MAX_ENTRIES:
            raise _too_large(filename)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            body = read_xml(_part(archive, "word/document.xml", filename), filename).find(f"{_W}body")
            numbers = _Numbers(archive, filename)
            pictures = PicturePart(archive, "word/document.xml")
            lines = [line for block in (() if body is None else body) for line in _block(block, _Inside(numbers, pictures, show))]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, KeyError) as error:
        raise Invalid("broken_docx", N_("“{filename}”不是 Word 文档（.docx），或者已损坏。没有保存任何内容。"
                                        "旧的 .doc 请用 Word 或 WPS 另存为 .docx。"), filename=filename) from error
    return Lines(lines)


class _Inside(NamedTuple):
    """What the reading of a paragraph needs besides it."""

    numbers: _Numbers
    pictures: PicturePart
    show: ShowPicture


def _part(archive: zipfile.ZipFile, name: str, filename: str) -> bytes:
    with archive.open(name) as stream:
        data = stream.read(MAX_PART + 1)  # what it unpacks to, not what its directory claims
    if len(data) > MAX_PART:
        raise _too_large(filename)
    return data


def _too_large(filename: str) -> TooLarge:
    return TooLarge("docx_too_large", N_("“{filename}”太大（解压后超过 {mb} MB）。没有保存任何内容。请删去图片，或分成几个文件再上传。"),
                    filename=filename, mb=MAX_PART // 1024 // 1024)


def _block(block: ET.Element, inside: _Inside) -> Iterator[str]:
    if block.tag == f"{_W}p":
        yield from (inside.numbers.before(block) + _text(block, inside)).split("\n")
    elif block.tag == f"{_W}tbl":
        for row in block.iter(f"{_W}tr"):
            cells = [" ".join(_text(p, inside) for p in cell.iter(f"{_W}p")).strip() for cell in row.iter(f"{_W}tc")]
            yield "  ".join(cell for cell in cells if cell)
    elif block.tag == f"{_W}sdt":
        for inner in block.iterfind(f"{_W}sdtContent/*"):
            yield from _block(inner, inside)


def _text(paragraph: ET.Element, inside: _Inside) -> str:
    pieces, words = [], ""
    for node in paragraph.iter():
        if node.tag == f"{_W}t":
            pieces.append(node.text or "")
        elif node.tag == f"{_W}tab":
            pieces.append("  ")
        elif node.tag in (f"{_W}br", f"{_W}cr"):
            pieces.append("\n")
        elif node.tag == _NAMED:
            words = node.get("descr", "")
        elif node.tag == _BLIP:
            picture = inside.pictures.get(node.get(_EMBED, ""), words)
            pieces.append(inside.show(picture) if picture is not None else "")
    return "".join(pieces)


class _Numbers:
    """Counts the numbered paragraphs of each list, as Word does."""

    def __init__(self, archive: zipfile.ZipFile, filename: str) -> None:
        self._formats: dict[tuple[str, str], tuple[str, str]] = {}  # (list, level) -> (format, text)
        self._counts: dict[str, list[int]] = defaultdict(lambda: [0] * 10)
        if "word/numbering.xml" in archive.namelist():
            self._read(read_xml(_part(archive, "word/numbering.xml", filename), filename))

    def _read(self, root: ET.Element) -> None:
        kinds = {abstract.get(f"{_W}abstractNumId", ""): abstract for abstract in root.iterfind(f"{_W}abstractNum")}
        for number in root.iterfind(f"{_W}num"):
            abstract = kinds.get(_value(number.find(f"{_W}abstractNumId")))
            for level in abstract.iterfind(f"{_W}lvl") if abstract is not None else ():
                self._formats[number.get(f"{_W}numId", ""), level.get(f"{_W}ilvl", "")] = (
                    _value(level.find(f"{_W}numFmt")), _value(level.find(f"{_W}lvlText")))

    def before(self, paragraph: ET.Element) -> str:
        """What Word shows before the paragraph: ``3. ``, ``B. ``, ``二、``; nothing for bullets."""
        place = paragraph.find(f"{_W}pPr/{_W}numPr")
        if place is None:
            return ""
        which, level = _value(place.find(f"{_W}numId")), _value(place.find(f"{_W}ilvl")) or "0"
        kind, pattern = self._formats.get((which, level), ("", ""))
        depth = int(level) if level.isdigit() and len(level) == 1 else 0
        counts = self._counts[which]
        counts[depth] += 1
        counts[depth + 1:] = [0] * (9 - depth)
        shown = _shown(kind, counts[depth])
        return pattern.replace(f"%{depth + 1}", shown) + " " if shown and f"%{depth + 1}" in pattern else ""


def _value(element: ET.Element | None) -> str:
    return "" if element is None else element.get(f"{_W}val", "")


def _shown(kind: str, number: int) -> str:
    if kind == "upperLetter" and number <= 26:
        return chr(64 + number)
    if kind in ("decimal", "decimalZero", "decimalFullWidth", "decimalEnclosedCircle"):
        return str(number)
    if kind in ("chineseCounting", "chineseCountingThousand", "japaneseCounting", "ideographDigital") and number < 20:
        return _CHINESE[number] if number <= 10 else "十" + _CHINESE[number - 10]
    return ""
