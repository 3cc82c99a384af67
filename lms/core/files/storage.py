"""Where bytes lie: by the SHA-256 of their content, outside the web root, durable before anybody is told."""
from __future__ import annotations

import hashlib
import os
import tempfile
import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

_PIECE = 1024 * 1024


class Storage(Protocol):
    """A store of immutable bytes, addressed by their SHA-256 (hex)."""

    def put(self, chunks: Iterable[bytes]) -> tuple[str, int]:
        """Keep the bytes durably; returns (sha256, size). Putting the same bytes again changes nothing."""
        ...

    def take(self, file: Path) -> tuple[str, int]:
        """Keep a file that lies on this machine, likewise; it may be deleted afterwards but never changed."""
        ...

    def open(self, sha256: str) -> BinaryIO: ...

    def size(self, sha256: str) -> int: ...

    def remove(self, sha256: str) -> None: ...

    def all(self) -> Iterable[str]:
        """Every SHA-256 that there are bytes for."""
        ...

    def remove_older(self, sha256: str, instant: datetime) -> None:
        """Remove bytes that nobody has stored since *instant*; what is stored anew at the same moment stays."""
        ...


class LocalStorage:
    """Files under *root*, two levels deep: temporary file, fsync, rename, fsync of the folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, sha256: str) -> Path:
        if len(sha256) != 64 or not all(c in "0123456789abcdef" for c in sha256):
            raise ValueError("not a SHA-256 in hex")
        return self.root / sha256[:2] / sha256[2:4] / sha256

    def put(self, chunks: Iterable[bytes]) -> tuple[str, int]:
        self.root.mkdir(parents=True, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        handle, temporary = tempfile.mkstemp(dir=self.root, prefix=".incoming-")
        try:
            with os.fdopen(handle, "wb") as out:
                for chunk in chunks:
                    digest.update(chunk)
                    size += len(chunk)
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
            self._enter(Path(temporary), digest.hexdigest())
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        return digest.hexdigest(), size

    def take(self, file: Path) -> tuple[str, int]:
        """By a second name where the file system can, so that two gigabytes are read once and not written again."""
        self.root.mkdir(parents=True, exist_ok=True)
        link = self.root / f".incoming-{uuid.uuid4().hex}"
        try:
            os.link(file, link)
        except OSError:
            with file.open("rb") as given:
                return self.put(iter(lambda: given.read(_PIECE), b""))
        try:
            with link.open("r+b") as given:
                sha256 = hashlib.file_digest(given, "sha256").hexdigest()
                size = given.tell()
                os.fsync(given.fileno())
            self._enter(link, sha256)
        except BaseException:
            link.unlink(missing_ok=True)
            raise
        return sha256, size

    def _enter(self, temporary: Path, sha256: str) -> None:
        """Bytes that are on the disk get their name."""
        target = self.path(sha256)
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary.replace(target)
        temporary.unlink(missing_ok=True)  # two names of one file: POSIX leaves both
        for folder in (target.parent, target.parent.parent, self.root):
            sync_folder(folder)

    def open(self, sha256: str) -> BinaryIO:
        return self.path(sha256).open("rb")

    def size(self, sha256: str) -> int:
        return self.path(sha256).stat().st_size

    def remove(self, sha256: str) -> None:
        self.path(sha256).unlink(missing_ok=True)


    def all(self) -> Iterator[str]:
        if self.root.is_dir():
            yield from (file.name for file in self.root.glob("??/??/*") if len(file.name) == 64)

    def remove_older(self, sha256: str, instant: datetime) -> None:
        """Out of its place first, then looked at: whoever stores it meanwhile puts a new file into the place."""
        file = self.path(sha256)
        aside = file.with_name(f"{sha256}.aside")
        try:
            file.rename(aside)
        except FileNotFoundError:
            return
        if aside.stat().st_mtime >= instant.timestamp() and not file.exists():
            aside.rename(file)
        else:
            aside.unlink()


def sync_folder(folder: Path) -> None:
    """What was made or renamed in *folder* survives a power cut."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
