"""Announcements (通知公告) to a class, and who has confirmed that they read them."""
from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.classes.models import TrainingClass
from lms.core.db import Base, Planned, PublicRow, Row, Versioned


class Announcement(PublicRow, Versioned, Planned, Base):
    """What a class is told."""

    __tablename__ = "lms_announcement"

    class_id: Mapped[int] = mapped_column(ForeignKey("lms_training_class.id"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    body: Mapped[str] = mapped_column(Text)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("lms_person.id"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    training_class: Mapped[TrainingClass] = relationship()


class AnnouncementRead(Row, Base):
    """Somebody has confirmed that they read it."""

    __tablename__ = "lms_announcement_read"
    __table_args__ = (UniqueConstraint("announcement_id", "person_id"),)

    announcement_id: Mapped[int] = mapped_column(ForeignKey("lms_announcement.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"), index=True)
    at: Mapped[datetime]
