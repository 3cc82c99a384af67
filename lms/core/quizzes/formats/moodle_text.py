"""HTML of a question as plain text, with the marks of the pictures in it."""
from __future__ import annotations

import base64
import binascii
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from html.parser import HTMLParser
from urllib.parse import unquote

import nh3

from lms.core.files.pictures import MAX_BYTES
from lms.core.i18n import N_
from lms.core.quizzes.formats.protocol import ReadRow
from lms.core.quizzes.kinds.protocol import Flaw
from lms.core.quizzes.picture_marks import raw_mark

_BLOCKS = {"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "pre", "blockquote"}
_KEPT = _BLOCKS | {"img"}
PLUGIN_FILE = "@@PLUGINFILE@@/"
TakePicture = Callable[[str, str], str]
"""What stands in the text for the picture with this address, which shows these words."""


class _Plain(HTMLParser):
    def __init__(self, take: TakePicture) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._take = take

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self.pieces.append("\n")
        if tag == "img":
            values = dict(attrs)
            self.pieces.append(self._take(values.get("src") or "", values.get("alt") or ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        self.pieces.append(re.sub(r"\s+", " ", data))


def plain_of(html: str, take: TakePicture) -> str:
    """The text of *html*, block by block; *take* says what stands in it for a picture."""
    parser = _Plain(take)
    # Cleaned first: what is left is well-formed, and the parser below meets no declaration that it chokes on.
    parser.feed(nh3.clean(html, tags=_KEPT, attributes={"img": {"src", "alt"}}, url_schemes={"http", "https", "data"}))
    parser.close()
    lines = [re.sub(r"[ \t\u00a0]+", " ", line).strip() for line in "".join(parser.pieces).split("\n")]
    return "\n".join(line for line in lines if line)


def taking(element: ET.Element, row: ReadRow) -> TakePicture:
    """Takes the pictures of *element*, whose files lie in it, into *row*. One that is not there leaves its words and a notice;
    a damaged one is a reason against the row."""
    files = {node.get("name", ""): node.text or "" for node in element.iterfind("file")}

    def take(address: str, words: str) -> str:
        name = unquote(address.removeprefix(PLUGIN_FILE))
        if address.startswith("data:image/") and ";base64," in address:
            name, coded = "data:", address.partition(";base64,")[2]
        elif name in files:
            coded = files[name]
        else:
            row.notices.append(Flaw("picture_missing", N_("图片“{name}”不在文件里，没有读入"), "stem", {"name": name[:60]}))
            return words
        data = _decoded(coded)
        if data is None:
            _damaged(row, name)
            return words
        return raw_mark(data, name, words, row.pictures)

    return take


def keep_file(node: ET.Element, row: ReadRow) -> None:
    """A file beside a question that was read whole, whose texts have the marks already."""
    data, name = _decoded(node.text or ""), node.get("name", "")
    if data is None:
        _damaged(row, name)
    else:
        raw_mark(data, name, "", row.pictures)


def _damaged(row: ReadRow, name: str) -> None:
    row.reasons.append(Flaw("picture_damaged", N_("图片“{name}”的编码不完整，没有导入这道题。请从原来的系统重新导出。"), "stem", {"name": name[:60]}))


def _decoded(coded: str) -> bytes | None:
    """Base64, with spaces and line ends anywhere; None where it is none. Of far too much only so much that its size is told."""
    plain = "".join(coded[:MAX_BYTES * 2].split())
    try:
        return base64.b64decode(plain[:len(plain) // 4 * 4] if len(coded) > MAX_BYTES * 2 else plain, validate=True)
    except (binascii.Error, ValueError):
        return None
