"""Stored files in a collection of backups: each content once, by its hash; only what is new is copied."""
from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from lms.core.backup.parts import CHUNK, chunks, damaged, write_parts
from lms.core.files.storage import Storage, sync_folder

FOLDER = "files"


class Gone(Exception):
    """A file was deleted from the store after the picture of the database was taken."""


def part_names(sha256: str, size: int, part_size: int) -> list[str]:
    """Where a stored file lies in the collection, below ``files``."""
    base = f"{sha256[:2]}/{sha256[2:4]}/{sha256}"
    count = max(1, -(-size // part_size))
    return [f"{base}.{number:03}" for number in range(1, count + 1)]


def is_there(root: Path, sha256: str, size: int, part_size: int) -> bool:
    """Whether all of the file lies in the collection, by size."""
    try:
        return sum((root / FOLDER / name).stat().st_size for name in part_names(sha256, size, part_size)) == size
    except OSError:
        return False


def missing(root: Path, files: Mapping[str, int], part_size: int) -> list[tuple[str, int]]:
    """What the collection has not yet, small ones first: certificates before films."""
    return sorted(((sha, size) for sha, size in files.items() if not is_there(root, sha, size, part_size)), key=lambda f: (f[1], f[0]))


def copy_in(storage: Storage, root: Path, sha256: str, part_size: int) -> None:
    """Take one file into the collection; it has its name only when all of it is there.

    :raises Gone: the store has it no longer
    :raises Conflict: what the store has is not what was stored
    """
    target = root / FOLDER / sha256[:2] / sha256[2:4]
    work = root / FOLDER / f".incoming-{sha256}"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    target.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    try:
        made = write_parts(_read(storage, sha256, digest.update), work, sha256, part_size)
        if digest.hexdigest() != sha256:
            raise damaged(sha256)
        for part in made:
            (work / part.name).replace(target / part.name)
        sync_folder(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def read_out(root: Path, sha256: str, size: int, part_size: int) -> Iterator[bytes]:
    """The content of one file of the collection, checked on the way.

    :raises Conflict: it is missing or damaged
    """
    digest = hashlib.sha256()
    try:
        for name in part_names(sha256, size, part_size):
            for piece in chunks(root / FOLDER / name):
                digest.update(piece)
                yield piece
    except OSError as error:
        raise damaged(sha256) from error
    if digest.hexdigest() != sha256:
        raise damaged(sha256)


def sweep(root: Path, needed: Iterable[str]) -> int:
    """Delete the files that no backup of the collection needs any more; how many."""
    wanted, count = set(needed), 0
    for file in (root / FOLDER).rglob("*.[0-9][0-9][0-9]"):
        if file.name.rpartition(".")[0] not in wanted and not file.parent.name.startswith(".incoming-"):
            with suppress(OSError):
                file.unlink()
                count += 1
    return count


def _read(storage: Storage, sha256: str, note: Callable[[bytes], None]) -> Iterator[bytes]:
    try:
        with storage.open(sha256) as source:
            while piece := source.read(CHUNK):
                note(piece)
                yield piece
    except FileNotFoundError as error:
        raise Gone(sha256) from error
