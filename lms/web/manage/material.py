"""Instructors add material to modules, replace it, call it otherwise, look at its versions, take it away."""
from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response
from wtforms import BooleanField, FileField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from lms.core.access.service import fetch
from lms.core.attendance.in_session import names_of
from lms.core.courses.models import Course
from lms.core.courses.shelf import Volume
from lms.core.errors import LmsError, NotFound
from lms.core.files.kinds import ENDINGS
from lms.core.i18n import N_, explain, pick, translate
from lms.core.jobs.models import Job
from lms.core.material.attachments import LANGUAGES, attachments_of
from lms.core.material.content import KINDS, PLAYED
from lms.core.material.models import Material
from lms.core.material.pages import ask_for_pages, pages_key
from lms.core.material.service import (
    add_material,
    change_material,
    materials_of,
    remove_material,
    replace_material,
    restore_version,
    versions_of,
)
from lms.core.material.usage import usage_of
from lms.web.context import here
from lms.web.forms import Form, options
from lms.web.identity import login_required
from lms.web.manage.courses import taught
from lms.web.manage.posted_files import posted_file
from lms.web.posted import me
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_material", __name__)


class MaterialForm(Form):
    module = SelectField(N_("放到哪个模块"), validators=[InputRequired()])
    title = StringField(N_("显示的名称"), validators=[Length(0, 200)])
    file = FileField(N_("文件"))


class ChangeForm(Form):
    title = StringField(N_("显示的名称"), validators=[Length(0, 200)])
    no_skip = BooleanField(N_("第一次观看不能跳过"))


class ReplaceForm(Form):
    file = FileField(N_("新文件"))


@pages.get("/manage/courses/<slug>/material")
@login_required
def index(slug: str) -> str:
    return _page(slug, None)


@pages.post("/manage/courses/<slug>/material")
@login_required
def add(slug: str) -> Response | tuple[str, int]:
    """Take an upload: bytes into the store first, then the row."""
    course, volume = taught(slug)
    form, facts = _form(volume, request.form), here()
    if not form.validate():
        return _page(slug, form), 422
    try:
        posted = posted_file()
    except LmsError as error:
        form.file.errors = [explain(error, facts.locale)]
        return _page(slug, form), error.status
    with writing() as db:
        made = add_material(db, course=fetch(db, facts.viewer, Course, course.uid, "teach"), module_slug=form.module.data,
                            title=form.title.data or "", content=posted.content, by_id=me(), now=facts.now)
        posted.keep(db)
        ask_for_pages(db, made.current, by_id=me(), now=facts.now)
    flash(translate(facts.locale, N_("已加入“{name}”，学员现在就能看到。"), name=posted.content.name), "ok")
    return redirect(url_for(".index", slug=slug), 303)


@pages.get("/manage/courses/<slug>/material/usage")
@login_required
def usage(slug: str) -> str:
    course, _ = taught(slug)
    return render_template("lms/manage/material/usage.html", course=course, rows=usage_of(here().db, course.id), kinds=KINDS,
                           measured=(*PLAYED, "scorm"))


@pages.get("/manage/material/<uid>")
@login_required
def show(uid: str) -> str:
    return _material_page(uid)


@pages.post("/manage/material/<uid>")
@login_required
def change(uid: str) -> Response | tuple[str, int]:
    form = ChangeForm(request.form)
    if not form.validate():
        return _material_page(uid, change=form), 422
    with writing() as db:
        change_material(db, _material(db, uid), title=form.title.data or "", no_skip=bool(form.no_skip.data), seen=_seen(),
                        by_id=me(), now=here().now)
    flash(translate(here().locale, N_("已保存。")), "ok")
    return redirect(url_for(".show", uid=uid), 303)


@pages.post("/manage/material/<uid>/replace")
@login_required
def replace(uid: str) -> Response | tuple[str, int]:
    _material(here().db, uid)  # before anything large is read
    form, facts = ReplaceForm(request.form), here()
    try:
        posted = posted_file()
    except LmsError as error:
        form.file.errors = [explain(error, facts.locale)]
        return _material_page(uid, replace=form), error.status
    with writing() as db:
        version = replace_material(db, _material(db, uid), content=posted.content, seen=_seen(), by_id=me(), now=facts.now)
        posted.keep(db)
        ask_for_pages(db, version, by_id=me(), now=facts.now)
    flash(translate(facts.locale, N_("已换成“{name}”，原来的网址不变，学员现在看到新的。"), name=posted.content.name), "ok")
    return redirect(url_for(".show", uid=uid), 303)


@pages.post("/manage/material/<uid>/restore")
@login_required
def restore(uid: str) -> Response:
    number = request.form.get("number", "")
    with writing() as db:
        restore_version(db, _material(db, uid), number=int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 0,
                        seen=_seen(), by_id=me(), now=here().now)
    flash(translate(here().locale, N_("已恢复，学员现在看到这个版本。")), "ok")
    return redirect(url_for(".show", uid=uid), 303)


@pages.post("/manage/material/<uid>/remove")
@login_required
def remove(uid: str) -> Response:
    with writing() as db:
        material = _material(db, uid)
        if material.removed_at is None:
            remove_material(db, material, by_id=me(), now=here().now)
        slug = material.course.slug
    flash(translate(here().locale, N_("课件已移走，学员不再看到；文件仍保留。")), "ok")
    return redirect(url_for(".index", slug=slug), 303)


def _page(slug: str, form: MaterialForm | None) -> str:
    course, volume = taught(slug)
    settings = here().site.settings
    return render_template("lms/manage/material/index.html", course=course, volume=volume, form=form or _form(volume), kinds=KINDS,
                           materials=materials_of(here().db, course.id), accept=",".join(ENDINGS), limit=settings.upload_limit,
                           at_once=settings.request_limit)


def _material_page(uid: str, *, change: ChangeForm | None = None, replace: ReplaceForm | None = None) -> str:
    material = _material(here().db, uid)
    if material.removed_at is not None:
        raise NotFound("removed", N_("这份课件已被移走。"))
    versions, settings = versions_of(here().db, material), here().site.settings
    played = material.current.kind in PLAYED
    job = None if material.current.pages_id else here().db.scalar(
        select(Job).where(Job.key == pages_key(material.current)).order_by(Job.id.desc()))
    return render_template(
        "lms/manage/material/show.html", material=material, versions=versions, kinds=KINDS, played=played, job=job, languages=LANGUAGES,
        attachments=attachments_of(here().db, material.id) if played else (),
        change=change or ChangeForm(data={"title": material.title, "no_skip": material.no_skip}), replace=replace or ReplaceForm(),
        names=names_of(here().db, {v.created_by_id for v in versions}), accept=",".join(ENDINGS), limit=settings.upload_limit,
        at_once=settings.request_limit)


def _form(volume: Volume, posted: object = None) -> MaterialForm:
    form = MaterialForm(posted)
    form.module.choices = module_choices(volume)
    return form


def module_choices(volume: Volume) -> list[SelectChoice]:
    """The modules of a course, for a field."""
    return options((m.slug, f"{n} {pick(m.titles, here().locale)}") for n, m in enumerate(volume.modules, 1))


def _material(db: Session, uid: str) -> Material:
    return fetch(db, here().viewer, Material, uid, "teach", joinedload(Material.course), joinedload(Material.current))


def _seen() -> int:
    """The version that the form was made from."""
    return request.form.get("version", -1, type=int)
