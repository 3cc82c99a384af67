"""Coaches for the field visit, group by group, and a spot check of the first morning."""
from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.attendance.in_session import people_in_session
from lms.core.attendance.spot_checks import draw, drawn, mark
from lms.core.attendance.vehicles import add_vehicle, seat
from lms.core.classes.models import ClassSession, Enrolment, Group, TrainingClass
from lms.core.classes.timetable import instants
from lms.core.i18n import N_, translate
from lms.core.ids import new_uid

_SEATS, _DRAWN = 45, 5
_COACH = N_("{n} 号车")


def fill(db: Session, training_class: TrainingClass, *, by_id: int, now: datetime) -> None:
    """:param now: what lies after it has not happened yet"""
    people = list(db.scalars(select(Enrolment).where(Enrolment.class_id == training_class.id, Enrolment.state == "enrolled")))
    groups = db.scalars(select(Group).where(Group.class_id == training_class.id).order_by(Group.position, Group.id))
    for number, group in enumerate(groups, start=1):
        coach = add_vehicle(db, training_class=training_class, name=translate("zh_CN", _COACH, n=number), seats=str(_SEATS), by_id=by_id, now=now)
        seat(db, vehicle=coach, enrolments=[e for e in people if e.group_id == group.id], by_id=by_id, now=now)
    first = db.scalars(select(ClassSession).where(ClassSession.class_id == training_class.id, ClassSession.counts)
                       .order_by(ClassSession.day, ClassSession.starts).limit(1)).one()
    moment = instants(first, training_class.zone)[0] + timedelta(minutes=20)
    if moment > now:
        return
    there = people_in_session(db, session=first, training_class=training_class, enrolments=people, now=moment)
    check = draw(db, session=first, training_class=training_class, people=there, size=_DRAWN, seed=training_class.slug, uid=new_uid(),
                 by_id=by_id, now=moment)
    db.flush()
    found = dict.fromkeys(drawn(check.seed, [(uid, times) for uid, times in check.pool], _DRAWN), "present")
    mark(db, check=check, session=first, found=found, uid=new_uid(), by_id=by_id, now=moment + timedelta(minutes=5))
