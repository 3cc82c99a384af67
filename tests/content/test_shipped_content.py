"""What is shipped keeps its own rules."""
from __future__ import annotations

from pathlib import Path

import pytest

from lms.core.courses.case import read_case
from lms.core.courses.files import read_course
from lms.core.courses.markdown import tokens
from lms.core.courses.render import render_module
from lms.core.documents.faults import FaultLog
from lms.core.learning.content_check import check_content
from lms.core.quizzes.files import read_bank
from lms.core.shipped import shipped

REVIEW_DAYS = ("review_passed", "bank_review_passed")  # these come with time, not with a mistake
COURSES = ("finance-rules", "fund-management", "service-duties")


def test_courses_and_banks_are_without_fault() -> None:
    faults = check_content(shipped("courses"), shipped("quizzes"))
    assert [fault.sentence() for fault in faults if fault.code not in REVIEW_DAYS] == []


@pytest.mark.parametrize("name", COURSES)
def test_each_course_has_eight_modules_and_eighty_questions(name: str) -> None:
    course, faults = read_course(shipped("courses") / name)
    assert course is not None and len(course.modules) == 8, faults
    bank, faults = read_bank(shipped("quizzes") / f"{course.bank}.yaml")
    assert bank is not None and len(bank.questions) >= 80, faults


@pytest.mark.parametrize("name", COURSES)
def test_the_right_way_of_a_case_does_not_keep_to_its_place(name: str) -> None:
    """A case shows its options in the author's order: over a course the right one has stood in every place."""
    course, faults = read_course(shipped("courses") / name)
    assert course is not None, faults
    blocks = [token["raw"] for module in course.modules for token in tokens(module.body)
              if token["type"] == "block_code" and token["attrs"].get("info") == "case"]
    cases = [case for block in blocks if (case := read_case(block, "", FaultLog()))]
    assert len(cases) == len(course.modules)
    assert {[option.right for option in case.options].index(True) for case in cases} == {0, 1, 2, 3}


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
