"""Files that come in pieces and go on where they stopped, whatever happened to the network (tus 1.0 is how the web speaks of it)."""
from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path, PurePath

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lms.core.errors import Conflict, Invalid, NotFound, TooLarge, TooOften, Unavailable
from lms.core.files.incoming import Incoming
from lms.core.files.kinds import judge, known_ending
from lms.core.files.models import Upload
from lms.core.files.service import Stored
from lms.core.files.storage import Storage
from lms.core.i18n import N_
from lms.core.ids import new_uid

MOST_OPEN = 20  # unfinished uploads of one person
_HEAD = 256 * 1024
_SPARE = 200 * 1024 * 1024  # bytes that the disk must keep for everything else


def begin(db: Session, *, person_id: int, name: str, size: int, limit: int, days: int, now: datetime) -> Upload:
    """Announce a file.

    :param size: bytes of the whole file
    :param limit: bytes
    :param days: how long it may take
    :raises Invalid: no size, or a kind that is not accepted
    :raises TooLarge: larger than the limit
    :raises TooOften: too many of this person's are unfinished
    """
    name = PurePath(name.replace("\\", "/")).name[-200:]
    known_ending(name)
    if size <= 0:
        raise Invalid("empty_file", N_("文件“{name}”是空的，没有保存。请检查后重新选择。"), name=name)
    if size > limit:
        raise TooLarge("file_too_large", N_("文件“{name}”超过 {limit} MB 的上限，没有保存。请压缩或拆分后再传。"), name=name,
                       limit=limit // 1024 // 1024)
    unfinished = db.scalar(select(func.count()).where(Upload.person_id == person_id, Upload.expires_at > now)) or 0
    if unfinished >= MOST_OPEN:
        raise TooOften("too_many_uploads", N_("您有 {count} 个文件没有传完，先传完或等它们过期，再传新的。"), count=unfinished)
    upload = Upload(uid=new_uid(), person_id=person_id, name=name, size=size, received=0, created_at=now,
                    expires_at=now + timedelta(days=days))
    db.add(upload)
    db.flush()
    return upload


def require_room(folder: Path, size: int) -> None:
    """:raises Unavailable: the disk has no room for *size* bytes and what else needs some"""
    while not folder.exists():
        folder = folder.parent
    if shutil.disk_usage(folder).free < size + _SPARE:
        raise Unavailable("no_room_for_file", N_("磁盘空间不够放下这个文件，没有开始上传。请联系管理员清理。"))


def find_upload(db: Session, *, person_id: int, uid: str, now: datetime) -> Upload:
    """An upload of the person's own.

    :raises NotFound: there is none, it is somebody else's, or it has expired
    """
    upload = db.scalar(select(Upload).where(Upload.uid == uid, Upload.person_id == person_id, Upload.expires_at > now))
    if upload is None:
        raise NotFound("upload_gone", N_("没有这个上传，它可能已过期或已完成。请重新选择文件上传。"))
    return upload


def expect_offset(upload: Upload, offset: int) -> None:
    """:raises Conflict: the piece does not follow what is there"""
    if offset != upload.received:
        raise Conflict("wrong_offset", N_("这一段接不上已收到的部分，没有保存。已收到 {received} 字节，会从那里接着传。"),
                       received=upload.received, offset=offset)


def advance(db: Session, upload: Upload, *, received: int) -> None:
    """So much of it is durable now.

    :raises Conflict: somebody else got further meanwhile
    """
    moved = db.execute(update(Upload).where(Upload.id == upload.id, Upload.received == upload.received).values(received=received))
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict("wrong_offset", N_("这一段接不上已收到的部分，没有保存。已收到 {received} 字节，会从那里接着传。"),
                       received=upload.received, offset=upload.received)


def complete(storage: Storage, incoming: Incoming, upload: Upload) -> Stored:
    """Judge a whole upload by its content and take it into the store. Done twice, it is done once.

    Do this before the transaction that refers to the bytes, and ``forget`` the upload in it.

    :raises Conflict: a part of it is missing
    :raises Invalid: not what its name says
    """
    if upload.received < upload.size:
        raise Conflict("upload_unfinished", N_("“{name}”还没有传完（{received} / {size} 字节），没有保存。请接着传。"), name=upload.name,
                       received=upload.received, size=upload.size)
    file = incoming.path(upload.uid)
    with file.open("rb") as stream:
        media_type = judge(stream.read(_HEAD), upload.name, stream)
    sha256, size = storage.take(file)
    return Stored(sha256, size, media_type)


def forget(db: Session, upload: Upload) -> None:
    """The upload has become something else, or is given up; its file goes after the commit."""
    row = db.get(Upload, upload.id)
    if row is not None:
        db.delete(row)


def sweep_uploads_due(db: Session, *, now: datetime) -> bool:
    """Whether any has expired: asked each minute, so that the write lock is taken only where there is something to do."""
    return db.scalar(select(Upload.id).where(Upload.expires_at <= now).limit(1)) is not None


def sweep_uploads(db: Session, *, now: datetime) -> list[str]:
    """Forget what has expired; the uids whose files may go."""
    expired = db.scalars(select(Upload).where(Upload.expires_at <= now).limit(100)).all()
    for upload in expired:
        db.delete(upload)
    return [upload.uid for upload in expired]
