"""Small files with one subject, short functions, no drawers; every Python package stands in setup.cfg's spirit."""
from __future__ import annotations

import ast
from pathlib import Path

from source import ROOT, Function, all_sources, sources

LONGEST_FILE, LONGEST_FUNCTION = 400, 60  # lines
DRAWERS = {"util", "utils", "helper", "helpers", "common", "misc", "tools", "stuff"}


def length(node: Function) -> int:
    """Lines of code: the docstring explains and does not count."""
    assert node.end_lineno is not None
    first = node.body[0]
    described = (first.end_lineno or 0) - first.lineno + 1 if ast.get_docstring(node) is not None else 0
    return node.end_lineno - node.lineno + 1 - described


def test_no_file_is_longer_than_400_lines() -> None:
    python = [s.path for s in all_sources()]
    others = [f for folder, ending in (("lms/web/static", "*.js"), ("templates", "*.html"), ("tests", "*.py"))
              for f in (ROOT / folder).rglob(ending)]
    long = {str(f.relative_to(ROOT)): n for f in [*python, *others]
            if (n := len(f.read_text("utf-8").splitlines())) > LONGEST_FILE and "migrations/versions" not in str(f)}
    assert not long, long


def test_no_function_is_longer_than_60_lines() -> None:
    long = [f"{s.where}:{f.lineno} {f.name}: {length(f)}" for s in all_sources() for f in s.functions()
            if length(f) > LONGEST_FUNCTION and "migrations/versions" not in s.where]
    assert not long, "\n".join(long)


def test_nothing_is_a_drawer() -> None:
    found = [str(p.relative_to(ROOT)) for folder in ("lms", "tests", "bench") for p in (ROOT / folder).rglob("*")
             if p.stem.lower() in DRAWERS]
    assert not found, found


def test_every_feature_with_tables_has_models_and_rules_apart() -> None:
    """A newcomer who knows one feature finds the others: tables in models.py, what is done with them elsewhere."""
    wrong = [f"{s.where}: class {node.name}" for s in sources("lms.core") for node in ast.walk(s.tree)
             if isinstance(node, ast.ClassDef) and Path(s.where).name != "models.py"
             and any(isinstance(item, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "__tablename__"
                                                          for t in item.targets) for item in node.body)]
    assert not wrong, wrong
