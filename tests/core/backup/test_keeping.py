"""Backups by themselves: once a day, never without a good one left, and no signing key in them that is not locked."""
from __future__ import annotations

import gzip
import tomllib
from pathlib import Path
from typing import Any

import pytest
from kept import add_file
from sqlalchemy import select

from lms.core.backup.collection import backups, prune, unreadable
from lms.core.backup.jobs import MAKE, back_up_daily
from lms.core.backup.keys import lock, unlock, write_keys
from lms.core.backup.make import make_backup
from lms.core.backup.restore import settings_text
from lms.core.clock import SettableClock
from lms.core.db.write_lock import WriteLock
from lms.core.errors import Conflict, Invalid, Unavailable
from lms.core.jobs.models import Job
from lms.core.signing.keys import open_signer
from lms.site import Site

# Files and folders are the same on every engine.
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PASSPHRASE = "三天的培训班，2026 年 7 月"


@pytest.fixture
def three(filled: Site, tmp_path: Path, clock: SettableClock) -> Path:
    """Three backups; a file that only the oldest needs."""
    add_file(filled, b"only then", "then")
    for hours in range(3):
        make_backup(filled, tmp_path / "stick", reason="scheduled")
        clock.move(hours=1)
        if hours == 0:
            with filled.database.writing() as db:
                db.connection().exec_driver_sql("DELETE FROM lms_file_reference WHERE name = 'then'")
                db.connection().exec_driver_sql("DELETE FROM lms_stored_file WHERE size = 9")
    return tmp_path / "stick"


def stored(root: Path) -> int:
    return len(list((root / "files").rglob("*.001")))


@SQLITE
def test_the_newest_stay_with_the_files_that_they_need(three: Path) -> None:
    newest, second, oldest = (b.name for b in backups(three))
    assert stored(three) == 4
    assert prune(three, 2) == [oldest] and stored(three) == 3
    assert [b.name for b in backups(three)] == [newest, second] and not any(b.lacks() for b in backups(three))
    assert prune(three, 2) == []


@SQLITE
def test_the_last_good_one_is_never_removed(three: Path) -> None:
    newest, second, oldest = backups(three)
    for bad in (newest, second):
        (bad.folder / "database.001").write_bytes(b"")
    assert prune(three, 1) == [second.name]
    assert [b.name for b in backups(three)] == [newest.name, oldest.name]
    (newest.folder / "manifest.json").write_bytes(b"{}")  # what cannot be read keeps the files that it may need
    assert unreadable(three) == [newest.name] and prune(three, 1) == [] and stored(three) == 4


@SQLITE
def test_two_at_once_do_not_disturb_each_other(filled: Site, tmp_path: Path) -> None:
    (tmp_path / "stick").mkdir()
    with WriteLock(tmp_path / "stick" / ".lock", 0.1), pytest.raises(Conflict, match="backup_under_way"):
        make_backup(filled, tmp_path / "stick", reason="asked")


@SQLITE
def test_a_disk_that_would_be_full_is_told_beforehand(filled: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda folder: type("Usage", (), {"free": 60_000_000 - 9_000_000})())
    with pytest.raises(Unavailable, match="backup_no_room"):
        make_backup(filled, tmp_path / "stick", reason="asked")
    assert backups(tmp_path / "stick") == []


def asked(site: Site) -> list[str]:
    with site.database.reading() as db:
        return list(db.scalars(select(Job.state).where(Job.kind == MAKE).order_by(Job.id)))


def test_one_is_made_each_day(site: Site, clock: SettableClock, run_jobs: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        back_up_daily(site)
        run_jobs()
    assert asked(site) == ["done"]  # the first, at once
    clock.move(hours=18)  # 02:00 in Shanghai
    back_up_daily(site)
    assert asked(site) == ["done"]
    clock.move(minutes=31)
    monkeypatch.setattr("lms.core.backup.jobs.make_backup", _fails)
    for _ in range(2):
        back_up_daily(site)
        run_jobs()
    assert asked(site) == ["done", "failed"]
    clock.move(minutes=61)
    monkeypatch.undo()
    back_up_daily(site)
    run_jobs()
    assert asked(site) == ["done", "failed", "done"]
    site.settings.values["backup_daily_at"] = "off"
    clock.move(days=3)
    back_up_daily(site)
    assert len(asked(site)) == 3


def _fails(*arguments: Any, **more: Any) -> None:
    raise Unavailable("backup_restless", "x")


@SQLITE
def test_a_key_leaves_only_under_a_passphrase(filled: Site, tmp_path: Path) -> None:
    key = "the-signing-key-of-this-installation-0123456789"
    data = Path(filled.settings.data_folder)
    (data / "secret.key").write_text(key)
    (data / "lms.toml").write_text("")
    open_signer(filled.settings, filled.clock.now().date())
    secret = (data / "signing.key").read_bytes().splitlines()[1]
    filled.settings.values.update(secret_key=key, site_name="区总工会", backup_keep=3)
    filled.settings.origin.update(secret_key="lms.toml", site_name="lms.toml", backup_keep="lms.toml", database_url="lms.toml")
    plain = make_backup(filled, tmp_path / "plain", reason="asked")
    locked = make_backup(filled, tmp_path / "locked", reason="asked", passphrase=PASSPHRASE)
    for backup in (plain, locked):
        packed = b"".join((backup.folder / part.name).read_bytes() for part in backup.manifest.database)
        assert key.encode() not in gzip.decompress(packed) + (backup.folder / "manifest.json").read_bytes()
        assert secret not in (backup.folder / "manifest.json").read_bytes()
        assert backup.manifest.public_keys == (data / "signing.pub.json").read_text("utf-8")
        assert backup.manifest.settings == {"site_name": "区总工会", "backup_keep": 3}
    assert plain.manifest.locked_keys == {}
    keys = unlock(locked.manifest.locked_keys, PASSPHRASE)
    (tmp_path / "new").mkdir()
    write_keys(tmp_path / "new", keys)
    assert (tmp_path / "new" / "secret.key").read_text() == key and (tmp_path / "new" / "secret.key").stat().st_mode & 0o77 == 0
    with pytest.raises(Invalid, match="passphrase_wrong"):
        unlock(locked.manifest.locked_keys, PASSPHRASE + "?")


def test_the_same_keys_are_locked_differently_each_time() -> None:
    one, two = (lock({"secret.key": "x" * 64}, PASSPHRASE) for _ in range(2))
    assert one["salt"] != two["salt"] and one["locked"] != two["locked"]
    with pytest.raises(Invalid, match="passphrase_wrong"):
        unlock({**one, "locked": two["locked"]}, PASSPHRASE)
    with pytest.raises(Invalid, match="passphrase_short"):
        lock({}, "short")


def test_settings_survive_odd_characters() -> None:
    odd = {"site_name": '培训"中心\\\n', "demo": True, "port": 8000}
    assert tomllib.loads(settings_text(odd)) == odd
