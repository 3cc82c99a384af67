"""The examples in docs/content-format.md are true: copied into files they make a course that the checker accepts."""
from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from lms.core.learning.content_check import check_content

DOCUMENT = Path(__file__).parents[2] / "docs/content-format.md"
_EXAMPLE = re.compile(r"^(?P<fence>`{3,4})\w+ file=(?P<file>\S+)\n(?P<text>.*?)^(?P=fence)$", re.MULTILINE | re.DOTALL)


def test_the_examples_make_a_course_and_a_bank(tmp_path: Path) -> None:
    files = {found["file"]: found["text"] for found in _EXAMPLE.finditer(DOCUMENT.read_text(encoding="utf-8"))}
    assert len(files) == 4
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    faults = check_content(tmp_path / "courses", tmp_path / "quizzes", today=date(2026, 7, 6))
    # An example is shorter than a module and a bank.
    assert [fault.sentence() for fault in faults if fault.code not in ("too_short", "too_few")] == []
    assert {fault.code for fault in faults} == {"too_short", "too_few"}
