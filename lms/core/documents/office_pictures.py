"""Pictures in Office files, and where they stand. Only names, sizes and places are read here; nobody looks into the pictures themselves.

Formats: ECMA-376, part 1, 20.5 (drawings of worksheets), 20.1.8.13 (blip), part 2, 9.3 (relationships). Pictures in cells are WPS's own:
``xl/cellimages.xml`` names them, a cell says ``=DISPIMG("ID_…",1)``.
"""
from __future__ import annotations

import io
import posixpath
import re
import xml.etree.ElementTree as ET
import zipfile
from collections import defaultdict
from typing import NamedTuple

from lms.core.documents.xml_safe import read_xml
from lms.core.errors import LmsError

MAX_PART = 20 * 1024 * 1024
MOST = 500  # pictures of one file
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_X = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_FILE_NAME = re.compile(r"\.(png|jpe?g|gif|bmp|webp|emf|wmf)$", re.IGNORECASE)
_IN_CELL = re.compile(r'=?\s*(?:_xlfn\.)?DISPIMG\(\s*"([^"]{1,80})"')


class Picture(NamedTuple):
    """*name* of its part, *data* as the file holds it, *words* that the file has for it."""

    name: str
    data: bytes
    words: str = ""


class SheetPictures(NamedTuple):
    """Where the pictures of a workbook stand.

    :param placed: by (worksheet, row from 1, column from 0)
    :param named: those in cells by the name that the cell says
    """

    placed: dict[tuple[str, int, int], list[Picture]]
    named: dict[str, Picture]

    def in_cell(self, text: str) -> Picture | None:
        """The picture that a cell's text stands for."""
        match = _IN_CELL.match(text) if "DISPIMG" in text else None
        return self.named.get(match[1]) if match else None


class PicturePart:
    """The pictures that one part of an Office file refers to, by the id of the relationship.

    :param part: its name within the archive
    """

    def __init__(self, archive: zipfile.ZipFile, part: str) -> None:
        self._archive = archive
        self._targets = targets(archive, part)

    def get(self, key: str, words: str = "") -> Picture | None:
        """None where it lies outside the file, is not there or is far too large to be a picture."""
        name = self._targets.get(key, "")
        data = _bytes(self._archive, name) if name else None
        return None if data is None else Picture(posixpath.basename(name), data, words)


def sheet_pictures(data: bytes) -> SheetPictures:
    """The pictures of a workbook that was found readable; none where its drawings cannot be made out."""
    found = SheetPictures(defaultdict(list), {})
    if b"media/" not in data:  # names in a zip are not packed
        return found
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _read_sheets(archive, found)
            _read_cells(archive, found)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, LmsError):
        return found
    return found


def _read_sheets(archive: zipfile.ZipFile, found: SheetPictures) -> None:
    book = _xml(archive, "xl/workbook.xml")
    parts = targets(archive, "xl/workbook.xml")
    for sheet in () if book is None else book.iter(f"{_S}sheet"):
        part = parts.get(sheet.get(f"{_R}id", ""), "")
        root = _xml(archive, part) if part else None
        drawing = root.find(f"{_S}drawing") if root is not None else None
        if drawing is None:
            continue
        name = targets(archive, part).get(drawing.get(f"{_R}id", ""), "")
        anchors = _xml(archive, name) if name else None
        if anchors is not None:
            _read_anchors(sheet.get("name", ""), anchors, PicturePart(archive, name), found)


def _read_anchors(title: str, anchors: ET.Element, part: PicturePart, found: SheetPictures) -> None:
    for anchor in anchors:
        start, blip = anchor.find(f"{_X}from"), anchor.find(f".//{_A}blip")
        if start is None or blip is None or sum(map(len, found.placed.values())) >= MOST:
            continue
        picture = part.get(blip.get(f"{_R}embed", ""), _words(anchor))
        row, column = start.findtext(f"{_X}row") or "", start.findtext(f"{_X}col") or ""
        if picture and row.isdigit() and column.isdigit():
            found.placed[title, int(row) + 1, int(column)].append(picture)


def _read_cells(archive: zipfile.ZipFile, found: SheetPictures) -> None:
    root = _xml(archive, "xl/cellimages.xml")
    part = PicturePart(archive, "xl/cellimages.xml")
    for image in [] if root is None else list(root)[:MOST]:
        named, blip = image.find(f".//{_X}cNvPr"), image.find(f".//{_A}blip")
        picture = part.get(blip.get(f"{_R}embed", ""), _words(image)) if blip is not None else None
        if named is not None and picture is not None:
            found.named[named.get("name", "")] = picture


def _words(around: ET.Element) -> str:
    """What somebody wrote of a picture; programs write the name of its file there, which says nothing."""
    named = around.find(f".//{_X}cNvPr")
    words = "" if named is None else named.get("descr", "")
    return "" if _FILE_NAME.search(words) else words


def targets(archive: zipfile.ZipFile, part: str) -> dict[str, str]:
    """What a part refers to within its file: names of parts by the id of the relationship."""
    folder, name = posixpath.split(part)
    root = _xml(archive, f"{folder}/_rels/{name}.rels")
    return {} if root is None else {
        one.get("Id", ""): posixpath.normpath(posixpath.join("/", folder, one.get("Target", "")))[1:]
        for one in root if one.get("TargetMode") != "External"}


def _xml(archive: zipfile.ZipFile, part: str) -> ET.Element | None:
    data = _bytes(archive, part)
    return None if data is None else read_xml(data, part)


def _bytes(archive: zipfile.ZipFile, part: str) -> bytes | None:
    if part not in archive.NameToInfo:
        return None
    with archive.open(part) as stream:
        data = stream.read(MAX_PART + 1)  # what it unpacks to, not what its directory claims
    return data if len(data) <= MAX_PART else None
