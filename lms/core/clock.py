"""Server time, the only time that counts. Services take ``now``; only doors ask a clock."""
from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


class Clock:
    """The machine's clock, in UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class SettableClock(Clock):
    """A clock that a test sets and moves."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at

    def set(self, at: datetime) -> None:
        self._at = at

    def move(self, **delta: float) -> datetime:
        self._at += timedelta(**delta)
        return self._at


def local_instant(day: date, at: time, zone: str) -> datetime:
    """The UTC instant of a wall-clock time in *zone* (an IANA name)."""
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)


def years_later(day: date, years: int) -> date:
    """The same day *years* later (or earlier); the last of February for the 29th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def local(instant: datetime, zone: str) -> datetime:
    """*instant* as wall-clock time in *zone*."""
    return instant.astimezone(ZoneInfo(zone))
