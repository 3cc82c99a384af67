"""Sign-in sheets (签到表) as they were printed, what was found on them, and imports of attendance."""
from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.classes.models import ClassSession, Enrolment
from lms.core.db import Base, Json, PublicRow, Row, Versioned


class SignInSheet(PublicRow, Versioned, Base):
    """One printed page: its code finds it again when it comes back signed. A reprint of the same page is the same row."""

    __tablename__ = "lms_sign_in_sheet"
    __table_args__ = (UniqueConstraint("session_id", "content"),)

    class_id: Mapped[int] = mapped_column(ForeignKey("lms_training_class.id"), index=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("lms_class_session.id"))
    code: Mapped[str] = mapped_column(String(8), unique=True)
    group_name: Mapped[str] = mapped_column(String(60), default="")
    page: Mapped[int]
    pages: Mapped[int]  # of the group
    content: Mapped[str] = mapped_column(String(64))  # digest of who stands on it in which row
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("lms_person.id"))
    created_at: Mapped[datetime]
    # What was keyed last, as it was typed; the events themselves are in the attendance record.
    keyed: Mapped[dict[str, Any]] = mapped_column(default=dict)
    keyed_uid: Mapped[str | None] = mapped_column(String(32))  # of the form that was sent
    keyed_at: Mapped[datetime | None]
    keyed_by_id: Mapped[int | None] = mapped_column(ForeignKey("lms_person.id"))

    session: Mapped[ClassSession] = relationship()  # the first that it is for
    for_sessions: Mapped[list[SheetSession]] = relationship(back_populates="sheet", order_by="SheetSession.id")
    rows: Mapped[list[SheetRow]] = relationship(back_populates="sheet", order_by="SheetRow.number")


class SheetSession(Row, Base):
    """A session that a sheet is signed for: one, or all of a half-day."""

    __tablename__ = "lms_sheet_session"
    __table_args__ = (UniqueConstraint("sheet_id", "session_id"),)

    sheet_id: Mapped[int] = mapped_column(ForeignKey("lms_sign_in_sheet.id"))
    session_id: Mapped[int] = mapped_column(ForeignKey("lms_class_session.id"), index=True)

    sheet: Mapped[SignInSheet] = relationship(back_populates="for_sessions")
    session: Mapped[ClassSession] = relationship()


class SheetRow(Row, Base):
    """Who stands in which row of a sheet; rows are numbered from 1 on each page."""

    __tablename__ = "lms_sheet_row"
    __table_args__ = (UniqueConstraint("sheet_id", "number"),)

    sheet_id: Mapped[int] = mapped_column(ForeignKey("lms_sign_in_sheet.id"))
    number: Mapped[int]
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("lms_enrolment.id"), index=True)

    sheet: Mapped[SignInSheet] = relationship(back_populates="rows")
    enrolment: Mapped[Enrolment] = relationship()


class ReconciliationNote(PublicRow, Base):
    """Why paper and scans differ for one person in one session. Never changed: the latest one counts."""

    __tablename__ = "lms_reconciliation_note"

    class_id: Mapped[int] = mapped_column(ForeignKey("lms_training_class.id"), index=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("lms_class_session.id"), index=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("lms_enrolment.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))  # paperwork.reconcile.KINDS
    reason: Mapped[str] = mapped_column(String(500))
    by_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"))
    at: Mapped[datetime]


class AttendanceImport(PublicRow, Base):
    """An import of times, statuses or an edited matrix: what the file would do, what came of it, whether it was undone."""

    __tablename__ = "lms_attendance_import"

    class_id: Mapped[int] = mapped_column(ForeignKey("lms_training_class.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))  # list | matrix
    file_name: Mapped[str] = mapped_column(String(200))
    rows: Mapped[list[Any]] = mapped_column(Json)  # previewed lines; once committed, those that were saved, with their events
    notes: Mapped[list[Any]] = mapped_column(Json, default=list)
    state: Mapped[str] = mapped_column(String(12), default="previewed")  # previewed | committed | undone | dropped
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("lms_person.id"))
    created_at: Mapped[datetime]
    committed_by_id: Mapped[int | None] = mapped_column(ForeignKey("lms_person.id"))
    committed_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("lms_person.id"))
    undone_at: Mapped[datetime | None]
