"""The papers of a class: the list, a new one, its settings, and its way from draft to closed."""
from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response

from lms.core.access.service import allowed, fetch
from lms.core.classes.access import whole_class
from lms.core.classes.models import TrainingClass
from lms.core.errors import Forbidden, Invalid, NotFound
from lms.core.i18n import N_, translate
from lms.core.learning.module_quizzes import make_module_quizzes
from lms.core.quizzes import papers as service
from lms.core.quizzes.models import Attempt, Paper, Question, QuestionVersion
from lms.core.quizzes.papers import KINDS, STATES
from lms.core.quizzes.plans import Plan
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.manage.classes import blamed, seen_version
from lms.web.manage.paper_form import PaperForm, paper_form, shown_values
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_papers", __name__)
_MOVES = {"publish": (service.publish, N_("已发布，学员现在能看到。")),
          "withdraw": (service.withdraw, N_("已撤回发布，学员看不到。")),
          "reopen": (service.reopen_paper, N_("已重新开放。已经收的答卷不变。"))}


@pages.get("/manage/classes/<uid>/papers")
@login_required
def index(uid: str) -> str:
    training_class = class_for_staff(uid)
    papers = here().db.scalars(select(Paper).where(Paper.class_id == training_class.id).order_by(Paper.kind, Paper.id)).all()
    counts = {row[0]: row[1:] for row in here().db.execute(
        select(Attempt.paper_id, func.count(func.distinct(Attempt.person_id)), func.count(Attempt.mark),
                                                            func.sum(Attempt.waiting))
        .where(Attempt.paper_id.in_([p.id for p in papers])).group_by(Attempt.paper_id))}
    return render_template("lms/manage/papers/index.html", training_class=training_class, papers=papers, counts=counts,
                           waiting={key: int(row[2] or 0) for key, row in counts.items()},
                           kinds=KINDS, states=STATES, plan_of=Plan.of, can_teach=may_here("teach", training_class.id),
                           can_export=may_here("export", training_class.id))


@pages.get("/manage/classes/<uid>/papers/new")
@login_required
def new(uid: str) -> str:
    training_class = fetch(here().db, here().viewer, TrainingClass, uid, "teach")
    return _form_page(training_class, paper_form(training_class, PaperForm()))


@pages.post("/manage/classes/<uid>/papers/new")
@login_required
def make(uid: str) -> str | Response | tuple[str, int]:
    training_class = fetch(here().db, here().viewer, TrainingClass, uid, "teach")
    form = paper_form(training_class, PaperForm.posted())
    if not form.validate():
        return _form_page(training_class, form), 422
    try:
        with writing() as db:
            row = fetch(db, here().viewer, TrainingClass, uid, "teach")
            paper = service.make_paper(db, training_class=row, by_id=here().viewer.person_id, now=here().now,
                                       **form.values(row))
    except Invalid as fault:
        return _form_page(training_class, blamed(form, fault)), 422
    flash(translate(here().locale, N_("试卷已建立，还是草稿。现在选题。")), "ok")
    return redirect(url_for("lms.manage_paper_plan.show", uid=uid, paper_uid=paper.uid), 303)


@pages.post("/manage/classes/<uid>/papers/module-quizzes")
@login_required
def module_quizzes(uid: str) -> Response:
    """A quiz for every module that has none yet."""
    with writing() as db:
        made = make_module_quizzes(db, training_class=fetch(db, here().viewer, TrainingClass, uid, "teach"),
                                   by_id=here().viewer.person_id, now=here().now)
    flash(translate(here().locale, N_("已建立并发布 {n} 个课后测验。"), n=len(made)) if made else
          translate(here().locale, N_("没有要建的：各模块已有测验，或者题库里没有对应知识点的题。")), "ok")
    return redirect(url_for(".index", uid=uid), 303)


@pages.get("/manage/classes/<uid>/papers/<paper_uid>/settings")
@login_required
def settings(uid: str, paper_uid: str) -> str:
    paper = paper_to_teach(here().db, uid, paper_uid)
    return _form_page(paper.training_class, paper_form(paper.training_class, PaperForm(data=shown_values(paper))), paper)


@pages.post("/manage/classes/<uid>/papers/<paper_uid>/settings")
@login_required
def save(uid: str, paper_uid: str) -> str | Response | tuple[str, int]:
    paper = paper_to_teach(here().db, uid, paper_uid)
    form = paper_form(paper.training_class, PaperForm.posted())
    if not form.validate():
        return _form_page(paper.training_class, form, paper), 422
    try:
        with writing() as db:
            row = paper_to_teach(db, uid, paper_uid)
            service.change_paper(db, paper=row, version=seen_version(), by_id=here().viewer.person_id, now=here().now,
                                 **form.values(row.training_class, row))
    except Invalid as fault:
        return _form_page(paper.training_class, blamed(form, fault), paper), 422
    flash(translate(here().locale, N_("已保存。")), "ok")
    return redirect(url_for("lms.manage_paper_plan.show", uid=uid, paper_uid=paper_uid), 303)


@pages.post("/manage/classes/<uid>/papers/<paper_uid>/<any(publish, withdraw, reopen):move>")
@login_required
def move(uid: str, paper_uid: str, move: str) -> Response:
    """Publish, take back or reopen; each is one transaction and stands in the log."""
    act, words = _MOVES[move]
    with writing() as db:
        act(db, paper=paper_to_teach(db, uid, paper_uid), by_id=here().viewer.person_id, now=here().now)
    flash(translate(here().locale, words), "ok")
    return redirect(url_for("lms.manage_paper_plan.show", uid=uid, paper_uid=paper_uid), 303)


def may_here(action: str, class_id: int) -> bool:
    """Whether the viewer may do *action* for everybody in the class: build papers (``teach``), take results (``export``)."""
    return whole_class(here().viewer, action, class_id)


def class_for_staff(uid: str) -> TrainingClass:
    """The class, for those who teach or export in it.

    :raises NotFound: there is none, or the viewer may not know of it
    :raises Forbidden: they may, but not do this
    """
    viewer = here().viewer
    found = here().db.scalar(select(TrainingClass).where(
        TrainingClass.uid == uid, or_(allowed(viewer, TrainingClass, "teach"), allowed(viewer, TrainingClass, "export"))))
    return found or fetch(here().db, viewer, TrainingClass, uid, "teach")


def paper_to_teach(db: Session, uid: str, paper_uid: str) -> Paper:
    """The paper of the address, for those who build it."""
    return _of_class(fetch(db, here().viewer, Paper, paper_uid, "teach", joinedload(Paper.training_class)), uid)


def paper_for_staff(uid: str, paper_uid: str) -> Paper:
    """The paper of the address, for those who teach or export in its class."""
    viewer = here().viewer
    found = here().db.scalar(select(Paper).where(Paper.uid == paper_uid, or_(
        allowed(viewer, Paper, "teach"), allowed(viewer, Paper, "export"))).options(joinedload(Paper.training_class)))
    if found is None:
        fetch(here().db, viewer, Paper, paper_uid)
        raise Forbidden("not_allowed", N_("您没有进行这项操作的权限。如确有需要，请联系管理员。"))
    return _of_class(found, uid)


def question_of_paper(db: Session, paper: Paper, question_uid: str) -> Question:
    """A question that the paper may ask, with its bank and present version.

    :raises NotFound: the paper has no such question
    """
    question = db.scalar(select(Question).where(Question.uid == question_uid).options(
        joinedload(Question.bank), joinedload(Question.current)))
    asked = {number for pool in Plan.of(paper.plan).pools for number in pool}
    if question is None or not asked.intersection(db.scalars(select(QuestionVersion.id).where(
            QuestionVersion.question_id == question.id))):
        raise NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。"))
    return question


def _of_class(paper: Paper, uid: str) -> Paper:
    if paper.training_class.uid != uid:
        raise NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。"))
    return paper


def _form_page(training_class: TrainingClass, form: PaperForm, paper: Paper | None = None) -> str:
    return render_template("lms/manage/papers/form.html", training_class=training_class, form=form, paper=paper)
