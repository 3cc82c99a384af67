"""Import of a roster: upload, look at what would become of each row, decide, save at once, see what came of it."""
from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Redirect
from wtforms import FileField

from lms.core.access.service import fetch, fetch_by, visible
from lms.core.classes.models import RosterImport, TrainingClass
from lms.core.classes.roster import (
    PreviewRow,
    choices,
    commit_roster,
    file_notes,
    judge_again,
    keep_preview,
    preview_rows,
    read_roster,
)
from lms.core.classes.roster_headers import FIELDS
from lms.core.classes.roster_judge import STATES
from lms.core.documents.table_read import MAX_BYTES
from lms.core.documents.tables import Book, Column, Sheet
from lms.core.errors import Conflict, LmsError
from lms.core.i18n import N_, explain, translate
from lms.core.people.models import Person
from lms.core.people.phones import phone_tail
from lms.web.context import here
from lms.web.forms import Form
from lms.web.identity import login_required
from lms.web.manage.exports import file_answer
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_roster_import", __name__)
_SHOWN = 1_000  # new and unchanged rows on one page; doubtful, changed and refused ones are all shown


class RosterForm(Form):
    file = FileField(N_("名册文件"))


@pages.get("/manage/classes/<uid>/roster/import")
@login_required
def upload(uid: str) -> str:
    return _upload_page(fetch(here().db, here().viewer, TrainingClass, uid, "manage"), RosterForm())


@pages.post("/manage/classes/<uid>/roster/import")
@login_required
def read(uid: str) -> str | Redirect | tuple[str, int]:
    """Read the file, then keep its preview: parsing comes before the write."""
    training_class = fetch(here().db, here().viewer, TrainingClass, uid, "manage")
    form, given = RosterForm.posted(), request.files.get("file")
    if given is None or not given.filename:
        form.file.errors = [translate(here().locale, N_("请选择一个文件。"))]
        return _upload_page(training_class, form), 422
    name = given.filename.replace("\\", "/").rsplit("/", 1)[-1][:200]
    try:
        roster = read_roster(given.stream.read(MAX_BYTES + 1), name)
    except LmsError as fault:
        form.file.errors = [explain(fault, here().locale)]
        return _upload_page(training_class, form), fault.status
    with writing() as db:
        kept = keep_preview(db, training_class=fetch(db, here().viewer, TrainingClass, uid, "manage"), roster=roster,
                            by_id=here().viewer.person_id, now=here().now)
    return redirect(url_for(".preview", uid=uid, import_uid=kept.uid), 303)


@pages.get("/manage/classes/<uid>/roster/template.xlsx")
@login_required
def template(uid: str) -> Response:
    """An empty roster with the headings that we read."""
    fetch(here().db, here().viewer, TrainingClass, uid, "manage")
    locale = here().locale
    sheet = Sheet(translate(locale, N_("名册")),
                  [Column(name, translate(locale, title)) for name, title in FIELDS.items()], [],
                  notes=[translate(locale, N_("只有“姓名”一列是必需的；手机号请设为文本格式。"))])
    return file_answer(Book([sheet], locale=locale), "xlsx", translate(locale, N_("名册模板")))


@pages.get("/manage/classes/<uid>/roster/imports/<import_uid>")
@login_required
def preview(uid: str, import_uid: str) -> str:
    """What would become of each row; after the commit, what came of it."""
    training_class, found = _import(here().db, uid, import_uid)
    rows = preview_rows(found)
    by_state = {state: [row for row in rows if row.verdict.state == state] for state in STATES}
    page = "preview.html" if found.state == "previewed" else "result.html"
    return render_template(
        f"lms/manage/roster/{page}", training_class=training_class, roster_import=found, by_state=by_state,
        states=STATES, fields=FIELDS, notes=file_notes(found), shown=_SHOWN, options=_options(rows),
        locale=here().locale)


@pages.post("/manage/classes/<uid>/roster/imports/<import_uid>")
@login_required
def commit(uid: str, import_uid: str) -> Redirect:
    """Save what was decided. What has changed since the preview is shown in a new one, and nothing is saved."""
    try:
        with writing() as db:
            _, found = _import(db, uid, import_uid)
            commit_roster(db, roster_import=found, decisions=_decisions(preview_rows(found)),
                          by_id=here().viewer.person_id, now=here().now)
    except Conflict as fault:
        if fault.code != "roster_stale":
            raise
        with writing() as db:
            judge_again(db, roster_import=_import(db, uid, import_uid)[1])
        flash(explain(fault, here().locale), "warn")
    return redirect(url_for(".preview", uid=uid, import_uid=import_uid), 303)


def _decisions(rows: list[PreviewRow]) -> dict[int | str, str]:
    """A choice at each doubtful row, a tick where a new or changed row is to be left out."""
    decided: dict[int | str, str] = {}
    for row in rows:
        line = row.row.line
        if row.verdict.state == "doubtful" and (choice := request.form.get(f"decide-{line}")):
            decided[line] = choice
        elif row.verdict.state in ("new", "changed") and f"skip-{line}" in request.form:
            decided[line] = "skip"
    return decided


def _options(rows: list[PreviewRow]) -> dict[int, list[tuple[str, str]]]:
    """What may be chosen at each doubtful row, in words; people are named to those who may manage them."""
    doubtful = [row for row in rows if row.verdict.state == "doubtful"]
    wanted = {uid for row in doubtful for uid in row.verdict.candidates}
    people = {p.uid: p for p in here().db.scalars(visible(here().viewer, Person, "manage")
                                                  .where(Person.uid.in_(wanted)))} if wanted else {}
    return {row.row.line: [(choice, _choice_text(choice, row, people)) for choice in choices(row)
                           if not choice.startswith("merge:") or choice[6:] in people] for row in doubtful}


def _choice_text(choice: str, row: PreviewRow, people: dict[str, Person]) -> str:
    locale = here().locale
    if choice == "skip":
        return translate(locale, N_("暂不导入"))
    if choice == "import":
        if row.verdict.has("odd_name") or row.verdict.has("duplicate_without_phone"):
            return translate(locale, N_("照此导入"))
        taken = any(row.verdict.has(code) for code in ("phone_other_name", "phone_of_two", "listed_twice"))
        return translate(locale, N_("是另一个人，另行新增；手机号已有人用时不带手机号") if taken else N_("是另一个人，另行新增"))
    person = people[choice.removeprefix("merge:")]
    return translate(locale, N_("就是{name}（手机尾号 {tail}），按本行更新"), name=person.name,
                     tail=phone_tail(person.phone) or "—")


def _import(db: Session, uid: str, import_uid: str) -> tuple[TrainingClass, RosterImport]:
    """A preview of the class in the address, both to be managed by the viewer."""
    training_class = fetch(db, here().viewer, TrainingClass, uid, "manage")
    found = fetch_by(db, here().viewer, RosterImport, (RosterImport.uid == import_uid)
                     & (RosterImport.class_id == training_class.id), "manage")
    return training_class, found


def _upload_page(training_class: TrainingClass, form: RosterForm) -> str:
    return render_template("lms/manage/roster/upload.html", training_class=training_class, form=form,
                           fields=[translate(here().locale, title) for title in FIELDS.values()],
                           limit=MAX_BYTES // 1024 // 1024)
