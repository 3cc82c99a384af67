"""Brings the catalogues of this folder up to date with the words in the source, and compiles them.

For whoever changes words; the program never runs it. ``make messages`` calls it::

    python lms/locale/build.py

It writes ``en/LC_MESSAGES/lms.po`` (every message id, new ones with an empty translation, ids that are no longer used
left out) and the ``.mo`` of each language. ``zh_CN`` is written by hand: our own ids are Chinese already, so it holds
only what a library says to people in English. The same source gives the same bytes: sorted, without places and dates.
"""
from __future__ import annotations

from collections.abc import Iterator
from configparser import ConfigParser
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
LANGUAGES = ("en", "zh_CN")
# The ways in which Python and templates mark a message; babel.cfg says where.
_KEYWORDS = {"N_": None, "_": None, "translate": (2,)}


class Words(Catalog):
    """A catalogue whose header says only what gettext needs: dates and versions would make every run a difference."""

    def __init__(self, locale: str) -> None:
        super().__init__(locale=locale, header_comment="# Words of the LMS; lms/locale/build.py says how they are kept.",
                         fuzzy=False)

    def _get_mime_headers(self) -> list[tuple[str, str]]:
        return [("Language", str(self.locale_identifier)), ("Content-Type", "text/plain; charset=utf-8"),
                ("Content-Transfer-Encoding", "8bit")]


def marked() -> set[str]:
    """Every message id that the source and the templates mark."""
    return {message for _, message in places()}


def places() -> Iterator[tuple[str, str]]:
    """``(file:line, message id)`` of every mark."""
    mapping = ConfigParser()
    mapping.read(ROOT / "babel.cfg", encoding="utf-8")
    methods = [(pattern.strip(), method) for method, _, pattern in (name.partition(":") for name in mapping.sections())]
    for file, line, message, _comments, _context in extract_from_dir(ROOT, methods, keywords=_KEYWORDS):
        yield f"{file}:{line}", str(message)


def po_file(locale: str) -> Path:
    return HERE / locale / "LC_MESSAGES" / "lms.po"


def read(locale: str) -> Words:
    """The catalogue of *locale* as its ``.po`` has it; empty where there is none yet."""
    catalogue = Words(locale)
    if po_file(locale).exists():
        with po_file(locale).open("rb") as file:
            for message in read_po(file, locale=locale):
                if message.id:
                    catalogue.add(message.id, message.string)
    return catalogue


def updated(locale: str, ids: set[str]) -> Words:
    """The catalogue with exactly *ids*, keeping the translations that there are."""
    known, catalogue = read(locale), Words(locale)
    for message in sorted(ids):
        old = known.get(message)
        catalogue.add(message, old.string if old else "")
    return catalogue


def compiled(catalogue: Words) -> bytes:
    """The bytes of the ``.mo``."""
    buffer = BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def main() -> None:
    english = updated("en", marked())
    po_file("en").parent.mkdir(parents=True, exist_ok=True)
    with po_file("en").open("wb") as file:
        write_po(file, english, width=0, sort_output=True, no_location=True)
    for locale in LANGUAGES:
        po_file(locale).with_suffix(".mo").write_bytes(compiled(read(locale)))
    missing = sum(1 for message in english if message.id and not message.string)
    print(f"en: {len(english)} messages, {missing} without a translation")


if __name__ == "__main__":
    main()
