"""XML from strangers: no DOCTYPE, so no entities; no depth without end; any encoding that a text file here has."""
from __future__ import annotations

import re
import xml.etree.ElementTree as ET

from lms.core.documents.text_read import decode_text
from lms.core.errors import Invalid, TooLarge
from lms.core.i18n import N_

MAX_DEPTH = 40
MAX_ELEMENTS = 1_000_000
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_ASIDE = re.compile(r"\s*(?:<\?.*?\?>|<!--.*?-->)", re.DOTALL)


def read_xml(data: bytes, filename: str) -> ET.Element:
    """The root of the document, comments included.

    :raises Invalid: not XML, with the line; a DOCTYPE; nested too deep
    :raises TooLarge: too many elements
    """
    text = decode_text(data, filename)
    if declared := _DECLARATION.match(text):  # its encoding no longer holds
        text = "\n" * declared[0].count("\n") + text[declared.end():]
    place = 0
    while match := _ASIDE.match(text, place):
        place = match.end()
    if text[place:].lstrip().startswith("<!"):
        raise Invalid("unsafe_xml", N_("“{filename}”里有实体声明（DOCTYPE），不予读取。没有保存任何内容。请从原来的系统重新导出。"),
                      filename=filename)
    return _parsed(text, filename)


class _Guarded(ET.TreeBuilder):
    """Builds the tree, as far as it is neither too deep nor too large."""

    def __init__(self, filename: str) -> None:
        super().__init__(insert_comments=True)
        self._filename, self._depth, self._count = filename, 0, 0

    def start(self, tag: str, attrs: dict[str, str], /) -> ET.Element:
        self._depth += 1
        self._count += 1
        if self._depth > MAX_DEPTH:
            raise Invalid("xml_too_deep", N_("“{filename}”里的内容套得太深（超过 {most} 层），不予读取。没有保存任何内容。"),
                          filename=self._filename, most=MAX_DEPTH)
        if self._count > MAX_ELEMENTS:
            raise TooLarge("xml_too_large", N_("“{filename}”太大。没有保存任何内容。请分成几个文件导入。"), filename=self._filename)
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> ET.Element:
        self._depth -= 1
        return super().end(tag)


def _parsed(text: str, filename: str) -> ET.Element:
    parser = ET.XMLParser(target=_Guarded(filename))
    try:
        parser.feed(text)
        root: ET.Element = parser.close()
    except ET.ParseError as error:
        raise Invalid("broken_xml", N_("“{filename}”第 {line} 行不是完整的 XML。没有保存任何内容。请从原来的系统重新导出。"),
                      filename=filename, line=error.position[0]) from error
    return root
