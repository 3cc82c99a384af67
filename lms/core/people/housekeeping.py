"""What is forgotten of people in time: devices that nobody has logged in with for over a year."""
from __future__ import annotations

from datetime import date, datetime
from typing import Protocol

from lms.core.clock import Clock
from lms.core.db import Database
from lms.core.events import Events
from lms.core.people.throttle import forget_devices
from lms.core.registry import Registry


class Place(Protocol):
    """What this needs of an installation."""

    database: Database
    clock: Clock


class OnceADay:
    """The minute's work of a day: done in the first minute of a day that this process sees, and again until it succeeded."""

    def __init__(self) -> None:
        self._done_on: date | None = None

    def __call__(self, place: Place) -> None:
        now: datetime = place.clock.now()
        if self._done_on == now.date():
            return
        with place.database.writing() as db:
            forget_devices(db, now=now)
        self._done_on = now.date()


def register(registry: Registry, events: Events) -> None:
    registry.add("every_minute", "forget_devices", OnceADay())
