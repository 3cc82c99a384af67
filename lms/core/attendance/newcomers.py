"""Bring somebody into a class while it runs: who is known by phone is the same person, names alone never match."""
from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.classes.enrolments import enrol
from lms.core.classes.models import Enrolment, Group, TrainingClass
from lms.core.errors import Conflict
from lms.core.i18n import N_
from lms.core.people.models import Person
from lms.core.people.names import clean_name, name_key
from lms.core.people.phones import clean_phone
from lms.core.people.service import new_person
from lms.core.people.units import unit_named


def bring_in(db: Session, *, training_class: TrainingClass, name: str, unit: str, phone: str | None, group: Group | None, note: str = "",
             by_id: int, now: datetime) -> Enrolment:
    """Enrol somebody by name, unit and, if known, phone.

    :raises Invalid: no name, or no phone number
    :raises Conflict: the phone is another person's, or the person is in the class already
    """
    number = clean_phone(phone)
    known = db.scalar(select(Person).where(Person.phone == number, Person.merged_into_id.is_(None))) if number else None
    if known is not None and known.name_key != name_key(name):
        raise Conflict("phone_taken", N_("手机号 {phone} 已登记在“{name}”名下，没有保存。请核对是否为同一人。"), phone=number, name=known.name)
    person = known or new_person(db, name=name, phone=number, now=now)
    place = unit_named(db, unit) if clean_name(unit) else None
    return enrol(db, training_class=training_class, person=person, group=group, unit=place, note=note, by_id=by_id, now=now)
