"""Persons: made, changed, deactivated."""
from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.access.service import Viewer
from lms.core.audit.service import record
from lms.core.db import expect_version
from lms.core.errors import Conflict, Invalid
from lms.core.i18n import N_
from lms.core.people.authority import refuse_beyond
from lms.core.people.models import Affiliation, Person, Unit
from lms.core.people.names import clean_name, name_key
from lms.core.people.phones import clean_phone
from lms.core.people.pinyin import pinyin_key
from lms.core.people.units import unit_named

_MOST = 120  # characters of a name


def new_person(db: Session, *, name: str, phone: str | None = None, gender: str = "", ethnic_group: str = "",
               political_affiliation: str = "", pinyin: str = "", now: datetime) -> Person:
    """Make a person. The caller decides beforehand whether it is somebody known; names alone never match.

    :param phone: in any form that ``clean_phone`` understands
    :param pinyin: the person's own reading of the name, where ours would be wrong
    :raises Invalid: no name, too long a name, or no phone number
    :raises Conflict: the phone number is another person's
    """
    phone = clean_phone(phone)
    refuse_taken_phone(db, phone)
    person = Person(phone=phone, gender=gender, ethnic_group=ethnic_group, created_at=now,
                    political_affiliation=political_affiliation)
    rename(person, name, pinyin=pinyin)
    db.add(person)
    db.flush()
    return person


def add_person(db: Session, *, name: str, phone: str | None, gender: str = "", pinyin: str = "", unit: str = "",
               position: str = "", by: Viewer, on: date, now: datetime) -> Person:
    """Add somebody by hand: an instructor, a colleague, a trainee who came late.

    :param unit: its name; empty for none
    :param on: the local day from which the unit is theirs
    :raises Invalid, Conflict: as ``new_person`` and ``unit_named``
    """
    person = new_person(db, name=name, phone=phone, gender=gender, pinyin=pinyin, now=now)
    if clean_name(unit):
        affiliate(db, person, unit_named(db, unit), position=position.strip(), on=on)
    record(db, actor_id=by.person_id, action="person.add", thing=person, now=now, after=_facts(person))
    return person


def update_person(db: Session, person: Person, *, version: int, name: str, phone: str | None, gender: str = "",
                  pinyin: str = "", by: Viewer, now: datetime) -> None:
    """Correct name, phone number, gender or reading. What stands on rosters and certificates stays as it was.

    :param version: of the person as the editor saw it
    :raises Invalid, Conflict: as ``new_person``; somebody else saved meanwhile
    :raises Forbidden: the person may do more than *by*, and a phone number is what one logs in with
    """
    refuse_beyond(db, person, by)
    expect_version(person, version)
    phone = clean_phone(phone)
    refuse_taken_phone(db, phone, but=person)
    before = _facts(person)
    kept = pinyin == person.pinyin and clean_name(name) != person.name  # the old name's reading, left in the form
    rename(person, name, pinyin="" if kept else pinyin)
    person.phone, person.gender = phone, gender
    record(db, actor_id=by.person_id, action="person.update", thing=person, now=now, before=before,
           after=_facts(person))
    db.flush()


def rename(person: Person, name: str, *, pinyin: str = "") -> None:
    """Give *person* a name, with the keys by which it is compared, sorted and found.

    :raises Invalid: no name, or too long a one
    """
    cleaned = clean_name(name)
    if not cleaned or len(cleaned) > _MOST:
        raise Invalid("person_name", N_("姓名应为 1 到 {most} 个字，请核对。"), most=_MOST)
    person.name, person.name_key = cleaned, name_key(cleaned)
    person.pinyin, person.initials = pinyin_key(cleaned, pinyin)


def refuse_taken_phone(db: Session, phone: str | None, *, but: Person | None = None) -> None:
    """Go on only if nobody else has this phone number.

    :raises Conflict: somebody has
    """
    if phone is None:
        return
    owner = db.scalar(select(Person).where(Person.phone == phone))
    if owner is not None and (but is None or owner.id != but.id):
        raise Conflict("phone_taken", N_("手机号 {phone} 已登记在“{name}”名下，没有保存。请核对是否为同一人。"),
                       phone=phone, name=owner.name)


def affiliate(db: Session, person: Person, unit: Unit, *, position: str = "", on: date) -> Affiliation:
    """Note that *person* belongs to *unit* from the day *on*; an older affiliation to another unit ends there."""
    current = db.scalar(select(Affiliation).where(Affiliation.person_id == person.id, Affiliation.ends_on.is_(None))
                        .order_by(Affiliation.id.desc()).limit(1))
    if current is not None and current.unit_id == unit.id and current.position == position:
        return current
    if current is not None:
        current.ends_on = on
    made = Affiliation(person_id=person.id, unit_id=unit.id, position=position, starts_on=on)
    db.add(made)
    db.flush()
    return made


def _facts(person: Person) -> dict[str, str | None]:
    return {"name": person.name, "phone": person.phone, "gender": person.gender, "pinyin": person.pinyin}
