"""Assignments (心得体会): what is asked of a class, what a trainee is writing, and every hand-in as it was."""
from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.classes.models import TrainingClass
from lms.core.db import Base, Planned, PublicRow, Row, Versioned


class Assignment(PublicRow, Versioned, Planned, Base):
    """Something to write, or to photograph, for a class."""

    __tablename__ = "lms_assignment"

    class_id: Mapped[int] = mapped_column(ForeignKey("lms_training_class.id"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    prompt: Mapped[str] = mapped_column(Text, default="")
    least_chars: Mapped[int] = mapped_column(default=0)
    most_files: Mapped[int] = mapped_column(default=5)
    due_at: Mapped[datetime | None]
    late_ok: Mapped[bool] = mapped_column(default=True)
    required: Mapped[bool] = mapped_column(default=True)
    needs: Mapped[str] = mapped_column(String(12), default="handed_in")  # handed_in | accepted
    state: Mapped[str] = mapped_column(String(12), default="draft")  # draft | published | closed
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("lms_person.id"))
    created_at: Mapped[datetime]

    training_class: Mapped[TrainingClass] = relationship()


class Submission(PublicRow, Versioned, Base):
    """One trainee's work at an assignment: the draft, and where it stands."""

    __tablename__ = "lms_submission"
    __table_args__ = (UniqueConstraint("assignment_id", "person_id"),)

    assignment_id: Mapped[int] = mapped_column(ForeignKey("lms_assignment.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"), index=True)
    text: Mapped[str] = mapped_column(Text, default="")
    files: Mapped[list[Any]]  # uids of file references
    state: Mapped[str] = mapped_column(String(12), default="draft")  # draft | handed_in | returned | accepted | failed
    saved_at: Mapped[datetime]
    handed_in_at: Mapped[datetime | None]
    late: Mapped[bool] = mapped_column(default=False)

    assignment: Mapped[Assignment] = relationship()
    hand_ins: Mapped[list[HandIn]] = relationship(order_by="HandIn.number")


class HandIn(Row, Base):
    """What was handed in, as it was, and what the instructor said to it."""

    __tablename__ = "lms_hand_in"
    __table_args__ = (UniqueConstraint("submission_id", "number"),)

    submission_id: Mapped[int] = mapped_column(ForeignKey("lms_submission.id"))
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    files: Mapped[list[Any]]
    at: Mapped[datetime]
    late: Mapped[bool] = mapped_column(default=False)
    verdict: Mapped[str] = mapped_column(String(12), default="")  # "" | accepted | returned | failed
    level: Mapped[str] = mapped_column(String(12), default="")  # marking.LEVELS
    mark: Mapped[int | None]  # 1/1000
    comment: Mapped[str] = mapped_column(Text, default="")
    marked_at: Mapped[datetime | None]
    marked_by_id: Mapped[int | None] = mapped_column(ForeignKey("lms_person.id"))


Index("ix_lms_submission_state", Submission.assignment_id, Submission.state)
