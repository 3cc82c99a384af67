"""Times that people type are wall-clock times of the class; what is stored is an instant."""
from __future__ import annotations

from datetime import datetime

from lms.core.clock import local, local_instant


def instant_of(wall: datetime | None, zone: str) -> datetime | None:
    """What a date and time field holds, as an instant."""
    return local_instant(wall.date(), wall.time(), zone) if wall else None


def wall_of(at: datetime | None, zone: str) -> datetime | None:
    """An instant as such a field shows it."""
    return local(at, zone).replace(tzinfo=None) if at else None
