"""Messages that leave the system, and notices that stay in it: a row each, written in the transaction that causes them."""
from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
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


class Notice(PublicRow, Base):
    """One notice to one person. Its words are put together when it is shown, so they are in the reader's language."""

    __tablename__ = "lms_notice"
    __table_args__ = (UniqueConstraint("person_id", "cause"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"))
    kind: Mapped[str] = mapped_column(String(40))  # notices.own.KINDS
    data: Mapped[dict[str, Any]]  # what stands in its words: titles and numbers that the page behind shows too
    way: Mapped[dict[str, str]]  # the values of the address that it leads to
    cause: Mapped[str] = mapped_column(String(120))  # what is told of: told twice, it is one notice
    at: Mapped[datetime] = mapped_column(index=True)
    read_at: Mapped[datetime | None]


Index("ix_lms_notice_person_id_read_at", Notice.person_id, Notice.read_at)
