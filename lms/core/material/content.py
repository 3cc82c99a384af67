"""What a file is as course material, found out before the transaction: its kind, and what only its kind has."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tinytag import TinyTag, TinyTagException

from lms.core.errors import Invalid
from lms.core.files.pictures import MAX_MATERIAL, clean_image
from lms.core.files.service import Stored, store_bytes
from lms.core.files.storage import Storage
from lms.core.i18n import N_
from lms.core.material.packages import examine_package

KINDS = {"pdf": "PDF", "image": N_("图片"), "office": N_("Office 文件"), "video": N_("视频"), "audio": N_("音频"), "text": N_("文字"),
         "link": N_("链接"), "page": N_("网页包"), "scorm": "SCORM", "file": N_("文件")}
PLAYED = ("video", "audio")
_OFFICE = ("application/msword", "application/vnd.")


@dataclass(frozen=True)
class Content:
    """A file that lies in the store, ready to become a version of material.

    :param name: the file's own name, kept for the download
    :param length: of video and audio, in 1/1000 s
    :param about: what only its kind has (``MaterialVersion.about``)
    """

    name: str
    stored: Stored
    kind: str
    length: int | None = None
    about: dict[str, Any] = field(default_factory=dict)


def examine(storage: Storage, stored: Stored, name: str) -> Content:
    """What a stored file is.

    :raises Invalid: a video or audio file that does not tell its length, a package or a picture that is none
    :raises TooLarge: an image of more bytes or pixels than one has
    """
    kind = kind_of(stored.media_type)
    if stored.media_type == "application/zip":
        with storage.open(stored.sha256) as file:
            kind, about = examine_package(file, name)
        return Content(name, stored, kind, about=about)
    if kind == "image":
        return Content(name, _cleaned(storage, stored, name), kind)
    return Content(name, stored, kind, _length(storage, stored, name) if kind in PLAYED else None)


def _cleaned(storage: Storage, stored: Stored, name: str) -> Stored:
    """The image without what the camera wrote beside it. The bytes that came have no row, so the nightly sweep removes them."""
    with storage.open(stored.sha256) as file:
        image = clean_image(file.read(MAX_MATERIAL + 1), name)
    return store_bytes(storage, image.data, image.media_type)


def kind_of(media_type: str) -> str:
    """The kind of material that a media type makes."""
    if media_type == "application/pdf":
        return "pdf"
    if media_type.startswith(_OFFICE):
        return "office"
    family = media_type.split("/")[0]
    return family if family in ("image", "video", "audio") else "file"


def _length(storage: Storage, stored: Stored, name: str) -> int:
    """The server measures: a length that a browser told could make one second the whole of a lecture."""
    with storage.open(stored.sha256) as file:
        try:
            seconds = TinyTag.get(filename=name, file_obj=file, tags=False).duration
        except (TinyTagException, ValueError, OverflowError, ArithmeticError, LookupError, MemoryError) as error:
            raise _no_length(name) from error
    if not seconds or not 0.1 <= seconds < 200_000:
        raise _no_length(name)
    return round(seconds * 1000)


def _no_length(name: str) -> Invalid:
    return Invalid("no_length", N_("“{name}”没有说明自己有多长，或者已损坏，没有保存。请用剪辑软件重新导出（MP4 选 H.264，音频选 MP3）后再传。"),
                   name=name)
