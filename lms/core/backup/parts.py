"""Files in parts: below 4 GB each, so that they fit on a USB stick (FAT32), and hashed, so that damage shows."""
from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lms.core.errors import Conflict
from lms.core.i18n import N_

PART = 4_000_000_000  # bytes; FAT32 ends at 4 GiB - 1
CHUNK = 1024 * 1024
_GZIP = 31  # zlib's window bits for a gzip stream: `cat database.* | gunzip` opens it without this program


@dataclass(frozen=True)
class Part:
    """One file of a backup."""

    name: str
    size: int
    sha256: str


def damaged(name: str) -> Conflict:
    return Conflict("backup_damaged", N_("备份中的文件“{name}”缺失或已损坏，没有作任何改动。请换一份备份，或从存放备份的另一处重新复制。"), name=name)


def chunks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as source:
        while piece := source.read(CHUNK):
            yield piece


def packed(file: Path) -> Iterator[bytes]:
    """The content of *file*, compressed."""
    packer = zlib.compressobj(1, wbits=_GZIP)
    for piece in chunks(file):
        yield packer.compress(piece)
    yield packer.flush()


def write_parts(content: Iterable[bytes], folder: Path, name: str, part_size: int) -> list[Part]:
    """Write *content* as ``name.001``, ``name.002`` …, durably."""
    made: list[Part] = []
    waiting = iter(content)
    rest = b""
    while True:
        part, rest, more = _write_part(waiting, rest, folder / f"{name}.{len(made) + 1:03}", part_size)
        made.append(part)
        if not more:
            return made


def _write_part(content: Iterator[bytes], rest: bytes, file: Path, most: int) -> tuple[Part, bytes, bool]:
    """One part; what did not fit into it; whether there is more."""
    digest, size = hashlib.sha256(), 0
    with file.open("wb") as out:
        while True:
            take, rest = rest[:most - size], rest[most - size:]
            digest.update(take)
            out.write(take)
            size += len(take)
            if rest:
                break
            piece = next(content, None)
            if piece is None:
                break
            rest = piece
        out.flush()
        os.fsync(out.fileno())
    return Part(file.name, size, digest.hexdigest()), rest, bool(rest)


def read_parts(folder: Path, parts: Iterable[Part]) -> Iterator[bytes]:
    """The content of *parts*, checked on the way.

    :raises Conflict: one is missing, cut off or changed
    """
    for part in parts:
        digest = hashlib.sha256()
        try:
            for piece in chunks(folder / part.name):
                digest.update(piece)
                yield piece
        except OSError as error:
            raise damaged(part.name) from error
        if digest.hexdigest() != part.sha256:
            raise damaged(part.name)


def unpack(content: Iterable[bytes], file: Path, *, sha256: str) -> None:
    """Write compressed *content* to *file*.

    :raises Conflict: it is cut off or changed
    """
    opener, digest = zlib.decompressobj(wbits=_GZIP), hashlib.sha256()
    try:
        with file.open("wb") as out:
            for piece in content:
                plain = opener.decompress(piece)
                digest.update(plain)
                out.write(plain)
            plain = opener.flush()
            digest.update(plain)
            out.write(plain)
            out.flush()
            os.fsync(out.fileno())
    except zlib.error as error:
        raise damaged("database") from error
    if not opener.eof or digest.hexdigest() != sha256:
        raise damaged("database")
