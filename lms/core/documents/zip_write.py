"""Writes a zip archive that unpacks on every system without a surprise."""
from __future__ import annotations

import re
import shutil
import unicodedata
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO

# What Windows forbids in names, and characters nobody sees.
_FORBIDDEN = re.compile(r'[<>:"|?*\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]')
_DEVICE = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)")
_MAX_BYTES = 200           # of a folder's or file's name, well below what any file system allows
_DATE = (2000, 1, 1, 0, 0, 0)  # the same content gives the same bytes


def write_zip(file: IO[bytes], entries: Iterable[tuple[str, bytes | Path]]) -> list[str]:
    """Write *entries*, (name, bytes or a path to read), to *file*, a binary file open for writing.

    A ``/`` in a name makes folders; what leads out of the archive or cannot be a name is replaced; a name that is
    there already (upper and lower case being the same) is numbered. One entry at a time is held in memory.

    :return: the names as written, in order
    """
    taken: set[str] = set()
    names = []
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for wanted, content in entries:
            name = _unused(safe_path(wanted), taken)
            taken.add(name.casefold())
            names.append(name)
            entry = zipfile.ZipInfo(name, _DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            if isinstance(content, Path):
                entry.file_size = content.stat().st_size  # lets the library choose the format for large ones
                with content.open("rb") as source, archive.open(entry, "w") as target:
                    shutil.copyfileobj(source, target, 1024 * 1024)
            else:
                archive.writestr(entry, content)
    return names


def safe_path(name: str) -> str:
    """*name* with every part made safe, and without parts that are empty, ``.`` or ``..``."""
    parts = [safe_name(part) for part in name.replace("\\", "/").split("/") if part.strip(" .")]
    return "/".join(parts) or "_"


def safe_name(name: str) -> str:
    """A file name that Windows, macOS and Linux accept; the ending is kept when a long name is cut."""
    clean = _FORBIDDEN.sub("_", unicodedata.normalize("NFC", name)).replace("/", "_").replace("\\", "_")
    clean = clean.strip().rstrip(". ") or "_"
    if _DEVICE.match(clean):
        clean = f"_{clean}"
    stem, dot, ending = clean.rpartition(".")
    if not stem or len(ending) > 10:
        stem, dot, ending = clean, "", ""
    room = _MAX_BYTES - len((dot + ending).encode())
    return stem.encode()[:room].decode("utf-8", "ignore").rstrip(" ") + dot + ending


def _unused(name: str, taken: set[str]) -> str:
    folder, slash, file = name.rpartition("/")
    stem, dot, ending = file.rpartition(".")
    if not stem:
        stem, dot, ending = file, "", ""
    count = 1
    while name.casefold() in taken:
        count += 1
        name = f"{folder}{slash}{stem} ({count}){dot}{ending}"
    return name
