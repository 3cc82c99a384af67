"""Days, times and sessions as people write them in lists."""
from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from lms.core.classes.models import ClassSession
from lms.core.documents.raw_table import heading
from lms.core.paperwork.matrix_keys import session_label

_DAY = re.compile(r"(?:(\d{4})\s*[-/.年]\s*)?(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_TIME = re.compile(r"(上午|下午|晚上|am|pm)?\s*(\d{1,2})\s*[:时点]\s*(\d{1,2})?\s*(?::\s*(\d{1,2})|分)?\s*(am|pm)?", re.IGNORECASE)
_HALVES = {"上午": (0, 12), "早上": (0, 12), "下午": (12, 18), "晚上": (18, 24), "晚": (18, 24)}
_LATER = {"下午", "晚上", "pm"}


@dataclass(frozen=True)
class Moment:
    """What a cell says: a day, a time, or both; ``bad`` where it says neither though it is filled."""

    day: date | None = None
    at: time | None = None
    bad: bool = False


def read_moment(text: str, year: int) -> Moment:
    """:param year: of the class, for a day without one"""
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain:
        return Moment()
    found_day = _DAY.match(plain)
    rest = plain[found_day.end():].replace("T", " ").strip() if found_day else plain
    found_time = _TIME.fullmatch(rest)
    if (rest and not found_time) or not (found_day or found_time):
        return Moment(bad=True)
    try:
        day = date(int(found_day[1] or year), int(found_day[2]), int(found_day[3])) if found_day else None
        return Moment(day, _time(found_time) if found_time else None)
    except ValueError:
        return Moment(bad=True)


def _time(found: re.Match[str]) -> time:
    hour, half = int(found[2]), (found[1] or found[5] or "").lower()
    if half in _LATER and hour < 12:
        hour += 12
    return time(hour, int(found[3] or 0), int(found[4] or 0))


def sessions_meant(sessions: Sequence[ClassSession], text: str, day: date | None, at: time | None) -> list[ClassSession]:
    """The sessions that a row may mean, by what it says of session, day and time; one if it is clear."""
    left = [s for s in sessions if day is None or s.day == day]
    wanted = heading(unicodedata.normalize("NFKC", text))
    if wanted:
        exact = [s for s in left if wanted in (s.uid, *(heading(unicodedata.normalize("NFKC", t)) for t in (s.title, session_label(s))))]
        left = exact or _loosely(left, wanted)
    if len(left) > 1 and at is not None:
        inside = [s for s in left if s.starts <= at <= s.ends]
        left = inside or _nearest(left, at)
    return left


def _loosely(sessions: list[ClassSession], wanted: str) -> list[ClassSession]:
    """By a day and half of it (``7月6日上午``), else by a part of the title."""
    found, half = _DAY.match(wanted), next((span for word, span in _HALVES.items() if word in wanted), None)
    if found is None and half is None:
        return [s for s in sessions if wanted in heading(s.title)]
    return [s for s in sessions if (found is None or (s.day.month, s.day.day) == (int(found[2]), int(found[3])))
            and (half is None or half[0] <= s.starts.hour < half[1])]


def _nearest(sessions: list[ClassSession], at: time) -> list[ClassSession]:
    """The next one to begin on the same day: people come before it does."""
    if len({s.day for s in sessions}) > 1:
        return sessions
    ahead = sorted((s for s in sessions if s.starts >= at), key=lambda s: s.starts)
    return ahead[:1] or sorted(sessions, key=lambda s: s.ends)[-1:]
