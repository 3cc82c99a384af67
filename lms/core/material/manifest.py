"""imsmanifest.xml of SCORM 1.2 (ADL, SCORM Content Aggregation Model 1.2, 2.3): which parts a package has and where each begins."""
from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

from lms.core.errors import Invalid
from lms.core.i18n import N_

MOST_PARTS = 300


@dataclass(frozen=True)
class Part:
    """An item of the manifest that can be opened.

    :param id: its identifier, unique in the package
    :param file: the entry of the archive; *query* and fragment follow it
    :param sco: whether it talks to us; what does not is done once it was opened
    :param mastery: the score from which it is passed, as it stands there; empty: it decides itself
    """

    id: str
    title: str
    file: str
    query: str = ""
    sco: bool = True
    mastery: str = ""
    launch_data: str = ""

    def as_data(self) -> dict[str, Any]:
        return asdict(self)


def read_manifest(data: bytes, top: str, name: str) -> list[Part]:
    """The parts in their order.

    :param top: the folder that the manifest lies in, with a slash at its end, or nothing
    :param name: the package's, only for what is said about it
    :raises Invalid: no manifest, one that declares entities, another version of SCORM, or nothing in it to open
    """
    plain = data.replace(b"\0", b"").upper()  # whatever it is encoded in
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise Invalid("bad_manifest", N_("“{name}”的 imsmanifest.xml 带有实体声明，没有保存。请重新导出 SCORM 1.2 包。"), name=name)
    try:
        root = ElementTree.fromstring(data)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise Invalid("bad_manifest", N_("“{name}”的 imsmanifest.xml 读不懂，没有保存。请重新导出 SCORM 1.2 包。"), name=name) from error
    versions = [(e.text or "").strip().lower() for e in _all(root, "schemaversion")]
    if any("2004" in v or "cam" in v for v in versions):
        raise Invalid("bad_manifest", N_("“{name}”是 SCORM 2004，没有保存。请在制作软件里导出为 SCORM 1.2。"), name=name)
    parts = list(_parts(root, top))
    if not 0 < len(parts) <= MOST_PARTS or len({part.id for part in parts}) != len(parts):
        raise Invalid("bad_manifest", N_("“{name}”的目录里没有可以打开的部分，没有保存。请重新导出 SCORM 1.2 包。"), name=name)
    return parts


def _parts(root: ElementTree.Element, top: str) -> Iterator[Part]:
    resources = {r.get("identifier", ""): r for r in _all(root, "resource")}
    bases = [_attribute(e, "base") for e in (root, *_all(root, "resources")) if _attribute(e, "base")]
    for item in _items(_organization(root)):
        resource = resources.get(item.get("identifierref", ""))
        if resource is None or not resource.get("href"):
            continue  # a heading
        parts = urlsplit(posixpath.join(*bases, _attribute(resource, "base"), resource.get("href", "")))
        query = "&".join(filter(None, (parts.query, item.get("parameters", "").lstrip("?&"))))
        if parts.scheme or parts.netloc:
            continue  # of another place
        yield Part(item.get("identifier", "")[:200], _text(item, "title")[:200] or item.get("identifier", "")[:200],
                   top + posixpath.normpath(unquote(parts.path)), query[:500], _attribute(resource, "scormtype").lower() != "asset",
                   _text(item, "masteryscore")[:20], _text(item, "datafromlms")[:4096])


def _organization(root: ElementTree.Element) -> ElementTree.Element | None:
    """The default one, else the first."""
    found = list(_all(root, "organization"))
    default = next((e.get("default") for e in _all(root, "organizations")), None)
    return next((o for o in found if o.get("identifier") == default), found[0] if found else None)


def _items(element: ElementTree.Element | None) -> Iterator[ElementTree.Element]:
    """Items at any depth, parents first."""
    if element is not None:
        yield from _all(element, "item")


def _all(element: ElementTree.Element, name: str) -> Iterator[ElementTree.Element]:
    """Elements by their name; tools write namespaces in several ways."""
    return (e for e in element.iter() if isinstance(e.tag, str) and e.tag.rsplit("}", 1)[-1] == name)


def _attribute(element: ElementTree.Element, name: str) -> str:
    return next((value for key, value in element.attrib.items() if key.rsplit("}", 1)[-1].lower() == name), "")


def _text(item: ElementTree.Element, name: str) -> str:
    """Of a child, not of a child's child."""
    return next(((e.text or "").strip() for e in item if isinstance(e.tag, str) and e.tag.rsplit("}", 1)[-1] == name), "")
