"""YAML that remembers its lines: plain mappings, lists and texts, nothing else.

Scalars stay text; the reader of a field knows which type it expects (so ``no`` or ``1:30`` never turn into something
else). Aliases, anchors and tags are refused: an alias makes a small file expand to gigabytes, a tag makes objects.
"""
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import yaml

from lms.core.documents import fault_kinds as kinds
from lms.core.documents.faults import FaultKind, FaultLog

MAX_BYTES = 5 * 1024 * 1024
MAX_DEPTH = 12
# libyaml reads a large bank twenty times faster; a platform without it reads the same events slowly.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Text(str):
    """A scalar, its line, and whether it was written without quotes."""

    line: int
    plain: bool

    def __new__(cls, value: str, line: int, plain: bool = False) -> Self:
        text = super().__new__(cls, value)
        text.line, text.plain = line, plain
        return text

    @property
    def absent(self) -> bool:
        """``key:`` with nothing behind it, or an explicit null."""
        return self.plain and self in ("", "~", "null")


class LineMap(dict[str, "Node"]):
    """A mapping; ``line`` is where it begins, ``lines`` where each key stands."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}


class LineList(list["Node"]):
    """A list; ``line`` is where it begins."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line


Node = Text | LineMap | LineList


class _Refused(Exception):
    def __init__(self, kind: FaultKind, line: int, **data: Any) -> None:
        super().__init__(kind.code)
        self.kind, self.line, self.data = kind, line, data


def read_text(path: Path, file: str, log: FaultLog) -> str | None:
    """The text of *path* with ``\\n`` line ends, or None with a fault in *log*."""
    try:
        if path.stat().st_size > MAX_BYTES:
            log.add(kinds.FILE_TOO_LARGE, file, 1, mb=MAX_BYTES // 1024 // 1024)
            return None
        raw = path.read_bytes()
    except OSError:
        log.add(kinds.FILE_MISSING, file, 1)
        return None
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        log.add(kinds.NOT_UTF8, file, raw[:error.start].count(b"\n") + 1)
        return None


def load_yaml(text: str, file: str, log: FaultLog, first_line: int = 1) -> Node | None:
    """The YAML document in *text*, or None with a fault in *log*.

    :param first_line: the line of *file* on which *text* begins
    """
    try:
        return _Builder(text, first_line - 1).document()
    except _Refused as refused:
        log.add(refused.kind, file, refused.line, **refused.data)
    except yaml.reader.ReaderError:
        found = yaml.reader.Reader.NON_PRINTABLE.search(text)  # the error counts bytes or characters, as the loader is
        log.add(kinds.CONTROL_CHARACTER, file, first_line + (text.count("\n", 0, found.start()) if found else 0))
    except yaml.MarkedYAMLError as error:
        log.add(kinds.YAML_SYNTAX, file, _line_of(error, text) + first_line, reason=error.problem or "")
    return None


def _line_of(error: yaml.MarkedYAMLError, text: str) -> int:
    """Where to look: an unclosed quote is reported at the end of the text but was opened at its context mark."""
    mark, context = error.problem_mark, error.context_mark
    if context and (mark is None or mark.line >= text.rstrip("\n").count("\n") + 1):
        mark = context
    last = text.rstrip("\n").count("\n")
    return min(mark.line, last) if mark else 0


class _Builder:
    """Builds plain values from parser events."""

    def __init__(self, text: str, offset: int) -> None:
        self._events: Iterator[Any] = iter(yaml.parse(text, Loader=_LOADER))
        self._offset = offset

    def document(self) -> Node:
        root: Node = Text("", self._offset + 1, plain=True)
        documents = 0
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _Refused(kinds.SEVERAL_DOCUMENTS, self._line(event))
            elif isinstance(event, yaml.NodeEvent):
                root = self._node(event, 1)
        return root

    def _line(self, event: Any) -> int:
        return int(event.start_mark.line) + self._offset + 1

    def _node(self, event: Any, depth: int) -> Node:
        line = self._line(event)
        if isinstance(event, yaml.AliasEvent) or event.anchor:
            raise _Refused(kinds.ALIAS, line)
        if event.tag is not None:
            raise _Refused(kinds.TAG, line)
        if depth > MAX_DEPTH:
            raise _Refused(kinds.TOO_DEEP, line, depth=MAX_DEPTH)
        if isinstance(event, yaml.ScalarEvent):
            return Text(event.value, line, plain=not event.style)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(line, depth)
        return self._map(line, depth)

    def _list(self, line: int, depth: int) -> LineList:
        items = LineList(line)
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        return items

    def _map(self, line: int, depth: int) -> LineMap:
        entries = LineMap(line)
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._node(event, depth + 1)
            if not isinstance(key, Text):
                raise _Refused(kinds.KEY_NOT_TEXT, key.line)
            if key in entries:
                raise _Refused(kinds.KEY_TWICE, key.line, key=str(key))
            entries.lines[str(key)] = key.line
            entries[str(key)] = self._node(next(self._events), depth + 1)
        return entries
