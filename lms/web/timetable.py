"""A trainee's timetable: the sessions of the classes they are in, by day."""
from __future__ import annotations

from itertools import groupby

from flask import Blueprint
from sqlalchemy import bindparam, select
from sqlalchemy.orm import contains_eager

from lms.core.classes.models import ClassSession, Enrolment, TrainingClass
from lms.core.classes.timetable import instants
from lms.core.clock import local
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.templates import render_template

pages = Blueprint("timetable", __name__)


# Put together once: building it takes longer than running it.
_CLASSES = (
    select(TrainingClass).join(Enrolment, Enrolment.class_id == TrainingClass.id).outerjoin(TrainingClass.sessions)
    .options(contains_eager(TrainingClass.sessions))
    .where(Enrolment.person_id == bindparam("person"), Enrolment.state == "enrolled", TrainingClass.state != "draft")
    .order_by(TrainingClass.starts_on.desc(), TrainingClass.id, ClassSession.day, ClassSession.starts))


@pages.get("/timetable")
@login_required
def show() -> str:
    """Published classes, the latest first; what is over stays readable."""
    now = here().now
    classes = here().db.scalars(_CLASSES, {"person": here().viewer.person_id}).unique().all()
    return render_template(
        "lms/timetable.html", classes=[(c, _days(c.sessions)) for c in classes],
        states={s.id: _state(s, c) for c in classes for s in c.sessions},
        today={c.id: local(now, c.zone).date() for c in classes})


def _days(sessions: list[ClassSession]) -> list[tuple[object, list[ClassSession]]]:
    return [(day, list(held)) for day, held in groupby(sessions, key=lambda session: session.day)]


def _state(session: ClassSession, training_class: TrainingClass) -> str:
    """Where a session stands in time: ``past``, ``now`` or ``next``."""
    start, end = instants(session, training_class.zone)
    return "past" if end <= here().now else "now" if start <= here().now else "next"
