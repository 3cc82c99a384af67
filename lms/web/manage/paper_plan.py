"""Which questions a paper has: cells to draw from, questions picked by hand, and what still stands against publishing."""
from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from lms.core.access.service import visible
from lms.core.errors import Invalid
from lms.core.i18n import N_, translate
from lms.core.quizzes.counting import COUNTINGS
from lms.core.quizzes.formats.table_cells import mark_in
from lms.core.quizzes.kinds import kinds_of
from lms.core.quizzes.models import Attempt, Bank, Paper, Question, QuestionVersion
from lms.core.quizzes.paper_check import candidates, check_paper, pools_of
from lms.core.quizzes.papers import DOORS, DRAWS, KINDS, LAYOUTS, MOMENTS, PARTIALS, STATES, set_plan
from lms.core.quizzes.plans import Cell, Pick, Plan
from lms.core.quizzes.questions import DIFFICULTIES
from lms.core.quizzes.topics import below, paths
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.manage.classes import seen_version
from lms.web.manage.papers import paper_to_teach
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_paper_plan", __name__)
_PER_PAGE = 100


@pages.get("/manage/classes/<uid>/papers/<paper_uid>")
@login_required
def show(uid: str, paper_uid: str) -> str:
    """The paper as it is planned, with the checks before publishing."""
    db = here().db
    paper = paper_to_teach(db, uid, paper_uid)
    plan, banks = Plan.of(paper.plan), _banks(db)
    found = candidates(db, plan)
    stems: dict[str, Any] = dict(db.execute(select(Question.uid, QuestionVersion.body).join(
        QuestionVersion, QuestionVersion.id == Question.current_version_id).where(
        Question.uid.in_([pick.question for pick in plan.fixed]))).all())
    begun = db.scalar(select(func.count()).where(Attempt.paper_id == paper.id)) or 0
    return render_template(
        "lms/manage/papers/show.html", training_class=paper.training_class, paper=paper, plan=plan, banks=banks, begun=begun,
        there=[len(pool) for pool in pools_of(plan, found)], questions={q.uid: q for q in found}, stems=stems,
        paths=paths, flaws=check_paper(db, paper, now=here().now) if paper.state == "draft" else [], kinds=kinds_of(here().site.registry),
        difficulties=DIFFICULTIES, paper_kinds=KINDS, states=STATES, layouts=LAYOUTS, partials=PARTIALS, moments=MOMENTS,
        countings=COUNTINGS, draws=DRAWS, doors=DOORS)


@pages.post("/manage/classes/<uid>/papers/<paper_uid>/cells")
@login_required
def add_cell(uid: str, paper_uid: str) -> Response:
    """Draw so many questions of a bank, by topic, kind and difficulty."""
    paper_to_teach(here().db, uid, paper_uid)
    form = request.form
    slug, _, topic = form.get("source", "").partition("|")
    count, mark = form.get("count", 0, int), mark_in(form.get("mark", ""))
    if not 1 <= count <= 300 or mark is None:
        raise Invalid("cell_values", N_("题数要在 1 到 300 之间，分值要写数字（如 2 或 2.5）。没有添加。"))
    if slug not in {bank.slug for bank in _banks(here().db)} or form.get("kind", "") not in {"", *kinds_of(here().site.registry)}:
        raise Invalid("cell_source", N_("没有这个题库或题型，请从列表中选择。没有添加。"))
    cell = Cell(slug, topic, form.get("kind", ""), form.get("difficulty", 0, int), count, mark, _section())
    return _change(uid, paper_uid, lambda plan: replace(plan, draw=(*plan.draw, cell)))


@pages.post("/manage/classes/<uid>/papers/<paper_uid>/remove")
@login_required
def remove(uid: str, paper_uid: str) -> Response:
    """Take a cell (``cell``) or a picked question (``question``) off the plan."""
    place, question = request.form.get("cell", -1, int), request.form.get("question", "")
    return _change(uid, paper_uid, lambda plan: replace(
        plan, fixed=tuple(pick for pick in plan.fixed if pick.question != question),
        draw=tuple(cell for number, cell in enumerate(plan.draw) if number != place)))


@pages.get("/manage/classes/<uid>/papers/<paper_uid>/pick")
@login_required
def pick(uid: str, paper_uid: str) -> str:
    """Choose questions by hand; filters stand in the address."""
    db = here().db
    paper, banks = paper_to_teach(db, uid, paper_uid), _banks(db)
    page = max(request.args.get("page", 1, int), 1)
    filters = {name: request.args.get(name, "") for name in ("bank", "topic", "kind", "q")}
    query = select(Question, QuestionVersion.body, func.count().over()).join(
        QuestionVersion, QuestionVersion.id == Question.current_version_id).where(
        Question.bank_id.in_([b.id for b in banks if filters["bank"] in ("", b.slug)]), Question.state == "reviewed",
        *_wanted(filters, banks))
    rows = db.execute(query.order_by(Question.id).limit(_PER_PAGE).offset((page - 1) * _PER_PAGE)).all()
    total = rows[0][2] if rows else 0
    return render_template(
        "lms/manage/papers/pick.html", training_class=paper.training_class, paper=paper, banks=banks, filters=filters,
        questions=[(row[0], row[1]) for row in rows], kinds=kinds_of(here().site.registry), total=total, page=page,
        pages=-(-total // _PER_PAGE), paths=paths, picked={p.question for p in Plan.of(paper.plan).fixed},
        sections=Plan.of(paper.plan).sections)


@pages.post("/manage/classes/<uid>/papers/<paper_uid>/pick")
@login_required
def add_picks(uid: str, paper_uid: str) -> Response:
    paper_to_teach(here().db, uid, paper_uid)
    mark = mark_in(request.form.get("mark", ""))
    if mark is None:
        raise Invalid("pick_mark", N_("请写明每题多少分，例如 2 或 2.5。没有添加。"))
    chosen = request.form.getlist("question")[:_PER_PAGE]
    seen = here().db.execute(visible(here().viewer, Question, "teach").where(Question.uid.in_(chosen))
                             .with_only_columns(Question.uid, Question.mark)).all()
    own = "own" in request.form  # the mark that the bank proposes, where it has one
    picks = tuple(Pick(question, proposed if own and proposed else mark, _section()) for question, proposed in seen)
    return _change(uid, paper_uid, lambda plan: replace(plan, fixed=(*plan.fixed, *(
        p for p in picks if p.question not in {old.question for old in plan.fixed}))))


@pages.post("/manage/classes/<uid>/papers/<paper_uid>/sections")
@login_required
def sections(uid: str, paper_uid: str) -> Response:
    """The paper's sections, one title a line, in their order."""
    titles = [line.strip()[:60] for line in request.form.get("sections", "").splitlines() if line.strip()][:20]
    return _change(uid, paper_uid, lambda plan: plan.with_sections(titles))


def _section() -> str:
    """The section that a cell or pick goes into; ``with_sections`` knows which there are."""
    return request.form.get("section", "").strip()[:60]


def _change(uid: str, paper_uid: str, change: Any) -> Response:
    with writing() as db:
        paper: Paper = paper_to_teach(db, uid, paper_uid)
        set_plan(db, paper=paper, version=seen_version(), plan=_placed(change(Plan.of(paper.plan))),
                 by_id=here().viewer.person_id, now=here().now)
    flash(translate(here().locale, N_("已保存。")), "ok")
    return redirect(url_for(".show", uid=uid, paper_uid=paper_uid), 303)


def _placed(plan: Plan) -> Plan:
    return plan.with_sections(plan.sections)


def _banks(db: Session) -> list[Bank]:
    return list(db.scalars(visible(here().viewer, Bank, "teach").order_by(Bank.slug)))


def _wanted(filters: dict[str, str], banks: list[Bank]) -> list[Any]:
    wanted: list[Any] = [Question.kind == filters["kind"]] if filters["kind"] else []
    if filters["topic"]:
        wanted.append(Question.topic.in_({filters["topic"], *(one for b in banks if b.slug == filters["bank"] for one in below(b.topics, filters["topic"]))}))
    if filters["q"].strip():
        wanted.append(QuestionVersion.body["stem"].as_string().contains(filters["q"].strip(), autoescape=True))
    return wanted
