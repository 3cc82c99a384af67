"""Certificates: reserved with number and snapshot, then attached to their bytes; never changed, only superseded."""
from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base, PublicRow
from lms.core.files.models import StoredFile


class NumberSequence(Base):
    """The last serial used in a scope (a class, or a year): gap-free because it moves in the issuing transaction."""

    __tablename__ = "lms_number_sequence"

    scope: Mapped[str] = mapped_column(String(80), primary_key=True)
    last: Mapped[int] = mapped_column(default=0)


class Certificate(PublicRow, Base):
    """A completion certificate (结业证书). ``snapshot`` is all that is printed; ``verdict`` the sentence and evidence."""

    __tablename__ = "lms_certificate"
    __table_args__ = (UniqueConstraint("scope", "serial"),)

    class_id: Mapped[int] = mapped_column(ForeignKey("lms_training_class.id"), index=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("lms_enrolment.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"), index=True)
    scope: Mapped[str] = mapped_column(String(80))
    serial: Mapped[int]
    number: Mapped[str] = mapped_column(String(120))
    number_key: Mapped[str] = mapped_column(String(120), index=True)  # certificates.numbers.number_key(number)
    code_digest: Mapped[str] = mapped_column(String(64), unique=True)  # of the secret behind the QR
    state: Mapped[str] = mapped_column(String(12), default="reserved")  # reserved|valid|replaced|revoked|expired
    snapshot: Mapped[dict[str, Any]]
    verdict: Mapped[dict[str, Any]]
    template: Mapped[str] = mapped_column(String(60))
    file_id: Mapped[int | None] = mapped_column(ForeignKey("lms_stored_file.id"))
    pdf_sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    reserved_at: Mapped[datetime]
    issued_at: Mapped[datetime | None]
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("lms_person.id"))
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("lms_certificate.id"))
    state_reason: Mapped[str] = mapped_column(String(500), default="")
    state_at: Mapped[datetime | None]
    state_by_id: Mapped[int | None] = mapped_column(ForeignKey("lms_person.id"))

    file: Mapped[StoredFile | None] = relationship()


# Two clicks, two jobs or two processes cannot certify the same enrolment twice.
Index("uq_lms_certificate_live", Certificate.enrolment_id, unique=True,
      sqlite_where=text("state IN ('reserved', 'valid')"), postgresql_where=text("state IN ('reserved', 'valid')"))
