"""What is shipped keeps its own rules."""
from __future__ import annotations

from pathlib import Path

import pytest

from lms.core.courses.files import read_course
from lms.core.courses.render import render_module
from lms.core.learning.content_check import check_content
from lms.core.quizzes.files import read_bank
from lms.core.shipped import shipped

COURSES = ("finance-rules", "fund-management", "service-duties")


def test_courses_and_banks_are_without_error() -> None:
    faults = check_content(shipped("courses"), shipped("quizzes"))
    assert [fault.sentence() for fault in faults if fault.severity == "error"] == []


@pytest.mark.parametrize("name", COURSES)
def test_each_course_has_three_modules_and_twenty_questions(name: str) -> None:
    course, faults = read_course(shipped("courses") / name)
    assert course is not None and len(course.modules) >= 3, faults
    bank, faults = read_bank(shipped("quizzes") / f"{course.bank}.yaml")
    assert bank is not None and len(bank.questions) >= 20, faults


@pytest.mark.parametrize("name", COURSES)
def test_each_module_renders_with_all_its_sources_and_pictures(name: str) -> None:
    course, faults = read_course(shipped("courses") / name)
    assert course is not None, faults
    for module in course.modules:
        rendered = render_module(module, course, "zh_CN", lambda asset: f"/pictures/{asset}")
        assert len(rendered.headings) >= 7 and rendered.sources
        assert all(source.documents and source.confidence != "recall" for source in rendered.sources)
        assert all(f'src="/pictures/{asset}"' in rendered.html for asset in module.assets)
        assert "[@" not in rendered.html and "[=" not in rendered.html and '<section class="case"' in rendered.html


def test_pictures_are_small_enough_for_a_phone() -> None:
    pictures: list[Path] = [path for path in shipped("courses").rglob("assets/*") if path.is_file()]
    assert [path.name for path in pictures if path.stat().st_size > 60_000] == []
