"""Stored files: one row per content, references per use."""
from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base, PublicRow, Row
from lms.core.db.base import Key


class StoredFile(Row, Base):
    """Bytes in the store, by SHA-256. The bytes are durable before this row commits."""

    __tablename__ = "lms_stored_file"

    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    size: Mapped[int] = mapped_column(Key)  # bytes; a film may have more than 2 GB
    media_type: Mapped[str] = mapped_column(String(100))  # judged by content
    created_at: Mapped[datetime]


class FileReference(PublicRow, Base):
    """A use of a stored file by a thing, under a name. A file without references is swept after a while."""

    __tablename__ = "lms_file_reference"

    file_id: Mapped[int] = mapped_column(ForeignKey("lms_stored_file.id"), index=True)
    owner_type: Mapped[str] = mapped_column(String(40))
    owner_uid: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("lms_person.id"))
    created_at: Mapped[datetime]

    file: Mapped[StoredFile] = relationship()


Index("ix_lms_file_reference_owner", FileReference.owner_type, FileReference.owner_uid)


class Upload(PublicRow, Base):
    """A file on its way here, in pieces. What its owner may rely on stands in ``received``: so much is durable."""

    __tablename__ = "lms_upload"

    person_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    size: Mapped[int] = mapped_column(Key)  # bytes
    received: Mapped[int] = mapped_column(Key, default=0)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
