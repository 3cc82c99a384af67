"""How many durable commits a second the data folder's disk makes, and what size of class that holds."""
from __future__ import annotations

import tempfile
import time
from pathlib import Path

from sqlalchemy import text

from lms.core.db import Database, make_engine

SIGN_IN_SECONDS = 2.5  # within which a whole class that signs in at the same moment is confirmed
_SHARE = 0.5           # of the floor that a sign-in reaches: it does more than one INSERT
_MOST = 240.0          # sign-ins a second that one server process answers on two slow cores (docs/performance.md)
_MEASURE = 1.0         # seconds
_INSERT = text("INSERT INTO sign_in (who, at) VALUES (:who, :at)")


def durable_commits(folder: Path) -> float:
    """Commits a second of one-row transactions in *folder*, by the very engine, pragmas and lock of the system."""
    with tempfile.TemporaryDirectory(prefix=".disk-test-", dir=folder) as place:
        database = Database(make_engine(f"sqlite:///{Path(place) / 'disk.db'}"))
        try:
            with database.writing() as db:
                db.execute(text("CREATE TABLE sign_in (id INTEGER PRIMARY KEY, who TEXT, at REAL)"))
            count, began = 0, time.perf_counter()
            while time.perf_counter() - began < _MEASURE:
                with database.writing() as db:
                    db.execute(_INSERT, {"who": f"{count:032}", "at": count})
                count += 1
            return count / (time.perf_counter() - began)
        finally:
            database.close()


def class_size(commits_per_second: float) -> int:
    """How many people can sign in at the same moment and all be confirmed in time; rounded down to tens."""
    return int(min(commits_per_second * _SHARE, _MOST) * SIGN_IN_SECONDS) // 10 * 10
