"""Questions that trainees ask under a module, answered by an instructor and shown to the class after approval."""
from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, PublicRow, Versioned


class ModuleQuestion(PublicRow, Versioned, Base):
    """One question and its answer."""

    __tablename__ = "lms_module_question"

    class_id: Mapped[int] = mapped_column(ForeignKey("lms_training_class.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("lms_course.id"), index=True)
    module_slug: Mapped[str] = mapped_column(String(60))
    person_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"), index=True)
    text: Mapped[str] = mapped_column(String(1000))
    state: Mapped[str] = mapped_column(String(12), default="asked")  # asked | private | shown
    asked_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("lms_person.id"))


Index("ix_lms_module_question_class", ModuleQuestion.class_id, ModuleQuestion.state)
