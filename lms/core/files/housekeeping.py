"""What the job child does for files each minute: uploads that expired and files that nothing refers to make room."""
from __future__ import annotations

from datetime import timedelta
from typing import Any, Protocol

from lms.core.clock import Clock
from lms.core.db import Database
from lms.core.events import Events
from lms.core.files.incoming import Incoming
from lms.core.files.sweep import EachNight
from lms.core.files.uploads import sweep_uploads, sweep_uploads_due
from lms.core.registry import Registry

_STRAY = timedelta(days=31)  # longer than an upload can last: nobody's any more


class Place(Protocol):
    """What this needs of an installation."""

    database: Database
    clock: Clock
    settings: Any


def register(registry: Registry, events: Events) -> None:
    registry.add("every_minute", "expired_uploads", drop_expired_uploads)
    registry.add("every_minute", "unreferenced_files", EachNight())


def drop_expired_uploads(place: Place) -> None:
    """Rows first: a file without a row is dropped the next time, a row without a file would promise what is gone."""
    now, incoming = place.clock.now(), Incoming(place.settings.data_folder / "uploads")
    with place.database.reading() as db:
        due = sweep_uploads_due(db, now=now)
    if due:
        with place.database.writing() as db:
            uids = sweep_uploads(db, now=now)
        for uid in uids:
            incoming.remove(uid)
    for uid in incoming.left_before(now - _STRAY):
        incoming.remove(uid)
