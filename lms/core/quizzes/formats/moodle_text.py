"""HTML of a question as plain text, and the pictures in it."""
from __future__ import annotations

import re
from html.parser import HTMLParser

_BLOCKS = {"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "pre", "blockquote"}
_SILENT = {"script", "style", "head", "title"}
PLUGIN_FILE = "@@PLUGINFILE@@/"


class _Plain(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.pictures: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT
        if tag in _BLOCKS:
            self.pieces.append("\n")
        if tag == "img":
            values = dict(attrs)
            self.pictures.append(values.get("src") or "")
            self.pieces.append(values.get("alt") or "")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _SILENT and self._silent > 0
        if tag in _BLOCKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.pieces.append(re.sub(r"\s+", " ", data))


def plain_of(html: str) -> tuple[str, list[str]]:
    """The text of *html*, block by block, and the addresses of its pictures in order."""
    parser = _Plain()
    parser.feed(html)
    parser.close()
    lines = [re.sub(r"[ \t\u00a0]+", " ", line).strip() for line in "".join(parser.pieces).split("\n")]
    return "\n".join(line for line in lines if line), parser.pictures
