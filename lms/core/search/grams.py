"""Words for an index that knows no Chinese: every two neighbouring characters make one.

They are written in ASCII, by code point: tokenizers then see one plain word, whatever they know of the script (FTS5's
``unicode61`` takes the newest rare characters, 𰻞, for punctuation).
"""
from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import groupby

MOST_WORDS = 8
LONGEST = 60  # characters of a search that are looked at


def plain(text: str) -> str:
    """*text* as it is kept, compared and shown: full-width letters become ordinary ones (NFKC), white space one blank;
    punctuation stays as it was written."""
    runs = groupby(text, lambda character: unicodedata.category(character)[0] == "P")
    normal = "".join("".join(run) if punctuation else unicodedata.normalize("NFKC", "".join(run)) for punctuation, run in runs)
    return " ".join(normal.replace("\0", " ").split())


def grams(text: str) -> set[str]:
    """The words of a plain *text*: pairs of neighbouring letters, digits and characters, never across punctuation."""
    found: set[str] = set()
    for run in _runs(text.casefold()):
        found.update(f"x{ord(a):x}z{ord(b):x}" for a, b in zip(run, run[1:], strict=False))
    return found


def words(query: str) -> list[str]:
    """What somebody looks for: every word must stand somewhere."""
    return list(dict.fromkeys(plain(query[:LONGEST]).split()))[:MOST_WORDS]


def _runs(text: str) -> Iterator[str]:
    run = []
    for character in text:
        if character.isalnum():
            run.append(character)
        elif run:
            yield "".join(run)
            run = []
    if run:
        yield "".join(run)
