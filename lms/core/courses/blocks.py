"""Splits a module's body into its blocks, each with its line, for checking and locating.

It knows only the small Markdown of the content format; rendering is mistune's.
"""
from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

HEADING, PARAGRAPH, ITEM, TABLE, QUOTE, CASE, CODE = "heading", "paragraph", "item", "table", "quote", "case", "code"
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)[ \t#]*$")
_ITEM = re.compile(r" {0,6}([-*+]|\d{1,3}[.)])[ \t]+")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})[ \t]*([^\s`]*)[ \t]*$")


@dataclass(frozen=True)
class Block:
    """A heading, paragraph, list item, table, quote or fenced block.

    :param text: as written; of a fenced block what is inside, of a heading its words
    :param line: where *text* begins in the file
    :param section: the words of the ``##`` heading above it
    :param level: of a heading; 0 for others
    :param closed: False for a fenced block that never ends
    """

    kind: str
    text: str
    line: int
    section: str = ""
    level: int = 0
    closed: bool = True


def split_blocks(body: str, first_line: int = 1) -> list[Block]:
    """The blocks of *body*, whose first line is *first_line* of its file."""
    section, blocks = "", []
    for kind, start, lines in _pieces(body.split("\n")):
        line = first_line + start
        if kind == HEADING and (found := _HEADING.match(lines[0])):
            if len(found[1]) == 2:
                section = found[2].strip()
            blocks.append(Block(HEADING, found[2].strip(), line, section, len(found[1])))
        elif kind in (CASE, CODE):
            closed = len(lines) > 1 and _closes(lines[-1], lines[0])
            inside = lines[1:-1] if closed else lines[1:]
            blocks.append(Block(kind, "\n".join(_dedented(inside, lines[0])), line + 1, section, closed=closed))
        else:
            blocks.append(Block(kind, "\n".join(lines), line, section))
    return blocks


def _pieces(lines: list[str]) -> Iterator[tuple[str, int, list[str]]]:
    """(kind, index of the first line, lines) of each block."""
    index = 0
    while index < len(lines):
        if not lines[index].strip():
            index += 1
            continue
        kind = _kind(lines[index])
        end = _end(lines, index, kind)
        yield kind, index, lines[index:end]
        index = end


def _kind(line: str) -> str:
    fence = _FENCE.match(line)
    if fence:
        return CASE if fence[2] == "case" else CODE
    if _HEADING.match(line):
        return HEADING
    if _ITEM.match(line):
        return ITEM
    stripped = line.lstrip()
    return TABLE if stripped.startswith("|") else QUOTE if stripped.startswith(">") else PARAGRAPH


def _end(lines: list[str], start: int, kind: str) -> int:
    """The index behind the block that begins at *start*."""
    if kind == HEADING:
        return start + 1
    if kind in (CASE, CODE):
        for index in range(start + 1, len(lines)):
            if _closes(lines[index], lines[start]):
                return index + 1
        return len(lines)
    index = start + 1
    while index < len(lines) and _continues(lines, index, kind):
        index += 1
    return index


def _continues(lines: list[str], index: int, kind: str) -> bool:
    line = lines[index]
    if not line.strip():
        # An indented paragraph after a blank line still belongs to the list item above it.
        following = lines[index + 1] if index + 1 < len(lines) else ""
        return kind == ITEM and following.startswith("  ") and _kind(following) == PARAGRAPH
    here = _kind(line)
    if kind == ITEM:
        return here == PARAGRAPH  # another item begins a block of its own
    return here == kind or (kind == QUOTE and here == PARAGRAPH)


def _closes(line: str, opening: str) -> bool:
    fence = _FENCE.match(opening)
    mark = line.strip()
    return fence is not None and len(mark) >= len(fence[1]) and set(mark) == {fence[1][0]}


def _dedented(lines: list[str], opening: str) -> list[str]:
    indent = len(opening) - len(opening.lstrip(" "))
    return [line[min(indent, len(line) - len(line.lstrip(" "))):] for line in lines]
