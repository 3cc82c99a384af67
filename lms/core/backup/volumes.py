"""A backup as zip files for a browser to save, each below 4 GB; unpacked into one folder they are the collection again."""
from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from lms.core.backup import manifest as manifests
from lms.core.backup.collection import Backup
from lms.core.backup.media import FOLDER, part_names
from lms.core.backup.parts import CHUNK, PART, chunks, damaged
from lms.core.errors import Invalid
from lms.core.i18n import N_

Entry = tuple[str, Path, int]  # name in the archive, file, bytes
_NAME = re.compile(r"\d{8}-\d{6}(-\d+)?/(manifest\.json|(?:database|templates)\.\d{3})|files/[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{64}\.\d{3}")
_DATE = (2000, 1, 1, 0, 0, 0)
_PER_ENTRY = 400  # bytes beside the content, at most


def volumes(backup: Backup, most: int = PART) -> list[list[Entry]]:
    """What goes into each zip file. The description and the database come first."""
    made: list[list[Entry]] = [[]]
    room = most
    for entry in _entries(backup):
        needed = entry[2] + _PER_ENTRY
        if needed > room and made[-1]:
            made.append([])
            room = most
        made[-1].append(entry)
        room -= needed
    return made


def stream(entries: Sequence[Entry]) -> Iterator[bytes]:
    """The bytes of one zip file, as they are read. Nothing is compressed: films and PDFs are already."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:  # type: ignore[call-overload]
        for name, file, size in entries:
            info = zipfile.ZipInfo(name, _DATE)
            info.file_size, info.external_attr = size, 0o600 << 16
            with archive.open(info, "w") as out:
                for piece in chunks(file):
                    out.write(piece)
                    yield sink.take()
    yield sink.take()


def unpack_volumes(files: Sequence[Path], folder: Path) -> None:
    """Put zip files of a backup back into one collection.

    :raises Invalid: one of them is no zip file of ours
    :raises Conflict: one is damaged
    """
    for file in files:
        try:
            with zipfile.ZipFile(file) as archive:
                for info in archive.infolist():
                    _unpack(archive, info, folder, file)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
            raise damaged(file.name) from error


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, folder: Path, file: Path) -> None:
    if not _NAME.fullmatch(info.filename) or info.compress_type != zipfile.ZIP_STORED:
        raise Invalid("not_a_volume", N_("“{name}”不是从本系统下载的备份，没有作任何改动。请选择下载时得到的 .zip 文件。"), name=file.name)
    target = folder / info.filename
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(info) as source, target.open("wb") as out:
        while piece := source.read(CHUNK):
            out.write(piece)


def _entries(backup: Backup) -> Iterator[Entry]:
    description = backup.folder / manifests.NAME
    yield f"{backup.name}/{manifests.NAME}", description, description.stat().st_size
    for part in (*backup.manifest.database, *backup.manifest.templates):
        yield f"{backup.name}/{part.name}", backup.folder / part.name, part.size
    for sha256, size in sorted(backup.manifest.files.items(), key=lambda f: (f[1], f[0])):
        left = size
        for name in part_names(sha256, size, backup.manifest.part_size):
            length = min(left, backup.manifest.part_size)
            yield f"{FOLDER}/{name}", backup.root / FOLDER / name, length
            left -= length


class _Sink:
    """A file that only goes forward: what was written waits to be taken."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def write(self, data: bytes) -> int:
        self._waiting += data
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self) -> bytes:
        taken = bytes(self._waiting)
        self._waiting.clear()
        return taken
