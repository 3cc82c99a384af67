"""Instructors write a text with a preview, or put in a link; both are material in versions."""
from __future__ import annotations

from typing import TypeVar

from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from lms.core.access.service import fetch
from lms.core.courses.models import Course
from lms.core.courses.shelf import Volume
from lms.core.errors import LmsError, NotFound
from lms.core.i18n import N_, explain, translate
from lms.core.material.content import Content
from lms.core.material.models import Material
from lms.core.material.service import add_material, replace_material
from lms.core.material.written import (
    LONGEST_LINK,
    LONGEST_TEXT,
    check_text,
    read_written,
    take_link,
    take_text,
    to_html,
)
from lms.web.context import here
from lms.web.forms import Form
from lms.web.identity import login_required
from lms.web.manage.courses import taught
from lms.web.manage.material import module_choices
from lms.web.posted import me
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_written", __name__)
F = TypeVar("F", bound=Form)


class TextForm(Form):
    text = TextAreaField(N_("正文"), validators=[InputRequired(), Length(1, LONGEST_TEXT)])


class NewTextForm(TextForm):
    module = SelectField(N_("放到哪个模块"), validators=[InputRequired()])
    title = StringField(N_("显示的名称"), validators=[InputRequired(), Length(1, 200)])


class LinkForm(Form):
    module = SelectField(N_("放到哪个模块"), validators=[InputRequired()])
    title = StringField(N_("显示的名称"), validators=[Length(0, 200)])
    address = StringField(N_("网址"), validators=[InputRequired(), Length(1, LONGEST_LINK)])


@pages.get("/manage/courses/<slug>/material/write")
@login_required
def new(slug: str) -> str:
    course, volume = taught(slug)
    return _write_page(course, None, _with_modules(NewTextForm(), volume))


@pages.post("/manage/courses/<slug>/material/write")
@login_required
def write(slug: str) -> str | Response | tuple[str, int]:
    course, volume = taught(slug)
    form = _with_modules(NewTextForm(request.form), volume)
    if not form.validate():
        return _write_page(course, None, form), 422
    if request.form.get("act") == "preview":
        return _write_page(course, None, form, check_text(form.text.data))
    content = take_text(here().site.storage, form.text.data, form.title.data)
    return _added(course, form.module.data, form.title.data, content)


@pages.post("/manage/courses/<slug>/material/link")
@login_required
def link(slug: str) -> Response:
    course, volume = taught(slug)
    form = _with_modules(LinkForm(request.form), volume)
    form.check()
    return _added(course, form.module.data, form.title.data or "", take_link(here().site.storage, form.address.data))


@pages.get("/manage/material/<uid>/write")
@login_required
def edit(uid: str) -> str:
    material = _text(here().db, uid)
    return _write_page(material.course, material, TextForm(data={"text": read_written(here().site.storage, material.file.sha256)}))


@pages.post("/manage/material/<uid>/write")
@login_required
def save(uid: str) -> str | Response | tuple[str, int]:
    material, form, facts = _text(here().db, uid), TextForm(request.form), here()
    if not form.validate():
        return _write_page(material.course, material, form), 422
    if request.form.get("act") == "preview":
        return _write_page(material.course, material, form, check_text(form.text.data))
    content = take_text(facts.site.storage, form.text.data, material.title)
    try:
        with writing() as db:
            replace_material(db, _text(db, uid), content=content, seen=request.form.get("version", -1, type=int), by_id=me(), now=facts.now)
    except LmsError as error:  # what was written stays in the form
        form.text.errors = [explain(error, facts.locale)]
        return _write_page(material.course, material, form), error.status
    flash(translate(facts.locale, N_("已保存。")), "ok")
    return redirect(url_for("lms.manage_material.show", uid=uid), 303)


def _added(course: Course, module: str, title: str, content: Content) -> Response:
    facts = here()
    with writing() as db:
        add_material(db, course=fetch(db, facts.viewer, Course, course.uid, "teach"), module_slug=module, title=title, content=content,
                     by_id=me(), now=facts.now)
    flash(translate(facts.locale, N_("已加入“{name}”，学员现在就能看到。"), name=title or content.name), "ok")
    return redirect(url_for("lms.manage_material.index", slug=course.slug), 303)


def _write_page(course: Course, material: Material | None, form: TextForm, preview: str = "") -> str:
    seen = request.form.get("version", "") or (material.version if material else "")
    return render_template("lms/manage/material/write.html", course=course, material=material, form=form, seen=seen,
                           html=to_html(preview) if preview else "")


def _with_modules(form: F, volume: Volume) -> F:
    form.module.choices = module_choices(volume)
    return form


def _text(db: Session, uid: str) -> Material:
    material = fetch(db, here().viewer, Material, uid, "teach", joinedload(Material.course), joinedload(Material.current),
                     joinedload(Material.file))
    if material.removed_at is not None or material.current.kind != "text":
        raise NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。"))
    return material
