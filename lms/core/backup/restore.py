"""Restore a backup in a new place, and compare what came out with what went in. Nothing that is in use is touched."""
from __future__ import annotations

import tempfile
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import inspect

from lms.core.backup.collection import Backup
from lms.core.backup.manifest import check_mark, too_new
from lms.core.backup.media import read_out
from lms.core.backup.own_templates import bring_templates
from lms.core.backup.parts import damaged, read_parts, unpack
from lms.core.backup.place import Place
from lms.core.backup.rows import Tally, copy_rows, tallies
from lms.core.backup.snapshot import read_snapshot
from lms.core.db import Database, make_engine
from lms.core.db.engine import sqlite_file
from lms.core.errors import Conflict
from lms.core.files.storage import Storage, sync_folder
from lms.core.i18n import N_

Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class Line:
    """One table: what the backup says, and what is there now."""

    table: str
    expected: Tally
    found: Tally

    @property
    def equal(self) -> bool:
        return self.expected == self.found


@dataclass(frozen=True)
class Comparison:
    """All tables, and how many stored files with how many bytes were read back and had the right hash."""

    lines: tuple[Line, ...]
    files: int
    file_bytes: int

    @property
    def equal(self) -> bool:
        return all(line.equal for line in self.lines)

    @property
    def rows(self) -> int:
        return sum(line.found.count for line in self.lines)


def restore(place: Place, backup: Backup, *, tell: Tell = lambda done, total: None) -> Comparison:
    """Put *backup* into the empty installation *place*: stored files, then the database, last of all.

    :raises Conflict: the backup is damaged or newer, or the place is not empty; it is left without a database
    """
    require_empty(place)
    check_known(place, backup)
    with tempfile.TemporaryDirectory(dir=place.settings.data_folder, prefix=".restore-") as work:
        picture = Path(work) / "lms.db"
        _unpack_checked(backup, picture)
        size = _bring_files(backup, place.storage, tell)
        bring_templates(backup.folder, backup.manifest.templates, place.settings.data_folder)
        _bring_rows(place, picture, backup.manifest.revision)
    with place.database.reading() as db:
        compared = _compare(backup, tallies(db.connection()), size)
    if not compared.equal:
        raise _unequal(compared)
    return compared


def drill(place: Place, backup: Backup, *, tell: Tell = lambda done, total: None) -> Comparison:
    """Prove that *backup* restores: bring it back into a folder of its own, compare, and clear away.

    :raises Conflict: it is damaged, newer, another installation's, or what came out is not what went in
    """
    check_mark(place.key("backup"), backup.manifest)
    check_known(place, backup)
    with tempfile.TemporaryDirectory(dir=place.settings.data_folder, prefix=".drill-") as work:
        picture = Path(work) / "lms.db"
        _unpack_checked(backup, picture)
        size = _bring_files(backup, None, tell)
        bring_templates(backup.folder, backup.manifest.templates, None)
        compared = _compare(backup, read_snapshot(picture)[1], size)
        if not compared.equal:
            raise _unequal(compared)
        fresh = Database(make_engine(f"sqlite:///{picture}"))
        try:
            place.migrate(fresh.engine)  # an old backup has to come up under this program
        finally:
            fresh.close()
    return compared


def check_known(place: Place, backup: Backup) -> None:
    """:raises Conflict: a newer program made it"""
    if not place.knows(backup.manifest.revision):
        raise too_new(backup.manifest.program)


def require_empty(place: Place) -> None:
    """:raises Conflict: there is a database already, and what is in use is never overwritten"""
    file = sqlite_file(place.database.engine)
    if file is not None:
        taken = file.exists() and file.stat().st_size > 0
    else:
        taken = any(name.startswith("lms_") for name in inspect(place.database.engine).get_table_names())
    if taken:
        raise Conflict("place_taken", N_("这里已有数据，恢复不会覆盖正在使用的系统，没有作任何改动。请用 --data 指定一个新目录（PostgreSQL 请用一个空的数据库），核对后再换过去。"))


def settings_text(settings: dict[str, Any]) -> str:
    """The settings of a backup as an ``lms.toml``."""
    lines = [f"{name} = {_toml(value)}" for name, value in settings.items()]
    text = "\n".join(lines) + "\n"
    tomllib.loads(text)
    return text


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    escaped = "".join(f"\\u{ord(c):04x}" if ord(c) < 32 or c in '"\\\x7f' else c for c in str(value))
    return f'"{escaped}"'


def _unpack_checked(backup: Backup, picture: Path) -> None:
    """:raises Conflict: the database in the backup is damaged, or not the one that was described"""
    manifest = backup.manifest
    unpack(read_parts(backup.folder, manifest.database), picture, sha256=manifest.database_sha256)
    plain = Database(make_engine(f"sqlite:///{picture}"))
    try:
        with plain.reading() as db:
            answer = db.connection().exec_driver_sql("PRAGMA integrity_check").scalar()
            broken = db.connection().exec_driver_sql("PRAGMA foreign_key_check").first()
    finally:
        plain.close()
    if answer != "ok" or broken is not None:
        raise damaged("database")


def _bring_files(backup: Backup, storage: Storage | None, tell: Tell) -> int:
    """Read every stored file back, checked, and put it into *storage* if there is one; how many bytes."""
    files, size = backup.manifest.files, 0
    tell(0, len(files) + 1)
    for number, (sha256, length) in enumerate(sorted(files.items())):
        content = read_out(backup.root, sha256, length, backup.manifest.part_size)
        read = sum(len(piece) for piece in content) if storage is None else storage.put(content)[1]
        if read != length:
            raise damaged(sha256)
        size += read
        tell(number + 1, len(files) + 1)
    return size


def _bring_rows(place: Place, picture: Path, revision: str) -> None:
    file = sqlite_file(place.database.engine)
    if file is not None:
        place.database.close()
        file.parent.mkdir(parents=True, exist_ok=True)
        picture.replace(file)
        sync_folder(file.parent)
        return
    place.migrate(place.database.engine, revision)
    source = Database(make_engine(f"sqlite:///{picture}"))
    try:
        with source.reading() as old, place.database.writing() as new:
            copy_rows(old.connection(), new.connection())
    finally:
        source.close()


def _compare(backup: Backup, found: dict[str, Tally], size: int) -> Comparison:
    nothing = Tally(0, "")
    expected = backup.manifest.tables
    lines = tuple(Line(name, expected.get(name, nothing), found.get(name, nothing)) for name in sorted({*expected, *found}))
    return Comparison(lines, len(backup.manifest.files), size)


def _unequal(compared: Comparison) -> Conflict:
    return Conflict("restored_unequal", N_("恢复出来的数据与备份不一致（{tables}），不能使用。请换一份备份。"),
                    tables=[line.table for line in compared.lines if not line.equal])
