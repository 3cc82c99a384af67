"""Faults in files that people write: where, what is wrong, and how to mend it."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from lms.core.i18n import DEFAULT_LOCALE, N_, translate

ERROR = "error"
WARNING = "warning"


@dataclass(frozen=True)
class FaultKind:
    """What can be wrong with a file, in words.

    :param code: stable, for machines and tests
    :param message: message id: what is wrong
    :param mend: message id: how to put it right
    :param severity: an ``error`` must be mended before the content is used, a ``warning`` may wait
    """

    code: str
    message: str
    mend: str
    severity: str = ERROR


@dataclass(frozen=True)
class Fault:
    """One thing wrong in a file.

    :param file: the path as the caller named it, with ``/``
    :param line: counted from 1
    :param data: values for *message* and *mend*, which are message ids
    """

    file: str
    line: int
    code: str
    message: str
    data: dict[str, Any]
    mend: str
    severity: str = ERROR

    def what(self, locale: str = DEFAULT_LOCALE) -> str:
        """What is wrong, in *locale*; a warning says that it is one."""
        text = translate(locale, self.message, **self.data)
        return translate(locale, N_("提醒：{what}"), what=text) if self.severity == WARNING else text

    def sentence(self, locale: str = DEFAULT_LOCALE) -> str:
        """``file:line: what — how to mend`` in *locale*."""
        return f"{self.file}:{self.line}: {self.what(locale)} — {translate(locale, self.mend, **self.data)}"


@dataclass
class FaultLog:
    """Gathers faults while files are read; reading goes on, so that one run names them all."""

    faults: list[Fault] = field(default_factory=list)

    def add(self, kind: FaultKind, file: str, line: int, /, **data: Any) -> None:
        """Note a fault of *kind* in *file*; *data* fills its words."""
        self.faults.append(Fault(file, line, kind.code, kind.message, data, kind.mend, kind.severity))

    def in_order(self) -> list[Fault]:
        """All faults by file and line."""
        return sorted(self.faults, key=lambda fault: (fault.file, fault.line))


def has_errors(faults: Iterable[Fault]) -> bool:
    """Whether any of *faults* forbids using the content."""
    return any(fault.severity == ERROR for fault in faults)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that *word* was probably meant to be."""
    close = get_close_matches(word.lower(), list(known), n=1, cutoff=0.6)
    return close[0] if close else None
