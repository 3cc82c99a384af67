"""Pictures of a course that can do nothing but be looked at."""
from __future__ import annotations

import re
from xml.etree.ElementTree import Element, ParseError, XMLParser

_FORBIDDEN = frozenset({"script", "foreignObject", "iframe", "object", "embed", "audio", "video", "handler", "set",
                        "animate"})
_ELSEWHERE = re.compile(r"url\(\s*['\"]?(?!#)|@import|expression\(|javascript:", re.IGNORECASE)


class _NoDoctype(Exception):
    pass


def inert_svg(content: bytes) -> bool:
    """Whether *content* is a whole SVG without script, event handlers, style from elsewhere or foreign references.

    A document type is refused as well: it can define entities that expand without end.
    """
    try:
        root = _parse(content)
    except (ParseError, _NoDoctype, ValueError, LookupError):
        return False
    return _name(root.tag) == "svg" and all(_inert(element) for element in root.iter())


def _parse(content: bytes) -> Element:
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content or b"\x00" in content:  # NUL: UTF-16 could hide one
        raise _NoDoctype
    parser = XMLParser()
    parser.feed(content)
    root: Element = parser.close()
    return root


def _name(tag: object) -> str:
    return str(tag).rpartition("}")[2]


def _inert(element: Element) -> bool:
    if not isinstance(element.tag, str) or _name(element.tag) in _FORBIDDEN:
        return False
    for key, value in element.attrib.items():
        name = _name(key).lower()
        if name.startswith("on") or (name in ("href", "src") and not value.startswith("#")) or _ELSEWHERE.search(value):
            return False
    return not (_name(element.tag) == "style" and _ELSEWHERE.search(element.text or ""))
