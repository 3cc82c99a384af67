"""A hash chain over records that must not change: links made with the record, sealed in batches."""
from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base
from lms.core.db.base import Row


class Chain(Base):
    """Where a chain ends. A row that is there says that the chain has begun: from then on nothing enters it but by ``enter``."""

    __tablename__ = "lms_chain"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    last: Mapped[int] = mapped_column(default=0)  # the number of the last seal
    head: Mapped[str] = mapped_column(String(64), default="")  # its hash; empty before the first


class Seal(Row, Base):
    """One batch, sealed: a hash over its links and over the seal before it."""

    __tablename__ = "lms_seal"
    __table_args__ = (UniqueConstraint("chain", "number"),)

    chain: Mapped[str] = mapped_column(String(40))
    number: Mapped[int]  # 1, 2, 3 …
    sealed_at: Mapped[datetime]
    count: Mapped[int]
    links: Mapped[str] = mapped_column(String(64))  # over the hashes of its links
    previous: Mapped[str] = mapped_column(String(64), default="")
    hash: Mapped[str] = mapped_column(String(64))
    key_id: Mapped[str] = mapped_column(String(16), default="")
    signature: Mapped[str] = mapped_column(String(128), default="")  # over the hash, by that key


class ChainLink(Row, Base):
    """What one record said when it was made: hashes only, so that the record itself may be purged by its term.

    :ivar thing: which record, e.g. ``issue:0197…``
    :ivar passing: salted hash of the part that may be purged; empty where there is none
    :ivar salt: emptied when that part is purged, so that its hash tells nothing of it
    :ivar mac: keyed by the installation: whoever writes into the database alone cannot make a link
    :ivar seal: the number of the seal that it is under; None while it waits
    """

    __tablename__ = "lms_chain_link"
    __table_args__ = (UniqueConstraint("chain", "thing"),)

    chain: Mapped[str] = mapped_column(String(40))
    thing: Mapped[str] = mapped_column(String(80))
    passing: Mapped[str] = mapped_column(String(64), default="")
    salt: Mapped[str] = mapped_column(String(32), default="")
    hash: Mapped[str] = mapped_column(String(64))
    mac: Mapped[str] = mapped_column(String(64))
    seal: Mapped[int | None]


Index("ix_lms_chain_link_seal", ChainLink.chain, ChainLink.seal, ChainLink.id)
