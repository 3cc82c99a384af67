"""A faulty question of a paper: who would change is shown first, then it is put right with a reason."""
from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from lms.core.classes.models import Enrolment
from lms.core.i18n import N_, translate
from lms.core.quizzes.corrections import ACTIONS, WITH_KEY, Effects, check_key, correct, corrections_of, effects
from lms.core.quizzes.kinds import kind_of
from lms.core.quizzes.models import Correction
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.manage.invigilation import takers
from lms.web.manage.papers import paper_to_teach, question_of_paper
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_corrections", __name__)


@pages.get("/manage/classes/<uid>/papers/<paper_uid>/questions/<question_uid>/correct")
@login_required
def show(uid: str, paper_uid: str, question_uid: str) -> str:
    """What can be done about the question; with ``?action=`` whom it would change. Saves nothing."""
    db = here().db
    paper = paper_to_teach(db, uid, paper_uid)
    question = question_of_paper(db, paper, question_uid)
    action = request.args.get("action", "")
    found: Effects | None = None
    names: dict[int, Enrolment] = {}
    past: Sequence[Correction] = ()
    if action in ACTIONS:
        check_key(db, paper, question, action)
        found = effects(db, paper=paper, question=question, action=action)
        names = {e.person_id: e for e in takers(paper)}
    else:
        past = corrections_of(db, paper, question)
    version = question.current
    right = kind_of(here().site.registry, question.kind).right_text(version.body, version.key) if version else ""
    return render_template("lms/manage/papers/correct.html", training_class=paper.training_class, paper=paper, question=question,
                           stem=str(version.body.get("stem", "")) if version else "", right=right, actions=ACTIONS, action=action,
                           effects=found, names=names, past=past, with_key=WITH_KEY)


@pages.post("/manage/classes/<uid>/papers/<paper_uid>/questions/<question_uid>/correct")
@login_required
def save(uid: str, paper_uid: str, question_uid: str) -> Response:
    """Put it right, if what would happen is still what was shown."""
    form = request.form
    question_of_paper(here().db, paper_to_teach(here().db, uid, paper_uid), question_uid)
    with writing() as db:
        paper = paper_to_teach(db, uid, paper_uid)
        done = correct(db, paper=paper, question=question_of_paper(db, paper, question_uid), action=form.get("action", ""),
                       reason=form.get("reason", "")[:500], seal=form.get("seal", ""), by_id=here().viewer.person_id, now=here().now)
    flash(translate(here().locale, N_("已更正，{n} 份答卷的得分变了，其中 {turns} 份及格与否变了。原来的得分都留着。"),
                    n=sum(c.differs for c in done.changes), turns=sum(c.turns for c in done.changes)), "ok")
    return redirect(url_for("lms.manage_invigilation.results", uid=uid, paper_uid=paper_uid), 303)
