"""The rules by which a course is learned: of the course, and of a class that has rules of its own for it."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response

from lms.core.access.service import fetch, fetch_by, require
from lms.core.classes.models import TrainingClass
from lms.core.courses.models import ClassCourse, Course
from lms.core.courses.study_rules import NEEDS, ORDERS, ModuleRule, StudyRules, rules_from
from lms.core.courses.study_settings import change_study_rules, open_to_all
from lms.core.errors import Invalid, LmsError, NotFound
from lms.core.i18n import N_, explain, translate
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.local_times import instant_of, wall_of
from lms.web.manage.classes import seen_version
from lms.web.posted import me
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_study_rules", __name__)


@pages.get("/manage/classes/<uid>/courses/<slug>/rules")
@login_required
def of_class(uid: str, slug: str) -> str:
    return _class_page(uid, slug)


@pages.post("/manage/classes/<uid>/courses/<slug>/rules")
@login_required
def save_of_class(uid: str, slug: str) -> Response | tuple[str, int]:
    try:
        with writing() as db:
            training_class = fetch(db, here().viewer, TrainingClass, uid, "manage")
            given = _given(db, training_class, slug)
            rules = _posted(_slugs(given.course), training_class.zone)
            change_study_rules(db, owner=given, rules=rules, sessions={s.uid for s in training_class.sessions}, version=seen_version(),
                               by_id=me(), now=here().now)
    except LmsError as error:
        if error.status in (403, 404):
            raise
        return _class_page(uid, slug, error), error.status
    flash(translate(here().locale, N_("学习规则已保存。已经完成的模块不变。")), "ok")
    return redirect(url_for(".of_class", uid=uid, slug=slug), 303)


@pages.get("/manage/courses/<slug>/rules")
@login_required
def of_course(slug: str) -> str:
    return _course_page(slug)


@pages.post("/manage/courses/<slug>/rules")
@login_required
def save_of_course(slug: str) -> Response | tuple[str, int]:
    try:
        with writing() as db:
            course = _course(db, slug)
            change_study_rules(db, owner=course, rules=_posted(_slugs(course), here().site.settings.zone), sessions=(), version=seen_version(),
                               by_id=me(), now=here().now)
    except LmsError as error:
        if error.status in (403, 404):
            raise
        return _course_page(slug, error), error.status
    flash(translate(here().locale, N_("学习规则已保存。已经完成的模块不变。")), "ok")
    return redirect(url_for(".of_course", slug=slug), 303)


@pages.post("/manage/courses/<slug>/open")
@login_required
def open_course(slug: str) -> Response:
    """For everybody, or for the classes that have it."""
    require(here().viewer, "manage")
    with writing() as db:
        open_to_all(db, course=_course(db, slug), open_=request.form.get("open") == "1", by_id=me(), now=here().now)
    flash(translate(here().locale, N_("已保存。")), "ok")
    return redirect(url_for(".of_course", slug=slug), 303)


def _posted(slugs: Sequence[str], zone: str) -> StudyRules:
    form = request.form
    return StudyRules(form.get("order", ""), {slug: ModuleRule(
        form.get(f"needs-{slug}", "read"), _number(f"minutes-{slug}", 0) * 60, _number(f"share-{slug}", 90) * 10,
        tuple(v for v in form.getlist(f"after-{slug}") if v), form.get(f"session-{slug}", ""),
        instant_of(_wall_clock(form.get(f"opens-{slug}", "")), zone), f"optional-{slug}" in form) for slug in slugs})


def _number(name: str, usual: int) -> int:
    text = request.form.get(name, "").strip()
    return usual if not text else int(text) if text.isascii() and text.isdigit() and len(text) < 6 else -1


def _wall_clock(text: str) -> datetime | None:
    """:raises Invalid: no date and time"""
    if not text.strip():
        return None
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=None)
    except ValueError:
        raise Invalid("study_time", N_("看不懂开放时间“{text}”，没有保存。请写成 2026-07-08 09:00 这样。"), text=text.strip()[:30]) from None


def _course(db: Session, slug: str) -> Course:
    return fetch_by(db, here().viewer, Course, Course.slug == slug, "teach")


def _given(db: Session, training_class: TrainingClass, slug: str) -> ClassCourse:
    """:raises NotFound: the class does not have this course"""
    found = db.scalar(select(ClassCourse).join(Course, Course.id == ClassCourse.course_id).options(joinedload(ClassCourse.course)).where(
        ClassCourse.class_id == training_class.id, Course.slug == slug))
    if found is None:
        raise NotFound("course_not_given", N_("本班没有安排这门课程。"))
    return found


def _slugs(course: Course) -> list[str]:
    assert course.current_version_id is not None
    return [m.slug for m in here().installed.shelf.volume(here().db, course.current_version_id).modules]


def _class_page(uid: str, slug: str, error: LmsError | None = None) -> str:
    training_class = fetch(here().db, here().viewer, TrainingClass, uid, "manage")
    given = _given(here().db, training_class, slug)
    return _page(given.course, rules_from(given.rules, given.course.rules), given.rules_version, training_class, training_class.zone, error)


def _course_page(slug: str, error: LmsError | None = None) -> str:
    course = _course(here().db, slug)
    return _page(course, rules_from(course.rules), course.rules_version, None, here().site.settings.zone, error)


def _page(course: Course, rules: StudyRules, version: int, training_class: TrainingClass | None, zone: str, error: LmsError | None) -> str:
    if course.current_version_id is None:
        raise NotFound("no_version", N_("这门课程还没有内容。"))
    volume = here().installed.shelf.volume(here().db, course.current_version_id)
    shown = _posted([m.slug for m in volume.modules], zone) if error is not None and error.code != "study_time" else rules
    return render_template("lms/manage/study/rules.html", course=course, volume=volume, rules=shown, version=version, zone=zone,
                           training_class=training_class, orders=ORDERS, needs=NEEDS, may_open=here().viewer.everywhere("manage"),
                           wall_of=wall_of, told=explain(error, here().locale) if error else "",
                           sessions=[s for s in training_class.sessions if not s.cancelled] if training_class else [])
