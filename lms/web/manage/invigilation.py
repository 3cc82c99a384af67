"""The room during an exam: who works, who has handed in; more minutes for one or for all; results and their export."""
from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from flask import Blueprint, Response, flash, redirect, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as Redirect
from wtforms import IntegerField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from lms.core.access.service import fetch, visible
from lms.core.audit.service import record as audit
from lms.core.classes.models import Enrolment, Group, TrainingClass
from lms.core.errors import NotFound
from lms.core.i18n import N_, translate
from lms.core.quizzes import extra_time
from lms.core.quizzes.answers import answered, answers_of
from lms.core.quizzes.devices import Signs, signs_of
from lms.core.quizzes.models import Attempt, Paper
from lms.core.quizzes.papers import KINDS
from lms.core.quizzes.plans import Plan
from lms.core.quizzes.results import (
    IDLE_AFTER,
    STATES,
    distribution,
    idle_minutes,
    paper_results,
    progress_of,
    question_results,
)
from lms.core.quizzes.review import reviewed_items
from lms.core.quizzes.takers import may_take
from lms.core.reports.exporters import exporters_of
from lms.core.reports.results import results_book
from lms.web.context import here
from lms.web.forms import Form
from lms.web.identity import login_required
from lms.web.manage.exports import file_answer
from lms.web.manage.papers import may_here, paper_for_staff, paper_to_teach
from lms.web.papers import grace
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_invigilation", __name__)


class TimeForm(Form):
    minutes = IntegerField(N_("加时"), [InputRequired(N_("请填写分钟数。")), NumberRange(1, extra_time.MOST_MINUTES)], default=10)
    reason = StringField(N_("原因"), [InputRequired(N_("请写明加时的原因。")), Length(2, 500)])


@pages.get("/manage/classes/<uid>/papers/<paper_uid>/room")
@login_required
def room(uid: str, paper_uid: str) -> str:
    return _room_page(paper_for_staff(uid, paper_uid), TimeForm())


@pages.post("/manage/classes/<uid>/papers/<paper_uid>/room/time")
@login_required
def time_for_all(uid: str, paper_uid: str) -> str | Redirect | tuple[str, int]:
    """More minutes for the whole room, at one press."""
    form = TimeForm.posted()
    paper = paper_to_teach(here().db, uid, paper_uid)
    if not form.validate():
        return _room_page(paper, form), 422
    with writing() as db:
        people = extra_time.add_time_to_all(db, paper=paper_to_teach(db, uid, paper_uid), minutes=form.minutes.data,
                                            reason=form.reason.data, by_id=here().viewer.person_id, now=here().now)
    flash(translate(here().locale, N_("已给正在作答的 {n} 人各加 {minutes} 分钟。"), n=people, minutes=form.minutes.data), "ok")
    return redirect(url_for(".room", uid=uid, paper_uid=paper_uid), 303)


@pages.get("/manage/classes/<uid>/papers/<paper_uid>/attempts/<attempt_uid>")
@login_required
def attempt(uid: str, paper_uid: str, attempt_uid: str) -> str:
    """One person's attempt: times, answers, and more minutes."""
    return _attempt_page(paper_for_staff(uid, paper_uid), attempt_uid, TimeForm())


@pages.post("/manage/classes/<uid>/papers/<paper_uid>/attempts/<attempt_uid>/time")
@login_required
def time_for_one(uid: str, paper_uid: str, attempt_uid: str) -> str | Redirect | tuple[str, int]:
    paper, form = paper_to_teach(here().db, uid, paper_uid), TimeForm.posted()
    if not form.validate():
        return _attempt_page(paper, attempt_uid, form), 422
    found, _ = _attempt(paper, attempt_uid)
    with writing() as db:
        extra_time.add_time(db, attempt=found, minutes=form.minutes.data, reason=form.reason.data,
                            by_id=here().viewer.person_id, now=here().now)
    flash(translate(here().locale, N_("已加 {minutes} 分钟。"), minutes=form.minutes.data), "ok")
    return redirect(url_for(".attempt", uid=uid, paper_uid=paper_uid, attempt_uid=attempt_uid), 303)


@pages.get("/manage/classes/<uid>/papers/<paper_uid>/results")
@login_required
def results(uid: str, paper_uid: str) -> str:
    paper = paper_for_staff(uid, paper_uid)
    rows = paper_results(here().db, paper=paper, enrolments=takers(paper), now=here().now, grace=grace())
    return render_template(
        "lms/manage/papers/results.html", training_class=paper.training_class, paper=paper, rows=rows, states=STATES,
        spread=distribution(rows), waiting=sum(a.waiting for row in rows for a in row.attempts),
        can_teach=may_here("teach", paper.class_id), full_mark=Plan.of(paper.plan).full_mark, groups=_groups(paper),
        exporters=exporters_of(here().site.registry) if may_here("export", paper.class_id) else {},
        questions=question_results(here().db, paper) if may_here("teach", paper.class_id) else [])


@pages.post("/manage/classes/<uid>/papers/results.<ending>")
@login_required
def results_file(uid: str, ending: str) -> Response:
    """Results of one paper (``paper``) or of all, as a file. A POST: it is noted who took personal data out."""
    training_class = fetch(here().db, here().viewer, TrainingClass, uid, "export")
    query = select(Paper).where(Paper.class_id == training_class.id, Paper.state != "draft").order_by(Paper.kind.desc(), Paper.id)
    if wanted := request.values.get("paper"):
        query = query.where(Paper.uid == wanted)
    papers, people = here().db.scalars(query).all(), _people(training_class)
    book = results_book(here().db, training_class=training_class, papers=papers, enrolments=people, now=here().now,
                        grace=grace(), locale=here().locale)
    answer = file_answer(book, ending, translate(here().locale, N_("{class_title}-成绩-{day}"),
                                                 class_title=training_class.title, day=f"{here().now:%Y%m%d}"))
    with writing() as db:
        audit(db, actor_id=here().viewer.person_id, action="results.export", thing=training_class, now=here().now,
              class_id=training_class.id, after={"people": len(people), "papers": len(papers)})
    return answer


def _room_page(paper: Paper, form: TimeForm) -> str:
    db, wanted = here().db, request.args.get("state", "")
    rows = paper_results(db, paper=paper, enrolments=takers(paper), now=here().now, grace=grace())
    progress, signs = progress_of(db, paper), signs_of(db, paper)
    idle = idle_minutes(rows, progress, here().now)
    groups_of_rows = {"idle": set(idle), "flagged": {r.last.id for r in rows if r.last and _flagged(signs.get(r.last.id))}}
    shown = [row for row in rows if not wanted or row.state == wanted
             or (row.last is not None and row.last.id in groups_of_rows.get(wanted, ()))]
    return render_template(
        "lms/manage/papers/room.html", training_class=paper.training_class, paper=paper, rows=shown, total=len(rows),
        progress=progress, signs=signs, idle=idle, flagged=len(groups_of_rows["flagged"]), counts=Counter(row.state for row in rows),
        states={**STATES, "idle": N_("有一会儿没动静"), "flagged": N_("有标记")}, wanted=wanted, questions=Plan.of(paper.plan).questions,
        form=form, kinds=KINDS, groups=_groups(paper), can_teach=may_here("teach", paper.class_id), idle_after=IDLE_AFTER)


def _flagged(signs: Signs | None) -> bool:
    return signs is not None and (signs.devices > 1 or signs.left > 0)


def takers(paper: Paper) -> list[Enrolment]:
    """Those of the class whom the paper is for."""
    return [e for e in _people(paper.training_class) if may_take(paper, person_id=e.person_id, group_id=e.group_id)]


def _attempt_page(paper: Paper, attempt_uid: str, form: TimeForm) -> str:
    db = here().db
    found, enrolment = _attempt(paper, attempt_uid)
    answers = answers_of(db, found.id)
    items = reviewed_items(db, found, answers) if may_here("teach", paper.class_id) else []  # keys are for those who teach
    return render_template("lms/manage/papers/attempt.html", training_class=paper.training_class, paper=paper, attempt=found,
                           enrolment=enrolment, answered=answered(answers), items=items, form=form,
                           count=len(found.frozen["items"]), can_teach=may_here("teach", paper.class_id))


def _attempt(paper: Paper, attempt_uid: str) -> tuple[Attempt, Enrolment]:
    """An attempt at this paper, with the enrolment of whoever sits it."""
    row = here().db.execute(select(Attempt, Enrolment).join(Enrolment, Enrolment.person_id == Attempt.person_id).where(
        Attempt.uid == attempt_uid, Attempt.paper_id == paper.id, Enrolment.class_id == paper.class_id)).one_or_none()
    if row is None:
        raise NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。"))
    return row[0], row[1]


def _people(training_class: TrainingClass) -> Sequence[Enrolment]:
    action = "teach" if may_here("teach", training_class.id) else "export"
    return here().db.scalars(visible(here().viewer, Enrolment, action).where(
        Enrolment.class_id == training_class.id, Enrolment.state == "enrolled").order_by(Enrolment.number)).all()


def _groups(paper: Paper) -> dict[int, str]:
    return dict(here().db.execute(select(Group.id, Group.name).where(Group.class_id == paper.class_id)).all())
