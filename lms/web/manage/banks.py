"""Question banks: the list, a new one, a bank's questions with filters."""
from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy import func, select
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length

from lms.core.access.service import fetch, visible
from lms.core.courses.models import Course
from lms.core.errors import Forbidden, Invalid
from lms.core.i18n import N_, pick, translate
from lms.core.quizzes.banks import make_bank
from lms.core.quizzes.exports import writers_of
from lms.core.quizzes.kinds import kinds_of
from lms.core.quizzes.models import Bank, Question, QuestionVersion
from lms.core.quizzes.questions import DIFFICULTIES, STATES
from lms.core.quizzes.topics import below, paths
from lms.web.context import here
from lms.web.forms import Form, options
from lms.web.identity import login_required
from lms.web.manage.classes import blamed
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_banks", __name__)
_PER_PAGE = 50
DUE = "due"  # a state to filter by: to be reviewed again


class BankForm(Form):
    title = StringField(N_("题库名称"), [InputRequired(N_("请填写题库的名称。")), Length(max=120)])
    slug = StringField(N_("短名"), [InputRequired(N_("请填写短名。")), Length(max=60)])
    course = SelectField(N_("所属课程"), validate_choice=True)


@pages.get("/manage/banks")
@login_required
def index() -> str:
    require_teacher()
    banks = here().db.scalars(visible(here().viewer, Bank, "teach").order_by(Bank.slug)).all()
    counts: dict[int, dict[str, int]] = {bank.id: {} for bank in banks}
    for bank_id, kind, count in here().db.execute(
            select(Question.bank_id, Question.kind, func.count()).where(
                Question.bank_id.in_(counts), Question.state != "retired").group_by(Question.bank_id, Question.kind)):
        counts[bank_id][kind] = count
    return render_template("lms/manage/banks/index.html", banks=banks, counts=counts, kinds=kinds_of(here().site.registry))


@pages.get("/manage/banks/new")
@login_required
def new() -> str:
    require_teacher()
    return render_template("lms/manage/banks/new.html", form=_bank_form())


@pages.post("/manage/banks/new")
@login_required
def make() -> str | Response | tuple[str, int]:
    require_teacher()
    form = _bank_form()
    if not form.validate():
        return render_template("lms/manage/banks/new.html", form=form), 422
    try:
        with writing() as db:
            bank = make_bank(db, slug=form.slug.data, title=form.title.data, course_slug=form.course.data,
                             by_id=here().viewer.person_id, now=here().now)
    except Invalid as fault:
        return render_template("lms/manage/banks/new.html", form=blamed(form, fault)), 422
    flash(translate(here().locale, N_("题库已建立。可以逐题添加，也可以从表格导入。")), "ok")
    return redirect(url_for(".show", uid=bank.uid), 303)


@pages.get("/manage/banks/<uid>")
@login_required
def show(uid: str) -> str:
    """The bank's questions; filters stand in the address."""
    bank = fetch(here().db, here().viewer, Bank, uid, "teach")
    page = max(request.args.get("page", 1, int), 1)
    query = select(Question, QuestionVersion.body, func.count().over()).join(
        QuestionVersion, QuestionVersion.id == Question.current_version_id).where(Question.bank_id == bank.id, *_filters(bank))
    rows = here().db.execute(query.order_by(Question.id).limit(_PER_PAGE).offset((page - 1) * _PER_PAGE)).all()
    total = rows[0][2] if rows else 0
    filters = {name: request.args.get(name, "") for name in ("kind", "topic", "difficulty", "state", "tag", "q")}
    return render_template(
        "lms/manage/banks/show.html", bank=bank, questions=[(row[0], row[1]) for row in rows], total=total, page=page,
        pages=-(-total // _PER_PAGE), filters=filters, kinds=kinds_of(here().site.registry), topics=paths(bank.topics),
        states={**STATES, DUE: N_("复核到期")}, difficulties=DIFFICULTIES, writers=writers_of(here().site.registry))


def _filters(bank: Bank) -> list[Any]:
    """What the address asks for."""
    wanted: list[Any] = []
    if kind := request.args.get("kind", ""):
        wanted.append(Question.kind == kind)
    if topic := request.args.get("topic", ""):
        wanted.append(Question.topic.in_(below(bank.topics, topic) or {topic}))
    state = request.args.get("state", "")
    if state == DUE:
        wanted += [Question.state != "retired", QuestionVersion.review_by < here().now.date()]
    elif state:
        wanted.append(Question.state == state)
    if tag := request.args.get("tag", "").strip():
        wanted.append(Question.tags.contains(f"|{tag}|", autoescape=True))
    if level := request.args.get("difficulty", 0, int):
        wanted.append(Question.difficulty == level)
    if text := request.args.get("q", "").strip():
        stem = QuestionVersion.body["stem"].as_string()
        wanted.append(stem.contains(text, autoescape=True) | (Question.code == text))
    return wanted


def require_teacher() -> None:
    """:raises Forbidden: the viewer teaches nowhere"""
    viewer = here().viewer
    if not (viewer.everywhere("teach") or viewer.scopes("teach", "class") or viewer.scopes("teach", "course")):
        raise Forbidden("not_allowed", N_("您没有进行这项操作的权限。如确有需要，请联系管理员。"))


def _bank_form() -> BankForm:
    form: BankForm = BankForm.posted()
    courses = here().db.scalars(visible(here().viewer, Course, "teach").order_by(Course.slug)).all()
    form.course.choices = options([("", N_("不属于某门课程")), *((c.slug, pick(c.titles, here().locale)) for c in courses)])
    return form
