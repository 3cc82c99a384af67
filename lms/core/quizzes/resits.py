"""Re-sits (补考): who failed or was not there, and a paper for them that makes up for the first one."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lms.core.audit.service import record
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.errors import Invalid
from lms.core.i18n import N_
from lms.core.quizzes.models import Paper
from lms.core.quizzes.papers import SHOWN, make_paper
from lms.core.quizzes.plans import Plan
from lms.core.quizzes.results import PersonResult
from lms.core.quizzes.takers import for_people

WHY = {"failed": N_("不及格"), "absent": N_("没有参加"), "waiting": N_("待阅卷，还不知道"), "working": N_("还在作答")}
_SAME = ("kind", "course_slug", "minutes", "pass_mark", "shuffle", "layout", "partial", "counting", "drawn", "full_mark", *SHOWN)


@dataclass(frozen=True)
class Candidate:
    """Somebody who has not passed. *why* is one of ``WHY``; whoever waits for a mark is not proposed."""

    enrolment: Enrolment
    why: str
    mark: int | None

    @property
    def proposed(self) -> bool:
        return self.why in ("failed", "absent")


def candidates(rows: Sequence[PersonResult]) -> list[Candidate]:
    """Everybody who has not passed, in their order."""
    return [Candidate(row.enrolment, _why(row), row.best.mark if row.best else None) for row in rows if row.passed is not True]


def _why(row: PersonResult) -> str:
    if row.best is not None:
        return "failed"
    if row.state in ("working", "paused", "closing"):
        return "working"
    return "waiting" if row.attempts else "absent"


def make_resit(db: Session, *, paper: Paper, people: Sequence[int], title: str, by_id: int | None, now: datetime) -> Paper:
    """A draft like *paper*, with the same plan (drawn anew), once, for these people only. Whoever passes it has passed the exam.

    :param people: ids of persons
    :raises Invalid: nobody is chosen
    """
    if not people:
        raise Invalid("nobody_to_resit", N_("一个人也没有选，没有安排补考。请勾选要补考的人。"))
    plan = replace(Plan.of(paper.plan), pools=(), seed=0)
    same: dict[str, Any] = {name: getattr(paper, name) for name in _SAME}
    made = make_paper(db, training_class=db.get_one(TrainingClass, paper.class_id), plan=plan, by_id=by_id, now=now, title=title,
                      attempts=1, takers=for_people(people), resit_of_id=paper.resit_of_id or paper.id, **same)
    record(db, actor_id=by_id, action="paper.resit", thing=made, now=now, class_id=paper.class_id,
           after={"title": paper.title, "people": len(people)})
    return made
