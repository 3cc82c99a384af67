"""Import hours earned elsewhere: upload, look at what would become of each row, save at once."""
from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Redirect
from wtforms import FileField

from lms.core.access.service import fetch, require
from lms.core.documents.table_read import MAX_BYTES
from lms.core.documents.tables import Book, Column, Sheet
from lms.core.errors import LmsError
from lms.core.hours.import_read import FIELDS, read_hours
from lms.core.hours.imports import commit_import, drop_import, keep_preview
from lms.core.hours.models import HoursImport
from lms.core.hours.own_judge import STATES, judge
from lms.core.hours.rules import KINDS
from lms.core.i18n import N_, explain, translate
from lms.web.context import here
from lms.web.forms import Form
from lms.web.identity import login_required
from lms.web.manage.exports import file_answer
from lms.web.manage.hours import today
from lms.web.posted import me
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_hours_imports", __name__)
SHOWN = 300  # rows of one state on one page; all are imported


class HoursFileForm(Form):
    file = FileField(N_("学时表"))


@pages.get("/manage/hours/import")
@login_required
def upload() -> str:
    require(here().viewer, "manage")
    return _upload_page(HoursFileForm())


@pages.post("/manage/hours/import")
@login_required
def read() -> Redirect | tuple[str, int]:
    """Read the file, then keep its preview: parsing comes before the write."""
    require(here().viewer, "manage")
    form, given = HoursFileForm.posted(), request.files.get("file")
    if given is None or not given.filename:
        form.file.errors = [translate(here().locale, N_("请选择一个文件。"))]
        return _upload_page(form), 422
    name = given.filename.replace("\\", "/").rsplit("/", 1)[-1][:200]
    try:
        rows = read_hours(given.stream.read(MAX_BYTES + 1), name)
        with writing() as db:
            kept = keep_preview(db, rows=rows, file_name=name, by_id=me(), now=here().now, today=today())
    except LmsError as fault:
        form.file.errors = [explain(fault, here().locale)]
        return _upload_page(form), fault.status
    return redirect(url_for(".show", import_uid=kept.uid), 303)


@pages.get("/manage/hours/imports/<import_uid>")
@login_required
def show(import_uid: str) -> str:
    """What would become of each row, as of now; after the commit, what came of it."""
    found = _import(here().db, import_uid)
    judged = judge(here().db, found.rows, today=today())
    by_state = {state: [row for row in judged if row.state == state] for state in STATES}
    counts = {state: len(rows) for state, rows in by_state.items()} if found.state == "previewed" else found.counts
    return render_template("lms/manage/hours/preview.html", hours_import=found, by_state=by_state, counts=counts, states=STATES,
                           kinds=KINDS, shown=SHOWN)


@pages.post("/manage/hours/imports/<import_uid>/commit")
@login_required
def commit(import_uid: str) -> Redirect:
    with writing() as db:
        count = commit_import(db, made=_import(db, import_uid), by_id=me(), now=here().now, today=today())
    flash(translate(here().locale, N_("已登记 {count} 笔学时。"), count=count), "ok")
    return redirect(url_for(".show", import_uid=import_uid), 303)


@pages.post("/manage/hours/imports/<import_uid>/drop")
@login_required
def drop(import_uid: str) -> Redirect:
    with writing() as db:
        drop_import(db, made=_import(db, import_uid), by_id=me(), now=here().now)
    return redirect(url_for(".upload"), 303)


@pages.get("/manage/hours/import/template.xlsx")
@login_required
def template() -> Response:
    """An empty table with our headings."""
    require(here().viewer, "manage")
    columns = [Column(name, translate(here().locale, title)) for name, title in FIELDS.items()]
    return file_answer(Book([Sheet(translate(here().locale, N_("学时表")), columns, [])], locale=here().locale), "xlsx",
                       translate(here().locale, N_("学时表模板")))


def _import(db: Session, import_uid: str) -> HoursImport:
    require(here().viewer, "manage")
    return fetch(db, here().viewer, HoursImport, import_uid)


def _upload_page(form: HoursFileForm) -> str:
    return render_template("lms/manage/hours/upload.html", form=form,
                           headings=[translate(here().locale, title) for title in FIELDS.values()])
