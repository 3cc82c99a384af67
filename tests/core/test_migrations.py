"""An upgrade keeps every row of a filled database, from each state that there ever was, on both engines."""
from __future__ import annotations

from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import JSON, Engine, MetaData, Table, create_engine, insert, select, text, update
from sqlalchemy.engine import make_url

from lms.core.db import make_engine
from lms.core.search.index import TABLE as SEARCH_INDEX
from lms.migrations import run

CONFIG = Config(str(Path(run.__file__).with_name("alembic.ini")))
REVISIONS = [script.revision for script in ScriptDirectory.from_config(CONFIG).walk_revisions()][::-1]


@pytest.fixture
def engine(database_url: str) -> Any:
    """An engine on an empty database."""
    if database_url.startswith("sqlite"):
        Path(database_url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    else:  # the fixture's is a copy of a migrated one
        name = make_url(database_url).database
        admin = create_engine(make_url(database_url).set(database="postgres"), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
            connection.execute(text(f"CREATE DATABASE {name}"))
        admin.dispose()
    made = make_engine(database_url)
    yield made
    made.dispose()


def migrate(engine: Engine, revision: str) -> None:
    with engine.execution_options(lms_write=True).begin() as connection:
        config = Config(str(Path(run.__file__).with_name("alembic.ini")))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def tables(engine: Engine) -> list[Table]:
    found = MetaData()
    # The search index holds nothing that cannot be made again, and is no table that rows are written to by hand.
    found.reflect(engine, only=lambda name, _: name != run.VERSION_TABLE and not name.startswith(SEARCH_INDEX))
    return list(found.sorted_tables)


def fill(engine: Engine, tables: list[Table]) -> None:
    """One row in every table, a value in every column; each row refers to the one row of the others."""
    values: dict[type, Any] = {int: 1, str: "x", bool: True, float: 1.0, dict: {"a": 1}, datetime: datetime(2026, 7, 6, tzinfo=UTC),
                               date: date(2026, 7, 6), time: time(8, 30)}
    with engine.execution_options(lms_write=True).begin() as connection:
        for table in tables:
            row = {}
            for column in table.columns:
                own = any(key.column.table is table for key in column.foreign_keys)
                if own and column.nullable:
                    continue
                kind = dict if isinstance(column.type, JSON) else column.type.python_type
                row[column.name] = values[kind]
            there = connection.execute(select(table)).mappings().first()
            if there is None:
                connection.execute(insert(table).values(row))
            elif new := {name: value for name, value in row.items() if there[name] is None}:  # columns that a migration has added
                connection.execute(update(table).values(new))


def rows(engine: Engine, tables: list[Table]) -> dict[str, list[dict[str, Any]]]:
    with engine.connect() as connection:
        return {t.name: [dict(r) for r in connection.execute(select(t)).mappings()] for t in tables}


def test_each_step_of_an_upgrade_keeps_the_rows(engine: Engine) -> None:
    """From the first state to the last; before each step every table of that state has a row and every column a value."""
    migrate(engine, REVISIONS[0])
    known = tables(engine)
    for revision in REVISIONS[1:]:
        fill(engine, known)
        before = rows(engine, known)
        assert all(len(found) == 1 for found in before.values())
        migrate(engine, revision)
        known = tables(engine)
        after = rows(engine, known)
        for name, [row] in before.items():
            assert name in after, f"{revision}: {name} is gone"
            kept = [{key: value for key, value in r.items() if key in row} for r in after[name]]
            assert row in kept, f"{revision}: {name} had {row}, has {kept}"


def test_an_upgrade_over_many_steps_keeps_the_rows(engine: Engine) -> None:
    migrate(engine, REVISIONS[0])
    fill(engine, tables(engine))
    before = rows(engine, tables(engine))
    run.upgrade(engine)
    after = rows(engine, tables(engine))
    assert all(row.items() <= after[name][0].items() for name, [row] in before.items())
