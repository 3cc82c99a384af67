"""The declarative base, its naming convention and the column types that keep the model honest."""
from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Integer, MetaData, String, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from lms.core.ids import new_uid

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

# SQLite counts rows itself only for INTEGER keys; PostgreSQL should not run out of them.
Key = BigInteger().with_variant(Integer, "sqlite")
Json = JSON().with_variant(JSONB(), "postgresql")


class UtcDateTime(TypeDecorator[datetime]):
    """An instant in UTC. Refuses naive values, so that no local time slips in unnoticed."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant without a time zone was about to be stored; pass an aware datetime")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """All our tables, in a MetaData of their own and named ``lms_…``, so that a host keeps its own."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UtcDateTime(), dict[str, Any]: Json, list[Any]: Json, dict[str, str]: Json}


class Row:
    """Mixin: an integer key for inside."""

    id: Mapped[int] = mapped_column(Key, primary_key=True)


class PublicRow(Row):
    """Mixin: a row that meets URLs, files or the API also has a random-looking ``uid``."""

    # The sentinel lets many new rows be inserted with one statement on SQLite too, which returns ids in no order.
    uid: Mapped[str] = mapped_column(String(32), unique=True, default=new_uid, insert_sentinel=True)


class Versioned:
    """Mixin for rows that people edit: the second of two editors is told (``core.db.expect_version``)."""

    version: Mapped[int] = mapped_column(default=1)
