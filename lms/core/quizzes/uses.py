"""Where a question is used: on which papers it stands, or may be drawn."""
from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session, joinedload

from lms.core.quizzes.models import Paper, Question, QuestionVersion
from lms.core.quizzes.plans import Plan


@dataclass(frozen=True)
class Use:
    """A paper that has the question. *picked*: by hand; else it is in the pool that the paper draws from."""

    paper: Paper
    picked: bool


def uses_of(db: Session, question: Question) -> list[Use]:
    """The papers that have the question in any of its versions, the latest first. Two statements.

    A draft names its picks and no versions yet, so of drafts only the picks are found.
    """
    versions = set(db.scalars(select(QuestionVersion.id).where(QuestionVersion.question_id == question.id)))
    plan = cast(Paper.plan, String)
    papers = db.scalars(select(Paper).where(plan.contains(f'"{question.uid}"') | plan.contains(f'"{question.bank.slug}"'))
                        .options(joinedload(Paper.training_class)).order_by(Paper.id.desc()))
    found = []
    for paper in papers:
        laid = Plan.of(paper.plan)
        picked = any(pick.question == question.uid for pick in laid.fixed)
        if picked or any(versions.intersection(pool) for pool in laid.pools):
            found.append(Use(paper, picked))
    return found
