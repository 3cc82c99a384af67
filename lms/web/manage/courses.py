"""Instructors look at their courses as trainees see them and add material to modules."""
from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response
from wtforms import FileField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from lms.core.access.service import fetch, fetch_by, visible
from lms.core.courses.material import add_material, materials_of, remove_material
from lms.core.courses.models import Course, Material
from lms.core.courses.shelf import Volume
from lms.core.errors import LmsError, NotFound
from lms.core.files.kinds import ENDINGS
from lms.core.files.service import store_upload
from lms.core.i18n import N_, explain, pick, translate
from lms.web.context import here
from lms.web.forms import Form, options
from lms.web.identity import login_required
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_courses", __name__)


class MaterialForm(Form):
    module = SelectField(N_("放到哪个模块"), validators=[InputRequired()])
    title = StringField(N_("显示的名称"), validators=[Length(0, 200)])
    file = FileField(N_("文件"))


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
    return _page(slug, None)


@pages.post("/manage/courses/<slug>/material")
@login_required
def add(slug: str) -> str | Response | tuple[str, int]:
    """Take an upload: bytes into the store first, then the row."""
    course, volume = taught(slug)
    form = _form(volume, request.form)
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        form.file.errors = [translate(here().locale, N_("请选择一个文件。"))]
        return _page(slug, form), 422
    if not form.validate():
        return _page(slug, form), 422
    name = upload.filename.replace("\\", "/").rsplit("/", 1)[-1][:200]
    facts = here()
    try:
        stored = store_upload(facts.site.storage, upload.stream, name=name,  # type: ignore[arg-type]
                              limit=facts.site.settings.upload_limit * 1024 * 1024)
    except LmsError as error:
        form.file.errors = [explain(error, facts.locale)]
        return _page(slug, form), error.status
    with writing() as db:
        add_material(db, course=fetch(db, facts.viewer, Course, course.uid, "teach"), module_slug=form.module.data,
                     title=form.title.data or "", name=name, stored=stored, by_id=facts.viewer.person_id or 0, now=facts.now)
    flash(translate(facts.locale, N_("已加入“{name}”，学员现在就能看到。"), name=name), "ok")
    return redirect(url_for(".show", slug=slug), 303)


@pages.post("/manage/material/<uid>/remove")
@login_required
def remove(uid: str) -> Response:
    with writing() as db:
        material = fetch(db, here().viewer, Material, uid, "teach", joinedload(Material.course))
        if material.removed_at is None:
            remove_material(db, material, by_id=here().viewer.person_id or 0, now=here().now)
        slug = material.course.slug
    flash(translate(here().locale, N_("课件已移走，学员不再看到；文件仍保留。")), "ok")
    return redirect(url_for(".show", slug=slug), 303)


def _page(slug: str, form: MaterialForm | None) -> str:
    course, volume = taught(slug)
    return render_template("lms/manage/courses/show.html", course=course, volume=volume, form=form or _form(volume),
                           materials=materials_of(here().db, course.id), accept=",".join(ENDINGS),
                           limit=here().site.settings.upload_limit, may_set=here().viewer.everywhere("manage"),
                           may_edit=here().viewer.everywhere("teach") or course.id in here().viewer.scopes("teach", "course"))


def _form(volume: Volume, posted: object = None) -> MaterialForm:
    form = MaterialForm(posted)
    form.module.choices = options((m.slug, f"{n} {pick(m.titles, here().locale)}") for n, m in enumerate(volume.modules, 1))
    return form


def taught(slug: str) -> tuple[Course, Volume]:
    """The course that the viewer teaches, and what is served of it."""
    course = fetch_by(here().db, here().viewer, Course, Course.slug == slug, "teach")
    if course.current_version_id is None:
        raise NotFound("no_version", N_("这门课程还没有内容。"))
    return course, here().installed.shelf.volume(here().db, course.current_version_id)


