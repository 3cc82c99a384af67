"""Re-sits (补考): the list of those who have not passed, and a paper for them."""
from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from lms.core.i18n import N_, translate
from lms.core.quizzes.resits import WHY, candidates, make_resit
from lms.core.quizzes.results import paper_results
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.manage.invigilation import takers
from lms.web.manage.papers import paper_to_teach
from lms.web.papers import grace
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_resits", __name__)


@pages.get("/manage/classes/<uid>/papers/<paper_uid>/resit")
@login_required
def show(uid: str, paper_uid: str) -> str:
    """Everybody who has not passed and why; those who failed or were not there are ticked."""
    paper = paper_to_teach(here().db, uid, paper_uid)
    rows = paper_results(here().db, paper=paper, enrolments=takers(paper), now=here().now, grace=grace())
    return render_template("lms/manage/papers/resit.html", training_class=paper.training_class, paper=paper, people=candidates(rows),
                           why=WHY, title=translate(here().locale, N_("{title}（补考）"), title=paper.title)[:200])


@pages.post("/manage/classes/<uid>/papers/<paper_uid>/resit")
@login_required
def make(uid: str, paper_uid: str) -> Response:
    """Make the paper, a draft; its times are set next."""
    paper = paper_to_teach(here().db, uid, paper_uid)
    chosen = set(request.form.getlist("person"))
    people = [e.person_id for e in takers(paper) if e.uid in chosen]
    with writing() as db:
        made = make_resit(db, paper=paper_to_teach(db, uid, paper_uid), people=people, title=request.form.get("title", "")[:200],
                          by_id=here().viewer.person_id, now=here().now)
    flash(translate(here().locale, N_("补考试卷已建立，只有这 {n} 人能看到。现在定时间，检查以后发布。"), n=len(people)), "ok")
    return redirect(url_for("lms.manage_papers.settings", uid=uid, paper_uid=made.uid), 303)
