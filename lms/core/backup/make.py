"""Make a backup while the system is in use: first the database, then the stored files that are new."""
from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from lms.core.backup import manifest as manifests
from lms.core.backup.collection import Backup, alone
from lms.core.backup.keys import lock, read_keys, read_public
from lms.core.backup.manifest import Manifest, mark_of, write_manifest
from lms.core.backup.media import Gone, copy_in, missing
from lms.core.backup.own_templates import write_templates
from lms.core.backup.parts import PART, chunks, packed, write_parts
from lms.core.backup.place import Place
from lms.core.backup.snapshot import stored_files, take_snapshot
from lms.core.clock import local
from lms.core.errors import Unavailable
from lms.core.files.storage import sync_folder
from lms.core.i18n import N_
from lms.core.settings import SETTINGS

Tell = Callable[[int, int], None]
_SECRET = frozenset({"data", "database_url", *(setting.name for setting in SETTINGS if setting.secret)})
_SPARE = 50 * 1024 * 1024  # bytes that stay free on the disk
_TRIES = 3


def make_backup(place: Place, root: Path, *, reason: str, tell: Tell = lambda done, total: None, passphrase: str = "",
                part_size: int = PART) -> Backup:
    """A complete backup in the collection *root*. Cut off at any moment, it leaves none that looks like one.

    :param reason: ``asked``, ``scheduled`` or ``upgrade``
    :param tell: how far it is, in things done and in all; what it raises ends the work
    :param passphrase: locks the signing keys into it; without one they stay out
    :raises Unavailable: the folder cannot be written, or the disk would be full
    :raises Conflict: another backup into this folder is under way
    """
    locked = lock(read_keys(place.settings.data_folder), passphrase) if passphrase else {}
    with alone(root), tempfile.TemporaryDirectory(dir=place.settings.data_folder, prefix=".backup-") as work:
        for _ in range(_TRIES):
            try:
                return _make(place, root, Path(work), reason, locked, tell, part_size)
            except Gone:  # a file was purged meanwhile: a new picture knows it no longer
                continue
    raise Unavailable("backup_restless", N_("备份期间一直有文件被删除，没有做成。请稍后再试。"))


def _make(place: Place, root: Path, work: Path, reason: str, locked: dict[str, str], tell: Tell, part_size: int) -> Backup:
    now, picture = place.clock.now(), work / "lms.db"
    picture.unlink(missing_ok=True)
    tell(0, 1)
    revision, tables = take_snapshot(place, picture)
    files = stored_files(picture)
    new = missing(root, files, part_size)
    _require_room(root, picture.stat().st_size + sum(size for _, size in new))
    staging = root / ".incoming"
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir()
    parts = write_parts(packed(picture), staging, "database", part_size)
    templates = write_templates(place.settings.data_folder, staging, part_size)
    tell(1, 1 + len(new))
    for number, (sha256, _) in enumerate(new):
        copy_in(place.storage, root, sha256, part_size)
        tell(number + 2, 1 + len(new))
    made = Manifest(now, place.program, reason, revision, tuple(parts), picture.stat().st_size, _sha256(picture), tables, files, part_size,
                    _plain_settings(place.settings), locked, read_public(place.settings.data_folder),
                    templates=templates)
    return _finish(root, staging, replace(made, mark=mark_of(place.key("backup"), made)), place.settings.zone)


def _finish(root: Path, staging: Path, manifest: Manifest, zone: str) -> Backup:
    """The description is written last, and the folder gets its name after it."""
    with (staging / manifests.NAME).open("wb") as out:
        out.write(write_manifest(manifest))
        out.flush()
        os.fsync(out.fileno())
    sync_folder(staging)
    wanted = local(manifest.made_at, zone).strftime("%Y%m%d-%H%M%S")
    name = next(n for n in (wanted, *(f"{wanted}-{i}" for i in range(2, 1000))) if not (root / n).exists())
    staging.rename(root / name)
    sync_folder(root)
    return Backup(root, name, manifest)


def _require_room(root: Path, needed: int) -> None:
    free = shutil.disk_usage(root).free
    if free < needed + _SPARE:
        raise Unavailable("backup_no_room", N_("存放备份的磁盘只剩 {free} MB，这次大约要 {needed} MB，没有开始复制，原有的备份还在。请清理磁盘或换一个备份目录。"),
                          free=free // 1024 // 1024, needed=(needed + _SPARE) // 1024 // 1024)


def _plain_settings(settings: Any) -> dict[str, Any]:
    return {name: settings.values[name] for name, origin in sorted(settings.origin.items()) if origin == "lms.toml" and name not in _SECRET}


def _sha256(file: Path) -> str:
    digest = hashlib.sha256()
    for piece in chunks(file):
        digest.update(piece)
    return digest.hexdigest()
