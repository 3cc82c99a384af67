"""The migrations make what the models say, on both engines; and only tables of ours."""
from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from lms.core.models import Base
from lms.core.search.index import TABLE as SEARCH_INDEX
from lms.migrations.run import VERSION_TABLE, current_revision, head_revision
from lms.site import Site


def differences(site: Site) -> list[object]:
    with site.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE, "compare_type": True})
        return [d for d in compare_metadata(context, Base.metadata) if d and not of_the_index(d)]


def of_the_index(difference: object) -> bool:
    """The search index is made by a migration and no model: what FTS5 and GIN keep cannot be said in columns of ours."""
    kind, thing = difference[:2] if isinstance(difference, tuple) else ("", None)
    return kind == "remove_table" and str(getattr(thing, "name", "")).startswith(SEARCH_INDEX) or (
        kind == "remove_index" and str(getattr(getattr(thing, "table", None), "name", "")).startswith(SEARCH_INDEX))


def test_models_and_migrations_agree(site: Site) -> None:
    assert current_revision(site.database.engine) == head_revision()
    assert differences(site) == []


def test_a_column_too_few_would_be_noticed(site: Site) -> None:
    with site.database.engine.execution_options(lms_write=True).begin() as connection:
        connection.execute(text("ALTER TABLE lms_unit DROP COLUMN category"))
    assert len(differences(site)) == 1


def test_every_table_is_recognisably_ours(site: Site) -> None:
    """A guest in somebody's database leaves no doubt which tables are its own."""
    tables = {name for name in inspect(site.database.engine).get_table_names() if not name.startswith(SEARCH_INDEX)}
    assert tables == set(Base.metadata.tables) | {VERSION_TABLE}
    assert all(name.startswith("lms_") for name in tables)


def test_no_foreign_key_leaves_our_tables() -> None:
    wrong = [str(key) for table in Base.metadata.tables.values() for key in table.foreign_keys
             if not key.target_fullname.startswith("lms_")]
    assert not wrong, wrong


def test_every_foreign_key_by_which_rows_are_looked_up_has_an_index() -> None:
    """PostgreSQL makes none by itself; a class's pages would slow down with the years."""
    looked_up = {"class_id", "person_id", "enrolment_id", "attempt_id", "paper_id", "bank_id"}
    wrong = []
    for table in Base.metadata.tables.values():
        leading = {tuple(index.columns)[0].name for index in table.indexes}
        leading |= {tuple(constraint.columns)[0].name for constraint in table.constraints
                    if type(constraint).__name__ in ("UniqueConstraint", "PrimaryKeyConstraint") and len(constraint.columns)}
        wrong += [f"{table.name}.{column.name}" for column in table.columns
                  if column.foreign_keys and column.name in looked_up and column.name not in leading]
    assert not wrong, wrong
