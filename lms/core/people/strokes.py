"""Names in the order of strokes (姓氏笔画), as lists of people are printed that put nobody first."""
from __future__ import annotations

import zlib
from functools import lru_cache

from lms.core.documents.glyphs import FONTS


@lru_cache(maxsize=1)
def _counts() -> bytes:
    return zlib.decompress((FONTS / "strokes.bin").read_bytes())


def stroke_count(character: str) -> int:
    """How many strokes *character* has (Unihan ``kTotalStrokes``); 0 for what is no Chinese character."""
    counts, point = _counts(), ord(character)
    return counts[point] if point < len(counts) else 0


def stroke_key(name: str) -> tuple[tuple[int, int], ...]:
    """Sort by it: fewer strokes first, character by character, a shorter name before a longer that begins with it.

    Characters of the same count stand in the order of their code, so that one surname stays together; which stroke comes
    first (横竖撇点折) is in no table that we may ship.
    """
    return tuple((stroke_count(c), ord(c)) for c in name if c.isalnum())
