"""Tables as rows that are the same on every engine: to copy them, and to say in one figure what they hold.

Tables are read as they stand in the database, not as the models describe them: a backup is also taken before an upgrade.
"""
from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import islice
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table, bindparam, func, insert, inspect, select, text, update

VERSION_TABLE = "lms_alembic_version"  # written by the migrations, which make the tables
_BATCH = 1000


@dataclass(frozen=True)
class Tally:
    """What a table holds.

    :param digest: the sum of the rows' hashes: the same whatever the order, and whatever the engine
    """

    count: int
    digest: str


def our_tables(connection: Connection) -> list[Table]:
    """Our tables, those that are referred to first; a host's are left out."""
    found = MetaData()
    names = [name for name in inspect(connection).get_table_names() if name.startswith("lms_") and name != VERSION_TABLE]
    found.reflect(connection, only=names)
    return list(found.sorted_tables)


def revision_of(connection: Connection) -> str | None:
    """The revision of the tables; None where there are none."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found: str | None = connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}"))  # noqa: S608  # a constant
    return found


def tallies(connection: Connection) -> dict[str, Tally]:
    """What every table holds. Rows are read as a stream."""
    found = {}
    for table in our_tables(connection):
        sum_ = _Sum()
        for row in _rows(connection, table):
            sum_.add(row)
        found[table.name] = sum_.tally()
    return found


def copy_rows(source: Connection, target: Connection) -> dict[str, Tally]:
    """Copy every row into the same tables of *target*, whose own rows are dropped; gives what was read.

    :raises KeyError: *target* lacks a table or a column
    """
    into = {table.name: table for table in our_tables(target)}
    for table in reversed(into.values()):
        target.execute(table.delete())
    found = {}
    for table in our_tables(source):
        sum_ = _Sum()
        _copy_table(sum_.pass_on(_rows(source, table)), into[table.name], target)
        found[table.name] = sum_.tally()
    if target.dialect.name == "postgresql":
        _go_on_counting(target, list(into.values()))
    return found


class _Sum:
    def __init__(self) -> None:
        self._count, self._sum = 0, 0

    def add(self, row: dict[str, Any]) -> None:
        line = json.dumps([row[name] if isinstance(row[name], (str, int)) else _plain(row[name]) for name in sorted(row)],
                          sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        self._count += 1
        self._sum += int.from_bytes(hashlib.sha256(line.encode()).digest(), "big")

    def pass_on(self, rows: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for row in rows:
            self.add(row)
            yield row

    def tally(self) -> Tally:
        return Tally(self._count, f"{self._sum % (1 << 256):064x}")


def _rows(connection: Connection, table: Table) -> Iterator[dict[str, Any]]:
    for row in connection.execution_options(yield_per=_BATCH).execute(select(table)).mappings():
        yield dict(row)


def _plain(value: Any) -> Any:
    """*value* as JSON writes it, the same for what SQLite and PostgreSQL give back."""
    if isinstance(value, datetime):  # SQLite keeps instants in UTC without saying so
        return (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)).isoformat()
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _copy_table(rows: Iterator[dict[str, Any]], table: Table, target: Connection) -> None:
    """Insert the rows; what refers to another row of the same table is filled in when all are there."""
    own = [c.name for c in table.columns if any(key.column.table is table for key in c.foreign_keys)]
    later: list[dict[str, Any]] = []
    while batch := list(islice(rows, _BATCH)):
        values = [{name: _fitting(value, table.columns[name]) for name, value in row.items()} for row in batch]
        for row in values:
            if any(row[name] is not None for name in own):
                later.append({"_id": row["id"], **{f"_{name}": row[name] for name in own}})
                row.update(dict.fromkeys(own))
        target.execute(insert(table), values)
    if later:
        target.execute(update(table).where(table.c.id == bindparam("_id")).values({name: bindparam(f"_{name}") for name in own}), later)


def _fitting(value: Any, column: Column[Any]) -> Any:
    if isinstance(value, datetime):
        zoned = getattr(column.type, "timezone", False)
        aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return aware if zoned else aware.replace(tzinfo=None)
    return value


def _go_on_counting(connection: Connection, tables: list[Table]) -> None:
    """PostgreSQL counts keys by itself: the next one follows the last that was copied."""
    for table in tables:
        key = table.c.get("id")
        last = None if key is None else connection.scalar(select(func.max(key)))
        sequence = connection.scalar(select(func.pg_get_serial_sequence(table.name, "id"))) if last is not None else None
        if sequence is not None:
            connection.execute(select(func.setval(sequence, last)))
