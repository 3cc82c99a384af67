"""Courses and modules as a trainee reads them. Reading is reported by POST; opening a page changes nothing."""
from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, request, url_for
from sqlalchemy import Select, bindparam, select
from werkzeug.wrappers import Response as Redirect

from lms.core.access.service import Viewer, prepared, visible
from lms.core.courses.models import Course, Module
from lms.core.courses.shelf import Volume
from lms.core.courses.study_rules import NEEDS
from lms.core.errors import Invalid, NotFound
from lms.core.i18n import N_, translate
from lms.core.ids import keyed, same
from lms.core.learning.lessons import Lesson, Lock, lesson
from lms.core.learning.models import ModuleProgress
from lms.core.learning.progress import least_seconds, progress_of, report
from lms.core.material.service import materials_of
from lms.core.quizzes.models import Paper
from lms.core.reports.today import courses_now
from lms.web.context import here
from lms.web.files import send_stored
from lms.web.identity import login_required
from lms.web.locked import locked, refuse_locked
from lms.web.posted import me
from lms.web.templates import render_shared, render_template
from lms.web.unit import writing

pages = Blueprint("learning", __name__)


@pages.get("/courses")
@login_required
def courses() -> str:
    facts = here()
    training_class, mine = courses_now(facts.db, person_id=me(), now=facts.now, plan_of=facts.plan_of) or (None, ())
    known = [c.course.id for c in mine]
    open_ = facts.db.scalars(select(Course).where(Course.open_to_all, Course.current_version_id.is_not(None), Course.id.not_in(known))
                             .order_by(Course.id)).all()
    volumes = {c.id: facts.installed.shelf.volume(facts.db, c.current_version_id) for c in open_ if c.current_version_id is not None}
    return render_template("lms/learning/courses.html", training_class=training_class, courses=mine, open_courses=open_, volumes=volumes)


@pages.get("/courses/<slug>")
@login_required
def course(slug: str) -> str:
    found, volume = _course(slug)
    progress = _progress(found.course)
    statement, who = prepared(here().viewer, _papers)
    papers = here().db.scalars(statement, {"course": slug, **who}).all()
    return render_template("lms/learning/course.html", course=found.course, volume=volume, papers=papers, progress=progress,
                           rules=found.rules, needs=NEEDS, locked=_locks(found, volume, progress))


@pages.get("/courses/<slug>/<module>")
@login_required
def module(slug: str, module: str) -> str:
    found, volume, page, progress = _open_module(slug, module)
    before, after = volume.neighbours(page)
    rendered = here().installed.shelf.page(volume, page, here().locale, lambda name: url_for(
        "lms.learning.asset", version=volume.version.uid, name=name), here().local_amounts(volume))
    rule = found.rules.of(page.slug)
    text = render_shared("lms/learning/module_text.html", (here().plan_stamp, volume.version.uid, page.slug), rendered=rendered, module=page)
    return render_template(
        "lms/learning/module.html", course=found.course, volume=volume, module=page, text=text, before=before, after=after,
        progress=progress.get(page.slug), materials=materials_of(here().db, found.course.id, page.slug), rule=rule, needs=NEEDS,
        opened=_sign(found.course.slug, page.slug, here().now), least=least_seconds(page.minutes, rule))


@pages.post("/courses/<slug>/<module>/read")
@login_required
def read(slug: str, module: str) -> Response | Redirect:
    """A report of how far the page was read: from the script as it happens, or from the button at the page's end."""
    lesson_, volume, page, _ = _open_module(slug, module)
    found, rule = lesson_.course, lesson_.rules.of(page.slug)
    body = request.get_json(silent=True)
    sent = body if isinstance(body, dict) else request.form
    opened = _opened(found.slug, page.slug, str(sent.get("opened", "")))
    try:
        read_to = int(sent.get("read_to", 1000))
    except (TypeError, ValueError, OverflowError):  # JSON may say Infinity
        raise Invalid("bad_progress", N_("阅读进度的格式不对，没有保存。")) from None
    with writing() as db:
        row = report(db, person_id=me(), course_id=found.id, module_slug=page.slug, minutes=page.minutes, read_to=read_to,
                     opened_at=opened, now=here().now, rule=rule)
        state = {"completed": row.completed_at is not None, "read_to": row.read_to, "seconds": row.seconds}
    if request.is_json:
        return jsonify(state)
    _, after = volume.neighbours(page)
    if not state["completed"] and rule.needs == "read":
        flash(translate(here().locale, N_("这一节至少要读 {seconds} 秒，现在记录到 {so_far} 秒；请读完后再点一次。"),
                        seconds=least_seconds(page.minutes, rule), so_far=state["seconds"]), "info")
        return redirect(url_for(".module", slug=slug, module=module), 303)
    if after is not None:
        return redirect(url_for(".module", slug=slug, module=after.slug), 303)
    return redirect(url_for(".course", slug=slug), 303)


@pages.get("/course-files/<version>/<path:name>")
@login_required
def asset(version: str, name: str) -> Response:
    """A picture of a course version. Its address never changes its content."""
    for course_row in here().db.scalars(visible(here().viewer, Course)):
        if course_row.current_version_id is None:
            continue
        volume = here().installed.shelf.volume(here().db, course_row.current_version_id)
        if volume.version.uid == version and name in volume.assets:
            sha256, size, media_type = volume.assets[name]
            return send_stored(sha256, size, media_type, name.rsplit("/", 1)[-1], inline=True, keep=True)
    raise NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。"))


def the_module(slug: str, module: str) -> tuple[Course, Volume, Module]:
    """The module of the address with its course, for those who may see it and to whom it is open now."""
    found, volume, page, _ = _open_module(slug, module)
    return found.course, volume, page


def _papers(viewer: Viewer) -> Select[Any]:
    return visible(viewer, Paper).where(Paper.course_slug == bindparam("course"), Paper.state == "published").order_by(Paper.id)


def _course(slug: str) -> tuple[Lesson, Volume]:
    found = lesson(here().db, here().viewer, slug)
    assert found.course.current_version_id is not None  # lesson
    return found, here().installed.shelf.volume(here().db, found.course.current_version_id)


def _open_module(slug: str, module: str) -> tuple[Lesson, Volume, Module, dict[str, ModuleProgress]]:
    found, volume = _course(slug)
    page = volume.module(module)
    if page is None:
        raise NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。"))
    progress = _progress(found.course)
    refuse_locked(_locks(found, volume, progress).get(page.slug))
    return found, volume, page, progress


def _progress(course_row: Course) -> dict[str, ModuleProgress]:
    """The person's progress by module."""
    return {key[1]: row for key, row in progress_of(here().db, person_id=me(), course_ids=[course_row.id]).items()}


def _locks(found: Lesson, volume: Volume, progress: dict[str, ModuleProgress]) -> dict[str, Lock]:
    return locked(found, volume, {slug for slug, row in progress.items() if row.completed_at is not None})


def _sign(course: str, module: str, at: datetime) -> str:
    """When the server sent this page to this person, signed, so that a phone cannot invent reading time."""
    seconds = int(at.timestamp())
    return f"{seconds}.{keyed(here().site.key('reading'), me(), course, module, seconds, bits=100)}"


def _opened(course: str, module: str, signed: str) -> datetime:
    seconds, _, mac = signed.partition(".")
    if not seconds.isdigit() or not same(mac, keyed(here().site.key("reading"), me(), course, module, seconds, bits=100)):
        raise Invalid("reading_page_expired", N_("页面已过期，阅读进度没有保存。请刷新页面再读。"))
    return datetime.fromtimestamp(int(seconds), UTC)
