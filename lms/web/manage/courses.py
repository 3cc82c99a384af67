"""Instructors look at their courses and modules; material has pages of its own (``manage.material``)."""
from __future__ import annotations

from flask import Blueprint

from lms.core.access.service import fetch_by, visible
from lms.core.courses.models import Course
from lms.core.courses.shelf import Volume
from lms.core.errors import NotFound
from lms.core.i18n import N_
from lms.core.material.service import materials_of
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.templates import render_template

pages = Blueprint("manage_courses", __name__)


@pages.get("/manage/courses")
@login_required
def index() -> str:
    courses = here().db.scalars(visible(here().viewer, Course, "teach").order_by(Course.id)).all()
    shelf = here().installed.shelf
    volumes = {c.id: shelf.volume(here().db, c.current_version_id) for c in courses if c.current_version_id}
    return render_template("lms/manage/courses/index.html", courses=courses, volumes=volumes)


@pages.get("/manage/courses/<slug>")
@login_required
def show(slug: str) -> str:
    course, volume = taught(slug)
    return render_template("lms/manage/courses/show.html", course=course, volume=volume, materials=materials_of(here().db, course.id),
                           may_set=here().viewer.everywhere("manage"))


def taught(slug: str) -> tuple[Course, Volume]:
    """The course that the viewer teaches, and what is served of it."""
    course = fetch_by(here().db, here().viewer, Course, Course.slug == slug, "teach")
    if course.current_version_id is None:
        raise NotFound("no_version", N_("这门课程还没有内容。"))
    return course, here().installed.shelf.volume(here().db, course.current_version_id)
