"""Files: bytes into the store before the transaction, rows and references inside it."""
from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.errors import Invalid, TooLarge
from lms.core.files.kinds import judge
from lms.core.files.models import StoredFile
from lms.core.files.storage import Storage
from lms.core.i18n import N_

_CHUNK = 256 * 1024


@dataclass(frozen=True)
class Stored:
    """Bytes that lie durably in the store; ``keep`` makes a row of them."""

    sha256: str
    size: int
    media_type: str


def store_upload(storage: Storage, stream: BinaryIO, *, name: str, limit: int) -> Stored:
    """Take an upload into the store: capped by size, judged by its content. Do this before the transaction.

    :param name: the name it came under; its ending must fit the content
    :param limit: bytes
    :raises TooLarge: more bytes than the limit
    :raises Invalid: empty, cut off, of a kind that is not allowed, or not what its name says
    """
    head = stream.read(_CHUNK)
    if not head:
        raise Invalid("empty_file", N_("文件“{name}”是空的，没有保存。请检查后重新选择。"), name=name)
    media_type = judge(head, name, stream)
    stream.seek(0)
    sha256, size = storage.put(_limited(stream, limit, name))
    return Stored(sha256, size, media_type)


def store_bytes(storage: Storage, data: bytes, media_type: str) -> Stored:
    """Put bytes of our own making into the store."""
    sha256, size = storage.put([data])
    return Stored(sha256, size, media_type)


def keep(db: Session, stored: Stored, *, now: datetime) -> StoredFile:
    """The row of stored bytes; the same content has one row."""
    row = db.scalar(select(StoredFile).where(StoredFile.sha256 == stored.sha256))
    if row is None:
        row = StoredFile(sha256=stored.sha256, size=stored.size, media_type=stored.media_type, created_at=now)
        db.add(row)
        db.flush()
    return row


def read_range(storage: Storage, sha256: str, start: int, length: int) -> Iterable[bytes]:
    """*length* bytes from *start*, in pieces."""
    with storage.open(sha256) as file:
        file.seek(start)
        while length > 0:
            piece = file.read(min(_CHUNK, length))
            if not piece:
                return
            length -= len(piece)
            yield piece


def _limited(stream: BinaryIO, limit: int, name: str) -> Iterator[bytes]:
    size = 0
    while piece := stream.read(_CHUNK):
        size += len(piece)
        if size > limit:
            raise TooLarge("file_too_large", N_("文件“{name}”超过 {limit} MB 的上限，没有保存。请压缩或拆分后再传。"), name=name,
                           limit=limit // 1024 // 1024)
        yield piece


