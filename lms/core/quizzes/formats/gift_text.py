"""The characters of GIFT: its escapes, its format marks, its weights; for reader and writer alike.

Format: https://docs.moodle.org/en/GIFT_format
"""
from __future__ import annotations

import re

from lms.core.quizzes.formats.moodle_text import plain_of

SPECIAL = "~=#{}:"
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
FORMAT_MARK = re.compile(r"\[(?:html|moodle|plain|markdown)\]")
WEIGHT = re.compile(r"%(-?\d{1,3}(?:\.\d{1,7})?)%")
EXTRAS = "// lms "  # a comment of ours: what GIFT has no place for, as JSON


def escaped(text: str) -> str:
    """*text* for a GIFT file: one line, with nothing in it that GIFT would take for its own."""
    out = text.replace("\\", "\\\\")
    for mark in SPECIAL:
        out = out.replace(mark, "\\" + mark)
    out = out.replace("\n", "\\n")
    return f"[plain]{out}" if FORMAT_MARK.match(out) else out


def unescaped(text: str) -> str:
    """The text that a piece of a file stands for: line ends are spaces, escapes what they mean, no format mark."""
    one_line = " ".join(line.strip() for line in text.strip().split("\n"))
    mark = FORMAT_MARK.match(one_line)
    bare = one_line[mark.end():].strip() if mark else one_line
    plain = _ESCAPED.sub(lambda match: "\n" if match[1] == "n" else match[1], bare)
    return plain_of(plain, lambda src, alt: alt) if mark and mark[0] == "[html]" and re.search(r"<[a-zA-Z/]|&\w+;", plain) else plain


def split_at(text: str, marks: str) -> list[tuple[str, str]]:
    """*text* cut before each unescaped character of *marks*: (mark, what follows); what is before the first has mark ""."""
    found = [["", ""]]
    skip = False
    for character in text:
        if skip or character not in marks:
            found[-1][1] += character
            skip = character == "\\" and not skip
        else:
            found.append([character, ""])
    return [(mark, rest) for mark, rest in found]


def place_of(text: str, mark: str, start: int = 0) -> int:
    """Where *mark* stands unescaped, or -1."""
    place = text.find(mark, start)
    while place >= 0:
        before = place
        while before > 0 and text[before - 1] == "\\":
            before -= 1
        if (place - before) % 2 == 0:
            return place
        place = text.find(mark, place + 1)
    return -1
