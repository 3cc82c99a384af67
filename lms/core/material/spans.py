"""Stretches of a video in 1/1000 s: joined, measured, and read from what a browser reports."""
from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lms.core.errors import Invalid
from lms.core.i18n import N_

Span = tuple[int, int]
_JOINED = 500  # a player reports four times a second; what lies this close together was watched through
_MOST_TOLD, _MOST_KEPT = 60, 400


def read_spans(given: Any, length: int) -> list[Span]:
    """What a browser says was played, cut to the length.

    :raises Invalid: not a list of pairs of whole numbers in order, or too many
    """
    if not isinstance(given, list) or len(given) > _MOST_TOLD:
        raise bad_report()
    spans = []
    for pair in given:
        if not (isinstance(pair, list) and len(pair) == 2 and all(type(n) is int for n in pair)) or not 0 <= pair[0] < pair[1] < 10**9:
            raise bad_report()
        if pair[0] < length:
            spans.append((pair[0], min(pair[1], length)))
    return spans


def joined(spans: Iterable[Span]) -> list[Span]:
    """The same time in as few stretches as possible, in order.

    :raises Invalid: it is torn into more pieces than anybody watches
    """
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1] + _JOINED:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((start, end))
    if len(found) > _MOST_KEPT:
        raise bad_report()
    return found


def measured(spans: Iterable[Span]) -> int:
    """How long they are together."""
    return sum(end - start for start, end in spans)


def seen_from_start(spans: list[Span]) -> int:
    """Up to where a video was watched without a gap; *spans* are joined."""
    return spans[0][1] if spans and spans[0][0] <= _JOINED else 0


def bad_report() -> Invalid:
    return Invalid("bad_watch_report", N_("播放进度的格式不对，没有保存。"))
