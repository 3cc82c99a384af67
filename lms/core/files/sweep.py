"""Files that nothing refers to any more make room; so do bytes that lie in the store without a row.

Whoever stores the same bytes anew at that very moment loses nothing: storing always writes a file of its own (``Storage.put``), and
the sweep takes a file out of its place before it looks how old it is.
"""
from __future__ import annotations

import logging
from datetime import date, datetime, timedelta
from typing import Protocol

from sqlalchemy import ColumnElement, and_, delete, exists, select
from sqlalchemy.orm import Session

from lms.core.clock import Clock
from lms.core.db import Base, Database
from lms.core.files.models import StoredFile
from lms.core.files.storage import Storage

log = logging.getLogger(__name__)

GRACE = timedelta(days=7)  # a preview may wait for somebody to confirm it
_AT_ONCE = 200  # rows in one transaction


class Place(Protocol):
    """What this needs of an installation."""

    database: Database
    clock: Clock
    storage: Storage


def unreferenced(before: datetime) -> ColumnElement[bool]:
    """Stored files, older than *before*, that no column of any table of ours refers to: found from the tables themselves, so that a
    new use of a file cannot be forgotten here."""
    uses = [~exists().where(column == StoredFile.id) for table in Base.metadata.sorted_tables for column in table.columns
            for key in column.foreign_keys if key.target_fullname == "lms_stored_file.id"]
    return and_(StoredFile.created_at < before, *uses)


def sweep_files(place: Place) -> int:
    """Rows first, then bytes; how many rows went."""
    before, gone = place.clock.now() - GRACE, 0
    while True:
        with place.database.writing() as db:
            hashes = _forget(db, before)
        if not hashes:
            break
        gone += len(hashes)
        log.info("%d files that nothing refers to were removed", len(hashes))
    _remove_bytes_without_row(place, before)
    return gone


def _forget(db: Session, before: datetime) -> list[str]:
    rows = db.execute(select(StoredFile.id, StoredFile.sha256).where(unreferenced(before)).limit(_AT_ONCE)).all()
    if rows:
        db.execute(delete(StoredFile).where(StoredFile.id.in_([r.id for r in rows])))
    return [r.sha256 for r in rows]


def _remove_bytes_without_row(place: Place, before: datetime) -> None:
    for sha256 in place.storage.all():
        with place.database.reading() as db:
            known = db.scalar(select(StoredFile.id).where(StoredFile.sha256 == sha256)) is not None
        if not known:
            place.storage.remove_older(sha256, before)


class EachNight:
    """The sweep of a day, in the first minute of a day that this process sees."""

    def __init__(self) -> None:
        self._done_on: date | None = None

    def __call__(self, place: Place) -> None:
        today = place.clock.now().date()
        if self._done_on != today:
            sweep_files(place)
            self._done_on = today
