"""Assignments as a condition of completion: every required one is handed in, or accepted where the assignment says so."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from lms.core.assignments.models import Assignment, Submission
from lms.core.classes.completion import Part
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.i18n import N_

_ENOUGH = {"handed_in": ("handed_in", "accepted", "failed"), "accepted": ("accepted",)}


def judge_assignments(db: Session, training_class: TrainingClass, enrolments: Sequence[Enrolment],
                      now: datetime) -> dict[int, tuple[Part, ...]]:
    """What is done of what is required, for everybody in one statement."""
    worked = Submission.assignment_id == Assignment.id
    if len(enrolments) <= 200:
        worked = and_(worked, Submission.person_id.in_([e.person_id for e in enrolments]))
    found = db.execute(select(Assignment, Submission.person_id, Submission.state).outerjoin(Submission, worked).where(
        Assignment.class_id == training_class.id, Assignment.required, Assignment.state != "draft").order_by(Assignment.id)).all()
    asked = list(dict.fromkeys(row[0] for row in found))
    states = {(row.person_id, row[0].id): row.state for row in found}
    if not asked:
        return {}
    return {e.id: (assignments_part(asked, {a.id: states.get((e.person_id, a.id), "") for a in asked}),) for e in enrolments}


def assignments_part(asked: Sequence[Assignment], states: Mapping[int, str]) -> Part:
    """The part for one person.

    :param asked: the required assignments, at least one
    :param states: the person's state in each, by its id; empty where nothing is begun
    """
    open_ = [a for a in asked if states.get(a.id, "") not in _ENOUGH[a.needs]]
    done = len(asked) - len(open_)
    data = {"done": done, "needed": len(asked), "title": open_[0].title if open_ else ""}
    first = states.get(open_[0].id, "") if open_ else ""
    sentence = (N_("作业已交 {done} / {needed} 份") if not open_ else N_("“{title}”被退回，请修改后再交") if first == "returned" else
                N_("“{title}”已交，等待批阅") if first == "handed_in" else N_("“{title}”批阅为不合格") if first == "failed" else
                N_("“{title}”还没有交"))
    evidence = {a.uid: states.get(a.id, "") for a in asked}
    return Part("assignment", not open_, N_("心得体会"), sentence, f"{done} / {len(asked)}", data, evidence)
