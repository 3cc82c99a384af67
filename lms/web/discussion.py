"""Questions under a module: one's own with their answers, and those that the instructor has shown to the class."""
from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from lms.core.courses.models import Course
from lms.core.discussion.service import STATES, ask, under_module
from lms.core.errors import LmsError
from lms.core.i18n import N_, explain, translate
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.learning import the_module
from lms.web.posted import me, posted_uid
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("discussion", __name__)
BADGES = {"asked": "wait", "private": "info", "shown": "ok"}


@pages.get("/courses/<slug>/<module>/questions")
@login_required
def show(slug: str, module: str) -> str:
    return _page(slug, module)


@pages.post("/courses/<slug>/<module>/questions")
@login_required
def send(slug: str, module: str) -> Response | tuple[str, int]:
    course, _, page = the_module(slug, module)
    try:
        with writing() as db:
            ask(db, course=db.get_one(Course, course.id), module_slug=page.slug, person_id=me(), text=request.form.get("text", ""),
                uid=posted_uid(), now=here().now)
    except LmsError as error:
        return _page(slug, module, error), error.status
    flash(translate(here().locale, N_("问题已提交，讲师解答后在这里能看到。")), "ok")
    return redirect(url_for(".show", slug=slug, module=module), 303)


def _page(slug: str, module: str, error: LmsError | None = None) -> str:
    course, _, page = the_module(slug, module)
    return render_template("lms/discussion/show.html", course=course, module=page, uid=posted_uid(), me=me(), states=STATES, badges=BADGES,
                           questions=under_module(here().db, course_id=course.id, module_slug=page.slug, person_id=me()),
                           text=request.form.get("text", "") if error else "", told=explain(error, here().locale) if error else "")
