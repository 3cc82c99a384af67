"""The certificate templates that an administrator made: folders of the data folder, carried in a backup as one zip file."""
from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path

from lms.core.backup.parts import Part, damaged, read_parts, write_parts
from lms.core.certificates.templates import FOLDER, NAME

PARTS = "templates"
_DATE = (2000, 1, 1, 0, 0, 0)
_ENTRY = re.compile(rf"{NAME.pattern}/[^/\\]+")


def write_templates(data: Path, staging: Path, part_size: int) -> tuple[Part, ...]:
    """Those of the data folder *data* as parts in *staging*; none where nobody has made any."""
    files = [file for folder in _folders(data / FOLDER) for file in sorted(folder.iterdir()) if file.is_file() and not file.is_symlink()]
    if not files:
        return ()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.writestr(zipfile.ZipInfo(f"{file.parent.name}/{file.name}", _DATE), file.read_bytes(), zipfile.ZIP_DEFLATED)
    return tuple(write_parts([packed.getvalue()], staging, PARTS, part_size))


def bring_templates(folder: Path, parts: Iterable[Part], data: Path | None) -> None:
    """Read them back, checked, and put them into the data folder *data* if there is one; what is there stays.

    :raises Conflict: they are missing or damaged
    """
    content = b"".join(read_parts(folder, parts))
    if not content:
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            found = {name: archive.read(name) for name in archive.namelist() if _ENTRY.fullmatch(name)}
    except zipfile.BadZipFile as error:
        raise damaged(PARTS) from error
    if data is None:
        return
    for name, held in found.items():
        target = data / FOLDER / name
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(held)


def _folders(root: Path) -> list[Path]:
    return [f for f in sorted(root.iterdir()) if f.is_dir() and not f.is_symlink() and NAME.fullmatch(f.name)] if root.is_dir() else []
