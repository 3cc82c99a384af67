"""A trainee's timetable: the sessions of the classes they are in, by day."""
from __future__ import annotations

from datetime import date
from itertools import groupby

from flask import Blueprint
from sqlalchemy import bindparam, select

from lms.core.classes.models import ClassSession, Enrolment, TrainingClass
from lms.core.clock import local
from lms.core.reports.plans import ClassPlan
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.templates import render_shared, render_template

pages = Blueprint("timetable", __name__)


# Put together once: building it takes longer than running it.
_CLASSES = (
    select(TrainingClass.id).join(Enrolment, Enrolment.class_id == TrainingClass.id)
    .where(Enrolment.person_id == bindparam("person"), Enrolment.state == "enrolled", TrainingClass.state != "draft")
    .order_by(TrainingClass.starts_on.desc(), TrainingClass.id))


@pages.get("/timetable")
@login_required
def show() -> str:
    """Published classes, the latest first; what is over stays readable. The same for everybody in the same classes."""
    facts = here()
    plans = [facts.plan_of(class_id) for class_id in facts.db.scalars(_CLASSES, {"person": facts.viewer.person_id})]
    states = {s.id: "past" if end <= facts.now else "now" if start <= facts.now else "next"
              for plan in plans for s, start, end in plan.sessions}
    today = tuple(local(facts.now, plan.training_class.zone).date() for plan in plans)
    body = render_shared("lms/timetable_days.html", (facts.plan_stamp, tuple(p.training_class.id for p in plans), tuple(states.values()), today),
                         classes=[(plan.training_class, _days(plan), day) for plan, day in zip(plans, today, strict=True)], states=states)
    return render_template("lms/timetable.html", days=body, title=plans[0].training_class.title if len(plans) == 1 else "")


def _days(plan: ClassPlan) -> list[tuple[date, list[ClassSession]]]:
    return [(day, list(held)) for day, held in groupby((s for s, _, _ in plan.sessions), key=lambda session: session.day)]
