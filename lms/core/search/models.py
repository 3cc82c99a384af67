"""What can be searched: one row a module and a piece of material. The index over it is no table of ours: see ``search.index``."""
from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.courses.models import Course
from lms.core.db import Base, Row


class SearchDocument(Row, Base):
    """The words of a module (``ref`` empty) or of a piece of material in it (its uid), as they stood when they were indexed."""

    __tablename__ = "lms_search_document"
    __table_args__ = (UniqueConstraint("course_id", "module_slug", "ref"),)

    course_id: Mapped[int] = mapped_column(ForeignKey("lms_course.id"))
    module_slug: Mapped[str] = mapped_column(String(60))
    ref: Mapped[str] = mapped_column(String(32), default="")
    version_id: Mapped[int | None]  # the course version that a module's words are from
    position: Mapped[int] = mapped_column(default=0)
    title: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)

    course: Mapped[Course] = relationship()


Index("ix_lms_search_document_version", SearchDocument.course_id, SearchDocument.version_id)
