"""Photographs of returned sheets: kept beside the keyed page, as evidence."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from lms.core.audit.service import record
from lms.core.errors import Conflict
from lms.core.files.models import FileReference
from lms.core.files.service import Stored, keep
from lms.core.i18n import N_
from lms.core.paperwork.models import SignInSheet

_OWNER = "SignInSheet"
MOST = 6


def photos_of(db: Session, sheet: SignInSheet) -> Sequence[FileReference]:
    """The photographs of *sheet*, oldest first."""
    return db.scalars(select(FileReference).options(joinedload(FileReference.file)).where(
        FileReference.owner_type == _OWNER, FileReference.owner_uid == sheet.uid).order_by(FileReference.id)).all()


def attach_photo(db: Session, *, sheet: SignInSheet, stored: Stored, by_id: int, now: datetime) -> FileReference:
    """Keep a photograph (``files.photos.clean_photo``) with *sheet*; the same picture again is the one that there is.

    :raises Conflict: there are enough of them
    """
    known = photos_of(db, sheet)
    same = next((photo for photo in known if photo.file.sha256 == stored.sha256), None)
    if same is not None:
        return same
    if len(known) >= MOST:
        raise Conflict("photos_enough", N_("这张签到表已有 {most} 张照片，没有再保存。"), most=MOST)
    made = FileReference(file_id=keep(db, stored, now=now).id, owner_type=_OWNER, owner_uid=sheet.uid, created_by_id=by_id,
                         name=f"{sheet.code}-{len(known) + 1}.jpg", created_at=now)
    db.add(made)
    db.flush()
    record(db, actor_id=by_id, action="sheet.photo", thing=sheet, now=now, class_id=sheet.class_id, after={"photo": made.uid})
    return made
