"""The proof of a leave: a photo or a PDF that few may read and that is purged on time.

Its bytes are made its own: a photo is drawn anew, so that neither place nor phone stays in it, and both kinds get a mark
that no other file has. So purging a proof can take nothing away from anybody else.
"""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from lms.core.audit.service import record
from lms.core.errors import Invalid, TooLarge
from lms.core.files.kinds import judge
from lms.core.files.models import FileReference
from lms.core.files.photos import clean_photo
from lms.core.files.service import Stored, keep, store_bytes
from lms.core.files.storage import Storage
from lms.core.i18n import N_
from lms.core.ids import new_uid
from lms.core.jobs.service import Workplace
from lms.core.leave.models import LeaveRequest

ACCEPTED = (".jpg", ".jpeg", ".png", ".webp", ".pdf")
LARGEST = 10  # MB


@dataclass(frozen=True)
class Proof:
    """A proof whose bytes lie in the store already."""

    stored: Stored
    name: str


def take_proof(storage: Storage, stream: BinaryIO, *, name: str) -> Proof:
    """Take an upload. Do this before the transaction.

    :raises TooLarge: more bytes or pixels than needed
    :raises Invalid: neither a photo nor a PDF, whatever its name says
    """
    data = stream.read(LARGEST * 1024 * 1024 + 1)
    if len(data) > LARGEST * 1024 * 1024:
        raise TooLarge("proof_too_large", N_("证明文件超过 {limit} MB，没有提交。请重新拍照或压缩后再传。"), limit=LARGEST)
    if not data or not name.lower().endswith(ACCEPTED):
        raise Invalid("proof_kind", N_("证明只收照片（JPG、PNG、WebP）或 PDF，没有提交。请重新选择文件。"))
    media_type = judge(data[:256 * 1024], name, BytesIO(data))
    if media_type == "application/pdf":
        return Proof(store_bytes(storage, data + f"\n% {new_uid()}\n".encode(), media_type), name[-200:])
    return Proof(store_bytes(storage, clean_photo(data, name, new_uid()), "image/jpeg"), name.rsplit(".", 1)[0][-190:] + ".jpg")


def attach(db: Session, request: LeaveRequest, proof: Proof, *, until: datetime, now: datetime) -> None:
    """Put the proof to its request. The person has agreed, for this alone."""
    reference = FileReference(file_id=keep(db, proof.stored, now=now).id, owner_type="LeaveRequest", owner_uid=request.uid,
                              name=proof.name, created_by_id=request.filed_by_id or request.person_id, created_at=now)
    db.add(reference)
    db.flush()
    request.proof_id, request.proof_consent_at, request.proof_until = reference.id, now, until


def purge_proofs(site: Workplace) -> None:
    """Purge what is over its term. The bytes go first: if the power fails in between, the next minute does the rest."""
    now = site.clock.now()
    with site.database.reading() as db:
        due = [(r.id, r.proof.file.sha256) for r in db.scalars(
            select(LeaveRequest).options(joinedload(LeaveRequest.proof).joinedload(FileReference.file))
            .where(LeaveRequest.proof_until <= now, LeaveRequest.proof_id.is_not(None))) if r.proof is not None]
    for request_id, sha256 in due:
        site.storage.remove(sha256)
        with site.database.writing() as db:
            _forget(db, db.get_one(LeaveRequest, request_id), now)


def _forget(db: Session, request: LeaveRequest, now: datetime) -> None:
    reference = request.proof
    if reference is None:
        return
    file = reference.file
    request.proof, request.proof_until, request.proof_purged_at = None, None, now
    db.flush()
    db.delete(reference)
    db.flush()
    db.delete(file)
    record(db, actor_id=None, action="leave.purge_proof", thing=request, now=now, class_id=request.class_id)
