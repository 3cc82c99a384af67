"""Which characters the shipped fonts can print."""
from __future__ import annotations

import unicodedata
import zlib
from functools import lru_cache
from pathlib import Path

FONTS = Path(__file__).resolve().parent.parent.parent / "fonts"

# Nothing is drawn for these: controls, format characters, spaces and line ends, and the selectors of glyph variants.
_INVISIBLE = ("Cc", "Cf", "Zs", "Zl", "Zp")


@lru_cache(maxsize=1)
def _coverage() -> bytes:
    return zlib.decompress((FONTS / "coverage.bin").read_bytes())


def _is_drawn(character: str) -> bool:
    point = ord(character)
    selector = 0xFE00 <= point <= 0xFE0F or 0xE0100 <= point <= 0xE01EF
    return not selector and unicodedata.category(character) not in _INVISIBLE


def missing_glyphs(text: str) -> list[str]:
    """The characters of *text* that no shipped font has, each once, in order of appearance.

    Certificates, cards and sign-in sheets would show an empty box for them. One bit a character, made by
    ``lms/fonts/build.py``: fast enough to ask for every name at import.
    """
    bits = _coverage()
    missing: dict[str, None] = {}
    for character in text:
        point = ord(character)
        if point < 0x7F:
            continue
        byte = point >> 3
        has = byte < len(bits) and bits[byte] & (1 << (point & 7))
        if not has and _is_drawn(character):
            missing[character] = None
    return list(missing)
