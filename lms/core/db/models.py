"""The one table of the database layer itself."""
from __future__ import annotations

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db.base import Base


class PlanStamp(Base):
    """One row with the number that ``core.db.stamp`` raises."""

    __tablename__ = "lms_plan_stamp"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)
