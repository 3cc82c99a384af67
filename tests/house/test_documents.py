"""The documents stay true where that can be seen cheaply: paths exist, links lead somewhere, settings are real, levels agree."""
from __future__ import annotations

import re
from pathlib import Path

import pytest
from source import ROOT
from test_imports import LEVELS

from lms.core.settings import SETTINGS
from lms.site import make_secret_key

# A path may be said as it stands in the templates or within core; this one is there only once installed.
BASES = (ROOT, ROOT / "templates", ROOT / "lms", ROOT / "lms" / "core")
ONLY_INSTALLED = {"lms/_shipped/"}
DOCUMENTS = sorted([*(ROOT / "docs").glob("*.md"), *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "UPGRADE.md"))])


def prose(file: Path) -> str:
    """The document without its code blocks."""
    return re.sub(r"```.*?```", "", file.read_text("utf-8"), flags=re.S)


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.name)
def test_links_lead_to_files_that_are_there(file: Path) -> None:
    links = re.findall(r"\]\(([^)#:\s]+\.md)(?:#[^)]*)?\)", prose(file))
    assert not [link for link in links if not (file.parent / link).exists()]


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.name)
def test_pictures_are_there_and_say_what_they_show(file: Path) -> None:
    text = re.sub(r"`[^`\n]*`", "", prose(file))
    shown = [(path, words) for words, path in re.findall(r"!\[([^\]]*)\]\(([^)\s]+)\)", text)]
    shown += re.findall(r'<img src="([^"]+)"[^>]* alt="([^"]*)"', text)
    assert not [path for path, words in shown if not words or not (file.parent / path).is_file()]


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.name)
def test_paths_in_the_project_exist(file: Path) -> None:
    named = re.findall(r"`((?:lms|tests|templates|courses|quizzes|bench|docs|\.ci)/[\w./-]*)`", prose(file))
    assert not [path for path in named if path not in ONLY_INSTALLED and not any((base / path).exists() for base in BASES)]


def test_the_levels_in_the_architecture_are_those_that_are_held() -> None:
    rows = re.findall(r"^\| (\d) \| (.*) \|$", prose(ROOT / "docs" / "architecture.md"), flags=re.M)
    written = {int(level): set(re.findall(r"`(\w+)`", names)) for level, names in rows}
    assert written == {level: set(names) for level, names in enumerate(LEVELS)}


@pytest.mark.parametrize("name", ["security.md", "host-contract.md"])
def test_settings_that_are_named_exist(name: str) -> None:
    """Names that look like a setting in the text: set in backticks after 设置, or in the table of settings."""
    text = prose(ROOT / "docs" / name)
    named = set(re.findall(r"设置 `(\w+)`", text)) | set(re.findall(r"^\| `(\w+)` \|", text, flags=re.M))
    assert named and named <= {setting.name for setting in SETTINGS}, named - {setting.name for setting in SETTINGS}


def test_the_host_of_the_contract_can_be_mounted(tmp_path: Path) -> None:
    """The example as it is written, in a folder of the test's."""
    text = (ROOT / "docs" / "host-contract.md").read_text("utf-8")
    [example] = re.findall(r"```python\n(.*?)```", text, flags=re.S)
    make_secret_key(tmp_path)
    names: dict[str, object] = {"__name__": "example"}
    exec(compile(example.replace("/srv/training", str(tmp_path)), "docs/host-contract.md", "exec"), names)
    app = names["app"]
    assert "/training/courses" in {rule.rule for rule in app.url_map.iter_rules()}  # type: ignore[attr-defined]
    app.extensions["lms"].site.database.close()  # type: ignore[attr-defined]
