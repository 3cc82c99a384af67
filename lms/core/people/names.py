"""Names as people write them and as we compare and sort them."""
from __future__ import annotations

import unicodedata

# Invisible characters that come along when text is pasted from web pages and chats.
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f"))
# Dots that people type between the parts of a name; the standard one is U+00B7 (NFKC alone does not unify them).
_DOTS = dict.fromkeys(map(ord, "\u2022\u30fb\uff65\u2027\u22c5\u2219\uff0e\u0387"), "\u00b7")


def clean_name(text: str) -> str:
    """A name as it is stored: no invisible characters, one kind of dot, no padding inside Chinese names.

    A space between Latin words stays, one between Chinese characters goes (people pad two-character names).
    """
    text = unicodedata.normalize("NFC", text).translate(_INVISIBLE).translate(_DOTS)
    words = text.replace("\u3000", " ").replace("\u00a0", " ").split()
    joined = ""
    for word in words:
        latin = joined and joined[-1].isascii() and word[0].isascii()
        joined += (" " if latin else "") + word
    return joined


def name_key(text: str) -> str:
    """What names are compared by: NFKC, case-folded, without spaces."""
    return unicodedata.normalize("NFKC", clean_name(text)).casefold().replace(" ", "")
