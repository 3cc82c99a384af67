"""One place begins and commits: lms/core/db/unit.py. Migrations, which no request runs, are the other."""
from __future__ import annotations

import ast
import re

from source import Source, all_sources

from lms.core.db import Planned
from lms.core.models import Base

UNIT = "lms.core.db.unit"
MIGRATIONS = "lms.migrations"
ENDS = {"commit", "begin", "begin_nested", "rollback"}
# Ending a *reading* session's view of the past, so that it sees what has just been written; nothing is kept by it.
FORGETS = {"lms.web.host": {"rollback"}}
SAID = re.compile(r"(?i)(begin|commit|rollback|end|savepoint|release)( (immediate|deferred|exclusive|transaction|work|\w+_\w+))*;?")
SESSIONS = {"Session", "sessionmaker", "scoped_session"}


def test_nothing_else_begins_or_commits() -> None:
    wrong = [f"{s.where}:{call.lineno}: .{call.func.attr}()" for s in others() for call in calls(s)
             if isinstance(call.func, ast.Attribute)
             and call.func.attr in ENDS - FORGETS.get(s.name, set()) - {f.name for f in s.functions()}]
    assert not wrong, "\n".join(wrong)


def test_nothing_else_makes_sessions() -> None:
    wrong = [f"{s.where}:{call.lineno}: {call.func.id}(…)" for s in others() for call in calls(s)
             if isinstance(call.func, ast.Name) and call.func.id in SESSIONS]
    assert not wrong, "\n".join(wrong)


def test_nothing_says_it_in_sql() -> None:
    wrong = [f"{s.where}:{node.lineno}: {node.value!r}" for s in others() if s.name != "lms.core.db.engine"
             for node in ast.walk(s.tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
             and SAID.fullmatch(node.value.strip())]
    assert not wrong, "\n".join(wrong)


def test_plans_are_written_through_the_orm() -> None:
    """The plan stamp (``lms.core.db.stamp``) sees no statement that goes by a table."""
    planned = {mapper.class_.__name__ for mapper in Base.registry.mappers if issubclass(mapper.class_, Planned)}
    assert {"TrainingClass", "ClassSession", "Paper", "Course"} <= planned
    wrong = [f"{s.where}:{node.lineno}: {node.value.id}.__table__" for s in others() for node in ast.walk(s.tree)
             if isinstance(node, ast.Attribute) and node.attr == "__table__" and isinstance(node.value, ast.Name)
             and node.value.id in planned]
    assert not wrong, "\n".join(wrong)


def test_the_unit_itself_is_where_it_says() -> None:
    """If the unit moved, the checks above would pass over nothing."""
    unit = next(s for s in all_sources() if s.name == UNIT)
    assert {call.func.attr for call in calls(unit) if isinstance(call.func, ast.Attribute)} >= {"commit", "rollback"}


def others() -> list[Source]:
    return [s for s in all_sources() if s.name != UNIT and not s.name.startswith(MIGRATIONS)]


def calls(source: Source) -> list[ast.Call]:
    return [node for node in ast.walk(source.tree) if isinstance(node, ast.Call)]
