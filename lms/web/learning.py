"""Courses and modules as a trainee reads them. Reading is reported by POST; opening a page changes nothing."""
from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Response, flash, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from lms.core.access.service import fetch_by, visible
from lms.core.courses.models import Course, Module
from lms.core.courses.shelf import Volume
from lms.core.errors import Invalid, NotFound
from lms.core.i18n import N_, translate
from lms.core.ids import keyed, same
from lms.core.learning.progress import least_seconds, progress_of, report
from lms.core.material.service import materials_of
from lms.core.quizzes.models import Paper
from lms.core.reports.today import courses_now
from lms.web.context import here
from lms.web.files import send_stored
from lms.web.identity import login_required
from lms.web.posted import me
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("learning", __name__)


@pages.get("/courses")
@login_required
def courses() -> str:
    facts = here()
    training_class, mine = courses_now(facts.db, person_id=me(), now=facts.now, plan_of=facts.plan_of) or (None, ())
    return render_template("lms/learning/courses.html", training_class=training_class, courses=mine)


@pages.get("/courses/<slug>")
@login_required
def course(slug: str) -> str:
    found, volume = _course(slug)
    progress = progress_of(here().db, person_id=me(), course_ids=[found.id])
    papers = here().db.scalars(visible(here().viewer, Paper).where(Paper.course_slug == slug, Paper.state == "published")
                               .order_by(Paper.id)).all()
    return render_template("lms/learning/course.html", course=found, volume=volume, papers=papers,
                           progress={key[1]: row for key, row in progress.items()})


@pages.get("/courses/<slug>/<module>")
@login_required
def module(slug: str, module: str) -> str:
    found, volume, page = _module(slug, module)
    before, after = volume.neighbours(page)
    rendered = here().installed.shelf.page(volume, page, here().locale, lambda name: url_for(
        "lms.learning.asset", version=volume.version.uid, name=name), here().local_amounts(volume))
    progress = progress_of(here().db, person_id=me(), course_ids=[found.id])
    return render_template(
        "lms/learning/module.html", course=found, volume=volume, module=page, rendered=rendered, before=before, after=after,
        progress=progress.get((found.id, page.slug)), materials=materials_of(here().db, found.id, page.slug),
        opened=_sign(found.slug, page.slug, here().now), least=least_seconds(page.minutes))


@pages.post("/courses/<slug>/<module>/read")
@login_required
def read(slug: str, module: str) -> Response | Redirect:
    """A report of how far the page was read: from the script as it happens, or from the button at the page's end."""
    found, volume, page = _module(slug, module)
    body = request.get_json(silent=True)
    sent = body if isinstance(body, dict) else request.form
    opened = _opened(found.slug, page.slug, str(sent.get("opened", "")))
    try:
        read_to = int(sent.get("read_to", 1000))
    except (TypeError, ValueError, OverflowError):  # JSON may say Infinity
        raise Invalid("bad_progress", N_("阅读进度的格式不对，没有保存。")) from None
    with writing() as db:
        row = report(db, person_id=me(), course_id=found.id, module_slug=page.slug, minutes=page.minutes, read_to=read_to,
                     opened_at=opened, now=here().now)
        state = {"completed": row.completed_at is not None, "read_to": row.read_to, "seconds": row.seconds}
    if request.is_json:
        return jsonify(state)
    _, after = volume.neighbours(page)
    if not state["completed"]:
        flash(translate(here().locale, N_("这一节至少要读 {seconds} 秒，现在记录到 {so_far} 秒；请读完后再点一次。"),
                        seconds=least_seconds(page.minutes), so_far=state["seconds"]), "info")
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


def _course(slug: str) -> tuple[Course, Volume]:
    found = fetch_by(here().db, here().viewer, Course, Course.slug == slug)
    if found.current_version_id is None:
        raise NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。"))
    return found, here().installed.shelf.volume(here().db, found.current_version_id)


def _module(slug: str, module: str) -> tuple[Course, Volume, Module]:
    found, volume = _course(slug)
    page = volume.module(module)
    if page is None:
        raise NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。"))
    return found, volume, page


def _sign(course: str, module: str, at: datetime) -> str:
    """When the server sent this page to this person, signed, so that a phone cannot invent reading time."""
    seconds = int(at.timestamp())
    return f"{seconds}.{keyed(here().site.key('reading'), me(), course, module, seconds, bits=100)}"


def _opened(course: str, module: str, signed: str) -> datetime:
    seconds, _, mac = signed.partition(".")
    if not seconds.isdigit() or not same(mac, keyed(here().site.key("reading"), me(), course, module, seconds, bits=100)):
        raise Invalid("reading_page_expired", N_("页面已过期，阅读进度没有保存。请刷新页面再读。"))
    return datetime.fromtimestamp(int(seconds), UTC)
