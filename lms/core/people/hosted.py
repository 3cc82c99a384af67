"""Persons whose login belongs to a host application."""
from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.people.models import Person
from lms.core.people.service import rename


def adopt(db: Session, *, key: str, name: str, phone: str | None, now: datetime) -> Person:
    """The person behind the host's user *key*.

    Known by the key, else by a phone number that no other user of the host has claimed, else new.
    """
    person = db.scalar(select(Person).where(Person.host_key == key))
    if person is None and phone:
        person = db.scalar(select(Person).where(Person.phone == phone, Person.host_key.is_(None)))
    if person is None:
        taken = phone is not None and db.scalar(select(Person.id).where(Person.phone == phone)) is not None
        person = Person(phone=None if taken else phone, created_at=now)
        rename(person, name)
        db.add(person)
    person.host_key = key
    db.flush()
    return person
