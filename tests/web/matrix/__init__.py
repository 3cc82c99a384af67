"""Who gets what from which route: one file per blueprint, each with its ROWS.

``ROWS[(method, endpoint)][role]`` is the status for a thing of class A. ``"login"``: sent to the login page. Roles that
begin with ``other_`` belong to class B alone.
"""
from __future__ import annotations

from importlib import import_module
from pathlib import Path

Status = int | str
Row = dict[str, Status]
_NO_TABLES = {"__init__", "world", "things", "attendance_things", "exam_things", "learning_things", "material_things", "office_things", "people_things"}


def table(text: str) -> dict[tuple[str, str], Row]:
    """Rows from a table: the roles stand in its first line, then a method, an endpoint and a status for each."""
    head, *lines = [line.split() for line in text.strip().splitlines() if line.strip()]
    rows = {}
    for method, endpoint, *statuses in lines:
        assert len(statuses) == len(head), f"{endpoint}: {len(statuses)} statuses for {len(head)} roles"
        rows[method, endpoint] = {role: int(status) if status.isdigit() else status
                                  for role, status in zip(head, statuses, strict=True)}
    return rows


def collect() -> dict[tuple[str, str], Row]:
    """The rows of all files; a row that stands twice is an error."""
    rows: dict[tuple[str, str], Row] = {}
    for file in sorted(Path(__file__).parent.glob("*.py")):
        if file.stem not in _NO_TABLES:
            for key, row in import_module(f"{__name__}.{file.stem}").ROWS.items():
                assert key not in rows, f"{key} stands in more than one file"
                rows[key] = row
    return rows
