"""The audit log. Entries keep ids; names, addresses and before/after lie beside them and can be purged."""
from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, literal_column
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
    """What may be purged: the values before and after, the address and the device.

    :ivar salt: goes into the hash of the values; emptied when they are purged, so that the hash tells nothing of them
    :ivar purged: that hash, once the values are gone; empty as long as they are there
    :ivar mark: keyed by the installation, until the entry is linked (``audit.chain``): whoever writes into the database
        alone cannot make one
    """

    __tablename__ = "lms_audit_detail"

    entry_id: Mapped[int] = mapped_column(ForeignKey("lms_audit_entry.id"), primary_key=True)
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    reason: Mapped[str] = mapped_column(String(500), default="")
    address: Mapped[str] = mapped_column(String(64), default="")
    agent: Mapped[str] = mapped_column(String(200), default="")
    salt: Mapped[str] = mapped_column(String(32), default="", server_default="")
    purged: Mapped[str] = mapped_column(String(64), default="", server_default="")
    mark: Mapped[str] = mapped_column(String(64), default="", server_default="")


Index("ix_lms_audit_entry_thing", AuditEntry.thing_type, AuditEntry.thing_uid)
# What waits to be linked is found without looking at the whole log. The empty text is written out, or SQLite does not see the index.
WAITS = AuditDetail.mark != literal_column("''")
Index("ix_lms_audit_detail_waiting", AuditDetail.entry_id, sqlite_where=WAITS, postgresql_where=WAITS)
