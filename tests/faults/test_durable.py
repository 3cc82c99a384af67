"""A power cut takes nothing that was acknowledged: every commit is synced before it returns, stored bytes before their row."""
from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

from lms.core.db import Database, make_engine
from lms.core.files.storage import LocalStorage

pytestmark = pytest.mark.fault
# https://www.sqlite.org/pragma.html#pragma_synchronous: in WAL mode only FULL (2) syncs at every commit.
FULL = ("wal", 2)


def durability_of_commits(database: Database, commits: int = 3) -> set[tuple[Any, ...]]:
    """Journal mode and synchronous of the connections on which writes are committed."""
    found = set()

    @event.listens_for(database.engine, "commit")
    def look(connection: Any) -> None:
        found.add(tuple(connection.connection.dbapi_connection.execute(f"PRAGMA {name}").fetchone()[0]
                        for name in ("journal_mode", "synchronous")))

    for _ in range(commits):
        with database.writing() as db:
            db.execute(text("CREATE TABLE IF NOT EXISTS note (words TEXT)"))
            db.execute(text("INSERT INTO note VALUES ('kept')"))
    event.remove(database.engine, "commit", look)
    return found


def test_every_commit_is_synced(tmp_path: Path) -> None:
    database = Database(make_engine(f"sqlite:///{tmp_path / 'lms.db'}"))
    assert durability_of_commits(database) == {FULL}
    database.close()
    assert durability_of_commits(database) == {FULL}, "also on connections that are opened anew"
    database.close()


def test_a_hasty_setting_would_be_noticed(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'lms.db'}")
    event.listen(engine, "connect", lambda connection, record: connection.execute("PRAGMA synchronous=NORMAL").close())
    assert durability_of_commits(Database(engine)) != {FULL}
    engine.dispose()


def test_stored_bytes_are_synced_before_they_have_their_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []
    _note(monkeypatch, os, "fsync", lambda handle: steps.append("folder" if Path(f"/proc/self/fd/{handle}").is_dir() else "bytes"))
    _note(monkeypatch, Path, "replace", lambda *paths: steps.append("name"))
    sha256, _ = LocalStorage(tmp_path / "files").put([b"a certificate"])
    assert steps == ["bytes", "name", "folder", "folder", "folder"]
    assert (tmp_path / "files" / sha256[:2] / sha256[2:4] / sha256).read_bytes() == b"a certificate"


def _note(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, note: Callable[..., None]) -> None:
    """Look on while the real thing is done."""
    real = getattr(owner, name)

    def noted(*arguments: Any) -> Any:
        note(*arguments)
        return real(*arguments)

    monkeypatch.setattr(owner, name, noted)
