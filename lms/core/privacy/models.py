"""What people ask to have corrected in what is kept about them (个人信息保护法 第 46 条)."""
from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base, PublicRow, Versioned
from lms.core.people.models import Person


class CorrectionRequest(PublicRow, Versioned, Base):
    """One field of one person, with what it should be; answered once.

    :ivar field: one of ``corrections.FIELDS``
    :ivar wanted: what it should be, cleaned as the field is; for ``other`` empty
    :ivar state: open | accepted | refused | withdrawn
    """

    __tablename__ = "lms_correction_request"

    person_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"), index=True)
    field: Mapped[str] = mapped_column(String(20))
    wanted: Mapped[str] = mapped_column(String(200), default="")
    text: Mapped[str] = mapped_column(String(500), default="")
    state: Mapped[str] = mapped_column(String(20), default="open")
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("lms_person.id"))
    answer: Mapped[str] = mapped_column(String(500), default="")

    person: Mapped[Person] = relationship(foreign_keys=[person_id])


# A field has one open request at a time, however often the form is sent.
_OPEN = CorrectionRequest.state == "open"
Index("uq_lms_correction_request_open", CorrectionRequest.person_id, CorrectionRequest.field, unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN)
