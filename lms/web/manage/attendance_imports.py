"""Import of attendance: upload a list or an edited matrix, look at what would become of it, save at once, undo."""
from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Redirect
from wtforms import FileField

from lms.core.access.service import fetch, fetch_by
from lms.core.attendance.status import STATUSES
from lms.core.classes.models import TrainingClass
from lms.core.documents.table_read import MAX_BYTES
from lms.core.documents.tables import Book, Column, Sheet
from lms.core.errors import Conflict, LmsError
from lms.core.i18n import N_, explain, translate
from lms.core.paperwork.import_judge import STATES, Act
from lms.core.paperwork.import_known import session_labels
from lms.core.paperwork.import_read import read_attendance
from lms.core.paperwork.import_words import FIELDS
from lms.core.paperwork.imports import (
    changes_of,
    commit_import,
    file_notes,
    judge_again,
    keep_preview,
    saved_keys,
    undo_import,
)
from lms.core.paperwork.models import AttendanceImport
from lms.core.paperwork.sheets import sheet_sessions
from lms.core.people.models import Person
from lms.web.context import here
from lms.web.forms import Form
from lms.web.identity import login_required
from lms.web.manage.exports import file_answer
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_attendance_imports", __name__)
_SHOWN = 1_000  # new and equal rows on one page; doubtful and refused ones are all shown
_LISTED = 30
IMPORT_STATES = {"previewed": N_("未保存"), "committed": N_("已导入"), "undone": N_("已撤销"), "dropped": N_("已被取代")}


class ImportForm(Form):
    file = FileField(N_("考勤文件"))


@pages.get("/manage/classes/<uid>/attendance/import")
@login_required
def upload(uid: str) -> str:
    return _upload_page(fetch(here().db, here().viewer, TrainingClass, uid, "export"), ImportForm())


@pages.post("/manage/classes/<uid>/attendance/import")
@login_required
def read(uid: str) -> str | Redirect | tuple[str, int]:
    """Read the file, then keep its preview: parsing comes before the write."""
    training_class = fetch(here().db, here().viewer, TrainingClass, uid, "export")
    form, given = ImportForm.posted(), request.files.get("file")
    if given is None or not given.filename:
        form.file.errors = [translate(here().locale, N_("请选择一个文件。"))]
        return _upload_page(training_class, form), 422
    name = given.filename.replace("\\", "/").rsplit("/", 1)[-1][:200]
    try:
        file = read_attendance(given.stream.read(MAX_BYTES + 1), name, labels=session_labels(training_class.sessions))
        with writing() as db:
            kept = keep_preview(db, training_class=fetch(db, here().viewer, TrainingClass, uid, "export"), file=file,
                                session_uid=request.form.get("session", "")[:32], by_id=here().viewer.person_id, now=here().now)
    except LmsError as fault:
        form.file.errors = [explain(fault, here().locale)]
        return _upload_page(training_class, form), fault.status
    return redirect(url_for(".preview", uid=uid, import_uid=kept.uid), 303)


@pages.get("/manage/classes/<uid>/attendance/import-template.xlsx")
@login_required
def template(uid: str) -> Response:
    """An empty list with the headings that we read."""
    fetch(here().db, here().viewer, TrainingClass, uid, "export")
    locale = here().locale
    sheet = Sheet(translate(locale, N_("考勤")), [Column(name, translate(locale, title)) for name, title in FIELDS.items()], [],
                  notes=[translate(locale, N_("姓名或手机号、课次或日期、时间或状态，各填一样就可以。"))])
    return file_answer(Book([sheet], locale=locale), "xlsx", translate(locale, N_("考勤导入模板")))


@pages.get("/manage/classes/<uid>/attendance/imports/<import_uid>")
@login_required
def preview(uid: str, import_uid: str) -> str:
    """What would become of each entry; after the commit, what came of it, and the way to undo it."""
    training_class, found = _import(here().db, uid, import_uid)
    changes, saved = changes_of(found), saved_keys(found)
    by_state = {state: [c for c in changes if c.state == state and c.key not in saved] for state in STATES}
    return render_template("lms/manage/attendance/import_preview.html", training_class=training_class, made=found,
                           by_state=by_state, saved=[c for c in changes if c.key in saved], states=STATES, statuses=STATUSES,
                           import_states=IMPORT_STATES, notes=file_notes(found), shown=_SHOWN, locale=here().locale, said=_said)


@pages.post("/manage/classes/<uid>/attendance/imports/<import_uid>")
@login_required
def commit(uid: str, import_uid: str) -> Redirect:
    """Save what was decided. What has changed since the preview is shown in a new one, and nothing is saved."""
    try:
        with writing() as db:
            _, found = _import(db, uid, import_uid)
            commit_import(db, made=found, decisions=_decisions(), by_id=here().viewer.person_id, now=here().now)
    except Conflict as fault:
        if fault.code != "import_stale":
            raise
        with writing() as db:
            judge_again(db, made=_import(db, uid, import_uid)[1], now=here().now)
        flash(explain(fault, here().locale), "warn")
    return redirect(url_for(".preview", uid=uid, import_uid=import_uid), 303)


@pages.post("/manage/classes/<uid>/attendance/imports/<import_uid>/undo")
@login_required
def undo(uid: str, import_uid: str) -> Redirect:
    """Undo a whole import, or nothing of it where somebody's record has changed since."""
    try:
        with writing() as db:
            _, found = _import(db, uid, import_uid)
            count = undo_import(db, made=found, by_id=here().viewer.person_id, now=here().now)
        flash(translate(here().locale, N_("已撤销，{n} 条记录作废；考勤和导入以前一样。"), n=count), "ok")
    except Conflict as fault:
        if fault.code != "import_changed_since":
            raise
        flash(explain(fault, here().locale), "warn")
    return redirect(url_for(".preview", uid=uid, import_uid=import_uid), 303)


def _decisions() -> dict[str, str]:
    """A tick at each doubtful entry that is to be saved, and at each new one that is not."""
    return {**dict.fromkeys(request.form.getlist("import"), "import"), **dict.fromkeys(request.form.getlist("skip"), "skip")}


def _said(act: Act) -> str:
    """What an act would write, in the reader's words."""
    locale = here().locale
    if act.kind == "status":
        return translate(locale, STATUSES[act.status])
    at = act.at[11:16]
    return translate(locale, N_("签到 {at}"), at=at) if act.kind == "in" else translate(locale, N_("签退 {at}"), at=at)


def _import(db: Session, uid: str, import_uid: str) -> tuple[TrainingClass, AttendanceImport]:
    """An import of the class in the address, both in the viewer's charge."""
    training_class = fetch(db, here().viewer, TrainingClass, uid, "export")
    found = fetch_by(db, here().viewer, AttendanceImport, (AttendanceImport.uid == import_uid)
                     & (AttendanceImport.class_id == training_class.id), "export")
    return training_class, found


def _upload_page(training_class: TrainingClass, form: ImportForm) -> str:
    earlier = here().db.execute(
        select(AttendanceImport.uid, AttendanceImport.file_name, AttendanceImport.state, AttendanceImport.counts,
               AttendanceImport.created_at, Person.name).outerjoin(Person, Person.id == AttendanceImport.created_by_id)
        .where(AttendanceImport.class_id == training_class.id, AttendanceImport.state != "dropped")
        .order_by(AttendanceImport.id.desc()).limit(_LISTED)).all()
    return render_template("lms/manage/attendance/import.html", training_class=training_class, form=form, earlier=earlier,
                           sessions=sheet_sessions(training_class), chosen=request.values.get("session", ""),
                           import_states=IMPORT_STATES, limit=MAX_BYTES // 1024 // 1024,
                           fields=[translate(here().locale, title) for title in FIELDS.values()])
