"""Which of several attempts counts: the best, the last or the first, as the paper says."""
from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction
from typing import Protocol, TypeVar

from lms.core.i18n import N_

COUNTINGS = {"best": N_("最好的一次"), "last": N_("最后一次"), "first": N_("第一次")}


class Sat(Protocol):
    """An attempt, as far as its mark goes."""

    @property
    def number(self) -> int: ...

    @property
    def submitted_at(self) -> datetime | None: ...

    @property
    def mark(self) -> int | None: ...

    @property
    def full_mark(self) -> int: ...


T = TypeVar("T", bound=Sat)


def counting(attempts: Iterable[T], how: str) -> T | None:
    """The attempt that counts, or None: nothing is handed in, or what counts has no mark yet (待阅卷), which is not 0.

    :param how: one of ``COUNTINGS``; of equally good attempts the earliest counts
    """
    closed = sorted((a for a in attempts if a.submitted_at is not None), key=lambda a: a.number)
    if how == "best":
        return max((a for a in closed if a.mark is not None), key=lambda a: (share(a), -a.number), default=None)
    chosen = next(iter(closed if how == "first" else reversed(closed)), None)
    return chosen if chosen is not None and chosen.mark is not None else None


def share(attempt: Sat) -> Fraction:
    """Of the full mark; 0 where every question was dropped."""
    return Fraction(attempt.mark or 0, attempt.full_mark) if attempt.full_mark else Fraction(0)
