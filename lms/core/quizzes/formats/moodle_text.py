"""HTML of a question as plain text, and the pictures in it."""
from __future__ import annotations

import re
from html.parser import HTMLParser

import nh3

_BLOCKS = {"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "pre", "blockquote"}
_KEPT = _BLOCKS | {"img"}
PLUGIN_FILE = "@@PLUGINFILE@@/"


class _Plain(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.pictures: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self.pieces.append("\n")
        if tag == "img":
            values = dict(attrs)
            self.pictures.append(values.get("src") or "")
            self.pieces.append(values.get("alt") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        self.pieces.append(re.sub(r"\s+", " ", data))


def plain_of(html: str) -> tuple[str, list[str]]:
    """The text of *html*, block by block, and the addresses of its pictures in order."""
    parser = _Plain()
    # Cleaned first: what is left is well-formed, and the parser below meets no declaration that it chokes on.
    parser.feed(nh3.clean(html, tags=_KEPT, attributes={"img": {"src", "alt"}}, url_schemes={"http", "https", "data"}))
    parser.close()
    lines = [re.sub(r"[ \t\u00a0]+", " ", line).strip() for line in "".join(parser.pieces).split("\n")]
    return "\n".join(line for line in lines if line), parser.pictures
