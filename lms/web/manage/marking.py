"""Marking (阅卷): the answers that people mark, question by question, with rubric and without names."""
from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from lms.core.errors import Invalid
from lms.core.i18n import N_, translate
from lms.core.quizzes import marking as service
from lms.core.quizzes.formats.table_cells import mark_in
from lms.core.quizzes.marking import GivenMark
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.manage.papers import paper_to_teach, question_of_paper
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_marking", __name__)


@pages.get("/manage/classes/<uid>/papers/<paper_uid>/marking")
@login_required
def index(uid: str, paper_uid: str) -> str:
    """The questions that people mark, and how many answers wait."""
    paper = paper_to_teach(here().db, uid, paper_uid)
    return render_template("lms/manage/papers/marking.html", training_class=paper.training_class, paper=paper,
                           queue=service.queue(here().db, paper))


@pages.get("/manage/classes/<uid>/papers/<paper_uid>/marking/<question_uid>")
@login_required
def pile(uid: str, paper_uid: str, question_uid: str) -> str:
    """The answers to one question (``?part=2`` of a case); those that wait, or ``?all=1`` of them."""
    paper = paper_to_teach(here().db, uid, paper_uid)
    question_of_paper(here().db, paper, question_uid)
    part, everything, page = request.args.get("part", "")[:8], "all" in request.args, max(request.args.get("page", 1, int), 1)
    found = service.pile(here().db, paper=paper, question_uid=question_uid, part=part, waiting_only=not everything, page=page)
    return render_template("lms/manage/papers/pile.html", training_class=paper.training_class, paper=paper, pile=found, part=part,
                           everything=everything, page=page, question_uid=question_uid,
                           pages=-(-found.total // service.AT_ONCE) if found else 1)


@pages.post("/manage/classes/<uid>/papers/<paper_uid>/marking/<question_uid>")
@login_required
def save(uid: str, paper_uid: str, question_uid: str) -> Response:
    """Save what was typed; sheets left empty wait on. What somebody else marked meanwhile is told and stays."""
    question_of_paper(here().db, paper_to_teach(here().db, uid, paper_uid), question_uid)
    part = request.form.get("part", "")[:8]
    with writing() as db:
        saved, taken = service.give_marks(db, paper=paper_to_teach(db, uid, paper_uid), question_uid=question_uid, part=part,
                                          given=_given(), by_id=here().viewer.person_id, now=here().now)
    flash(translate(here().locale, N_("已保存 {n} 份的得分。"), n=saved), "ok")
    if taken:
        flash(translate(here().locale, N_("答卷 {labels} 刚才已由别人评过，您的没有保存。请看现在的得分。"), labels=taken), "warn")
    return redirect(url_for(".pile", uid=uid, paper_uid=paper_uid, question_uid=question_uid, part=part or None,
                            all="1" if taken or "all" in request.form else None), 303)


def _given() -> list[GivenMark]:
    found = []
    for attempt_uid in request.form.getlist("sheet")[:service.AT_ONCE]:
        typed = request.form.get(f"mark-{attempt_uid}", "").strip()
        if not typed:
            continue
        mark = 0 if typed in ("0", "0.0") else mark_in(typed)
        if mark is None:
            raise Invalid("mark_unclear", N_("答卷 {label} 的得分“{typed}”看不懂，没有保存。请写数字，如 6 或 6.5。"),
                          label=service.label(attempt_uid), typed=typed[:20])
        found.append(GivenMark(attempt_uid, mark, request.form.get(f"comment-{attempt_uid}", "").strip(),
                               request.form.get(f"seal-{attempt_uid}", "")))
    return found
