"""What a file is, judged by its content. The name must agree; what could run in a browser is not accepted as material."""
from __future__ import annotations

import zipfile
from pathlib import PurePath
from typing import BinaryIO

from lms.core.errors import Invalid
from lms.core.files.active import acts
from lms.core.i18n import N_

_OFFICE = "application/vnd.openxmlformats-officedocument."
# Ending -> media type. What is not listed is not accepted.
ENDINGS = {
    ".pdf": "application/pdf", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif",
    ".webp": "image/webp", ".docx": _OFFICE + "wordprocessingml.document", ".xlsx": _OFFICE + "spreadsheetml.sheet",
    ".pptx": _OFFICE + "presentationml.presentation", ".doc": "application/msword", ".xls": "application/vnd.ms-excel",
    ".ppt": "application/vnd.ms-powerpoint", ".mp4": "video/mp4", ".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".wav": "audio/wav",
    ".txt": "text/plain", ".zip": "application/zip",
}
SHOWN = frozenset({"application/pdf", "image/png", "image/jpeg", "image/gif", "image/webp", "video/mp4", "audio/mpeg",
                   "audio/mp4", "audio/wav"})
_PARTS = {".docx": "word/", ".xlsx": "xl/", ".pptx": "ppt/"}
_MAX_ENTRIES, _MAX_UNPACKED, _MAX_RATIO = 10_000, 2 * 1024**3, 200


def judge(head: bytes, name: str, stream: BinaryIO) -> str:
    """The media type of a file.

    :param head: its first bytes
    :param stream: the whole, seekable; its position is changed
    :raises Invalid: the kind is not accepted, or the content is not what the name says
    """
    ending = known_ending(name)
    if not _fits(ending, head, stream):
        raise Invalid("not_what_it_says", N_("“{name}”的内容不是 {ending} 文件，或者文件已损坏、没有传完整，没有保存。请用原来的程序重新保存后再传。"),
                      name=name, ending=ending[1:])
    if acts(ending, stream):
        raise Invalid("active_content", N_("“{name}”里有宏、脚本或嵌入的程序，没有保存。请另存为不带宏的文件，或导出（打印）为 PDF 后再传。"), name=name)
    return ENDINGS[ending]


def known_ending(name: str) -> str:
    """The ending of a file's name.

    :raises Invalid: files of that kind are not accepted
    """
    ending = PurePath(name).suffix.lower()
    if ending not in ENDINGS:
        raise Invalid("kind_not_accepted", N_("不接受“{ending}”类型的文件，没有保存。可以上传：{known}。"), ending=ending or "—",
                      known=sorted(e[1:] for e in ENDINGS))
    return ending


def _fits(ending: str, head: bytes, stream: BinaryIO) -> bool:
    if ending == ".pdf":
        return head[:1024].lstrip().startswith(b"%PDF-") and _ends_with_eof(stream)
    if ending in _PARTS:
        return _office(stream, _PARTS[ending])
    if ending in (".doc", ".xls", ".ppt"):
        return head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    if ending == ".txt":
        return b"\x00" not in head
    if ending == ".zip":
        return head.startswith(b"PK\x03\x04")  # what is in it, core.material.packages judges
    if ending == ".wav":
        return head[:4] == b"RIFF" and head[8:12] == b"WAVE"
    if ending in (".mp4", ".m4a"):
        return head[4:8] == b"ftyp"
    if ending == ".mp3":
        return head.startswith(b"ID3") or head[:1] == b"\xff"
    return _image(ending, head, stream)


def _image(ending: str, head: bytes, stream: BinaryIO) -> bool:
    stream.seek(-64 * 1024 if _size(stream) > 64 * 1024 else 0, 2 if _size(stream) > 64 * 1024 else 0)
    tail = stream.read()
    if ending == ".png":
        return head.startswith(b"\x89PNG\r\n\x1a\n") and b"IEND" in tail
    if ending in (".jpg", ".jpeg"):
        return head.startswith(b"\xff\xd8\xff") and b"\xff\xd9" in tail
    if ending == ".gif":
        return head[:6] in (b"GIF87a", b"GIF89a") and tail.rstrip(b"\x00").endswith(b"\x3b")
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP" and int.from_bytes(head[4:8], "little") + 8 <= _size(stream)


def _ends_with_eof(stream: BinaryIO) -> bool:
    """A PDF ends with %%EOF; one that was cut off does not (ISO 32000-1, 7.5.5)."""
    size = _size(stream)
    stream.seek(max(0, size - 2048))
    return b"%%EOF" in stream.read()


def _office(stream: BinaryIO, folder: str) -> bool:
    """A whole Office file: a zip with its main folder, not a bomb."""
    if more_than(stream, b"PK\x01\x02", _MAX_ENTRIES):  # before the library makes an object of each
        return False
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError):
        return False
    unpacked, packed = sum(e.file_size for e in entries), max(1, sum(e.compress_size for e in entries))
    if len(entries) > _MAX_ENTRIES or unpacked > _MAX_UNPACKED or (unpacked > 100 * 1024**2 and unpacked / packed > _MAX_RATIO):
        return False
    names = {e.filename for e in entries}
    return "[Content_Types].xml" in names and any(n.startswith(folder) for n in names)


def more_than(stream: BinaryIO, mark: bytes, most: int) -> bool:
    """Whether *mark* stands in a stream more often than *most* times; read in pieces of 1 MiB."""
    stream.seek(0)
    found, tail = 0, b""
    while piece := stream.read(1024**2):
        found += (tail + piece).count(mark)
        if found > most:
            return True
        tail = piece[1 - len(mark):]
    return False


def _size(stream: BinaryIO) -> int:
    here = stream.tell()
    size = stream.seek(0, 2)
    stream.seek(here)
    return size
