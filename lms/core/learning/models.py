"""What a person has read and watched."""
from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, Row


class ModuleProgress(Row, Base):
    """How far a person got in a module. Credit never exceeds the time that the server measured."""

    __tablename__ = "lms_module_progress"
    __table_args__ = (UniqueConstraint("person_id", "course_id", "module_slug"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("lms_course.id"))
    module_slug: Mapped[str] = mapped_column(String(60))
    opened_at: Mapped[datetime]
    last_at: Mapped[datetime]
    seconds: Mapped[int] = mapped_column(default=0)
    read_to: Mapped[int] = mapped_column(default=0)  # 1/1000 of the page
    completed_at: Mapped[datetime | None]


Index("ix_lms_module_progress_course", ModuleProgress.course_id, ModuleProgress.person_id)
