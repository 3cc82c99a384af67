"""Backup, restore, upgrade and moving from the command line: what an operator does when it matters."""
from __future__ import annotations

import os
import sqlite3
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import create_engine, event, select, text
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.pool import NullPool

from lms.core.audit.models import AuditEntry
from lms.core.backup.collection import backups
from lms.core.backup.rows import tallies
from lms.core.db import make_engine
from lms.core.jobs.models import Job
from lms.core.jobs.service import enqueue
from lms.core.settings import load_settings
from lms.core.signing.keys import open_signer, public_keys
from lms.migrations import run
from lms.site import open_site
from lms.testing import postgres_url


def test_a_backup_on_a_stick_comes_back_elsewhere(lms: Any, make_site: Any, data: Path, tmp_path: Path) -> None:
    site = make_site()
    with site.database.writing() as db:
        enqueue(db, kind="backup.make", arguments={"reason": "asked"}, by_id=None, now=site.clock.now())
    signer = open_signer(site.settings, site.clock.now().date())
    made = lms("backup", "--to", tmp_path / "stick", "--json")
    assert made.code == 0 and made.json["rows"] > 100
    restored = lms("restore", tmp_path / "stick", "--data", tmp_path / "new", "--json")
    assert restored.code == 0 and all(table["equal"] for table in restored.json["tables"].values())
    assert (tmp_path / "new" / "secret.key").read_text() != (data / "secret.key").read_text()
    assert not (tmp_path / "new" / "signing.key").exists()
    there = load_settings({"data": str(tmp_path / "new")})
    new = open_signer(there, site.clock.now().date())
    assert [key.id for key in public_keys(there)] == [signer.key_id, new.key_id]  # what the old one signed stays provable
    assert lms("check", "config", "--data", tmp_path / "new", "--no-disk").code == 0
    assert lms("check", "chain", "--data", tmp_path / "new").code == 0  # what waited to be sealed is the new key's now
    with open_site(load_settings({"data": str(tmp_path / "new")})).database.reading() as db:
        assert db.scalars(select(Job.state)).all() == ["cancelled"]  # it was under way when the picture was taken
        assert db.scalars(select(AuditEntry.action).order_by(AuditEntry.id.desc()).limit(1)).one() == "backup.restore"


def test_with_the_passphrase_the_key_comes_along(lms: Any, data: Path, tmp_path: Path) -> None:
    (tmp_path / "words").write_text("a long enough passphrase\n")
    lms("backup", "--to", tmp_path / "stick", "--passphrase-file", tmp_path / "words")
    wrong = tmp_path / "wrong"
    wrong.write_text("another long passphrase")
    assert lms("restore", tmp_path / "stick", "--data", tmp_path / "new", "--passphrase-file", wrong).code == 1
    assert not (tmp_path / "new" / "secret.key").exists()
    assert lms("restore", tmp_path / "stick", "--data", tmp_path / "new", "--passphrase-file", tmp_path / "words").code == 0
    assert (tmp_path / "new" / "secret.key").read_text() == (data / "secret.key").read_text()


def test_a_restore_that_was_refused_can_be_tried_again(lms: Any, tmp_path: Path) -> None:
    lms("backup", "--to", tmp_path / "stick")
    [backup] = backups(tmp_path / "stick")
    part = backup.folder / "database.001"
    whole = part.read_bytes()
    part.write_bytes(whole[:-5])
    refused = lms("restore", backup.folder, "--data", tmp_path / "new")
    assert refused.code == 1 and "database.001" in refused.err and not (tmp_path / "new" / "lms.db").exists()
    part.write_bytes(whole)
    assert lms("restore", backup.folder, "--data", tmp_path / "new").code == 0


def test_what_is_in_use_is_not_overwritten(lms: Any, data: Path, tmp_path: Path) -> None:
    lms("backup", "--to", tmp_path / "stick")
    before = (data / "lms.db").read_bytes()
    assert lms("restore", tmp_path / "stick").code == 1 and (data / "lms.db").read_bytes() == before
    assert lms("restore", tmp_path / "stick", "--drill").code == 0 and (data / "lms.db").read_bytes() == before


def test_another_installations_backup_does_not_pass_as_ones_own(lms: Any, tmp_path: Path) -> None:
    lms("backup", "--to", tmp_path / "stick")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "secret.key").write_text("k" * 64)
    refused = lms("restore", tmp_path / "stick", "--data", tmp_path / "other")
    assert refused.code == 1 and "另一套系统" in refused.err and not (tmp_path / "other" / "lms.db").exists()


@pytest.mark.parametrize("arguments", [["nowhere"], ["."], ["a.zip", "folder"]])
def test_what_is_no_backup_is_refused(lms: Any, tmp_path: Path, arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "a.zip").write_bytes(b"PK")
    refused = lms("restore", *arguments, "--data", tmp_path / "new")
    assert refused.code == 1 and "备份" in refused.err and not (tmp_path / "new" / "lms.db").exists()


@pytest.fixture
def postgres() -> Iterator[str]:
    """An empty PostgreSQL database."""
    server, name = postgres_url(), f"lms_test_{uuid.uuid4().hex[:12]}"
    if server is None:
        pytest.skip("no PostgreSQL answers")
    engine = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def test_moving_to_postgresql_gives_equal_exports(lms: Any, training_class: Any, data: Path, tmp_path: Path, postgres: str) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text("姓名,单位,手机号\n赵𠮷安,甲工会,19900000001\n王䶮,乙工会,19900000002\n", "utf-8")
    assert lms("import", "roster", roster, "--class", "first", "--commit").code == 0
    moved = lms("move-database", "--to", postgres, "--json")
    assert moved.code == 0 and moved.json["unequal"] == [] and moved.json["tables"]["lms_enrolment"] == 2
    for kind, ending in (("attendance", "csv"), ("attendance", "xlsx"), ("results", "xlsx")):
        old, new = tmp_path / f"old-{kind}.{ending}", tmp_path / f"new-{kind}.{ending}"
        assert lms("export", kind, "--class", "first", "-o", old).code == 0
        os.environ["LMS_DATABASE_URL"] = postgres
        try:
            assert lms("export", kind, "--class", "first", "-o", new).code == 0
        finally:
            del os.environ["LMS_DATABASE_URL"]
        assert new.read_bytes() == old.read_bytes()
    again = lms("move-database", "--to", postgres)
    assert again.code == 3 and "不会覆盖" in again.err


def older(folder: Path, revision: str) -> Path:
    """An installation as an earlier program left it: its tables, with what that program had written."""
    engine = make_engine(f"sqlite:///{folder / 'old.db'}")
    with engine.execution_options(lms_write=True).begin() as connection:
        config = run._config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.execute(text("INSERT INTO lms_unit (name, name_key, category, uid, version) VALUES ('老单位', '老单位', '', 'u1', 1)"))
        connection.execute(text("INSERT INTO lms_stored_file (sha256, size, media_type, created_at) VALUES (:sha, 4, 'x', '2026-01-01 00:00:00')"),
                           {"sha": "88d4266fd4e6338d13b845fcf289579d209c897823b9217da3e161936f031589"})
    engine.dispose()
    for leftover in folder.glob("lms.db*"):
        leftover.unlink()
    (folder / "old.db").rename(folder / "lms.db")
    stored = folder / "files" / "88" / "d4"
    stored.mkdir(parents=True, exist_ok=True)
    (stored / "88d4266fd4e6338d13b845fcf289579d209c897823b9217da3e161936f031589").write_bytes(b"abcd")
    return folder


FIRST = "0003"


def revision(data: Path) -> str:
    with sqlite3.connect(data / "lms.db") as db:
        return str(db.execute("SELECT version_num FROM lms_alembic_version").fetchone()[0])


def content(data: Path) -> dict[str, Any]:
    engine = make_engine(f"sqlite:///{data / 'lms.db'}")
    with engine.connect() as connection:
        found = tallies(connection)
    engine.dispose()
    return dict(found)


def test_an_upgrade_backs_up_first(lms: Any, data: Path, tmp_path: Path) -> None:
    older(data, FIRST)
    before = content(data)
    done = lms("upgrade", "--json")
    assert done.code == 0 and (done.json["before"], done.json["after"]) == (FIRST, run.head_revision()) and revision(data) == done.json["after"]
    [backup] = backups(data / "backups")
    assert (backup.name, backup.manifest.reason, backup.manifest.revision) == (done.json["backup"], "upgrade", FIRST)
    assert {name: (t.count, t.digest) for name, t in backup.manifest.tables.items()} == {n: (t.count, t.digest) for n, t in before.items()}
    assert lms("restore", backup.folder, "--data", tmp_path / "new").code == 0  # an old backup comes up under the new program
    assert revision(tmp_path / "new") == run.head_revision()
    assert lms("upgrade", "--json").json["backup"] is None  # nothing to do: nothing to back up


def test_without_a_backup_there_is_no_upgrade(lms: Any, data: Path) -> None:
    older(data, FIRST)
    (data / "backups").write_text("in the way")
    refused = lms("upgrade")
    assert refused.code != 0 and revision(data) == FIRST
    assert lms("upgrade", "--no-backup").code == 0 and revision(data) == run.head_revision()


def test_an_older_program_touches_nothing(lms: Any, data: Path) -> None:
    with sqlite3.connect(data / "lms.db") as db:
        db.execute("UPDATE lms_alembic_version SET version_num = '9999'")
    before = content(data)
    for call in (["upgrade"], ["backup", "--to", data / "b"], ["serve"]):
        refused = lms(*call)
        assert refused.code == 3 and "9999" in refused.err
    assert content(data) == before and not (data / "b").exists()


@pytest.mark.parametrize("at", [1, 7, 25])
def test_an_upgrade_killed_in_the_middle_is_as_before_and_completes_later(data: Path, at: int) -> None:
    """The process ends at its *at*-th change of the tables, as with ``kill -9``."""
    older(data, FIRST)
    before = content(data)
    child = os.fork()
    if child == 0:
        _upgrade_and_die(data, at)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 9, "it was to be killed in the middle"
    assert revision(data) == FIRST and content(data) == before
    engine = make_engine(f"sqlite:///{data / 'lms.db'}")
    run.upgrade(engine)
    engine.dispose()
    assert revision(data) == run.head_revision()


def _upgrade_and_die(data: Path, at: int) -> None:
    left = at

    def count(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        nonlocal left
        if statement.lstrip().split()[0] in ("CREATE", "ALTER", "DROP", "INSERT", "UPDATE"):
            left -= 1
            if left == 0:
                os._exit(9)

    try:
        event.listen(Engine, "after_cursor_execute", count)
        run.upgrade(make_engine(f"sqlite:///{data / 'lms.db'}"))
    finally:
        os._exit(1)


def test_an_upgrade_in_several_commits_would_be_noticed(data: Path) -> None:
    """A migration that commits on its way leaves something behind when it is killed."""
    older(data, FIRST)
    before = content(data)
    child = os.fork()
    if child == 0:
        engine = create_engine(f"sqlite:///{data / 'lms.db'}")  # without our BEGIN: each statement stands alone
        event.listen(engine, "connect", lambda connection, record: setattr(connection, "isolation_level", None))
        try:
            event.listen(Engine, "after_cursor_execute", lambda c, cur, statement, *r: os._exit(9) if "lms_leave" in statement else None)
            run.upgrade(engine)
        finally:
            os._exit(1)
    os.waitpid(child, 0)
    assert content(data) != before or revision(data) != FIRST
