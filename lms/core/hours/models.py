"""Credit hours (学时): an append-only ledger, the versions of its rules, and previews of hours earned elsewhere."""
from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, Json, PublicRow, Row


class CreditEntry(PublicRow, Base):
    """Hours that somebody earned, or that an earlier entry is taken back. Never changed: a correction is a reversing
    entry and, where something remains, a new one. ``seq`` counts the entries of one source, so that none is made twice."""

    __tablename__ = "lms_credit_entry"
    __table_args__ = (UniqueConstraint("person_id", "source", "year", "kind", "seq"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"))
    year: Mapped[int]  # of the local date on which the hours were earned
    kind: Mapped[str] = mapped_column(String(12))  # hours.rules.KINDS
    hours: Mapped[int]  # 1/100 学时; below zero where it reverses
    source: Mapped[str] = mapped_column(String(80))  # class:<uid> | course:<uid> | own:<uid>
    seq: Mapped[int] = mapped_column(default=1)
    title: Mapped[str] = mapped_column(String(200))
    rule: Mapped[str] = mapped_column(String(20))  # hours.rules.WAYS
    rule_version: Mapped[int] = mapped_column(default=0)  # HoursRule.number; 0 for the rules as delivered
    evidence: Mapped[dict[str, Any]]
    earned_on: Mapped[date | None]
    class_id: Mapped[int | None] = mapped_column(ForeignKey("lms_training_class.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("lms_unit.id"), index=True)  # as it stood
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("lms_credit_entry.id"), unique=True)
    reason: Mapped[str] = mapped_column(String(500), default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("lms_person.id"))
    at: Mapped[datetime]


Index("ix_lms_credit_entry_person", CreditEntry.person_id, CreditEntry.year)


class HoursRule(Row, Base):
    """The rules from a year on. Later versions stand beside earlier ones, so that what a year came to stays as it was."""

    __tablename__ = "lms_hours_rule"

    number: Mapped[int] = mapped_column(unique=True)
    from_year: Mapped[int]
    values: Mapped[dict[str, Any]]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("lms_person.id"))
    at: Mapped[datetime]


class HoursImport(PublicRow, Base):
    """A file of hours earned elsewhere: what it would do, and what came of it."""

    __tablename__ = "lms_hours_import"

    file_name: Mapped[str] = mapped_column(String(200))
    rows: Mapped[list[Any]] = mapped_column(Json)  # as read; emptied once decided
    state: Mapped[str] = mapped_column(String(12), default="previewed")  # previewed | committed | dropped
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("lms_person.id"))
    created_at: Mapped[datetime]
    committed_at: Mapped[datetime | None]
