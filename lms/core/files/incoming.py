"""Where files grow that come in pieces: one file each, one writer at a time, durable before anybody is told."""
from __future__ import annotations

import base64
import binascii
import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from lms.core.db.write_lock import try_lock, unlock
from lms.core.errors import Conflict, Invalid, Mismatch, TooLarge, Unavailable
from lms.core.i18n import N_

_CHECKSUMS = ("sha256", "sha1")


class Part:
    """The file of one upload, held by this thread alone."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    def append(self, start: int, pieces: Iterable[bytes], *, size: int, checksum: str = "") -> int:
        """Write what comes after the first *start* bytes; where the durable bytes end now.

        What an earlier request has left behind *start* was never acknowledged and is written over.

        :param size: of the whole file
        :param checksum: ``sha256 BASE64`` of these pieces; empty: none was sent
        :raises TooLarge: more comes than the file has
        :raises Mismatch: the checksum is another
        :raises Unavailable: the disk does not take it; the file is as it was
        """
        digest, expected = _checksum(checksum)
        end = start
        try:
            os.ftruncate(self._handle, start)
            os.lseek(self._handle, start, os.SEEK_SET)
            for piece in pieces:
                if end + len(piece) > size:
                    raise TooLarge("upload_too_long", N_("传来的内容比文件本身长，这一段没有保存。请重新选择文件再传。"))
                digest.update(piece)
                end += _write(self._handle, piece)
            if expected is not None and digest.digest() != expected:
                raise Mismatch("checksum_mismatch", N_("这一段在传输中出了错，没有保存，会重新传。"))
            os.fsync(self._handle)
        except OSError as error:
            os.ftruncate(self._handle, start)
            raise Unavailable("no_room", N_("磁盘空间不够，这一段没有保存，前面传到的还在。请联系管理员清理后接着传。")) from error
        except BaseException:
            os.ftruncate(self._handle, start)
            raise
        return end


class Incoming:
    """The uploads of one installation, in a folder beside the store."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, uid: str) -> Path:
        if not (uid.isascii() and uid.isalnum()):
            raise ValueError("not an upload's uid")
        return self._folder / uid

    @contextmanager
    def hold(self, uid: str) -> Iterator[Part]:
        """The file of an upload, for one writer.

        :raises Conflict: somebody else writes to it at this moment
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.path(uid), os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        try:
            if not try_lock(handle):
                raise Conflict("upload_busy", N_("这个文件正在另一处上传。请等几秒再试，或关掉另一个页面。"))
            try:
                yield Part(handle)
            finally:
                unlock(handle)
        finally:
            os.close(handle)

    def remove(self, uid: str) -> None:
        self.path(uid).unlink(missing_ok=True)

    def left_before(self, instant: datetime) -> list[str]:
        """Uids of files that nobody has written to since *instant*."""
        if not self._folder.is_dir():
            return []
        return [file.name for file in self._folder.iterdir() if file.stat().st_mtime < instant.timestamp()]


def _write(handle: int, piece: bytes) -> int:
    rest = memoryview(piece)
    while rest:
        rest = rest[os.write(handle, rest):]
    return len(piece)


def _checksum(text: str) -> tuple[hashlib._Hash, bytes | None]:
    """:raises Invalid: a header that is none, or of another kind"""
    if not text:
        return hashlib.sha256(), None
    name, _, value = text.partition(" ")
    try:
        if name not in _CHECKSUMS or not value:
            raise ValueError(name)
        return hashlib.new(name), base64.b64decode(value, validate=True)
    except (ValueError, binascii.Error) as error:
        raise Invalid("bad_checksum", N_("校验值的格式不对，没有保存。可以用：{known}。"), known=list(_CHECKSUMS)) from error
