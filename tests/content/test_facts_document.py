"""docs/facts-used.md says what the shipped courses rest on, and nothing else."""
from __future__ import annotations

from pathlib import Path

import pytest
from sample_content import BANK, COURSE, FACTS, MODULE, Content

from lms.core.learning.facts_used import facts_document
from lms.core.shipped import shipped

DOCUMENT = Path(__file__).parents[2] / "docs/facts-used.md"
AGAIN = "run python -m lms.core.learning.facts_used docs/facts-used.md"


def _made(content: Content) -> str:
    return facts_document(content.root / "courses", content.root / "quizzes")


def test_the_document_is_up_to_date() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == facts_document(shipped("courses"), shipped("quizzes")), AGAIN


def test_a_fact_says_where_it_is_cited_and_how_often_it_is_asked(content: Content) -> None:
    (row,) = [line for line in _made(content).splitlines() if line.startswith("| FR-101 |")]
    asked = content.read(BANK).count("facts: [FR-101]")
    assert "| `verified` |" in row and row.endswith(f"| 1 | {asked} |")
    (row,) = [line for line in _made(content).splitlines() if line.startswith("| FR-104 |")]
    assert "| `recall` |" in row and row.endswith("| — | — |")


def test_an_amount_says_its_default_its_year_and_its_source(content: Content) -> None:
    (row,) = [line for line in _made(content).splitlines() if line.startswith("| `condolence-cap` |")]
    assert "| 50% | 2019 | FR-101（已核对原文）：" in row and "Yearly cap of festival gifts" in row


@pytest.mark.parametrize(("file", "old", "new"), [
    (FACTS, "confidence: verified", "confidence: secondary"), (FACTS, "尚未核对的说法", "另一个说法"),
    (MODULE, "[@FR-102]", "[@FR-101]"), (COURSE, "value: 50", "value: 60"), (COURSE, "year: 2019", "year: 2020"),
    (BANK, "facts: [FR-101]", "facts: [FR-101, FR-102]")])
def test_a_change_of_the_content_changes_it(content: Content, file: str, old: str, new: str) -> None:
    before = _made(content)
    content.replace(file, old, new)
    assert _made(content) != before


def test_content_with_errors_makes_no_document(content: Content) -> None:
    content.replace(BANK, "answer: B", "answer: F")
    with pytest.raises(ValueError, match="sample or its bank has errors"):
        _made(content)
