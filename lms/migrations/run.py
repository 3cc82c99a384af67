"""Bring a database to this program's schema, or say why not."""
from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from lms.core.errors import Conflict
from lms.core.i18n import N_

VERSION_TABLE = "lms_alembic_version"


def _config() -> Config:
    return Config(str(Path(__file__).resolve().parent / "alembic.ini"))


def current_revision(engine: Engine) -> str | None:
    """The revision that the database stands at; None for an empty one."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE}).get_current_revision()


def head_revision() -> str:
    """The revision that this program was written for."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return head


def known_revisions() -> frozenset[str]:
    """Every revision that this program can migrate from."""
    return frozenset(script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions())


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Migrate to this program's schema (or, for a backup, to an earlier *revision* of it), in one transaction.

    :raises Conflict: the database was written by a newer program
    """
    check_not_newer(engine)
    config = _config()
    writer = engine.execution_options(lms_write=True)
    with writer.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def check_not_newer(engine: Engine) -> None:
    """Refuse a database that a newer program has migrated.

    :raises Conflict: its revision is not known here
    """
    found = current_revision(engine)
    if found is not None and found not in known_revisions():
        raise Conflict("database_newer", N_("数据库由更新版本的程序建立（{found}），本程序不认识，没有作任何改动。请安装不低于该版本的程序后再启动。"), found=found)


def check_current(engine: Engine) -> None:
    """Go on only if the schema fits.

    :raises Conflict: the database is empty, older or newer; the message says what to run
    """
    check_not_newer(engine)
    found = current_revision(engine)
    if found is None:
        raise Conflict("database_empty", N_("数据库还没有建立。请先运行 lms init。"))
    if found != head_revision():
        raise Conflict("database_older", N_("数据库是旧版本（{found}）。请先备份，然后运行 lms upgrade。"), found=found)
