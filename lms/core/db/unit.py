"""The one place that begins and commits.

Reading needs no lock. A write is one short transaction under the installation's write lock; hashing, rendering,
parsing and file work come before it. ``web/unit.py`` ties these to requests; jobs and the command line use them as
they are.
"""
from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from lms.core.db.engine import BUSY_MILLISECONDS, sqlite_file
from lms.core.db.stamp import WritingSession
from lms.core.db.write_lock import LockBusy, WriteLock
from lms.core.errors import Unavailable
from lms.core.i18n import N_

log = logging.getLogger(__name__)


class Database:
    """Sessions of one installation.

    :param engine: ours, or the host's on PostgreSQL
    :param info: what every session carries in ``db.info`` (the registry, the events)
    """

    def __init__(self, engine: Engine, info: dict[str, Any] | None = None) -> None:
        self.engine = engine
        self.info = info or {}
        file = sqlite_file(engine)
        self._lock = WriteLock(file.with_name(file.name + ".write-lock") if file else None, BUSY_MILLISECONDS / 1000)
        self._one_writer = engine.dialect.name == "sqlite"
        self._writer = engine.execution_options(lms_write=True)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session to read with; nothing done in it is kept."""
        db = Session(self.engine, expire_on_commit=False, autoflush=False, info=dict(self.info))
        try:
            with _storage_faults():
                yield db
        finally:
            db.close()

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction: returning commits it durably, raising rolls it back. ``after_commit`` calls follow it.

        :raises Unavailable: the storage cannot take it (disk full, read-only, locked); nothing was kept
        """
        db = WritingSession(self._writer, expire_on_commit=False, info=dict(self.info))
        calls: list[Callable[[], None]] = []
        db.info["after_commit"] = calls
        with _storage_faults():
            if self._one_writer:
                with self._lock, _transaction(db):
                    yield db
            else:
                with _transaction(db):
                    yield db
        for call in calls:
            try:
                call()
            except Exception:  # the commit stands; what follows is repeated by the job child
                log.exception("a step after a commit failed; the saved work is kept")

    def close(self) -> None:
        self.engine.dispose()


@contextmanager
def reading_beside(db: Session) -> Iterator[Session]:
    """Another session to read with, on the database of *db*: what it reads may be kept when *db* is long gone."""
    with Session(db.get_bind(), expire_on_commit=False, autoflush=False) as own:
        yield own


@contextmanager
def _transaction(db: Session) -> Iterator[None]:
    try:
        yield
        db.commit()
    except BaseException:
        db.rollback()
        raise
    finally:
        db.close()


@contextmanager
def _storage_faults() -> Iterator[None]:
    try:
        yield
    except LockBusy as error:
        log.error("another process holds the write lock and does not let go of it")
        raise _unavailable() from error
    except DBAPIError as error:
        if not isinstance(error, OperationalError) and not error.connection_invalidated:
            raise
        log.error("the database refused to work: %s", error.orig)
        raise _unavailable() from error


def _unavailable() -> Unavailable:
    return Unavailable("storage_unavailable", N_("系统暂时无法保存数据，本次操作没有生效。请稍后再试，或联系管理员检查磁盘空间和数据库。"))


def after_commit(db: Session, call: Callable[[], None]) -> None:
    """Do *call* once the transaction of *db* is durable; not at all if it is rolled back."""
    db.info["after_commit"].append(call)
