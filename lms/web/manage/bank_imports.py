"""Import questions: upload, look at what would become of each, save at once."""
from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response
from wtforms import FileField

from lms.core.access.service import fetch
from lms.core.documents.table_read import MAX_BYTES
from lms.core.documents.tables import Book, Column, Sheet
from lms.core.errors import LmsError, NotFound
from lms.core.i18n import N_, explain, translate
from lms.core.quizzes.imports import commit_import, drop_import, keep_preview
from lms.core.quizzes.kinds import kinds_of
from lms.core.quizzes.models import Bank, QuestionImport
from lms.core.quizzes.preview import STATES, QuestionPreview, preview_questions
from lms.web.context import here
from lms.web.forms import Form
from lms.web.identity import login_required
from lms.web.manage.exports import file_answer
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_bank_imports", __name__)
SHOWN = 300  # rows of one state on one page; all are imported
_HEADINGS = (N_("题型"), N_("题干"), N_("选项A"), N_("选项B"), N_("选项C"), N_("选项D"), N_("选项E"), N_("答案"), N_("解析"), N_("分值"),
             N_("难度"), N_("知识点"))


class QuestionsForm(Form):
    file = FileField(N_("题目文件"))


@pages.get("/manage/banks/<uid>/import")
@login_required
def upload(uid: str) -> str:
    return _upload_page(fetch(here().db, here().viewer, Bank, uid, "teach"), QuestionsForm())


@pages.post("/manage/banks/<uid>/import")
@login_required
def read(uid: str) -> str | Response | tuple[str, int]:
    """Read the file, then keep its preview: parsing comes before the write."""
    bank = fetch(here().db, here().viewer, Bank, uid, "teach")
    form, given = QuestionsForm.posted(), request.files.get("file")
    if given is None or not given.filename:
        form.file.errors = [translate(here().locale, N_("请选择一个文件。"))]
        return _upload_page(bank, form), 422
    name = given.filename.replace("\\", "/").rsplit("/", 1)[-1][:200]
    try:
        preview = preview_questions(here().db, bank=bank.slug, data=given.stream.read(MAX_BYTES + 1), filename=name)
    except LmsError as fault:
        form.file.errors = [explain(fault, here().locale)]
        return _upload_page(bank, form), fault.status
    with writing() as db:
        kept = keep_preview(db, bank=fetch(db, here().viewer, Bank, uid, "teach"), preview=preview,
                            by_id=here().viewer.person_id, now=here().now)
    return redirect(url_for(".show", uid=uid, import_uid=kept.uid), 303)


@pages.get("/manage/banks/<uid>/imports/<import_uid>")
@login_required
def show(uid: str, import_uid: str) -> str:
    """What would become of each question; after the commit, what came of it."""
    found = _import(here().db, uid, import_uid)
    preview = QuestionPreview.from_stored(found.preview) if found.preview else None
    by_state = {state: [row for row in preview.rows if row.state == state] if preview else [] for state in STATES}
    return render_template("lms/manage/banks/preview.html", bank=found.bank, question_import=found, preview=preview,
                           by_state=by_state, states=STATES, shown=SHOWN, kinds=kinds_of(here().site.registry))


@pages.post("/manage/banks/<uid>/imports/<import_uid>/commit")
@login_required
def commit(uid: str, import_uid: str) -> Response:
    with writing() as db:
        counts = commit_import(db, question_import=_import(db, uid, import_uid), by_id=here().viewer.person_id,
                               now=here().now)
    flash(translate(here().locale, N_("已保存：新增 {new} 题，改动 {changed} 题。"), **counts), "ok")
    return redirect(url_for("lms.manage_banks.show", uid=uid), 303)


@pages.post("/manage/banks/<uid>/imports/<import_uid>/drop")
@login_required
def drop(uid: str, import_uid: str) -> Response:
    with writing() as db:
        drop_import(db, question_import=_import(db, uid, import_uid), by_id=here().viewer.person_id, now=here().now)
    return redirect(url_for(".upload", uid=uid), 303)


@pages.get("/manage/banks/<uid>/import/template.xlsx")
@login_required
def template(uid: str) -> Response:
    """An empty table with the headings that we read, and a line of each kind to write over."""
    fetch(here().db, here().viewer, Bank, uid, "teach")
    locale = here().locale
    columns = [Column(str(place), translate(locale, heading)) for place, heading in enumerate(_HEADINGS)]
    sheet = Sheet(translate(locale, N_("题目")), columns, [],
                  notes=[translate(locale, N_("单选题的答案写一个字母，多选题写几个（如 ACD），判断题写“对”或“错”，选项留空。")),
                         translate(locale, N_("解析、分值、难度、知识点可以不填。"))])
    return file_answer(Book([sheet], locale=locale), "xlsx", translate(locale, N_("题目模板")))


def _import(db: Session, uid: str, import_uid: str) -> QuestionImport:
    """The import of the address: allowed, and into this bank."""
    found = fetch(db, here().viewer, QuestionImport, import_uid, "teach", joinedload(QuestionImport.bank))
    if found.bank.uid != uid:
        raise NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。"))
    return found


def _upload_page(bank: Bank, form: QuestionsForm) -> str:
    return render_template("lms/manage/banks/upload.html", bank=bank, form=form,
                           headings=[translate(here().locale, heading) for heading in _HEADINGS])
