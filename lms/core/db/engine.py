"""Engines: how a connection to SQLite or PostgreSQL is set up."""
from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url

BUSY_MILLISECONDS = 10_000  # for the lock, ours and SQLite's: whoever waits longer at a phone has given up


def make_engine(url: str | URL, **options: Any) -> Engine:
    """An engine for *url* with durable commits.

    SQLite: WAL with synchronous=FULL, foreign keys on; transactions begin when we say so, because a deferred
    read-then-write fails with "database is locked" under a burst whatever the timeout.
    """
    url = make_url(url)
    if url.get_backend_name() != "sqlite":
        options.setdefault("pool_pre_ping", True)
        options.setdefault("pool_size", 16)
        return create_engine(url, **options)
    engine = create_engine(url, connect_args={"check_same_thread": False, "timeout": BUSY_MILLISECONDS / 1000},
                           pool_size=32, max_overflow=32, **options)
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: Any, record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_MILLISECONDS}",
                   "cache_size=-16000", "temp_store=MEMORY"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    if connection.get_execution_options().get("lms_write", False):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:  # cannot fail, and every request pays for it: straight to the driver
        connection.connection.dbapi_connection.execute("BEGIN")


def sqlite_file(engine: Engine) -> Path | None:
    """The database file of a SQLite engine, None for another backend or for memory."""
    if engine.dialect.name != "sqlite" or not engine.url.database or engine.url.database == ":memory:":
        return None
    return Path(engine.url.database)
