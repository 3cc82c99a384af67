"""A class with one trainee that has the shipped finance course, for tests of material; used by import."""
from __future__ import annotations

from typing import Any

import pytest

from lms.core.courses.files import read_course
from lms.core.courses.library import assign_course, import_course, store_assets
from lms.core.courses.models import Course
from lms.core.shipped import shipped

MATERIAL = "/manage/courses/finance-rules/material"
MODULE = "legal-standing"


@pytest.fixture
def training(site: Any, clock: Any, make_training: Any) -> Any:
    made = make_training(people=2)
    file, _ = read_course(shipped("courses") / "finance-rules")
    assert file is not None
    assets = store_assets(site.storage, shipped("courses") / "finance-rules", file)
    with site.database.writing() as db:
        version = import_course(db, course=file, assets=assets, origin="shipped", by_id=None, now=clock.now())
        assign_course(db, class_id=made.training_class.id, course=db.get_one(Course, version.course_id), by_id=None, now=clock.now())
    return made


@pytest.fixture
def instructor(training: Any, person_with: Any, log_in: Any) -> Any:
    browser = log_in(person_with("instructor", training.training_class))
    browser.get(MATERIAL)
    return browser
