"""The two marks of ours inside a module's text: a citation ``[@FR-101]`` and an amount ``[=condolence-cap]``."""
from __future__ import annotations

import re
from collections.abc import Iterator

CITATION = re.compile(r"\[@(?P<id>[A-Za-z0-9_-]{1,40})\]")
AMOUNT = re.compile(r"\[=(?P<id>[A-Za-z0-9_-]{1,60})\]")
_BROKEN = re.compile(r"\[[@=＠＝][^\]\n]{0,80}\]?|［[@=＠＝][^］\n]{0,80}］?|【[@=＠＝][^】\n]{0,80}】?")
_IMAGE = re.compile(r"!\[[^\]\n]*\]\(\s*<?(?P<path>[^)\s>]+)")


def citations(text: str) -> list[tuple[str, int]]:
    """Fact ids cited in *text*, each with its line offset from the start of *text*."""
    return [(found["id"], text.count("\n", 0, found.start())) for found in CITATION.finditer(text)]


def amount_marks(text: str) -> list[tuple[str, int]]:
    """Amount ids named in *text*, each with its line offset."""
    return [(found["id"], text.count("\n", 0, found.start())) for found in AMOUNT.finditer(text)]


def broken_marks(text: str) -> Iterator[tuple[str, int]]:
    """What looks like a mark but is none (a wide bracket, two ids in one bracket), each with its line offset."""
    for found in _BROKEN.finditer(text):
        if not CITATION.fullmatch(found[0]) and not AMOUNT.fullmatch(found[0]):
            yield found[0], text.count("\n", 0, found.start())


def asset_paths(body: str) -> list[str]:
    """Paths of images in *body* that lie beside the course, as written."""
    return [found["path"] for found in _IMAGE.finditer(body) if found["path"].startswith("assets/")]


def without_marks(text: str) -> str:
    """*text* without its citations; amounts stay."""
    return CITATION.sub("", text)
