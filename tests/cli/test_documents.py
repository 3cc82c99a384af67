"""What is documented is what there is: every setting, every command."""
from __future__ import annotations

from pathlib import Path

import pytest

from lms.cli import OWN
from lms.core.settings import SETTINGS, Setting

DOCS = Path(__file__).resolve().parents[2] / "docs"


def rows() -> list[list[str]]:
    lines = (DOCS / "configuration.md").read_text("utf-8").splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| `")]


def test_every_setting_stands_in_the_table_in_order() -> None:
    assert [row[0].strip("`") for row in rows()] == [setting.name for setting in SETTINGS]


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_the_table_says_what_the_setting_is(setting: Setting) -> None:
    _, default, values, unit, chinese, english = next(row for row in rows() if row[0] == f"`{setting.name}`")
    expected = str(setting.default).lower() if setting.type is bool else str(setting.default)
    assert default == (f"`{expected}`" if expected else "—")
    if setting.type is int:
        assert values == f"{setting.least}–{setting.most}"
    for choice in setting.choices:
        assert f"`{choice}`" in values
    assert unit.split(" ")[0] == setting.unit
    assert chinese == setting.meaning
    assert len(english) > 5 and english.replace("样例", "").isascii()


def test_every_command_stands_in_the_table() -> None:
    text = (DOCS / "commands.md").read_text("utf-8")
    for name in OWN:
        assert f"| `lms {' '.join(name)}" in text


def test_the_readme_names_both_commands_and_the_three_lines_for_windows() -> None:
    text = (DOCS.parent / "README.md").read_text("utf-8")
    for line in ("make run", "make test", "py -m venv .venv", r".venv\Scripts\pip install .", r".venv\Scripts\lms demo"):
        assert text.count(line) >= 2, line  # in both languages
