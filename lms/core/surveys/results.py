"""What a survey says, once enough have answered: shares, averages, and texts in no order."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from lms.core.classes.models import Enrolment
from lms.core.surveys.models import Survey, SurveyBox, SurveyParticipation
from lms.core.surveys.questions import Question, questions_of


@dataclass(frozen=True)
class Result:
    """One question.

    :param counts: how often each option was picked, in their order
    :param answered: how many have answered it
    :param texts: what was written, in no order
    """

    question: Question
    counts: tuple[int, ...]
    answered: int
    texts: tuple[str, ...]

    @property
    def average(self) -> Fraction | None:
        """Of a scale, from the number of its options (best) down to 1; None where nobody has answered."""
        if self.question.kind != "scale" or not self.answered:
            return None
        best = len(self.question.options)
        return Fraction(sum((best - place) * n for place, n in enumerate(self.counts)), self.answered)

    @property
    def content(self) -> Fraction | None:
        """Of a scale, the share that chose one of the two best options (满意率)."""
        return Fraction(sum(self.counts[:2]), self.answered) if self.average is not None else None


@dataclass(frozen=True)
class Results:
    """*answered* is how many took part; *shown* how many of them these results are of, 0 while they are too few."""

    answered: int
    shown: int
    questions: tuple[Result, ...]


def results(db: Session, survey: Survey) -> Results:
    """What may be shown now. One statement."""
    box = db.scalar(select(SurveyBox).where(SurveyBox.survey_id == survey.id))
    if box is None:
        return Results(0, 0, ())
    shown, picked, texts = box.shown.get("count", 0), box.shown.get("picked", {}), box.shown.get("texts", {})
    found = []
    for question in questions_of(survey.questions) if shown else ():
        places = picked.get(question.id, {})
        said = tuple(texts.get(question.id, ()))
        found.append(Result(question, tuple(places.get(str(n), 0) for n in range(len(question.options))),
                            len(said) if question.kind == "text" else places.get("n", 0), said))
    return Results(box.answers.get("count", 0), shown, tuple(found))


def still_to_answer(db: Session, survey: Survey) -> Sequence[Enrolment]:
    """Who has not taken part, to be reminded. One statement."""
    return db.scalars(select(Enrolment).outerjoin(SurveyParticipation, and_(
        SurveyParticipation.survey_id == survey.id, SurveyParticipation.person_id == Enrolment.person_id))
        .where(Enrolment.class_id == survey.class_id, Enrolment.state == "enrolled", SurveyParticipation.id.is_(None))
        .order_by(Enrolment.number, Enrolment.id)).all()


def has_answered(db: Session, *, survey_id: int, person_id: int) -> bool:
    return db.scalar(select(SurveyParticipation.id).where(SurveyParticipation.survey_id == survey_id,
                                                          SurveyParticipation.person_id == person_id)) is not None
