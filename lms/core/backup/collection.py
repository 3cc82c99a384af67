"""A folder of backups: the newest first, how many are kept, and which one is never removed."""
from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lms.core.backup import manifest as manifests
from lms.core.backup.manifest import Manifest, read_manifest
from lms.core.backup.media import is_there, sweep
from lms.core.backup.parts import read_parts
from lms.core.db.write_lock import LockBusy, WriteLock
from lms.core.errors import Conflict, LmsError, NotFound, Unavailable
from lms.core.i18n import N_

_NAME = re.compile(r"\d{8}-\d{6}(-\d+)?")


@dataclass(frozen=True)
class Backup:
    """One backup in its collection."""

    root: Path
    name: str
    manifest: Manifest

    @property
    def folder(self) -> Path:
        return self.root / self.name

    def lacks(self) -> str:
        """The first thing that is missing or wrong, without reading the stored files through; empty if it looks good."""
        try:
            for _ in read_parts(self.folder, (*self.manifest.database, *self.manifest.templates)):
                pass
        except LmsError as error:
            return str(error.data["name"])
        files, size = self.manifest.files, self.manifest.part_size
        return next((sha for sha, length in files.items() if not is_there(self.root, sha, length, size)), "")


def backups(root: Path) -> list[Backup]:
    """The backups of a collection whose description is whole, newest first."""
    found = []
    for folder in _folders(root):
        try:
            found.append(Backup(root, folder.name, read_manifest(folder / manifests.NAME)))
        except LmsError:
            continue
    return sorted(found, key=lambda b: (b.manifest.made_at, b.name), reverse=True)


def unreadable(root: Path) -> list[str]:
    """Names of folders that look like backups and cannot be read."""
    whole = {backup.name for backup in backups(root)}
    return sorted(folder.name for folder in _folders(root) if folder.name not in whole)


def one_backup(root: Path, name: str) -> Backup:
    """:raises NotFound: the collection has none of this name
    :raises Conflict: it is damaged or newer than this program
    """
    if not _NAME.fullmatch(name) or not (root / name).is_dir():
        raise NotFound("no_such_backup", N_("没有名为“{name}”的备份，它可能已被清理。请刷新页面。"), name=name)
    return Backup(root, name, read_manifest(root / name / manifests.NAME))


def prune(root: Path, keep: int) -> list[str]:
    """Remove what is older than the newest *keep* backups, but never the newest good one; names of what was removed.

    :raises Conflict: a backup is being made
    """
    with alone(root):
        known = backups(root)
        good = next((backup for backup in known if not backup.lacks()), None)
        old = [backup for backup in known[keep:] if backup is not good] if good is not None else []
        for backup in old:
            (backup.folder / manifests.NAME).unlink()  # first: without it, what is left of a removal is no backup
            shutil.rmtree(backup.folder)
        if old and not unreadable(root):  # what cannot be read may need files that nobody else does
            sweep(root, (sha for backup in known if backup not in old for sha in backup.manifest.files))
    return [backup.name for backup in old]


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Nobody else writes to the collection or clears it up meanwhile.

    :raises Conflict: somebody does
    :raises Unavailable: the folder cannot be written
    """
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        with WriteLock(root / ".lock", 0.5):
            yield
    except LockBusy as error:
        raise Conflict("backup_under_way", N_("另一个备份正在往这个目录写，没有重复开始。请等它做完。")) from error
    except OSError as error:
        raise Unavailable("backup_folder", N_("备份目录 {folder} 不能写入（{reason}），没有做成备份，原有的备份还在。请检查目录、权限和剩余空间。"),
                          folder=str(root), reason=error.strerror or str(error)) from error


def _folders(root: Path) -> list[Path]:
    return [folder for folder in root.iterdir() if _NAME.fullmatch(folder.name) and folder.is_dir()] if root.is_dir() else []
