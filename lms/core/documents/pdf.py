"""Typesets documents with Typst: a template, plain data, and only the fonts that ship with the program."""
from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any

import typst

from lms.core.documents.glyphs import FONTS
from lms.core.errors import Invalid
from lms.core.i18n import N_
from lms.core.shipped import shipped

# For keeping (ISO 19005-2) and for readers who cannot see the page (ISO 14289-1); both come with tags.
_STANDARDS = ["a-2a", "ua-1"]
_UNDATED = datetime(2000, 1, 1, tzinfo=UTC)
# A package comes from the network, and an address that is put together from data would carry the data there. So what is
# imported is one plain file name, and nothing is made into program.
_FETCHES = re.compile(r'''["']@[\w-]+/|\b(?:import|include)\b(?!\s*"[\w.-]+\.typ"(?!\s*[.+/]))|\b(?:eval|std)\b''')
_one_at_a_time = Lock()  # the compiler changes its inputs in place


def render_pdf(template: Path, data: Mapping[str, Any], *, files: Mapping[str, bytes] | None = None,
               created: datetime | None = None, for_keeping: bool = True) -> bytes:
    """*template* filled with *data*, as PDF/A-2a and PDF/UA-1.

    The template reads the data with ``json("data.json")`` and may import our own parts, ``lms.typ`` and
    ``lms-certificate.typ``. It sees nothing else of the disk, no package from the network and no font but ours. The same input gives the same bytes.

    A character that the fonts lack (``glyphs.missing_glyphs``) prints as an empty box, and the file is then a plain
    tagged PDF, for the standards forbid such a box.

    :param data: plain values that JSON knows
    :param files: further files that the template reads by name, such as a logo
    :param created: what the file says about when it was made; aware
    :param for_keeping: False: a plain PDF, which may show pages of other PDFs; the standards allow none
    :raises Invalid: the template has an error, or does not fit the data
    """
    stamp = int((created or _UNDATED).timestamp())
    with _beside(files or {}) as root:
        make = partial(_compile, template, _inputs(template, data, files or {}), root=root, format="pdf", timestamp=stamp)
        if not for_keeping:
            return make()[0]
        try:
            return make(pdf_standards=_STANDARDS)[0]
        except _StandardBroken:
            return make()[0]


def render_png(template: Path, data: Mapping[str, Any], *, files: Mapping[str, bytes] | None = None,
               ppi: float = 96) -> list[bytes]:
    """A picture of each page, for a preview. Parameters and errors as for ``render_pdf``."""
    with _beside(files or {}) as root:
        return _compile(template, _inputs(template, data, files or {}), root=root, format="png", ppi=ppi)


class _StandardBroken(Exception):
    """The document as such is fine, but not as PDF/A or PDF/UA."""


@lru_cache(maxsize=1)
def _compiler() -> typst.Compiler:
    """One for all: reading the fonts takes longer than a certificate."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
    return typst.Compiler(font_paths=fonts, ignore_system_fonts=True)


@lru_cache(maxsize=1)
def _parts() -> dict[str, bytes]:
    return {part.name: part.read_bytes() for part in (shipped("templates") / "print").glob("lms*.typ")}


@contextmanager
def _beside(files: Mapping[str, bytes]) -> Iterator[Path]:
    """The folder that the template may read: one that holds *files*, else that of the fonts, which holds no secret."""
    if not files:
        yield FONTS
        return
    with TemporaryDirectory() as folder:
        for name, content in files.items():
            if Path(name).name != name:
                raise ValueError(f"a plain file name is needed: {name!r}")
            (Path(folder) / name).write_bytes(content)
        yield Path(folder)


def _inputs(template: Path, data: Mapping[str, Any], files: Mapping[str, bytes]) -> dict[str, bytes]:
    source = template.read_bytes()
    for part in (source, *(content for name, content in files.items() if name.endswith(".typ"))):
        if _FETCHES.search(part.decode("utf-8", "replace")):
            raise Invalid("template_fetches", N_("模板“{template}”不予使用：import、include 后面只能直接写同一文件夹里的文件名，不能取用网络上的软件包，也不能用 eval。"),
                          template=_name(template))
    values = json.dumps(data, ensure_ascii=False, sort_keys=True, allow_nan=False).encode("utf-8", "replace")
    return {**_parts(), "main.typ": source, "data.json": values}


def _compile(template: Path, inputs: dict[str, bytes], **options: Any) -> list[bytes]:
    try:
        with _one_at_a_time:
            made: Any = _compiler().compile(input=inputs, **options)
    except RuntimeError as error:  # the library's own error is one of these
        reason = getattr(error, "message", str(error))
        if reason.startswith("PDF/"):
            raise _StandardBroken from error
        raise Invalid("template_failed", N_("模板“{template}”不能用这些数据排版：{reason}"), template=_name(template),
                      reason=reason) from error
    return made if isinstance(made, list) else [made]


def _name(template: Path) -> str:
    return f"{template.parent.name}/{template.name}"
