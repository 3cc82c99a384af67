"""What goes into a backup comes out of it, on either engine: every row, every file, and exports equal byte for byte."""
from __future__ import annotations

import gzip
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from kept import add_file, export
from sqlalchemy import select

from lms.core.backup.collection import backups
from lms.core.backup.make import make_backup
from lms.core.backup.restore import drill, restore
from lms.core.backup.volumes import stream, unpack_volumes, volumes
from lms.core.errors import Conflict, Invalid
from lms.core.files.models import StoredFile
from lms.core.people.models import Unit
from lms.core.people.units import unit_named
from lms.core.shipped import shipped
from lms.site import Site

NewPlace = Callable[..., Site]
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # what is only about files


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_restored_elsewhere_it_gives_the_same(filled: Site, new_place: NewPlace, tmp_path: Path, target: str) -> None:
    backup = make_backup(filled, tmp_path / "stick", reason="asked")
    place = new_place(target)
    compared = restore(place, backup)
    assert compared.equal and compared.rows == backup.manifest.rows > 50 and compared.files == 3
    assert export(place) == export(filled)
    for sha256, size in backup.manifest.files.items():
        assert place.storage.size(sha256) == size
    again = make_backup(place, tmp_path / "other", reason="asked").manifest
    assert (again.tables, again.files) == (backup.manifest.tables, backup.manifest.files)
    with place.database.writing() as db:  # and life goes on: keys follow those that came along
        assert unit_named(db, "后来的单位").id > max(db.scalars(select(Unit.id).where(Unit.name != "后来的单位")))


@SQLITE
def test_templates_of_one_s_own_come_along_and_damage_to_them_shows(filled: Site, new_place: NewPlace, tmp_path: Path) -> None:
    own = filled.settings.data_folder / "certificate-templates" / "our-office"
    shutil.copytree(shipped("templates") / "certificates" / "portrait", own)
    (own / "logo.png").write_bytes(b"\x89PNG")
    (own / "elsewhere.typ").symlink_to("/etc/hostname")
    backup, place = make_backup(filled, tmp_path / "stick", reason="asked"), new_place()
    assert drill(filled, backup).equal and restore(place, backup).equal
    brought = place.settings.data_folder / "certificate-templates"
    assert {f.name: f.read_bytes() for f in (brought / "our-office").iterdir()} == {
        f.name: f.read_bytes() for f in own.iterdir() if not f.is_symlink()}
    (tmp_path / "saved.zip").write_bytes(b"".join(stream(volumes(backup)[0])))
    unpack_volumes([tmp_path / "saved.zip"], tmp_path / "unpacked")
    assert restore(new_place(), backups(tmp_path / "unpacked")[0]).equal
    part = backup.folder / backup.manifest.templates[0].name
    part.write_bytes(part.read_bytes()[:-1] + b"?")
    with pytest.raises(Conflict, match="backup_damaged"):
        restore(new_place(), backup)


@SQLITE
def test_an_export_would_tell_the_difference(filled: Site, new_place: NewPlace, tmp_path: Path) -> None:
    place = new_place()
    restore(place, make_backup(filled, tmp_path / "stick", reason="asked"))
    with filled.database.writing() as db:
        db.connection().exec_driver_sql("UPDATE lms_enrolment SET name = name || '甲' WHERE id = 1")
    assert export(place) != export(filled)


@SQLITE
def test_the_database_of_a_backup_opens_with_ordinary_tools(filled: Site, tmp_path: Path) -> None:
    backup = make_backup(filled, tmp_path / "stick", reason="asked", part_size=5000)
    assert len(backup.manifest.database) > 1
    packed = b"".join((backup.folder / part.name).read_bytes() for part in backup.manifest.database)
    (tmp_path / "opened.db").write_bytes(gzip.decompress(packed))
    with sqlite3.connect(tmp_path / "opened.db") as plain:
        assert plain.execute("SELECT count(*) FROM lms_enrolment").fetchone() == (6,)


@SQLITE
def test_no_part_is_larger_than_a_stick_can_hold(filled: Site, new_place: NewPlace, tmp_path: Path) -> None:
    backup = make_backup(filled, tmp_path / "stick", reason="asked", part_size=60_000)
    sizes = [file.stat().st_size for file in (tmp_path / "stick").rglob("*") if file.is_file() and file.name != "manifest.json"]
    assert max(sizes) == 60_000 and sum(sizes) == backup.manifest.size
    assert restore(new_place(), backup).equal


@SQLITE
def test_only_new_files_are_copied_again(filled: Site, tmp_path: Path) -> None:
    root = tmp_path / "stick"
    make_backup(filled, root, reason="asked")
    before = {file: file.stat().st_ino for file in (root / "files").rglob("*.001")}
    new = add_file(filled, b"another", "another")
    seen: list[tuple[int, int]] = []
    filled.clock.move(hours=1)  # type: ignore[attr-defined]
    make_backup(filled, root, reason="asked", tell=lambda done, total: seen.append((done, total)))
    after = {file: file.stat().st_ino for file in (root / "files").rglob("*.001")}
    assert {file.name for file in after.keys() - before.keys()} == {f"{new}.001"} and before.items() <= after.items()
    assert seen == [(0, 1), (1, 2), (2, 2)]


@SQLITE
def test_a_backup_that_was_cut_off_is_none(filled: Site, tmp_path: Path) -> None:
    root = tmp_path / "stick"

    def stop(done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_backup(filled, root, reason="asked", tell=stop)
    assert backups(root) == [] and not list(Path(filled.settings.data_folder).glob(".backup-*"))
    assert drill(filled, make_backup(filled, root, reason="asked")).equal
    assert not (root / ".incoming").exists()


def test_a_file_that_is_purged_meanwhile_is_in_no_backup(filled: Site, new_place: NewPlace, tmp_path: Path) -> None:
    purged = add_file(filled, b"a proof of illness", "proof")

    def purge(done: int, total: int) -> None:
        if (done, total) == (1, 5):
            filled.storage.remove(purged)
            with filled.database.writing() as db:
                row = db.scalars(select(StoredFile).where(StoredFile.sha256 == purged)).one()
                db.connection().exec_driver_sql(f"DELETE FROM lms_file_reference WHERE file_id = {row.id}")
                db.delete(row)

    backup = make_backup(filled, tmp_path / "stick", reason="asked", tell=purge)
    assert purged not in backup.manifest.files and restore(new_place(), backup).equal


@SQLITE
def test_zip_files_from_the_browser_are_the_backup_again(filled: Site, new_place: NewPlace, tmp_path: Path) -> None:
    backup = make_backup(filled, tmp_path / "stick", reason="asked", part_size=60_000)
    parts = volumes(backup, most=100_000)
    assert len(parts) > 2
    files = [tmp_path / f"{number}.zip" for number in range(len(parts))]
    for file, part in zip(files, parts, strict=True):
        file.write_bytes(b"".join(stream(part)))
        assert file.stat().st_size < 100_000
    unpack_volumes(files[::-1], tmp_path / "unpacked")
    [found] = backups(tmp_path / "unpacked")
    assert found.manifest == backup.manifest and restore(new_place(), found).equal
    unpack_volumes(files[:-1], tmp_path / "incomplete")
    with pytest.raises(Conflict, match="backup_damaged"):
        restore(new_place(), backups(tmp_path / "incomplete")[0])


@SQLITE
def test_a_place_with_data_is_never_overwritten(filled: Site, tmp_path: Path) -> None:
    backup, before = make_backup(filled, tmp_path / "stick", reason="asked"), export(filled)
    with pytest.raises(Conflict, match="place_taken"):
        restore(filled, backup)
    assert export(filled) == before


def test_nothing_of_a_drill_stays(filled: Site, tmp_path: Path) -> None:
    backup = make_backup(filled, tmp_path / "stick", reason="asked")
    before = sorted(Path(filled.settings.data_folder).rglob("*"))
    told: list[Any] = []
    assert drill(filled, backup, tell=lambda done, total: told.append((done, total))).files == 3
    assert sorted(Path(filled.settings.data_folder).rglob("*")) == before and told[-1] == (3, 4)


def test_a_foreign_zip_file_is_refused(tmp_path: Path) -> None:
    for name, code in (("../../evil.001", "not_a_volume"), ("20260706-080000/manifest.json/../x", "not_a_volume"), ("photo.jpg", "not_a_volume")):
        with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
            archive.writestr(name, b"x")
        with pytest.raises(Invalid, match=code):
            unpack_volumes([tmp_path / "x.zip"], tmp_path / "out")
    (tmp_path / "x.zip").write_bytes(b"not a zip file")
    with pytest.raises(Conflict, match="backup_damaged"):
        unpack_volumes([tmp_path / "x.zip"], tmp_path / "out")
    assert not (tmp_path / "out").exists()
