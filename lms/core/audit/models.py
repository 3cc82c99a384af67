"""The audit log. Entries keep ids; names, addresses and before/after lie beside them and can be purged."""
from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, PublicRow


class AuditEntry(PublicRow, Base):
    """Who did what to which thing, when, and how it ended (``done`` or ``refused`` with a code)."""

    __tablename__ = "lms_audit_entry"

    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("lms_person.id"))
    action: Mapped[str] = mapped_column(String(60), index=True)
    thing_type: Mapped[str] = mapped_column(String(40), default="")
    thing_uid: Mapped[str] = mapped_column(String(64), default="")
    class_id: Mapped[int | None]  # for filtering by class; no foreign key, the log outlives the class
    outcome: Mapped[str] = mapped_column(String(10), default="done")
    code: Mapped[str] = mapped_column(String(60), default="")


class AuditDetail(Base):
    """What may be purged: the values before and after, the address and the device."""

    __tablename__ = "lms_audit_detail"

    entry_id: Mapped[int] = mapped_column(ForeignKey("lms_audit_entry.id"), primary_key=True)
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    reason: Mapped[str] = mapped_column(String(500), default="")
    address: Mapped[str] = mapped_column(String(64), default="")
    agent: Mapped[str] = mapped_column(String(200), default="")


Index("ix_lms_audit_entry_thing", AuditEntry.thing_type, AuditEntry.thing_uid)
