"""A zip of web pages, or a SCORM 1.2 package: judged before it is kept, and read where it lies. Nothing in it is ever unpacked to a
disk, so no name in it can lead anywhere."""
from __future__ import annotations

import re
import zipfile
from typing import Any, BinaryIO

from lms.core.errors import Invalid
from lms.core.files.kinds import more_than
from lms.core.i18n import N_
from lms.core.material.manifest import read_manifest

MOST_ENTRIES, _MOST_UNPACKED = 5000, 2 * 1024**3
_SUSPICIOUS, _MOST_RATIO, _LARGEST_MANIFEST = 100 * 1024**2, 200, 5 * 1024**2
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_SYMLINK, _KIND = 0o120000, 0o170000
_START = ("index.html", "index.htm")
# Where a script of ours goes so that it runs before any of the page's.
_HEAD = re.compile(rb"<head(?:\s[^>]*)?>|<html(?:\s[^>]*)?>(?!\s*<head)|<!doctype[^>]*>(?!\s*<html)", re.I)


def examine_package(stream: BinaryIO, name: str) -> tuple[str, dict[str, Any]]:
    """The kind (``scorm`` or ``page``) of a package and what is known about it (``MaterialVersion.about``).

    :raises Invalid: damaged, too much in it, names that lead out of it, nothing to begin with, a manifest that is none
    """
    if more_than(stream, b"PK\x01\x02", MOST_ENTRIES):  # before the library makes an object of each
        raise Invalid("bad_package", N_("“{name}”里的文件太多，没有保存。"), name=name)
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            _check_entries(archive, name)
            return _what_it_is(archive, name)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, OSError, ValueError, EOFError, NotImplementedError, RuntimeError) as error:
        raise Invalid("bad_package", N_("“{name}”不是完整的 zip 文件，没有保存。请重新打包后再传。"), name=name) from error


def with_script(page: bytes, script: bytes) -> bytes:
    """*page* with a script tag of ours before everything of its own."""
    found = _HEAD.search(page[:20_000])
    place = found.end() if found else 0
    return page[:place] + script + page[place:]


def _check_entries(archive: zipfile.ZipFile, name: str) -> None:
    entries = archive.infolist()
    unpacked, packed = sum(e.file_size for e in entries), max(1, sum(e.compress_size for e in entries))
    if unpacked > _MOST_UNPACKED or unpacked > _SUSPICIOUS and unpacked / packed > _MOST_RATIO:
        raise Invalid("bad_package", N_("“{name}”解开后太大，没有保存。"), name=name)
    if len({e.filename for e in entries}) != len(entries):
        raise Invalid("bad_package", N_("“{name}”里有重名的文件，没有保存。请重新打包后再传。"), name=name)
    for entry in entries:
        parts = entry.filename.replace("\\", "/").split("/")
        if ".." in parts or entry.filename.startswith(("/", "\\")) or ":" in parts[0] or any(ord(c) < 32 for c in entry.filename):
            raise Invalid("bad_package", N_("“{name}”里有指向包外的文件名，没有保存。请重新打包后再传。"), name=name)
        if entry.external_attr >> 16 & _KIND == _SYMLINK:
            raise Invalid("bad_package", N_("“{name}”里有符号链接，没有保存。请换成真正的文件后重新打包。"), name=name)
        if entry.flag_bits & 1 or entry.compress_type not in _METHODS:
            raise Invalid("bad_package", N_("“{name}”加了密码，或压缩方式太少见，没有保存。请用普通方式打成 zip。"), name=name)


def _what_it_is(archive: zipfile.ZipFile, name: str) -> tuple[str, dict[str, Any]]:
    top = _folder(archive)
    manifest = archive.NameToInfo.get(f"{top}imsmanifest.xml")
    if manifest is not None:
        if manifest.file_size > _LARGEST_MANIFEST:
            raise Invalid("bad_package", N_("“{name}”的 imsmanifest.xml 太大，没有保存。"), name=name)
        parts = read_manifest(archive.read(manifest), top, name)
        for part in parts:
            if part.file not in archive.NameToInfo:
                raise Invalid("part_missing", N_("“{name}”的目录里写着“{part}”，但包里没有这个文件，没有保存。请重新导出 SCORM 1.2 包。"), name=name,
                              part=part.file)
        return "scorm", {"parts": [part.as_data() for part in parts]}
    for start in _START:
        if f"{top}{start}" in archive.NameToInfo:
            return "page", {"launch": f"{top}{start}"}
    raise Invalid("bad_package", N_("“{name}”里没有 index.html，也没有 imsmanifest.xml，没有保存。请把网页放在 zip 的最外层。"), name=name)


def _folder(archive: zipfile.ZipFile) -> str:
    """The one folder that everything lies in, as people pack them; else nothing."""
    tops = {entry.filename.split("/")[0] for entry in archive.infolist() if not entry.filename.startswith("__MACOSX/")}
    only = tops.pop() if len(tops) == 1 else ""
    return f"{only}/" if only and only not in archive.NameToInfo else ""
