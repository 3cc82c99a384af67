"""Import questions: upload, look at what would become of each, save at once."""
from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import Blueprint, flash, redirect, request, send_file, url_for
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response
from wtforms import FileField, TextAreaField

from lms.core.access.service import fetch
from lms.core.documents.table_read import MAX_BYTES
from lms.core.errors import LmsError, NotFound, TooLarge
from lms.core.i18n import N_, explain, translate
from lms.core.quizzes.formats.table_headers import english
from lms.core.quizzes.formats.table_marked import write_marked
from lms.core.quizzes.formats.table_template import question_template
from lms.core.quizzes.formats.table_write import HEADINGS
from lms.core.quizzes.formats.text_file import read_text
from lms.core.quizzes.imports import commit_import, drop_import, keep_preview
from lms.core.quizzes.kinds import kinds_of
from lms.core.quizzes.models import Bank, QuestionImport
from lms.core.quizzes.pictures import store_pictures
from lms.core.quizzes.preview import STATES, QuestionPreview, judge_questions, preview_questions
from lms.web.context import here
from lms.web.forms import Form
from lms.web.identity import login_required
from lms.web.manage.exports import file_answer
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_bank_imports", __name__)
LONGEST_TEXT = 400_000  # characters of pasted text
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 300  # rows of one state on one page; all are imported


class QuestionsForm(Form):
    file = FileField(N_("题目文件"))
    text = TextAreaField(N_("或者粘贴题目"))


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
        if "parse" in request.form or not form.text.data:
            form.file.errors = [] if form.text.data else [translate(here().locale, N_("请选择一个文件，或者粘贴题目。"))]
            return _upload_page(bank, form), 200 if form.text.data else 422
        preview = _parsed(bank, form.text.data)
    else:
        name = given.filename.replace("\\", "/").rsplit("/", 1)[-1][:200]
        try:
            preview = preview_questions(here().db, bank=bank.slug, data=given.stream.read(MAX_BYTES + 1), filename=name)
        except LmsError as fault:
            form.file.errors = [explain(fault, here().locale)]
            return _upload_page(bank, form), fault.status
    stored = store_pictures(here().site.storage, preview.pictures)
    with writing() as db:
        kept = keep_preview(db, bank=fetch(db, here().viewer, Bank, uid, "teach"), preview=preview, stored=stored,
                            by_id=here().viewer.person_id, now=here().now)
    return redirect(url_for(".show", uid=uid, import_uid=kept.uid), 303)


@pages.post("/manage/banks/<uid>/import/parse")
@login_required
def parse(uid: str) -> str:
    """What a pasted text is read as, for the page's script: the part of the page below the text. Saves nothing."""
    bank = fetch(here().db, here().viewer, Bank, uid, "teach")
    return render_template("lms/manage/banks/parsed.html", **_parsed_facts(bank, request.form.get("text", "")))


@pages.get("/manage/banks/<uid>/imports/<import_uid>")
@login_required
def show(uid: str, import_uid: str) -> str:
    """What would become of each question; after the commit, what came of it."""
    found = _import(here().db, uid, import_uid)
    preview = QuestionPreview.from_stored(found.preview) if found.preview else None
    by_state = {state: [(place, row) for place, row in enumerate(preview.rows) if row.state == state] if preview else []
                for state in STATES}
    return render_template("lms/manage/banks/preview.html", bank=found.bank, question_import=found, preview=preview,
                           by_state=by_state, states=STATES, shown=SHOWN, kinds=kinds_of(here().site.registry))


@pages.post("/manage/banks/<uid>/imports/<import_uid>/commit")
@login_required
def commit(uid: str, import_uid: str) -> Response:
    with writing() as db:
        counts = commit_import(db, question_import=_import(db, uid, import_uid), by_id=here().viewer.person_id,
                               now=here().now, leave=_left_out())
    flash(translate(here().locale, N_("已保存：新增 {new} 题，改动 {changed} 题。"), **counts), "ok")
    return redirect(url_for("lms.manage_banks.show", uid=uid), 303)


@pages.get("/manage/banks/<uid>/imports/<import_uid>/marked.xlsx")
@login_required
def marked(uid: str, import_uid: str) -> Response:
    """The faulty workbook again, its cells coloured, the reasons in notes.

    :raises NotFound: nothing was wrong in it, or it was no workbook, or the import is decided
    """
    found = _import(here().db, uid, import_uid)
    preview = QuestionPreview.from_stored(found.preview) if found.preview else None
    if preview is None or not preview.tables:
        raise NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。"))
    out = BytesIO()
    write_marked(preview.tables, [(row.sheet, flaw.data.get("row", row.line), flaw.about, flaw.text(here().locale)) for row in preview.rows
                                  if row.state in ("refused", "duplicate") for flaw in row.reasons], out)
    out.seek(0)
    stem = preview.filename.rsplit(".", 1)[0]
    return send_file(out, XLSX, as_attachment=True, download_name=f"{stem}-{translate(here().locale, N_('待改正'))}.xlsx")


@pages.post("/manage/banks/<uid>/imports/<import_uid>/drop")
@login_required
def drop(uid: str, import_uid: str) -> Response:
    with writing() as db:
        drop_import(db, question_import=_import(db, uid, import_uid), by_id=here().viewer.person_id, now=here().now)
    return redirect(url_for(".upload", uid=uid), 303)


@pages.get("/manage/banks/<uid>/import/template.xlsx")
@login_required
def template(uid: str) -> Response:
    """A table with all the headings that we read, a question of each kind to write over, and what goes where."""
    fetch(here().db, here().viewer, Bank, uid, "teach")
    return file_answer(question_template(here().locale), "xlsx", translate(here().locale, N_("题目模板")))


def _import(db: Session, uid: str, import_uid: str) -> QuestionImport:
    """The import of the address: allowed, and into this bank."""
    found = fetch(db, here().viewer, QuestionImport, import_uid, "teach", joinedload(QuestionImport.bank))
    if found.bank.uid != uid:
        raise NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。"))
    return found


def _left_out() -> set[int]:
    """The rows that were offered for choosing and not chosen; rows that no page offered stay in."""
    offered = {int(place) for place in request.form.get("offered", "").split(",") if place.isascii() and place.isdigit()}
    return offered - {int(place) for place in request.form.getlist("row") if place.isascii() and place.isdigit()}


def _parsed(bank: Bank, text: str) -> QuestionPreview:
    """:raises TooLarge: far more text than anybody pastes"""
    if len(text) > LONGEST_TEXT:
        raise TooLarge("text_too_long", N_("粘贴的文字超过 {most} 个字，没有读取。请存成文件再上传。"), most=LONGEST_TEXT)
    return judge_questions(here().db, bank=bank.slug, read=read_text(text), filename=translate(here().locale, N_("粘贴的题目")))


def _parsed_facts(bank: Bank, text: str) -> dict[str, Any]:
    """For the part of a page that shows a text as it is read."""
    preview = _parsed(bank, text) if text.strip() else None
    return {"parsed": preview, "states": STATES, "kinds": kinds_of(here().site.registry)}


def _upload_page(bank: Bank, form: QuestionsForm) -> str:
    return render_template("lms/manage/banks/upload.html", bank=bank, form=form, **_parsed_facts(bank, form.text.data or ""),
                           endings=[name for name, _ in here().site.registry.all("question_format")],
                           headings=[english(field) if here().locale == "en" else heading for field, heading in HEADINGS.items()])
