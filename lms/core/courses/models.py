"""Courses as versions of imported files, and which class has which."""
from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base, Json, Planned, PublicRow, Row, Versioned
from lms.core.files.models import StoredFile


class Course(PublicRow, Planned, Base):
    """A course; what is served is its current version."""

    __tablename__ = "lms_course"

    slug: Mapped[str] = mapped_column(String(60), unique=True)
    titles: Mapped[dict[str, str]]
    # No foreign key: the version points back here, and SQLite cannot add the second half of a circle later.
    current_version_id: Mapped[int | None]
    created_at: Mapped[datetime]

    current: Mapped[CourseVersion | None] = relationship(
        primaryjoin="foreign(Course.current_version_id) == CourseVersion.id", viewonly=True)


class CourseVersion(PublicRow, Base):
    """A course as its files stood, found again by the hash of all of them."""

    __tablename__ = "lms_course_version"
    __table_args__ = (UniqueConstraint("course_id", "number"),)

    course_id: Mapped[int] = mapped_column(ForeignKey("lms_course.id"))
    number: Mapped[int]
    content_hash: Mapped[str] = mapped_column(String(64))
    origin: Mapped[str] = mapped_column(String(12), default="shipped")  # shipped | local
    titles: Mapped[dict[str, str]]
    summaries: Mapped[dict[str, str]]
    bank: Mapped[str] = mapped_column(String(60), default="")
    author: Mapped[str] = mapped_column(String(120), default="")
    reviewer: Mapped[str] = mapped_column(String(120), default="")
    review_by: Mapped[date | None]
    amounts: Mapped[list[Any]] = mapped_column(Json, default=list)
    facts: Mapped[list[Any]] = mapped_column(Json, default=list)
    created_at: Mapped[datetime]

    modules: Mapped[list[Module]] = relationship(order_by="Module.position")


class Module(Row, Base):
    """A module (模块) of a course version. ``slug`` names the same module across versions."""

    __tablename__ = "lms_module"
    __table_args__ = (UniqueConstraint("version_id", "slug"),)

    version_id: Mapped[int] = mapped_column(ForeignKey("lms_course_version.id"))
    slug: Mapped[str] = mapped_column(String(60))
    position: Mapped[int]
    titles: Mapped[dict[str, str]]
    summaries: Mapped[dict[str, str]]
    minutes: Mapped[int] = mapped_column(default=10)
    body: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(String(120), default="")
    review_by: Mapped[date | None]


class ModuleAsset(Row, Base):
    """A picture that a module's text shows."""

    __tablename__ = "lms_module_asset"
    __table_args__ = (UniqueConstraint("version_id", "name"),)

    version_id: Mapped[int] = mapped_column(ForeignKey("lms_course_version.id"))
    name: Mapped[str] = mapped_column(String(120))
    file_id: Mapped[int] = mapped_column(ForeignKey("lms_stored_file.id"))

    file: Mapped[StoredFile] = relationship()


class ClassCourse(Row, Planned, Base):
    """A course that belongs to a class."""

    __tablename__ = "lms_class_course"
    __table_args__ = (UniqueConstraint("class_id", "course_id"),)

    class_id: Mapped[int] = mapped_column(ForeignKey("lms_training_class.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("lms_course.id"), index=True)
    required: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)

    course: Mapped[Course] = relationship()


class LocalAmount(Row, Versioned, Planned, Base):
    """What this place has set for an amount of a course; one whose ``value`` is empty leaves the course's own."""

    __tablename__ = "lms_local_amount"
    __table_args__ = (UniqueConstraint("course_id", "key"),)

    course_id: Mapped[int] = mapped_column(ForeignKey("lms_course.id"))
    key: Mapped[str] = mapped_column(String(60))  # the amount's id in course.yaml; a later version may lack it
    value: Mapped[str] = mapped_column(String(40))
    year: Mapped[int | None]
    source: Mapped[str] = mapped_column(String(200))
    updated_by_id: Mapped[int | None] = mapped_column(ForeignKey("lms_person.id"))
    updated_at: Mapped[datetime]
