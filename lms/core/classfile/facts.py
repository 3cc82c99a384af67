"""What the papers of a class are made from, read once: one attendance record, so that no two papers count differently."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from lms.core.attendance.models import Vehicle, VehicleSeat
from lms.core.attendance.record import ClassRecord, class_record
from lms.core.classes.models import ClassSession, Enrolment, Group, TrainingClass
from lms.core.clock import local
from lms.core.i18n import N_, translate


@dataclass(frozen=True)
class ClassFile:
    """A class as its papers tell of it.

    :param sessions: the whole timetable in order of time, cancelled ones included
    :param record: everybody enrolled, in the sessions in which attendance is taken
    :param vehicles: in order
    :param rides: id of the enrolment -> name of the vehicle
    :param phones: telephone numbers may be shown in full
    :param sample: a demonstration: papers say so on every page
    """

    db: Session
    training_class: TrainingClass
    organiser: str
    sessions: Sequence[ClassSession]
    groups: Sequence[Group]
    record: ClassRecord
    vehicles: Sequence[Vehicle]
    rides: dict[int, str]
    now: datetime
    locale: str
    grace: timedelta
    phones: bool = False
    sample: bool = False
    group_names: dict[int, str] = field(default_factory=dict)

    def word(self, text: str, **data: object) -> str:
        """*text*, a message id, in the reader's language."""
        return translate(self.locale, text, **data)

    @property
    def enrolments(self) -> list[Enrolment]:
        return [row.enrolment for row in self.record.people]

    @property
    def held(self) -> list[ClassSession]:
        """The sessions that were not called off."""
        return [s for s in self.sessions if not s.cancelled]

    @property
    def today(self) -> date:
        return local(self.now, self.training_class.zone).date()

    def group_of(self, enrolment: Enrolment) -> str:
        return self.group_names.get(enrolment.group_id or 0, "")

    def day(self, day: date) -> str:
        return self.word(N_("{year}年{month}月{day}日"), year=day.year, month=day.month, day=day.day)

    @property
    def span(self) -> str:
        """From the first to the last day."""
        first, last = self.training_class.starts_on, self.training_class.ends_on
        return self.day(first) if first == last else self.word(N_("{first}至{last}"), first=self.day(first), last=self.day(last))

    @property
    def place(self) -> str:
        return self.training_class.place


def gather(db: Session, training_class: TrainingClass, *, now: datetime, locale: str, grace: timedelta, phones: bool = False,
           sample: bool = False) -> ClassFile:
    """Read all that papers share. Six statements, whatever the class's size.

    :param grace: see ``quizzes.closing.is_over``
    """
    class_id = training_class.id
    people = db.scalars(select(Enrolment).where(Enrolment.class_id == class_id, Enrolment.state == "enrolled").options(
        joinedload(Enrolment.person)).order_by(Enrolment.number, Enrolment.id)).all()
    sessions = db.scalars(select(ClassSession).where(ClassSession.class_id == class_id).order_by(
        ClassSession.day, ClassSession.starts, ClassSession.id)).all()
    groups = db.scalars(select(Group).where(Group.class_id == class_id).order_by(Group.position, Group.id)).all()
    seats = db.execute(select(Vehicle, VehicleSeat.enrolment_id).outerjoin(VehicleSeat, VehicleSeat.vehicle_id == Vehicle.id)
                       .where(Vehicle.class_id == class_id).order_by(Vehicle.position, Vehicle.id)).all()
    vehicles = list(dict.fromkeys(vehicle for vehicle, _ in seats))
    rides = {enrolment_id: vehicle.name for vehicle, enrolment_id in seats if enrolment_id is not None}
    record = class_record(db, training_class=training_class, now=now, enrolments=people, sessions=[s for s in sessions if s.counts])
    return ClassFile(db, training_class, training_class.organiser.name, sessions, groups, record, vehicles, rides, now, locale, grace,
                     phones, sample, {g.id: g.name for g in groups})
