"""Satisfaction surveys (满意度评价). Who took part and what was answered lie in tables that nothing joins.

Participation has a random key and no time. The answers of all lie in one row, as counts and a shuffled list of texts, that
each participant writes anew: so neither a key, nor a time, nor an order, nor the transaction in which a row was written
says who answered what.
"""
from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.classes.models import TrainingClass
from lms.core.db import Base, Planned, PublicRow, Row, Versioned
from lms.core.db.base import Key


class Survey(PublicRow, Versioned, Planned, Base):
    """The questions that a class is asked, and whether it may answer now."""

    __tablename__ = "lms_survey"

    class_id: Mapped[int] = mapped_column(ForeignKey("lms_training_class.id"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    intro: Mapped[str] = mapped_column(Text, default="")
    questions: Mapped[list[Any]]  # surveys.questions.Question as plain data
    least: Mapped[int] = mapped_column(default=5)  # answers before anything is shown
    required: Mapped[bool] = mapped_column(default=True)
    state: Mapped[str] = mapped_column(String(12), default="draft")  # draft | open | closed
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("lms_person.id"))
    created_at: Mapped[datetime]

    training_class: Mapped[TrainingClass] = relationship()


class SurveyParticipation(Base):
    """Somebody has answered; what, and when, nobody can tell from here."""

    __tablename__ = "lms_survey_participation"
    __table_args__ = (UniqueConstraint("survey_id", "person_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False, default=lambda: secrets.randbits(62))
    survey_id: Mapped[int] = mapped_column(ForeignKey("lms_survey.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"), index=True)


class SurveyBox(Row, Base):
    """All answers to a survey, put together: what is in now, what the next release will show, and what is shown."""

    __tablename__ = "lms_survey_box"

    survey_id: Mapped[int] = mapped_column(ForeignKey("lms_survey.id"), unique=True)
    answers: Mapped[dict[str, Any]]
    held: Mapped[dict[str, Any]]
    shown: Mapped[dict[str, Any]]
