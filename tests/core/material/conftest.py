"""A video of ten minutes in a course, and two people who watch it."""
from __future__ import annotations

from typing import Any

import pytest

from lms.core.courses.models import Course, CourseVersion, Module
from lms.core.files.service import store_bytes
from lms.core.material.content import Content
from lms.core.material.models import Material
from lms.core.material.service import add_material

LENGTH = 600_000


@pytest.fixture
def course(site: Any, clock: Any) -> Course:
    with site.database.writing() as db:
        made = Course(slug="c", titles={"zh": "课"}, created_at=clock.now())
        db.add(made)
        db.flush()
        version = CourseVersion(course_id=made.id, number=1, content_hash="x", titles={}, summaries={}, created_at=clock.now(),
                                modules=[Module(slug="m", position=0, titles={}, summaries={}, body="")])
        db.add(version)
        db.flush()
        made.current_version_id = version.id
    return made


@pytest.fixture
def add(site: Any, clock: Any, course: Course, person_with: Any) -> Any:
    """``add(content)``: material in the course."""
    teacher = person_with(name="讲师")

    def make(content: Content) -> Material:
        with site.database.writing() as db:
            return add_material(db, course=db.get_one(Course, course.id), module_slug="m", title="", content=content, by_id=teacher.id,
                                now=clock.now())

    return make


@pytest.fixture
def video(site: Any, add: Any) -> Material:
    return add(Content("录像.mp4", store_bytes(site.storage, b"film", "video/mp4"), "video", length=LENGTH))  # type: ignore[no-any-return]
