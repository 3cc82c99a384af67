"""Damaged, foreign and newer backups are refused before anything is put in place. The format is one, so one engine shows it."""
from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lms.core.backup import manifest as manifests
from lms.core.backup import media
from lms.core.backup.collection import Backup, backups
from lms.core.backup.make import make_backup
from lms.core.backup.manifest import read_manifest
from lms.core.backup.restore import drill, restore
from lms.core.errors import Conflict, Invalid, LmsError
from lms.site import Site

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def backup(filled: Site, tmp_path: Path) -> Backup:
    return make_backup(filled, tmp_path / "stick", reason="asked")


def damaged_copy(backup: Backup, to: Path) -> Path:
    shutil.rmtree(to, ignore_errors=True)
    return Path(shutil.copytree(backup.root, to))


def content(root: Path) -> list[Path]:
    return sorted(file for file in root.rglob("*") if file.is_file() and file.name != ".lock")


def try_to_restore(place: Site, root: Path, name: str) -> None:
    restore(place, Backup(root, name, read_manifest(root / name / manifests.NAME)))


def is_empty(place: Site) -> bool:
    return not (Path(place.settings.data_folder) / "lms.db").exists()


def flip(file: Path, at: int) -> None:
    data = bytearray(file.read_bytes())
    data[at] ^= 1 << at % 8
    file.write_bytes(data)


def flips(backup: Backup, place: Site, tmp_path: Path, rounds: int) -> list[str]:
    """Flip one byte somewhere, *rounds* times; where that went unnoticed."""
    chance, unnoticed = random.Random(2026), []
    root = damaged_copy(backup, tmp_path / "copy")
    for _ in range(rounds):
        file = chance.choice(content(root))  # each kind of file as often as the other, whatever its size
        at = chance.randrange(file.stat().st_size)
        flip(file, at)
        try:
            try_to_restore(place, root, backup.name)
            unnoticed.append(f"{file.name} at {at}")
            (Path(place.settings.data_folder) / "lms.db").unlink()
        except LmsError:
            assert is_empty(place)
        flip(file, at)
    return unnoticed


def test_a_hundred_flipped_bytes_are_noticed(backup: Backup, new_place: Callable[..., Site], tmp_path: Path) -> None:
    place = new_place()
    assert flips(backup, place, tmp_path, 100) == []
    try_to_restore(place, tmp_path / "copy", backup.name)  # flipped back, it is whole


def test_without_the_hashes_some_would_slip_through(backup: Backup, new_place: Callable[..., Site], tmp_path: Path,
                                                    monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(root: Path, sha256: str, size: int, part_size: int) -> list[bytes]:
        return [(root / media.FOLDER / name).read_bytes() for name in media.part_names(sha256, size, part_size)]

    monkeypatch.setattr("lms.core.backup.restore.read_out", careless)
    assert flips(backup, new_place(), tmp_path, 10) != []


@pytest.mark.parametrize("cut", [0, 100])
def test_a_truncated_file_is_noticed(backup: Backup, new_place: Callable[..., Site], tmp_path: Path, cut: int) -> None:
    place = new_place()
    for number in range(len(content(backup.root))):
        file = content(damaged_copy(backup, tmp_path / "copy"))[number]
        whole = file.read_bytes()
        file.write_bytes(whole[:min(cut, len(whole) - 1)])
        with pytest.raises(LmsError):
            try_to_restore(place, tmp_path / "copy", backup.name)
        assert is_empty(place)


def test_a_swapped_file_is_noticed(filled: Site, backup: Backup, new_place: Callable[..., Site], tmp_path: Path) -> None:
    place, other = new_place(), make_backup(filled, tmp_path / "stick", reason="asked")
    root = damaged_copy(backup, tmp_path / "copy")
    (root / backup.name / "database.001").unlink()
    (root / "elsewhere").mkdir()
    with filled.database.writing() as db:
        db.connection().exec_driver_sql("UPDATE lms_person SET name = '别人'")
    later = make_backup(filled, tmp_path / "later", reason="asked")
    shutil.copy(later.folder / "database.001", root / backup.name / "database.001")
    with pytest.raises(Conflict, match="backup_damaged"):
        try_to_restore(place, root, backup.name)
    root = damaged_copy(backup, tmp_path / "copy")
    one, two, *_ = sorted((root / "files").rglob("*.001"))
    content_of_one = one.read_bytes()
    one.write_bytes(two.read_bytes())
    two.write_bytes(content_of_one)
    with pytest.raises(Conflict, match="backup_damaged"):
        try_to_restore(place, root, backup.name)
    assert is_empty(place) and other.name != backup.name


def test_a_description_that_was_edited_is_noticed(backup: Backup, tmp_path: Path) -> None:
    file = damaged_copy(backup, tmp_path / "copy") / backup.name / manifests.NAME
    body = json.loads(file.read_bytes())
    body["files"] = {}
    file.write_text(json.dumps(body, ensure_ascii=False, sort_keys=True, indent=1))
    with pytest.raises(Conflict, match="manifest_damaged"):
        read_manifest(file)
    assert backups(tmp_path / "copy") == []


def sealed(backup: Backup, root: Path, **changed: Any) -> None:
    file = root / backup.name / manifests.NAME
    body = {**json.loads(file.read_bytes()), **changed}
    del body["seal"]
    file.write_bytes(manifests._sealed(body))


@pytest.mark.parametrize("changed", [{"format": 2}, {"revision": "9999"}])
def test_a_newer_one_is_refused(backup: Backup, new_place: Callable[..., Site], tmp_path: Path, changed: dict[str, Any]) -> None:
    place = new_place()
    sealed(backup, damaged_copy(backup, tmp_path / "copy"), program="9.0", **changed)
    with pytest.raises(Conflict, match=r"backup_newer.*9\.0"):
        try_to_restore(place, tmp_path / "copy", backup.name)
    assert is_empty(place)


def test_a_foreign_one_is_refused(filled: Site, backup: Backup, new_place: Callable[..., Site], tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    with pytest.raises(Invalid, match="not_a_backup"):
        read_manifest(tmp_path / "photos" / manifests.NAME)
    sealed(backup, damaged_copy(backup, tmp_path / "copy"), kind="another-program")
    with pytest.raises(Conflict, match="manifest_damaged"):
        try_to_restore(new_place(), tmp_path / "copy", backup.name)
    sealed(backup, damaged_copy(backup, tmp_path / "copy"), mark="of-another-installation")
    with pytest.raises(Conflict, match="backup_foreign"):
        drill(filled, Backup(tmp_path / "copy", backup.name, read_manifest(tmp_path / "copy" / backup.name / manifests.NAME)))
