"""What users see of background work, and what leaves the system after a commit."""
from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, PublicRow


class Job(PublicRow, Base):
    """A piece of work for the job child. The row is written in the transaction that causes it and outlives the queue."""

    __tablename__ = "lms_job"

    kind: Mapped[str] = mapped_column(String(60))
    arguments: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(12), default="queued", index=True)  # queued|running|done|failed|cancelled
    key: Mapped[str | None] = mapped_column(String(120), unique=True)  # same key while unfinished = same job
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    result: Mapped[dict[str, Any] | None]
    error: Mapped[str] = mapped_column(String(500), default="")
    error_data: Mapped[dict[str, Any] | None]
    class_id: Mapped[int | None]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("lms_person.id"))
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
