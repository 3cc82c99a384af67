"""The satisfaction surveys of a class at the desk: questions, opening and closing, results once enough have answered."""
from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, flash, redirect, request, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response as Redirect

from lms.core.access.service import fetch
from lms.core.audit.service import record as audit
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.errors import Conflict, LmsError, NotFound
from lms.core.i18n import N_, explain, translate
from lms.core.reports.surveys import survey_book
from lms.core.surveys import service
from lms.core.surveys.models import Survey, SurveyParticipation
from lms.core.surveys.questions import KINDS, SCALE, Question, questions_of, starting_questions
from lms.core.surveys.results import results, still_to_answer
from lms.core.surveys.service import LEAST, STATES
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.manage.classes import seen_version
from lms.web.manage.exports import file_answer
from lms.web.manage.papers import may_here
from lms.web.posted import me
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_surveys", __name__)
_MOVES = {"open": (service.open_survey, N_("评价已开始，学员在首页能看到。")), "close": (service.close_survey, N_("评价已结束。")),
          "withdraw": (service.withdraw_survey, N_("已撤回，学员看不到。"))}
_SPARE = 2  # empty places for further questions


@dataclass(frozen=True)
class Posted:
    """The form of a questionnaire as it was filled in."""

    title: str
    intro: str
    least: int
    required: bool
    questions: tuple[Question, ...]


@pages.get("/manage/classes/<uid>/surveys")
@login_required
def index(uid: str) -> str:
    training_class = fetch(here().db, here().viewer, TrainingClass, uid, "export")
    surveys = here().db.scalars(select(Survey).where(Survey.class_id == training_class.id).order_by(Survey.id)).all()
    counts = {row[0]: row[1] for row in here().db.execute(select(SurveyParticipation.survey_id, func.count()).where(
        SurveyParticipation.survey_id.in_([s.id for s in surveys])).group_by(SurveyParticipation.survey_id))}
    people = here().db.scalar(select(func.count()).select_from(Enrolment).where(Enrolment.class_id == training_class.id,
                                                                                Enrolment.state == "enrolled"))
    return render_template("lms/manage/surveys/index.html", training_class=training_class, surveys=surveys, counts=counts, people=people,
                           states=STATES, can_manage=may_here("manage", training_class.id))


@pages.post("/manage/classes/<uid>/surveys")
@login_required
def make(uid: str) -> Redirect:
    """A draft with the questions that most classes ask; they are edited next."""
    facts = here()
    with writing() as db:
        training_class = fetch(db, facts.viewer, TrainingClass, uid, "manage")
        made = service.make_survey(db, training_class=training_class, title=translate(facts.locale, N_("满意度评价")),
                                   questions=starting_questions(training_class.sessions, facts.locale), by_id=me(), now=facts.now)
    flash(translate(facts.locale, N_("已按课程表拟好题目，还是草稿。请改成本班要问的，再开始评价。")), "ok")
    return redirect(url_for(".edit", uid=uid, survey_uid=made.uid), 303)


@pages.get("/manage/classes/<uid>/surveys/<survey_uid>/edit")
@login_required
def edit(uid: str, survey_uid: str) -> str:
    survey = _survey(here().db, uid, survey_uid, "manage")
    if survey.state != "draft":
        raise Conflict("survey_begun", N_("评价已经开始，题目不能再改，没有保存。"))
    return _edit_page(survey, Posted(survey.title, survey.intro, survey.least, survey.required, questions_of(survey.questions)))


@pages.post("/manage/classes/<uid>/surveys/<survey_uid>/edit")
@login_required
def save(uid: str, survey_uid: str) -> Redirect | tuple[str, int]:
    posted = _posted()
    try:
        with writing() as db:
            service.change_survey(db, survey=_survey(db, uid, survey_uid, "manage"), title=posted.title, intro=posted.intro,
                                  questions=posted.questions, least=posted.least, required=posted.required, version=seen_version(),
                                  by_id=me(), now=here().now)
    except LmsError as error:
        if error.status in (403, 404):
            raise
        return _edit_page(_survey(here().db, uid, survey_uid, "manage"), posted, error), error.status
    flash(translate(here().locale, N_("题目已保存。")), "ok")
    again = request.form.get("act") == "more"
    return redirect(url_for(".edit" if again else ".show", uid=uid, survey_uid=survey_uid), 303)


@pages.post("/manage/classes/<uid>/surveys/<survey_uid>/<any(open, close, withdraw):move>")
@login_required
def move(uid: str, survey_uid: str, move: str) -> Redirect:
    act, words = _MOVES[move]
    with writing() as db:
        act(db, survey=_survey(db, uid, survey_uid, "manage"), by_id=me(), now=here().now)
    flash(translate(here().locale, words), "ok")
    return redirect(url_for(".show", uid=uid, survey_uid=survey_uid), 303)


@pages.get("/manage/classes/<uid>/surveys/<survey_uid>")
@login_required
def show(uid: str, survey_uid: str) -> str:
    survey = _survey(here().db, uid, survey_uid, "export")
    return render_template("lms/manage/surveys/show.html", training_class=survey.training_class, survey=survey, states=STATES, kinds=KINDS,
                           questions=questions_of(survey.questions), found=results(here().db, survey),
                           waiting=still_to_answer(here().db, survey) if survey.state == "open" else (),
                           can_manage=may_here("manage", survey.class_id))


@pages.post("/manage/classes/<uid>/surveys/<survey_uid>/results.<ending>")
@login_required
def results_file(uid: str, survey_uid: str, ending: str) -> Response:
    survey = _survey(here().db, uid, survey_uid, "export")
    book = survey_book(results(here().db, survey), zone=survey.training_class.zone, locale=here().locale)
    answer = file_answer(book, ending, f"{survey.training_class.title}-{survey.title}")
    with writing() as db:
        audit(db, actor_id=me(), action="survey.export", thing=survey, now=here().now, class_id=survey.class_id)
    return answer


def _survey(db: Session, uid: str, survey_uid: str, action: str) -> Survey:
    found = fetch(db, here().viewer, Survey, survey_uid, action, joinedload(Survey.training_class))
    if found.training_class.uid != uid:
        raise NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。"))
    return found


def _posted() -> Posted:
    """Questions in the order of their numbers; one whose text was emptied is gone."""
    form = request.form
    count = int(form.get("count", "0")[:2]) if form.get("count", "").isascii() and form.get("count", "").isdigit() else 0
    found = []
    for n in range(min(count, 80)):
        text, kind = form.get(f"text-{n}", "").strip(), form.get(f"kind-{n}", "")
        options = () if kind == "text" else tuple(o.strip() for o in form.get(f"options-{n}", "").splitlines() if o.strip())
        if kind == "scale" and not options:
            options = tuple(translate(here().locale, word) for word in SCALE)
        place = form.get(f"place-{n}", "")
        found.append((int(place) if place.isascii() and place.isdigit() and len(place) < 5 else 999, n,
                      Question("", kind, text, options, f"required-{n}" in form)))
    asked = [q for _, _, q in sorted(found, key=lambda row: row[:2]) if q.text]
    least = form.get("least", "")
    return Posted(form.get("title", ""), form.get("intro", "").replace("\r\n", "\n"),
                  int(least) if least.isascii() and least.isdigit() and len(least) < 5 else 0, "required" in form,
                  tuple(Question(f"q{n}", q.kind, q.text, q.options, q.required) for n, q in enumerate(asked, 1)))


def _edit_page(survey: Survey, shown: Posted, error: LmsError | None = None) -> str:
    spare = tuple(Question("", "scale", "", (), True) for _ in range(_SPARE))
    return render_template("lms/manage/surveys/edit.html", training_class=survey.training_class, survey=survey, shown=shown, kinds=KINDS,
                           rows=(*shown.questions, *spare), least=LEAST, told=explain(error, here().locale) if error else "")
