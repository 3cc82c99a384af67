"""A training class (培训班), its timetable, its groups and who is enrolled."""
from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base, Json, Planned, PublicRow, Versioned
from lms.core.people.models import Person, Unit


class TrainingClass(PublicRow, Versioned, Planned, Base):
    """One run with dates and a roster. ``rules`` holds what differs from the defaults (``classes.rules``)."""

    __tablename__ = "lms_training_class"

    slug: Mapped[str] = mapped_column(String(60), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    series: Mapped[str] = mapped_column(String(120), default="")
    year: Mapped[int]
    intake: Mapped[int | None]
    organiser_id: Mapped[int] = mapped_column(ForeignKey("lms_unit.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    zone: Mapped[str] = mapped_column(String(60))
    place: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[str] = mapped_column(String(12), default="draft")  # draft | published | closed
    rules: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]

    organiser: Mapped[Unit] = relationship()
    sessions: Mapped[list[ClassSession]] = relationship(back_populates="training_class",
                                                        order_by="ClassSession.day, ClassSession.starts")
    groups: Mapped[list[Group]] = relationship(back_populates="training_class", order_by="Group.position")


class ClassSession(PublicRow, Versioned, Planned, Base):
    """A session (课次) of the timetable: local date and time, in the class's zone."""

    __tablename__ = "lms_class_session"

    class_id: Mapped[int] = mapped_column(ForeignKey("lms_training_class.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20), default="lecture")  # classes.timetable.SESSION_KINDS
    day: Mapped[date] = mapped_column(index=True)
    starts: Mapped[time]
    ends: Mapped[time]
    place: Mapped[str] = mapped_column(String(200), default="")
    lecturer: Mapped[str] = mapped_column(String(120), default="")
    credit_hours: Mapped[int] = mapped_column(default=0)  # 1/100 学时
    counts: Mapped[bool] = mapped_column(default=True)  # attendance is taken
    sign_out: Mapped[bool] = mapped_column(default=False)  # leaving is signed too
    opened_at: Mapped[datetime | None]  # sign-in opened by hand, before its time
    closed_at: Mapped[datetime | None]
    cancelled: Mapped[bool] = mapped_column(default=False)
    rules: Mapped[dict[str, Any]] = mapped_column(default=dict)  # what differs from the class's (classes.session_rules)

    training_class: Mapped[TrainingClass] = relationship(back_populates="sessions")


class Group(PublicRow, Versioned, Base):
    """A group (分组) of a class."""

    __tablename__ = "lms_group"
    __table_args__ = (UniqueConstraint("class_id", "name"),)

    class_id: Mapped[int] = mapped_column(ForeignKey("lms_training_class.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    position: Mapped[int] = mapped_column(default=0)

    training_class: Mapped[TrainingClass] = relationship(back_populates="groups")


class Enrolment(PublicRow, Versioned, Base):
    """A person in a class. Name, unit and position stay as they stood when enrolled."""

    __tablename__ = "lms_enrolment"
    __table_args__ = (UniqueConstraint("class_id", "person_id"),)

    class_id: Mapped[int] = mapped_column(ForeignKey("lms_training_class.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("lms_group.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("lms_unit.id"), index=True)
    number: Mapped[int]  # 序号 in the class
    name: Mapped[str] = mapped_column(String(120))
    gender: Mapped[str] = mapped_column(String(10), default="")
    unit_name: Mapped[str] = mapped_column(String(200), default="")
    position: Mapped[str] = mapped_column(String(120), default="")
    station: Mapped[str] = mapped_column(String(200), default="")  # 所属服务站
    note: Mapped[str] = mapped_column(String(500), default="")
    state: Mapped[str] = mapped_column(String(12), default="enrolled")  # enrolled | withdrawn
    created_at: Mapped[datetime]

    person: Mapped[Person] = relationship()
    group: Mapped[Group | None] = relationship()
    training_class: Mapped[TrainingClass] = relationship()


class RosterImport(PublicRow, Base):
    """An import of a roster: what the file would do, and what came of it."""

    __tablename__ = "lms_roster_import"

    class_id: Mapped[int] = mapped_column(ForeignKey("lms_training_class.id"), index=True)
    file_name: Mapped[str] = mapped_column(String(200))
    rows: Mapped[list[Any]] = mapped_column(Json)  # the previewed rows; once decided, only those left out
    notes: Mapped[list[Any]] = mapped_column(Json, default=list)  # what was found about the file as a whole
    state: Mapped[str] = mapped_column(String(12), default="previewed")  # previewed | committed | dropped
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("lms_person.id"))
    created_at: Mapped[datetime]
    committed_at: Mapped[datetime | None]
