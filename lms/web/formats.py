"""How dates, hours and marks look on a page: ``fmt`` in every template."""
from __future__ import annotations

import datetime as dt
from fractions import Fraction

from lms.core.clock import local
from lms.core.i18n import N_, translate

_WEEKDAYS = (N_("周一"), N_("周二"), N_("周三"), N_("周四"), N_("周五"), N_("周六"), N_("周日"))


class Formats:
    """Formatting for one reader: language and zone."""

    def __init__(self, locale: str, zone: str) -> None:
        self.locale, self.zone = locale, zone

    def date(self, day: dt.date | None) -> str:
        if day is None:
            return ""
        if self.locale == "en":
            return f"{day.day} {day:%b} {day.year}"
        return f"{day.year}年{day.month}月{day.day}日"

    def day(self, day: dt.date) -> str:
        """Without the year, with the weekday."""
        weekday = translate(self.locale, _WEEKDAYS[day.weekday()])
        return f"{weekday} {day.day} {day:%b}" if self.locale == "en" else f"{day.month}月{day.day}日 {weekday}"

    def time(self, at: dt.time | None) -> str:
        return f"{at:%H:%M}" if at else ""

    def instant(self, at: dt.datetime | None, zone: str | None = None) -> str:
        """Date and time in the class's zone."""
        if at is None:
            return ""
        there = local(at, zone or self.zone)
        return f"{self.date(there.date())} {there:%H:%M}"

    def clock(self, at: dt.datetime | None, zone: str | None = None) -> str:
        """Only hours, minutes and seconds."""
        return f"{local(at, zone or self.zone):%H:%M:%S}" if at else ""

    def hours(self, hundredths: int | Fraction | None) -> str:
        """Credit hours from 1/100: 350 → 3.5; 1/7 of 24 → 3.43."""
        return "" if hundredths is None else _trim(round(hundredths), 100)

    def mark(self, thousandths: int | None) -> str:
        """Marks from 1/1000: 85500 → 85.5."""
        return "" if thousandths is None else _trim(thousandths, 1000)

    def percent(self, share: float | None) -> str:
        return "" if share is None else f"{share * 100:.0f}%"

    def figure(self, value: float | None, digits: int = 2, *, percent: bool = False) -> str:
        """A figure of statistics, rounded: 0.4567 → 0.46, or 45.7 % with *percent*; what rounds to nothing has no sign."""
        if value is None:
            return ""
        text = f"{value * 100 if percent else value:.{1 if percent else digits}f}"
        text = text.removeprefix("-") if not float(text) else text
        return f"{text}%" if percent else text

    def duration(self, seconds: float | None) -> str:
        """Seconds as people say them: 75 → 1 分 15 秒."""
        if seconds is None:
            return ""
        minutes, rest = divmod(round(seconds), 60)
        if not minutes:
            return translate(self.locale, N_("{s} 秒"), s=rest)
        return translate(self.locale, N_("{m} 分 {s} 秒"), m=minutes, s=rest)

    def size(self, count: int) -> str:
        """Bytes as people say them."""
        value = float(count)
        for unit in ("B", "KB", "MB"):
            if value < 1024:
                return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
            value /= 1024
        return f"{value:.1f} GB"


def _trim(value: int, scale: int) -> str:
    sign = "-" if value < 0 else ""
    whole, rest = divmod(abs(value), scale)
    digits = len(str(scale)) - 1
    return f"{sign}{whole}.{rest:0{digits}d}".rstrip("0").rstrip(".") if rest else f"{sign}{whole}"
