"""A picture of the whole database at one moment, as one SQLite file, while others go on writing."""
from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine

from lms.core.backup.place import Place
from lms.core.backup.rows import Tally, copy_rows, revision_of, tallies
from lms.core.db import Database, make_engine
from lms.core.errors import Conflict
from lms.core.i18n import N_


def take_snapshot(place: Place, file: Path) -> tuple[str, dict[str, Tally]]:
    """Write the picture to *file*, which must not exist; its revision, and what its tables hold.

    SQLite copies itself, without the pages of deleted rows; from PostgreSQL the rows are read in one repeatable-read
    transaction. Neither keeps anybody from writing.

    :raises Conflict: the database has no tables
    """
    engine = place.database.engine
    if engine.dialect.name == "sqlite":
        return _from_sqlite(engine, file)
    with place.database.reading() as db:
        source = db.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        revision = _known(revision_of(source))
        copy = Database(make_engine(f"sqlite:///{file}"))
        try:
            place.migrate(copy.engine, revision)
            with copy.writing() as target:
                return revision, copy_rows(source, target.connection())
        finally:
            copy.close()


def read_snapshot(file: Path) -> tuple[str, dict[str, Tally]]:
    """The revision of a picture and what its tables hold."""
    picture = Database(make_engine(f"sqlite:///{file}"))
    try:
        with picture.reading() as db:
            return _known(revision_of(db.connection())), tallies(db.connection())
    finally:
        picture.close()


def stored_files(file: Path) -> dict[str, int]:
    """The stored files that the database of a picture knows: SHA-256 → size."""
    picture = Database(make_engine(f"sqlite:///{file}"))
    try:
        with picture.reading() as db:
            return {str(sha): int(size) for sha, size in db.connection().exec_driver_sql("SELECT sha256, size FROM lms_stored_file")}
    finally:
        picture.close()


def _from_sqlite(engine: Engine, file: Path) -> tuple[str, dict[str, Tally]]:
    raw = engine.raw_connection()  # a copy cannot be made inside a transaction
    try:
        raw.cursor().execute("VACUUM INTO ?", (str(file),))
    finally:
        raw.close()
    return read_snapshot(file)


def _known(revision: str | None) -> str:
    if revision is None:
        raise Conflict("nothing_to_back_up", N_("数据库还没有建立，没有可以备份的内容。请先运行 lms init。"))
    return revision
