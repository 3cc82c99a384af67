"""A trainee answers the class's survey once; what was answered is never shown again, to nobody by name."""
from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from lms.core.access.service import fetch
from lms.core.errors import Invalid
from lms.core.i18n import N_, explain, translate
from lms.core.surveys.answering import answer
from lms.core.surveys.models import Survey
from lms.core.surveys.questions import LONGEST_TEXT, questions_of, read_answers
from lms.core.surveys.results import has_answered
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.posted import me
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("surveys", __name__)


@pages.get("/surveys/<uid>")
@login_required
def show(uid: str) -> str:
    survey = fetch(here().db, here().viewer, Survey, uid)
    return _page(survey, has_answered(here().db, survey_id=survey.id, person_id=me()))


@pages.post("/surveys/<uid>")
@login_required
def send(uid: str) -> Response | tuple[str, int]:
    survey = fetch(here().db, here().viewer, Survey, uid)
    try:
        given = read_answers(questions_of(survey.questions), request.form.getlist)
    except Invalid as error:
        return _page(survey, False, error), error.status
    with writing() as db:
        counted = answer(db, survey=fetch(db, here().viewer, Survey, uid), person_id=me(), answers=given)
    words = N_("评价已提交，谢谢。答案不记名。") if counted else N_("您已经评价过了，这次没有再计。")
    flash(translate(here().locale, words), "ok" if counted else "info")
    return redirect(url_for(".show", uid=uid), 303)


def _page(survey: Survey, answered: bool, error: Invalid | None = None) -> str:
    return render_template("lms/surveys/show.html", survey=survey, questions=questions_of(survey.questions), answered=answered,
                           training_class=here().plan_of(survey.class_id).training_class, form=request.form, longest=LONGEST_TEXT,
                           missing=error.data.get("questions", ()) if error else (), told=explain(error, here().locale) if error else "")
