"""Certificates: reserved with number and snapshot, then attached to their bytes; never changed, only superseded."""
from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base, PublicRow
from lms.core.db.base import Row
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

    expires_on: Mapped[date | None]  # the last day on which it is valid; None: for ever
    archived_at: Mapped[datetime | None]  # the archive term is over: content and bytes are gone, number, hash and state stay

    file: Mapped[StoredFile | None] = relationship()


class IssueRequest(PublicRow, Base):
    """A list of people to be certified that waits for a second person (where the class asks for two)."""

    __tablename__ = "lms_issue_request"

    class_id: Mapped[int] = mapped_column(ForeignKey("lms_training_class.id"), index=True)
    enrolments: Mapped[list[Any]]  # uids of those on the list
    base: Mapped[str] = mapped_column(String(300))
    state: Mapped[str] = mapped_column(String(10), default="waiting")  # waiting|confirmed|withdrawn
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"))
    asked_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("lms_person.id"))
    decided_at: Mapped[datetime | None]


Index("uq_lms_issue_request_waiting", IssueRequest.class_id, unique=True,
      sqlite_where=text("state = 'waiting'"), postgresql_where=text("state = 'waiting'"))


class SealImage(PublicRow, Base):
    """A picture of the seal for a class's certificates; two people must approve it before it is printed."""

    __tablename__ = "lms_seal_image"

    class_id: Mapped[int] = mapped_column(ForeignKey("lms_training_class.id"))
    file_id: Mapped[int] = mapped_column(ForeignKey("lms_stored_file.id"))
    state: Mapped[str] = mapped_column(String(10), default="proposed")  # proposed|approved|withdrawn
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"))
    proposed_at: Mapped[datetime]
    first_by_id: Mapped[int | None] = mapped_column(ForeignKey("lms_person.id"))
    first_at: Mapped[datetime | None]
    second_by_id: Mapped[int | None] = mapped_column(ForeignKey("lms_person.id"))
    second_at: Mapped[datetime | None]


Index("uq_lms_seal_image_current", SealImage.class_id, unique=True,
      sqlite_where=text("state != 'withdrawn'"), postgresql_where=text("state != 'withdrawn'"))


class CompletionEvent(Row, Base):
    """A decision of a person about somebody's completion: approved, or outstanding (优秀学员), or not any more. Only added."""

    __tablename__ = "lms_completion_event"

    class_id: Mapped[int] = mapped_column(ForeignKey("lms_training_class.id"), index=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("lms_enrolment.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))  # approval|outstanding
    given: Mapped[bool]
    by_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"))
    at: Mapped[datetime]


# Two clicks, two jobs or two processes cannot certify the same enrolment twice.
Index("uq_lms_certificate_live", Certificate.enrolment_id, unique=True,
      sqlite_where=text("state IN ('reserved', 'valid')"), postgresql_where=text("state IN ('reserved', 'valid')"))
