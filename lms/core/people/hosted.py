"""Persons whose login belongs to a host application."""
from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.audit.service import record
from lms.core.errors import Invalid
from lms.core.people.models import Person
from lms.core.people.phones import clean_phone
from lms.core.people.service import rename


def adopt(db: Session, *, key: str, name: str, phone: str | None, now: datetime) -> Person:
    """The person behind the host's user *key*, who is from now on known by it.

    Known by the key, else by a phone number that no other user of the host has claimed, else new. A person who is known
    keeps the name that they have here.

    :param phone: as the host writes it; what is no phone number is left out
    """
    person = db.scalar(select(Person).where(Person.host_key == key))
    if person is not None:
        return person
    number = _number(phone)
    holder = db.scalar(select(Person).where(Person.phone == number)) if number else None
    if holder is not None and holder.host_key is None:
        holder.host_key = key
        # Whoever the host says it is now is this person, roles and all: that must be found again.
        record(db, actor_id=holder.id, action="person.adopt", thing=holder, now=now, after={"host_key": key})
        return holder
    person = Person(phone=None if holder else number, host_key=key, created_at=now)
    rename(person, name.strip()[:120] or key)
    db.add(person)
    db.flush()
    return person


def _number(phone: str | None) -> str | None:
    try:
        return clean_phone(phone)
    except Invalid:
        return None
