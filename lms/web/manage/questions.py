"""Write and edit a question by form, and see it as a trainee will before it is saved."""
from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random

from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from lms.core.access.service import fetch
from lms.core.errors import Invalid, NotFound
from lms.core.i18n import N_, translate
from lms.core.people.models import Person
from lms.core.quizzes.banks import add_topic, versions_of
from lms.core.quizzes.content import QuestionContent
from lms.core.quizzes.formats.entry import tags_in
from lms.core.quizzes.formats.table_cells import mark_in
from lms.core.quizzes.frozen import ShownItem
from lms.core.quizzes.kinds import Case, Flaw, Kind, Policy, kind_of, kinds_of
from lms.core.quizzes.models import Bank, Question
from lms.core.quizzes.questions import (
    DIFFICULTIES,
    STATES,
    content_now,
    content_of_version,
    edit_question,
    flaws_of,
    review_question,
    same_stem,
    set_state,
    write_question,
)
from lms.core.quizzes.topics import paths
from lms.core.quizzes.uses import uses_of
from lms.core.quizzes.version_changes import compare
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.manage.classes import seen_version
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_bank_questions", __name__)
_MARK = Flaw("mark_unreadable", N_("分值看不懂，请写数字，例如 2 或 2.5。"), "mark")


@pages.get("/manage/banks/<uid>/questions/new")
@login_required
def new(uid: str) -> str:
    bank = fetch(here().db, here().viewer, Bank, uid, "teach")
    kind = _writable(request.args.get("kind", "single"))
    body, key = kind.read_form({})
    return _page(bank, QuestionContent(kind.code, request.args.get("topic", ""), 2, body, key))


@pages.post("/manage/banks/<uid>/questions/new")
@login_required
def write(uid: str) -> str | Response | tuple[str, int]:
    bank = fetch(here().db, here().viewer, Bank, uid, "teach")
    content, flaws = _posted(_writable(request.form.get("kind", "")))
    if "add-part" in request.form:
        return _page(bank, content)
    if flaws or "preview" in request.form:
        return _page(bank, content, flaws=flaws, preview=not flaws), 422 if flaws else 200
    with writing() as db:
        bank = fetch(db, here().viewer, Bank, uid, "teach")
        topic = add_topic(db, bank=bank, title=content.topic, by_id=here().viewer.person_id, now=here().now)
        question = write_question(db, bank=bank, content=replace(content, topic=topic), by_id=here().viewer.person_id,
                                  state="draft" if "draft" in request.form else "reviewed", now=here().now)
    flash(translate(here().locale, N_("题目 {code} 已保存。"), code=question.code), "ok")
    again = url_for(".new", uid=uid, kind=content.kind, topic=topic)
    return redirect(again if "another" in request.form else url_for("lms.manage_banks.show", uid=uid), 303)


@pages.get("/manage/banks/<uid>/questions/<question_uid>")
@login_required
def show(uid: str, question_uid: str) -> str:
    question = _question(uid, question_uid)
    return _page(question.bank, content_now(question), question=question)


@pages.get("/manage/banks/<uid>/questions/<question_uid>/versions/<int:number>")
@login_required
def version(uid: str, question_uid: str, number: int) -> str:
    """A version as it stood, to read only, beside the present one."""
    db, question = here().db, _question(uid, question_uid)
    versions = versions_of(db, question)
    found = next((one for one in versions if one.number == number), None)
    if found is None:
        raise NotFound("no_such_question_version", N_("这道题没有第 {number} 版。请从版本列表中选择。"), number=number)
    content = content_of_version(question, found)
    return render_template(
        "lms/manage/banks/question_version.html", bank=question.bank, question=question, version=found, newest=versions[0].number,
        lines=compare(here().site.registry, content, content_now(question)), item=_shown(content),
        kind=kind_of(here().site.registry, question.kind), saved_by=db.scalar(select(Person.name).where(Person.id == found.created_by_id)))


@pages.post("/manage/banks/<uid>/questions/<question_uid>")
@login_required
def edit(uid: str, question_uid: str) -> str | Response | tuple[str, int]:
    question = _question(uid, question_uid)
    content, flaws = _posted(_writable(question.kind), content_now(question))
    if "add-part" in request.form:
        return _page(question.bank, content, question=question, unsaved=True)
    if flaws or "preview" in request.form:
        return _page(question.bank, content, question=question, flaws=flaws, preview=not flaws), 422 if flaws else 200
    with writing() as db:
        bank = fetch(db, here().viewer, Bank, uid, "teach")
        row = fetch(db, here().viewer, Question, question_uid, "teach")
        topic = add_topic(db, bank=bank, title=content.topic, by_id=here().viewer.person_id, now=here().now)
        changed = edit_question(db, question=row, version=seen_version(), content=replace(content, topic=topic),
                                by_id=here().viewer.person_id, now=here().now)
    flash(translate(here().locale, N_("已保存为新的版本；已发布的试卷仍用原来的版本。") if changed else N_("没有改动。")), "ok")
    return redirect(url_for(".show", uid=uid, question_uid=question_uid), 303)


@pages.post("/manage/banks/<uid>/questions/<question_uid>/state")
@login_required
def state(uid: str, question_uid: str) -> Response:
    _question(uid, question_uid)
    with writing() as db:
        set_state(db, question=fetch(db, here().viewer, Question, question_uid, "teach"), by_id=here().viewer.person_id,
                  state=request.form.get("state", ""), now=here().now)
    return redirect(url_for(".show", uid=uid, question_uid=question_uid), 303)


@pages.post("/manage/banks/<uid>/questions/<question_uid>/review")
@login_required
def review(uid: str, question_uid: str) -> Response:
    """Whoever presses the button has checked the question."""
    _question(uid, question_uid)
    with writing() as db:
        review_question(db, question=fetch(db, here().viewer, Question, question_uid, "teach"), reviewer=_author(),
                        review_by=day_in("review_by"), by_id=here().viewer.person_id, now=here().now)
    flash(translate(here().locale, N_("已记下您复核了这道题。")), "ok")
    return redirect(url_for(".show", uid=uid, question_uid=question_uid), 303)


def day_in(name: str) -> date | None:
    """The day in a field of the form; None where it is empty.

    :raises Invalid: no day
    """
    text = request.form.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Invalid("not_a_day", N_("日期看不懂，没有保存。请写成 2027-06-30 的样子。"), field=name) from error


def _question(uid: str, question_uid: str) -> Question:
    """The question of the address: allowed, and of this bank."""
    question = fetch(here().db, here().viewer, Question, question_uid, "teach", joinedload(Question.bank),
                     joinedload(Question.current))
    if question.bank.uid != uid:
        raise NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。"))
    return question


def _writable(code: str) -> Kind:
    """The kind that this form writes; one without an editor comes in by file or by pages of its plugin."""
    kind = kinds_of(here().site.registry).get(code)
    if kind is None or not kind.editor:
        raise NotFound("kind_not_writable", N_("这种题型不能在这里编写。"))
    return kind


def _posted(kind: Kind, before: QuestionContent | None = None) -> tuple[QuestionContent, list[Flaw]]:
    """The content in the form, and what is wrong with it."""
    form = request.form
    body, key = kind.read_form(form.to_dict(flat=False))
    if isinstance(kind, Case) and "add-part" in form:
        body, key = kind.with_new_part(body, key, form["add-part"])
    mark = mark_in(form["mark"]) if form.get("mark", "").strip() else 0
    content = QuestionContent(
        kind.code, form.get("topic", "").strip(), form.get("difficulty", 0, int), body, key,
        form.get("explanation", "").replace("\r\n", "\n").strip(), mark or 0, before.facts if before else (),
        tags_in(form.get("tags", "")), form.get("source", "").strip(), author=_author(),
        review_by=before.review_by if before else None)
    return content, flaws_of(here().db, content) + ([_MARK] if mark is None else [])


def _page(bank: Bank, content: QuestionContent, *, question: Question | None = None, flaws: list[Flaw] | None = None,
          preview: bool = False, unsaved: bool = False) -> str:
    db = here().db
    twin = same_stem(db, bank, content.stem, but=question.id if question else None) if content.stem else None
    return render_template(
        "lms/manage/banks/question.html", bank=bank, question=question, content=content, flaws=flaws or [], twin=twin,
        topics=paths(bank.topics), difficulties=DIFFICULTIES, states=STATES,
        writable={code: kind for code, kind in kinds_of(here().site.registry).items() if kind.editor},
        uses=uses_of(db, question) if question else [], today=here().now.date(),
        kind=kind_of(here().site.registry, content.kind), versions=versions_of(db, question) if question else [],
        item=_shown(content) if preview or (question and not flaws and not unsaved) else None)


def _shown(content: QuestionContent) -> ShownItem:
    """The question as a trainee gets it, options in their own order."""
    kind = kind_of(here().site.registry, content.kind)
    posed = kind.freeze(content.body, content.key, Policy(shuffle=False), Random(0))
    return ShownItem(1, kind, content.mark or 1000, posed.shown, {}, 0)


def _author() -> str:
    person = here().person
    return person.name if person else ""
