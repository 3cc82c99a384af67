"""Replies of units (报名回执): how many people a unit may send, until when, and whom it has named."""
from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.classes.models import TrainingClass
from lms.core.db import Base, Json, PublicRow, Versioned
from lms.core.people.models import Unit


class EnrolmentReply(PublicRow, Versioned, Base):
    """One unit's reply to one class. The link that its liaison gets is derived from the installation's key; only its digest is kept."""

    __tablename__ = "lms_enrolment_reply"
    __table_args__ = (UniqueConstraint("class_id", "unit_id"),)

    class_id: Mapped[int] = mapped_column(ForeignKey("lms_training_class.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("lms_unit.id"), index=True)
    quota: Mapped[int]
    closes_at: Mapped[datetime]
    serial: Mapped[int] = mapped_column(default=1)  # a new serial makes the old link invalid
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    # Those whom the unit has named: name, gender, position, phone, note. Emptied when the class closes.
    people: Mapped[list[Any]] = mapped_column(Json, default=list)
    replied_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    training_class: Mapped[TrainingClass] = relationship()
    unit: Mapped[Unit] = relationship()
