"""An upgrade keeps every row of a filled database, from each state that there ever was, on both engines."""
from __future__ import annotations

from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import JSON, Engine, MetaData, Table, create_engine, insert, inspect, select, text
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


def fill(engine: Engine) -> None:
    """One row in every table; each refers to the one row of the others."""
    values: dict[type, Any] = {int: 1, str: "x", bool: True, float: 1.0, dict: {"a": 1}, datetime: datetime(2026, 7, 6, tzinfo=UTC),
                               date: date(2026, 7, 6), time: time(8, 30)}
    with engine.execution_options(lms_write=True).begin() as connection:
        for table in tables(engine):
            if connection.execute(select(table)).first() is not None:  # a migration has written it
                continue
            row = {}
            for column in table.columns:
                own = any(key.column.table is table for key in column.foreign_keys)
                if own and column.nullable:
                    continue
                kind = dict if isinstance(column.type, JSON) else column.type.python_type
                row[column.name] = values[kind]
            connection.execute(insert(table).values(row))


def rows(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    with engine.connect() as connection:
        return {t.name: [dict(r) for r in connection.execute(select(t)).mappings()] for t in tables(engine)}


@pytest.mark.parametrize("begun", REVISIONS[:-1])
def test_an_upgrade_keeps_the_rows(engine: Engine, begun: str) -> None:
    migrate(engine, begun)
    fill(engine)
    before = rows(engine)
    assert all(len(found) == 1 for found in before.values())
    run.upgrade(engine)
    after = rows(engine)
    for name, [row] in before.items():
        assert name in after, f"{name} is gone"
        kept = [{key: value for key, value in r.items() if key in row} for r in after[name]]
        assert row in kept, f"{name} had {row}, has {kept}"
    assert set(inspect(engine).get_table_names()) >= set(before)
