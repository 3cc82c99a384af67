"""Content that acts when it is opened: macros, controls, scripts, embedded programs, templates from elsewhere. Such a file is refused.

What hides from this (a script in a compressed PDF object, say) is still not run by us: documents show as pictures of their pages,
and the file itself only ever leaves as a download.
"""
from __future__ import annotations

import re
import zipfile
from typing import BinaryIO

_PIECE = 1024 * 1024
# ISO 32000-1, 12.6.4: actions that run code or another program, and media that brings a player of its own.
_PDF = (b"/JavaScript", b"/Launch", b"/RichMedia")
# [MS-CFB]: the folder of macros of .doc, .xls and .ppt is named in UTF-16.
_OLE = ("_VBA_PROJECT".encode("utf-16-le"), "Macros".encode("utf-16-le") + b"\0\0")
_PARTS = re.compile(r"(^|/)(vbaproject\.bin|vbadata\.xml|activex/.*|.*\.(exe|dll|js|vbs|hta|lnk|scr|bat|cmd|jar))$", re.I)
_TEMPLATE = re.compile(rb"attachedTemplate[^>]*TargetMode=[\"']External|TargetMode=[\"']External[^>]*attachedTemplate", re.I)
_PACKAGE = re.compile(rb"progid=[\"']Package", re.I)
_MACRO_TYPE = re.compile(rb"macroEnabled|vnd\.ms-office\.(vbaProject|activeX)", re.I)
_LOOKED_AT = 2 * 1024 * 1024  # bytes of one part


def acts(ending: str, stream: BinaryIO) -> bool:
    """Whether a file of this kind holds something that would act. Its position is changed."""
    if ending == ".pdf":
        return _holds(stream, _PDF)
    if ending in (".doc", ".xls", ".ppt"):
        return _holds(stream, _OLE)
    return ending in (".docx", ".xlsx", ".pptx") and _office(stream)


def _holds(stream: BinaryIO, marks: tuple[bytes, ...]) -> bool:
    stream.seek(0)
    tail, longest = b"", max(map(len, marks))
    while piece := stream.read(_PIECE):
        if any(mark in tail + piece for mark in marks):
            return True
        tail = piece[-longest:]
    return False


def _office(stream: BinaryIO) -> bool:
    """A zip that has been found to be whole and no bomb."""
    stream.seek(0)
    with zipfile.ZipFile(stream) as archive:
        for entry in archive.infolist():
            name = entry.filename
            if _PARTS.search(name):
                return True
            if name == "[Content_Types].xml" or name.endswith(".rels") or name.endswith(".xml") and name.count("/") <= 2:
                with archive.open(entry) as part:
                    text = part.read(_LOOKED_AT)
                if name == "[Content_Types].xml" and _MACRO_TYPE.search(text) or _TEMPLATE.search(text) or _PACKAGE.search(text):
                    return True
    return False
