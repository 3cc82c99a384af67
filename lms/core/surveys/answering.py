"""Answers go into the box: counts rise, texts are shuffled, and nothing of it says who, when, or in which order.

What is shown grows in steps of at least ``Survey.least`` answers, and lags one step behind while the survey is open: whoever
looks before and after somebody has answered, or when it is closed, sees the sum of many and never of one.
"""
from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.core.classes.models import Enrolment
from lms.core.errors import Conflict, Forbidden
from lms.core.i18n import N_
from lms.core.surveys.models import Survey, SurveyBox, SurveyParticipation
from lms.core.surveys.questions import Answers

_shuffle = secrets.SystemRandom().shuffle


def answer(db: Session, *, survey: Survey, person_id: int, answers: Answers) -> bool:
    """Count the answers of somebody who has not answered yet; False where they have: the same form twice is once.

    It takes no time and writes no log: both would tell who said what.

    :raises Forbidden: the person is not enrolled
    :raises Conflict: the survey is not open
    """
    if survey.state != "open":
        raise Conflict("survey_closed", N_("评价还没有开始，或已经结束，没有提交。"))
    if db.scalar(select(Enrolment.id).where(Enrolment.class_id == survey.class_id, Enrolment.person_id == person_id,
                                            Enrolment.state == "enrolled")) is None:
        raise Forbidden("survey_not_enrolled", N_("您不在这个培训班的名册里，不能评价。"))
    dialect = sqlite if db.get_bind().dialect.name == "sqlite" else postgresql
    taken = db.scalar(dialect.insert(SurveyParticipation).values(id=secrets.randbits(62), survey_id=survey.id, person_id=person_id)
                      .on_conflict_do_nothing().returning(SurveyParticipation.id))  # a count of rows is not known on PostgreSQL
    if taken is None:
        return False
    box = db.scalars(select(SurveyBox).where(SurveyBox.survey_id == survey.id).with_for_update()).one()
    box.answers = with_one_more(box.answers, answers)
    if box.answers["count"] % survey.least == 0:
        box.shown, box.held = box.held or {}, box.answers
    db.flush()
    return True


def with_one_more(box: Mapping[str, Any], answers: Answers) -> dict[str, Any]:
    """*box* with one more answer sheet in it: ``{"count": n, "picked": {id: {place: n}}, "texts": {id: [...]}}``."""
    picked = {key: dict(places) for key, places in box.get("picked", {}).items()}
    texts = {key: list(said) for key, said in box.get("texts", {}).items()}
    for key, given in answers.items():
        if isinstance(given, str):
            texts.setdefault(key, []).append(given)
            _shuffle(texts[key])
        else:
            places = picked.setdefault(key, {})
            for place in given if isinstance(given, list) else [given]:
                places[str(place)] = places.get(str(place), 0) + 1
            places["n"] = places.get("n", 0) + 1
    return {"count": box.get("count", 0) + 1, "picked": {key: picked[key] for key in sorted(picked)},
            "texts": {key: texts[key] for key in sorted(texts)}}
