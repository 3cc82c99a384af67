"""What goes with a video: a poster, and subtitles, which become WebVTT whatever they came as."""
from __future__ import annotations

import html
import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from lms.core.audit.service import record
from lms.core.errors import Invalid, TooLarge
from lms.core.files.photos import clean_photo
from lms.core.files.service import Stored, keep, store_bytes
from lms.core.files.storage import Storage
from lms.core.i18n import N_
from lms.core.material.models import Material, MaterialAttachment

LANGUAGES = {"zh": N_("汉语"), "en": N_("英语")}
POSTER, SUBTITLES = "poster", "subtitles"
_LONGEST, _MOST_CUES = 2 * 1024 * 1024, 20_000
# WebVTT (W3C), 4: "00:01:02.345 --> 00:01:04.000 align:start"; SubRip writes a comma and no settings.
_TIMES = re.compile(r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,](\d{3})\s*-->\s*(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,](\d{3})")
_TAG = re.compile(r"<[^>]*>|\{\\[^}]*\}")


def take_poster(storage: Storage, data: bytes, name: str) -> Stored:
    """A picture, made anew. Do this before the transaction.

    :raises Invalid: no picture
    :raises TooLarge: more bytes or pixels than needed
    """
    return store_bytes(storage, clean_photo(data, name), "image/jpeg")


def take_subtitles(storage: Storage, data: bytes, name: str) -> Stored:
    """Subtitles (.vtt, .srt), as WebVTT of ours. Do this before the transaction.

    :raises Invalid: no subtitles
    :raises TooLarge: longer than any film's
    """
    if len(data) > _LONGEST:
        raise TooLarge("subtitles_too_large", N_("字幕文件“{name}”超过 2 MB，没有保存。"), name=name)
    return store_bytes(storage, to_webvtt(_text(data), name).encode(), "text/vtt")


def to_webvtt(text: str, name: str) -> str:
    """Cues with their times and plain words; styles, notes, colours and whatever else they bring are left out.

    :param name: only for what is said about it
    :raises Invalid: there is no cue in it
    """
    cues = []
    for block in re.split(r"\n{2,}", text.replace("\r\n", "\n").replace("\r", "\n")):
        lines = block.strip("\n").split("\n")
        at = next((n for n, line in enumerate(lines[:2]) if "-->" in line), None)
        times = _TIMES.match(lines[at].strip()) if at is not None else None
        if at is None or times is None:
            continue
        words = [html.escape(html.unescape(_TAG.sub("", line)), quote=False).strip() for line in lines[at + 1:]]
        parts = [int(p or 0) for p in times.groups()]
        begin, end = (f"{h:02}:{m:02}:{s:02}.{ms:03}" for h, m, s, ms in (parts[:4], parts[4:]))
        shown = "\n".join(w for w in words if w)
        if shown:
            cues.append(f"{begin} --> {end}\n{shown}\n")
    if not 0 < len(cues) <= _MOST_CUES:
        raise Invalid("no_subtitles", N_("“{name}”里没有读到字幕，没有保存。请上传 .vtt 或 .srt 字幕文件。"), name=name)
    return "WEBVTT\n\n" + "\n".join(cues)


def attach(db: Session, material: Material, *, role: str, language: str, stored: Stored, by_id: int, now: datetime) -> MaterialAttachment:
    """Put a poster or subtitles to a video; those that were there (in that language) give way."""
    file = keep(db, stored, now=now)
    found = db.scalar(select(MaterialAttachment).where(MaterialAttachment.material_id == material.id, MaterialAttachment.role == role,
                                                       MaterialAttachment.language == language))
    if found is None:
        found = MaterialAttachment(material_id=material.id, role=role, language=language)
        db.add(found)
    found.file_id, found.created_by_id, found.created_at = file.id, by_id, now
    record(db, actor_id=by_id, action="material.attach", thing=material, now=now,
           after={"kind": role, "language": language, "sha256": stored.sha256})
    db.flush()
    return found


def detach(db: Session, material: Material, attachment: MaterialAttachment, *, by_id: int, now: datetime) -> None:
    """Take a poster or subtitles away again."""
    record(db, actor_id=by_id, action="material.detach", thing=material, now=now,
           before={"kind": attachment.role, "language": attachment.language})
    db.delete(attachment)


def attachments_of(db: Session, material_id: int) -> Sequence[MaterialAttachment]:
    """With their files: the poster first, then subtitles by language."""
    return db.scalars(select(MaterialAttachment).options(joinedload(MaterialAttachment.file))
                      .where(MaterialAttachment.material_id == material_id)
                      .order_by(MaterialAttachment.role, MaterialAttachment.language.desc())).all()


def _text(data: bytes) -> str:
    """Subtitles come in UTF-8, in UTF-16 with a mark, or in the Chinese encoding of older tools."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")
