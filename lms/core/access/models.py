"""Grants: which person has which role over what."""
from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, PublicRow


class Grant(PublicRow, Base):
    """A role of a person over the site or over one unit, class, group or course. Ended, never deleted."""

    __tablename__ = "lms_grant"

    person_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"), index=True)
    role: Mapped[str] = mapped_column(String(30))
    scope_type: Mapped[str] = mapped_column(String(20))  # site | unit | class | group | course
    scope_id: Mapped[int] = mapped_column(default=0)  # 0 for the site
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("lms_person.id"))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


# One live grant of each kind; ended ones stay as history.
Index("uq_lms_grant_live", Grant.person_id, Grant.role, Grant.scope_type, Grant.scope_id, unique=True,
      sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL"))
