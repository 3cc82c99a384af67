"""Reads the fields of a mapping with their types, and notes a located fault for each that is missing or wrong."""
from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from lms.core.documents import fault_kinds as kinds
from lms.core.documents.faults import FaultKind, FaultLog, nearest
from lms.core.documents.yaml_lines import LineList, LineMap, Node, Text

NO_DATE = date.max
"""Stands where a date could not be read (a fault says so)."""
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Fields:
    """The fields of one mapping in *file*.

    A method that cannot read its field notes a fault and gives an empty value, so that the rest is still checked.

    :param known: every key that the format has here; another one is a fault
    """

    def __init__(self, node: LineMap, file: str, log: FaultLog, known: Collection[str]) -> None:
        self.node, self.file, self.log = node, file, log
        for key in node:
            if key not in known:
                self._unknown(key, known)

    def line(self, key: str = "") -> int:
        """The line of *key*, or where the mapping begins."""
        return self.node.lines.get(key, self.node.line)

    def lines(self) -> dict[str, int]:
        """The line of each key; ``""`` is where the mapping begins."""
        return {"": self.node.line, **self.node.lines}

    def fault(self, kind: FaultKind, key: str = "", **data: Any) -> None:
        """Note a fault of *kind* at the line of *key*."""
        self.log.add(kind, self.file, self.line(key), key=key, **data)

    def has(self, key: str) -> bool:
        value = self.node.get(key)
        return value is not None and not (isinstance(value, Text) and value.absent)

    def text(self, key: str, *, required: bool = True) -> str:
        """A text that is not empty; where not *required* it may be empty or absent."""
        value = self._present(key, required)
        if value is None:
            return ""
        if not isinstance(value, Text):
            self.fault(kinds.NOT_TEXT, key)
            return ""
        if required and not value.strip():
            self.fault(kinds.EMPTY, key)
        return str(value).strip()

    def slug(self, key: str) -> str:
        """A name of small letters, digits and hyphens."""
        value = self.text(key)
        if value and not _SLUG.fullmatch(value):
            self.fault(kinds.BAD_SLUG, key, value=value)
        return value

    def titles(self, key: str) -> dict[str, str]:
        """A map by language with Chinese and English."""
        value = self._present(key, True)
        if value is None:
            return {}
        if not isinstance(value, LineMap):
            self.fault(kinds.NOT_TITLES, key, example="{zh: …, en: …}")
            return {}
        inner = Fields(value, self.file, self.log, ("zh", "en"))
        return {language: inner.text(language) for language in ("zh", "en")}

    def whole(self, key: str, low: int, high: int) -> int:
        """A whole number from *low* to *high*."""
        value = self.text(key)
        if value and not (re.fullmatch(r"-?\d{1,9}", value) and low <= int(value) <= high):
            self.fault(kinds.BAD_NUMBER, key, value=value, low=low, high=high)
            return low
        return int(value) if value else low

    def day(self, key: str) -> date:
        """A date written as 2027-06-30."""
        value = self.text(key)
        try:
            return date.fromisoformat(value) if re.fullmatch(r"\d{4}-\d\d-\d\d", value) else self._no_date(key, value)
        except ValueError:
            return self._no_date(key, value)

    def flag(self, key: str) -> bool:
        """``true`` or ``false``; absent means false."""
        value = self.text(key, required=False)
        if value not in ("", "true", "false"):
            self.fault(kinds.NOT_FLAG, key, value=value)
        return value == "true"

    def choice(self, key: str, allowed: Iterable[str]) -> str:
        """One word of *allowed*."""
        value, words = self.text(key), list(allowed)
        if value and value not in words:
            meant = nearest(value, words)
            self.fault(kinds.BAD_CHOICE_MEANT if meant else kinds.BAD_CHOICE, key, value=value, meant=meant,
                       allowed=words)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, at least one."""
        return tuple(str(item).strip() for item in self._list(key) if self._is_text(key, item))

    def maps(self, key: str, known: Collection[str], *, required: bool = True) -> list[Fields]:
        """A list of mappings, at least one if *required*."""
        found = []
        for item in self._list(key, required):
            if isinstance(item, LineMap):
                found.append(Fields(item, self.file, self.log, known))
            else:
                self.log.add(kinds.NOT_MAP, self.file, item.line)
        return found

    def map(self, key: str, known: Collection[str]) -> Fields | None:
        """A mapping."""
        value = self._present(key, True)
        if value is None:
            return None
        if not isinstance(value, LineMap):
            self.fault(kinds.NOT_MAP, key)
            return None
        return Fields(value, self.file, self.log, known)

    def _present(self, key: str, required: bool) -> Node | None:
        if self.has(key):
            return self.node[key]
        if required:
            self.fault(kinds.MISSING_KEY, key)
        return None

    def _list(self, key: str, required: bool = True) -> LineList:
        value = self._present(key, required)
        if value is None:
            return LineList(self.line(key))
        if not isinstance(value, LineList):
            self.fault(kinds.NOT_LIST, key)
            return LineList(self.line(key))
        if required and not value:
            self.fault(kinds.EMPTY, key)
        return value

    def _is_text(self, key: str, item: Node) -> bool:
        if isinstance(item, Text) and item.strip():
            return True
        self.log.add(kinds.NOT_TEXT, self.file, item.line, key=key)
        return False

    def _no_date(self, key: str, value: str) -> date:
        if value:
            self.fault(kinds.BAD_DATE, key, value=value)
        return NO_DATE

    def _unknown(self, key: str, known: Collection[str]) -> None:
        meant = nearest(key, known)
        self.fault(kinds.UNKNOWN_KEY_MEANT if meant else kinds.UNKNOWN_KEY, key, meant=meant, known=list(known))


def fields_of(node: Node | None, file: str, log: FaultLog, known: Collection[str]) -> Fields | None:
    """The fields of a whole document, or None with a fault where it is not a mapping."""
    if isinstance(node, LineMap):
        return Fields(node, file, log, known)
    if node is not None:
        log.add(kinds.NOT_MAP, file, node.line)
    return None
