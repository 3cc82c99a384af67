"""Leave (请假): what was asked for, which sessions it covers, and what was decided. What it means for attendance are events."""
from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.attendance.models import AttendanceEvent
from lms.core.classes.models import ClassSession
from lms.core.db import Base, PublicRow, Row, Versioned
from lms.core.files.models import FileReference
from lms.core.people.models import Person


class LeaveRequest(PublicRow, Versioned, Base):
    """Somebody asks to be away from some sessions of a class."""

    __tablename__ = "lms_leave_request"

    class_id: Mapped[int] = mapped_column(ForeignKey("lms_training_class.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))  # classes.rules.LEAVE_KINDS
    reason: Mapped[str] = mapped_column(String(500))
    state: Mapped[str] = mapped_column(String(12), default="asked")  # asked | approved | refused | withdrawn | returned
    asked_at: Mapped[datetime]
    filed_by_id: Mapped[int | None] = mapped_column(ForeignKey("lms_person.id"))  # staff who entered it; None: asked on the own phone
    basis: Mapped[str] = mapped_column(String(200), default="", server_default="")  # what staff entered it from: a note on paper, a call
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("lms_person.id"))
    note: Mapped[str] = mapped_column(String(500), default="")
    ended_at: Mapped[datetime | None]  # withdrawn, or back
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("lms_person.id"))
    # The proof and what is said about it go together; once purged, only that there was one remains.
    proof_id: Mapped[int | None] = mapped_column(ForeignKey("lms_file_reference.id"))
    proof_consent_at: Mapped[datetime | None]
    proof_until: Mapped[datetime | None] = mapped_column(index=True)
    proof_purged_at: Mapped[datetime | None]

    proof: Mapped[FileReference | None] = relationship()
    filed_by: Mapped[Person | None] = relationship(foreign_keys=[filed_by_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])
    ended_by: Mapped[Person | None] = relationship(foreign_keys=[ended_by_id])
    covered: Mapped[list[LeaveSession]] = relationship(order_by="LeaveSession.id")


class LeaveSession(Row, Base):
    """A session that a request covers, and the event that stands for it once it is approved."""

    __tablename__ = "lms_leave_session"
    __table_args__ = (UniqueConstraint("request_id", "session_id"),)

    request_id: Mapped[int] = mapped_column(ForeignKey("lms_leave_request.id"))
    session_id: Mapped[int] = mapped_column(ForeignKey("lms_class_session.id"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("lms_attendance_event.id"))

    session: Mapped[ClassSession] = relationship()
    event: Mapped[AttendanceEvent | None] = relationship()


Index("ix_lms_leave_request_class", LeaveRequest.class_id, LeaveRequest.state)
