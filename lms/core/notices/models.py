"""Messages that leave the system: a row each, written in the transaction that causes them."""
from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, PublicRow


class OutboxMessage(PublicRow, Base):
    """One message on one channel. Sent after the commit, tried again where that fails."""

    __tablename__ = "lms_outbox_message"

    channel: Mapped[str] = mapped_column(String(30))  # registry slot ``notice_channel``
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(String(2000))
    key: Mapped[str | None] = mapped_column(String(120), unique=True)  # what is asked for twice is one
    state: Mapped[str] = mapped_column(String(10), default="waiting")  # waiting | sent | failed
    tries: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime] = mapped_column(index=True)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(String(300), default="")
