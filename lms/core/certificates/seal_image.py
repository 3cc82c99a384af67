"""A picture of the seal on certificates: only after two people have approved it; else the place stays blank for the real one."""
from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from typing import Any

from PIL import Image, UnidentifiedImageError
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.audit.service import record
from lms.core.certificates.models import SealImage
from lms.core.classes.models import TrainingClass
from lms.core.errors import Conflict, Forbidden, Invalid
from lms.core.files.models import StoredFile
from lms.core.files.service import Stored, keep
from lms.core.files.storage import Storage
from lms.core.i18n import N_

LARGEST = 2 * 1024 * 1024  # bytes
_SIDE = 1000  # pixels: 42 mm at 600 dpi
_PIXELS = 30_000_000


def clean_seal(data: bytes) -> bytes:
    """The picture drawn anew as a square PNG with its transparency and nothing else in it. Do this before the transaction.

    :raises Invalid: it is no PNG, too large, or has no transparent background and would cover the text under it
    """
    try:
        with Image.open(BytesIO(data), formats=("PNG",)) as picture:
            if len(data) > LARGEST or picture.width * picture.height > _PIXELS:
                raise Invalid("seal_too_large", N_("印章图片太大，没有保存。请用不超过 2 MB 的 PNG。"))
            drawn = picture.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        raise Invalid("seal_kind", N_("印章只收 PNG 图片，没有保存。请换一个文件。")) from error
    if not any(drawn.getchannel("A").histogram()[:128]):
        raise Invalid("seal_opaque", N_("印章图片的背景不透明，会盖住文字，没有保存。请用透明背景的 PNG。"))
    drawn.thumbnail((_SIDE, _SIDE))
    side = max(drawn.size)
    square = Image.new("RGBA", (side, side), (255, 255, 255, 0))
    square.paste(drawn, ((side - drawn.width) // 2, (side - drawn.height) // 2))
    out = BytesIO()
    square.save(out, "PNG", optimize=True)
    return out.getvalue()


def current_seal(db: Session, class_id: int) -> SealImage | None:
    """The picture that is proposed or approved for a class; None: the place stays blank."""
    return db.scalar(select(SealImage).where(SealImage.class_id == class_id, SealImage.state != "withdrawn"))


def seal_in_use(db: Session, class_id: int) -> str:
    """The SHA-256 of the picture that certificates of the class carry now; empty: none."""
    return db.scalar(select(StoredFile.sha256).join(SealImage, SealImage.file_id == StoredFile.id)
                     .where(SealImage.class_id == class_id, SealImage.state == "approved")) or ""


def seal_bytes(storage: Storage, snapshot: Mapping[str, Any]) -> bytes | None:
    """The picture that a certificate with this snapshot carries."""
    if not snapshot.get("seal"):
        return None
    with storage.open(str(snapshot["seal"])) as file:
        return file.read()


def propose_seal(db: Session, *, training_class: TrainingClass, stored: Stored, by_id: int, now: datetime) -> SealImage:
    """Put a picture forward in place of an earlier one. It is on no certificate before two people have approved it."""
    earlier = current_seal(db, training_class.id)
    if earlier is not None:
        earlier.state = "withdrawn"
        db.flush()
    made = SealImage(class_id=training_class.id, file_id=keep(db, stored, now=now).id, state="proposed", proposed_by_id=by_id, proposed_at=now)
    db.add(made)
    db.flush()
    record(db, actor_id=by_id, action="certificate.seal_propose", thing=made, now=now, class_id=training_class.id, after={"sha256": stored.sha256})
    return made


def approve_seal(db: Session, *, seal: SealImage, by_id: int, now: datetime) -> None:
    """One of the two approvals, each by another person; with the second the picture is in use.

    :raises Forbidden: this person has approved it already
    :raises Conflict: it does not wait for an approval
    """
    if seal.state != "proposed":
        raise Conflict("seal_settled", N_("这个印章图片不在等待批准，没有作任何改动。请刷新页面查看。"))
    if seal.first_by_id == by_id:
        raise Forbidden("seal_same_person", N_("您已经批准过。印章图片要由另一个人再批准一次才能使用。"))
    if seal.first_by_id is None:
        seal.first_by_id, seal.first_at = by_id, now
    else:
        seal.second_by_id, seal.second_at, seal.state = by_id, now, "approved"
    record(db, actor_id=by_id, action="certificate.seal_approve", thing=seal, now=now, class_id=seal.class_id, after={"state": seal.state})


def withdraw_seal(db: Session, *, seal: SealImage, by_id: int, now: datetime) -> None:
    """The place stays blank from now on; certificates that carry the picture keep it."""
    seal.state = "withdrawn"
    record(db, actor_id=by_id, action="certificate.seal_withdraw", thing=seal, now=now, class_id=seal.class_id)
