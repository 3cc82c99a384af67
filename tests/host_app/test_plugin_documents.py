"""docs/plugins.md is held to the program: its slots, its names, its code."""
from __future__ import annotations

import ast
import re
from pathlib import Path

from lms.core.registry import SLOTS

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "plugins.md"


def code_blocks() -> list[str]:
    return re.findall(r"```python\n(.*?)```", DOCUMENT.read_text("utf-8"), flags=re.S)


def documented_names() -> set[tuple[str, str]]:
    """(module, name) of every import from us in the document's code: what plugins may rely on."""
    return {(node.module or "", alias.name) for block in code_blocks() for node in ast.walk(ast.parse(block))
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "lms" for alias in node.names}


def test_every_slot_is_described() -> None:
    described = set(re.findall(r"^### `(\w+)`", DOCUMENT.read_text("utf-8"), flags=re.M))
    assert described == set(SLOTS)


def test_every_slot_is_read_by_somebody() -> None:
    """A slot that nobody reads would take what a plugin offers and say nothing."""
    source = "\n".join(f.read_text("utf-8") for f in (DOCUMENT.parents[1] / "lms").rglob("*.py"))
    unread = [slot for slot in SLOTS if not re.search(rf'\.(?:get|all)\("{slot}"', source)]
    assert not unread, unread


def test_every_documented_name_exists() -> None:
    wrong = []
    for module, name in sorted(documented_names()):
        found = __import__(module, fromlist=[name])
        if not hasattr(found, name):
            wrong.append(f"{module}.{name}")
    assert not wrong, wrong


def test_every_code_example_runs() -> None:
    """One after the other, as in one file: what an example imports, the ones after it may use."""
    names: dict[str, object] = {"__name__": "example"}
    for number, block in enumerate(code_blocks(), start=1):
        exec(compile(block, f"docs/plugins.md, example {number}", "exec"), names)
    assert callable(names["register"]) and names["kind"] is not None
