"""Acts on the whole room during an exam: pause, go on, end; and the code on the projector with which people begin."""
from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from lms.core.i18n import N_, translate
from lms.core.learning.exam_door import STEP, door_code
from lms.core.quizzes import room as service
from lms.core.quizzes.closing import AT_ONCE, close_overdue
from lms.core.quizzes.models import Paper
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.manage.papers import paper_for_staff, paper_to_teach
from lms.web.papers import grace
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_exam_room", __name__)
_ACTS = {"pause": (service.pause, N_("已暂停。所有人的时间都停了，作答页面盖起来了。")),
         "resume": (service.resume, N_("已继续。每个人剩余的时间和暂停时一样多。")),
         "finish": (service.end, N_("考试已结束。还在作答的，按已保存的答案收卷评分。"))}


@pages.post("/manage/classes/<uid>/papers/<paper_uid>/room/<any(pause, resume, finish):act>")
@login_required
def do(uid: str, paper_uid: str, act: str) -> Response:
    """One press for the whole room, with a reason that stands in the log."""
    run, words = _ACTS[act]
    with writing() as db:
        run(db, paper=paper_to_teach(db, uid, paper_uid), reason=request.form.get("reason", "")[:500],
            by_id=here().viewer.person_id, now=here().now)
    if act == "finish":
        _collect(paper_uid)
    flash(translate(here().locale, words), "ok")
    return redirect(url_for("lms.manage_invigilation.room", uid=uid, paper_uid=paper_uid), 303)


@pages.get("/manage/classes/<uid>/papers/<paper_uid>/code")
@login_required
def code(uid: str, paper_uid: str) -> str:
    """The code for the projector; it changes every minute."""
    paper = paper_for_staff(uid, paper_uid)
    return render_template("lms/manage/papers/code.html", training_class=paper.training_class, paper=paper, step=STEP,
                           code=door_code(here().site.key("exam"), paper, here().now))


def _collect(paper_uid: str) -> None:
    """Mark what was running when the paper was closed, a few in each transaction; what is left, the job child does."""
    closed = AT_ONCE
    while closed == AT_ONCE:
        with writing() as db:
            paper_id = db.scalar(select(Paper.id).where(Paper.uid == paper_uid))
            closed = close_overdue(db, paper_id=paper_id, now=here().now, grace=grace())
