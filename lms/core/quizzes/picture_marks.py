"""The mark that stands for a picture in the text of a question, see ``quizzes.pictures``."""
from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

MARK = re.compile(r"!\[([^\[\]\n|｜]{0,100})\]\(picture:([0-9a-f]{64})(?:/(\d{1,5})x(\d{1,5}))?\)")


class Shown(NamedTuple):
    """A picture within a text; *words* say what it shows."""

    words: str
    sha256: str
    width: int
    height: int


def marked(words: str, sha256: str, width: int = 0, height: int = 0) -> str:
    """The mark of a picture; without its size where it is still as a file holds it."""
    plain = " ".join(re.sub(r"[\[\]|｜\n]", " ", words).split())[:100]
    return f"![{plain}](picture:{sha256}{f'/{width}x{height}' if width else ''})"


def raw_mark(data: bytes, name: str, words: str, pictures: dict[str, tuple[str, bytes]]) -> str:
    """The mark of a picture as a file holds it, whose bytes go to *pictures* under their SHA-256."""
    sha256 = hashlib.sha256(data).hexdigest()
    pictures[sha256] = name[:60], data
    return marked(words, sha256)


def pieces(text: str) -> Iterator[str | Shown]:
    """*text* and its pictures, in order."""
    end = 0
    for match in MARK.finditer(text):
        if match.start() > end:
            yield text[end:match.start()]
        yield Shown(match[1], match[2], int(match[3] or 0), int(match[4] or 0))
        end = match.end()
    if end < len(text):
        yield text[end:]


def words_of(text: str, picture: Callable[[str], str]) -> str:
    """*text* in words alone.

    :param picture: gives what stands for a picture, from the words that it has
    """
    return MARK.sub(lambda match: picture(match[1]), text) if "](picture:" in text else text
