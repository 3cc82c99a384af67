"""An instructor answers what was asked under the modules, and approves what the class may read."""
from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from lms.core.access.service import fetch
from lms.core.classes.models import TrainingClass
from lms.core.discussion.models import ModuleQuestion
from lms.core.discussion.service import LONGEST_ANSWER, STATES, answer, of_class
from lms.core.errors import LmsError, NotFound
from lms.core.i18n import N_, explain, translate
from lms.web.context import here
from lms.web.discussion import BADGES
from lms.web.identity import login_required
from lms.web.manage.classes import seen_version
from lms.web.posted import me
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_discussion", __name__)


@pages.get("/manage/classes/<uid>/questions")
@login_required
def index(uid: str) -> str:
    return _page(uid)


@pages.post("/manage/classes/<uid>/questions/<asked_uid>")
@login_required
def reply(uid: str, asked_uid: str) -> Response | tuple[str, int]:
    shown = request.form.get("act") == "show"
    try:
        with writing() as db:
            answer(db, question=_question(db, uid, asked_uid), text=request.form.get("answer", ""), shown=shown, version=seen_version(),
                   by_id=me(), now=here().now)
    except LmsError as error:
        if error.status in (403, 404):
            raise
        return _page(uid, asked_uid, error), error.status
    words = N_("已解答，全班能看到，不带提问人的姓名。") if shown else N_("已解答，只有提问人能看到。")
    flash(translate(here().locale, words), "ok")
    return redirect(url_for(".index", uid=uid), 303)


def _question(db: Session, uid: str, asked_uid: str) -> ModuleQuestion:
    training_class = fetch(db, here().viewer, TrainingClass, uid, "teach")
    found = fetch(db, here().viewer, ModuleQuestion, asked_uid, "teach")
    if found.class_id != training_class.id:
        raise NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。"))
    return found


def _page(uid: str, wrong: str = "", error: LmsError | None = None) -> str:
    training_class = fetch(here().db, here().viewer, TrainingClass, uid, "teach")
    return render_template("lms/manage/discussion/index.html", training_class=training_class, questions=of_class(here().db, training_class.id),
                           states=STATES, badges=BADGES, longest=LONGEST_ANSWER, wrong=wrong, given=request.form.get("answer", ""),
                           told=explain(error, here().locale) if error else "")
