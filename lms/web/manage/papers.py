"""The papers of a class: the list, a new one, its settings, and its way from draft to closed."""
from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response
from wtforms import BooleanField, DateTimeLocalField, HiddenField, IntegerField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from lms.core.access.service import allowed, fetch
from lms.core.classes.access import whole_class
from lms.core.classes.models import ClassSession, TrainingClass
from lms.core.classes.timetable import instants
from lms.core.errors import Forbidden, Invalid, NotFound
from lms.core.i18n import N_, translate
from lms.core.learning.module_quizzes import make_module_quizzes
from lms.core.quizzes import papers as service
from lms.core.quizzes.closing import AT_ONCE, close_overdue
from lms.core.quizzes.models import Attempt, Paper
from lms.core.quizzes.papers import KINDS, LAYOUTS, PARTIALS, REVIEWS, STATES, PaperValues
from lms.core.quizzes.plans import Plan
from lms.web.context import here
from lms.web.forms import Form, options
from lms.web.identity import login_required
from lms.web.local_times import instant_of, wall_of
from lms.web.manage.classes import blamed, seen_version
from lms.web.papers import grace
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_papers", __name__)
_MOVES = {"publish": (service.publish, N_("已发布，学员现在能看到。")),
          "withdraw": (service.withdraw, N_("已撤回发布，学员看不到。")),
          "close": (service.close_paper, N_("考试已结束。还在作答的，按已保存的答案收卷评分。")),
          "reopen": (service.reopen_paper, N_("已重新开放。已经收的答卷不变。"))}


class PaperForm(Form):
    title = StringField(N_("试卷名称"), [InputRequired(N_("请填写试卷的名称。")), Length(max=200)])
    kind = RadioField(N_("类别"), choices=options(KINDS), default="exam")
    session = SelectField(N_("对应课次"), [Optional()])
    opens_at = DateTimeLocalField(N_("开始时间"), [Optional()])
    closes_at = DateTimeLocalField(N_("结束时间"), [Optional()])
    minutes = IntegerField(N_("限时"), [InputRequired(N_("请填写分钟数，不限时写 0。")), NumberRange(0, 1440)], default=40)
    attempts = IntegerField(N_("可以作答几次"), [InputRequired(N_("请填写次数，不限次数写 0。")), NumberRange(0, 100)], default=1)
    pass_percent = IntegerField(N_("及格线"), [InputRequired(N_("请填写百分比。")), NumberRange(0, 100)], default=60)
    shuffle = BooleanField(N_("打乱题目和选项的顺序"), default=True)
    layout = RadioField(N_("怎样显示"), choices=options(LAYOUTS), default="one")
    partial = RadioField(N_("多选题评分"), choices=options(PARTIALS), default="none")
    review = RadioField(N_("公布答案"), choices=options(REVIEWS), default="after_close")
    version = HiddenField()

    def values(self, training_class: TrainingClass, sessions: list[ClassSession]) -> PaperValues:
        """What ``make_paper`` and ``change_paper`` take; without times of its own a paper has those of its session."""
        session = next((s for s in sessions if s.uid == self.session.data), None)
        opens, closes = (instant_of(field.data, training_class.zone) for field in (self.opens_at, self.closes_at))
        if session is not None and opens is None and closes is None:
            opens, closes = instants(session, training_class.zone)
        return {"title": self.title.data, "kind": self.kind.data, "session_id": session.id if session else None,
                "opens_at": opens, "closes_at": closes, "minutes": self.minutes.data, "attempts": self.attempts.data,
                "pass_mark": self.pass_percent.data * 10, "shuffle": self.shuffle.data, "layout": self.layout.data,
                "partial": self.partial.data, "review": self.review.data}


@pages.get("/manage/classes/<uid>/papers")
@login_required
def index(uid: str) -> str:
    training_class = class_for_staff(uid)
    papers = here().db.scalars(select(Paper).where(Paper.class_id == training_class.id).order_by(Paper.kind, Paper.id)).all()
    counts = {row[0]: row[1:] for row in here().db.execute(
        select(Attempt.paper_id, func.count(func.distinct(Attempt.person_id)), func.count(Attempt.mark))
        .where(Attempt.paper_id.in_([p.id for p in papers])).group_by(Attempt.paper_id))}
    return render_template("lms/manage/papers/index.html", training_class=training_class, papers=papers, counts=counts,
                           kinds=KINDS, states=STATES, plan_of=Plan.of, can_teach=may_here("teach", training_class.id),
                           can_export=may_here("export", training_class.id))


@pages.get("/manage/classes/<uid>/papers/new")
@login_required
def new(uid: str) -> str:
    training_class = fetch(here().db, here().viewer, TrainingClass, uid, "teach")
    return _form_page(training_class, _form(training_class, PaperForm()))


@pages.post("/manage/classes/<uid>/papers/new")
@login_required
def make(uid: str) -> str | Response | tuple[str, int]:
    training_class = fetch(here().db, here().viewer, TrainingClass, uid, "teach")
    form = _form(training_class, PaperForm.posted())
    if not form.validate():
        return _form_page(training_class, form), 422
    try:
        with writing() as db:
            row = fetch(db, here().viewer, TrainingClass, uid, "teach")
            paper = service.make_paper(db, training_class=row, by_id=here().viewer.person_id, now=here().now,
                                       **form.values(row, row.sessions))
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
    zone = paper.training_class.zone
    data = {**{name: getattr(paper, name) for name in ("title", "kind", "minutes", "attempts", "shuffle", "layout", "partial",
                                                       "review", "version")},
            "pass_percent": paper.pass_mark // 10, "opens_at": wall_of(paper.opens_at, zone), "closes_at": wall_of(paper.closes_at, zone)}
    form = _form(paper.training_class, PaperForm(data=data))
    form.session.data = next((s.uid for s in paper.training_class.sessions if s.id == paper.session_id), "")
    return _form_page(paper.training_class, form, paper)


@pages.post("/manage/classes/<uid>/papers/<paper_uid>/settings")
@login_required
def save(uid: str, paper_uid: str) -> str | Response | tuple[str, int]:
    paper = paper_to_teach(here().db, uid, paper_uid)
    form = _form(paper.training_class, PaperForm.posted())
    if not form.validate():
        return _form_page(paper.training_class, form, paper), 422
    try:
        with writing() as db:
            row = paper_to_teach(db, uid, paper_uid)
            service.change_paper(db, paper=row, version=seen_version(), by_id=here().viewer.person_id, now=here().now,
                                 **form.values(row.training_class, row.training_class.sessions))
    except Invalid as fault:
        return _form_page(paper.training_class, blamed(form, fault), paper), 422
    flash(translate(here().locale, N_("已保存。")), "ok")
    return redirect(url_for("lms.manage_paper_plan.show", uid=uid, paper_uid=paper_uid), 303)


@pages.post("/manage/classes/<uid>/papers/<paper_uid>/<any(publish, withdraw, close, reopen):move>")
@login_required
def move(uid: str, paper_uid: str, move: str) -> Response:
    """Publish, take back, close or reopen; each is one transaction and stands in the log."""
    act, words = _MOVES[move]
    with writing() as db:
        act(db, paper=paper_to_teach(db, uid, paper_uid), by_id=here().viewer.person_id, now=here().now)
    if move == "close":
        _collect(paper_uid)
    flash(translate(here().locale, words), "ok")
    return redirect(url_for("lms.manage_paper_plan.show", uid=uid, paper_uid=paper_uid), 303)


def _collect(paper_uid: str) -> None:
    """Mark what was running when the paper was closed, a few in each transaction; what is left, the job child does."""
    closed = AT_ONCE
    while closed == AT_ONCE:
        with writing() as db:
            paper_id = db.scalar(select(Paper.id).where(Paper.uid == paper_uid))
            closed = close_overdue(db, paper_id=paper_id, now=here().now, grace=grace())


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


def _of_class(paper: Paper, uid: str) -> Paper:
    if paper.training_class.uid != uid:
        raise NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。"))
    return paper


def _form(training_class: TrainingClass, form: PaperForm) -> PaperForm:
    form.session.choices = options([("", translate(here().locale, N_("不对应课次"))), *(
        (s.uid, f"{s.day:%m-%d} {s.starts:%H:%M} {s.title}") for s in training_class.sessions if not s.cancelled)])
    return form


def _form_page(training_class: TrainingClass, form: PaperForm, paper: Paper | None = None) -> str:
    return render_template("lms/manage/papers/form.html", training_class=training_class, form=form, paper=paper)

