"""Surveys are made, their questions edited, opened and closed. Closing is for good: see ``surveys.answering``."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.audit.service import record
from lms.core.classes.models import TrainingClass
from lms.core.db import expect_version
from lms.core.errors import Conflict, Invalid
from lms.core.i18n import N_
from lms.core.surveys.models import Survey, SurveyBox, SurveyParticipation
from lms.core.surveys.questions import Question, check_questions

STATES = {"draft": N_("草稿"), "open": N_("正在评价"), "closed": N_("已结束")}
LEAST, MOST_LEAST = 3, 100  # fewer answers than three would hide nobody


def make_survey(db: Session, *, training_class: TrainingClass, title: str, questions: Sequence[Question], by_id: int | None,
                now: datetime, intro: str = "", least: int = 5, required: bool = True) -> Survey:
    """A new survey, as a draft that trainees do not see.

    :param least: answers from which on results are shown
    :raises Invalid: a question or a value that cannot be
    """
    _check(title, intro, least)
    check_questions(questions)
    made = Survey(class_id=training_class.id, title=title.strip(), intro=intro.strip(), questions=[q.data() for q in questions], least=least,
                  required=required, created_by_id=by_id, created_at=now)
    db.add(made)
    db.flush()
    record(db, actor_id=by_id, action="survey.make", thing=made, now=now, class_id=made.class_id,
           after={"title": made.title, "questions": len(questions), "least": least, "required": required})
    return made


def change_survey(db: Session, *, survey: Survey, title: str, intro: str, questions: Sequence[Question], least: int, required: bool,
                  version: int, by_id: int | None, now: datetime) -> None:
    """Change a draft. Once it is open, answers would mean something else.

    :param version: the version that the editor saw
    :raises Conflict: it is open, or somebody saved meanwhile
    :raises Invalid: a question or a value that cannot be
    """
    if survey.state != "draft":
        raise Conflict("survey_begun", N_("评价已经开始，题目不能再改，没有保存。"))
    _check(title, intro, least)
    check_questions(questions)
    expect_version(survey, version)
    before = {"title": survey.title, "questions": len(survey.questions), "least": survey.least, "required": survey.required}
    survey.title, survey.intro, survey.least, survey.required = title.strip(), intro.strip(), least, required
    survey.questions = [q.data() for q in questions]
    record(db, actor_id=by_id, action="survey.change", thing=survey, now=now, class_id=survey.class_id, before=before,
           after={"title": survey.title, "questions": len(questions), "least": least, "required": required})


def open_survey(db: Session, *, survey: Survey, by_id: int | None, now: datetime) -> None:
    """Let the class answer. Opening twice is opening once.

    :raises Conflict: it is closed, or there is nothing to answer
    """
    if survey.state == "open":
        return
    if survey.state == "closed" or not survey.questions:
        raise Conflict("survey_not_opened", N_("已结束的评价不能再开，没有题目的不能开始。没有改动。"))
    db.add(SurveyBox(survey_id=survey.id, answers={}, held={}, shown={}))
    _move(db, survey, "open", by_id, now)


def withdraw_survey(db: Session, *, survey: Survey, by_id: int | None, now: datetime) -> None:
    """Take it back into preparation while nobody has answered.

    :raises Conflict: somebody has
    """
    if survey.state == "draft":
        return
    if survey.state == "closed" or db.scalar(select(SurveyParticipation.id).where(SurveyParticipation.survey_id == survey.id).limit(1)):
        raise Conflict("survey_answered", N_("已经有人评价，不能撤回，没有改动。"))
    for box in db.scalars(select(SurveyBox).where(SurveyBox.survey_id == survey.id)):
        db.delete(box)
    _move(db, survey, "draft", by_id, now)


def close_survey(db: Session, *, survey: Survey, by_id: int | None, now: datetime) -> None:
    """End it for good and show all that is in, if there are enough answers. Closing twice is closing once.

    :raises Conflict: it was never opened
    """
    if survey.state == "closed":
        return
    if survey.state == "draft":
        raise Conflict("survey_not_open", N_("评价还没有开始，不用结束。"))
    box = db.scalars(select(SurveyBox).where(SurveyBox.survey_id == survey.id).with_for_update()).one()
    if box.answers.get("count", 0) >= survey.least:
        box.shown = box.answers
    _move(db, survey, "closed", by_id, now)


def _move(db: Session, survey: Survey, to: str, by_id: int | None, now: datetime) -> None:
    before, survey.state = survey.state, to
    survey.version += 1
    record(db, actor_id=by_id, action=f"survey.{to}", thing=survey, now=now, class_id=survey.class_id, before={"state": before},
           after={"state": to})


def _check(title: str, intro: str, least: int) -> None:
    if not 1 <= len(title.strip()) <= 120:
        raise Invalid("survey_title", N_("请填写评价的名称（120 个字以内），没有保存。"), field="title")
    if len(intro) > 1000:
        raise Invalid("survey_intro", N_("说明最多 1000 个字，没有保存。"), field="intro")
    if not LEAST <= least <= MOST_LEAST:
        raise Invalid("survey_least", N_("至少几份才显示，请填 {least} 到 {most}，没有保存。"), field="least", least=LEAST, most=MOST_LEAST)
