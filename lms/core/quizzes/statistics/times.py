"""How long people spent on a question, as far as the journal of their answers tells."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from lms.core.quizzes.statistics.figures import NO_TIMES, Figure, figure, median, missing

_AT_ONCE = 1000  # microseconds between two changes that one form sent, or less
_SECOND = 1_000_000


class Change(NamedTuple):
    """An entry of the journal, as far as its moment goes."""

    item: int
    sequence: int
    received_at: datetime


@dataclass(frozen=True)
class TimeUsed:
    """Seconds on a question, over the *people* of whom it is known."""

    people: int
    median: Figure
    mean: Figure


def times_by_item(changes: Iterable[Change], started_at: datetime) -> dict[int, int]:
    """Microseconds on each item of an attempt.

    The time from one change to the next goes to the item of the later one: that is what the person was at. Sequences are
    microseconds since the start, also of answers that were given without network and came later; none is later than its
    arrival. Where one form brought several items at once, nobody knows which took how long, and none of them has a time.

    :param changes: in the order of their sequences
    """
    found: dict[int, int] = {}
    unclear: set[int] = set()
    done = 0
    for end, items in _bursts(changes, started_at):
        if len(items) == 1:
            item = next(iter(items))
            found[item] = found.get(item, 0) + end - done
        else:
            unclear |= items
        done = end
    return {item: spent for item, spent in found.items() if item not in unclear}


def _bursts(changes: Iterable[Change], started_at: datetime) -> list[tuple[int, set[int]]]:
    """Changes that came together: when the last of them was made, and the items that they are of."""
    found: list[tuple[int, set[int]]] = []
    for change in changes:
        arrived = (change.received_at - started_at) // timedelta(microseconds=1)
        last = found[-1][0] if found else 0
        moment = max(last, min(change.sequence, arrived), 0)
        if found and moment - last <= _AT_ONCE:
            found[-1] = moment, found[-1][1] | {change.item}
        else:
            found.append((moment, {change.item}))
    return found


def time_used(spent: Sequence[int]) -> TimeUsed:
    """Middle and mean of *spent*, in microseconds each; the middle says more: somebody always left the page open."""
    if not spent:
        return TimeUsed(0, missing(NO_TIMES), missing(NO_TIMES))
    return TimeUsed(len(spent), figure(median(spent) / _SECOND), figure(sum(spent) / len(spent) / _SECOND))
