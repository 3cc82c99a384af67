"""The survey as a condition of completion: taking part, never what was answered."""
from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from lms.core.classes.completion import Part
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.i18n import N_
from lms.core.surveys.models import Survey, SurveyParticipation


def judge_surveys(db: Session, training_class: TrainingClass, enrolments: Sequence[Enrolment],
                  now: datetime) -> dict[int, tuple[Part, ...]]:
    """Who has taken part in every required survey, in one statement."""
    took_part = SurveyParticipation.survey_id == Survey.id
    if len(enrolments) <= 200:
        took_part = and_(took_part, SurveyParticipation.person_id.in_([e.person_id for e in enrolments]))
    found = db.execute(select(Survey, SurveyParticipation.person_id).outerjoin(SurveyParticipation, took_part).where(
        Survey.class_id == training_class.id, Survey.required, Survey.state != "draft").order_by(Survey.id)).all()
    asked = list(dict.fromkeys(row[0] for row in found))
    done = {(row.person_id, row[0].id) for row in found}
    if not asked:
        return {}
    return {e.id: (survey_part(asked, {s.id for s in asked if (e.person_id, s.id) in done}),) for e in enrolments}


def survey_part(asked: Sequence[Survey], done: Collection[int]) -> Part:
    """The part for one person.

    :param asked: the required surveys, at least one
    :param done: ids of those that the person has answered
    """
    missing = [s for s in asked if s.id not in done]
    data = {"done": len(asked) - len(missing), "needed": len(asked), "title": missing[0].title if missing else ""}
    over = bool(missing) and missing[0].state == "closed"
    sentence = (N_("满意度评价已完成") if not missing else N_("“{title}”没有参加，已经结束") if over else N_("“{title}”还没有填写"))
    return Part("survey", not missing, N_("满意度评价"), sentence, f"{data['done']} / {data['needed']}", data,
                {s.uid: s.id in done for s in asked}, final=over)
