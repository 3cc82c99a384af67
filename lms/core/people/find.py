"""Find people the way staff asks for them: by name, pinyin, initials, the tail of a phone number or the unit."""
from __future__ import annotations

import re
import unicodedata

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Session

from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.i18n import N_
from lms.core.people.models import Affiliation, Person, Unit
from lms.core.people.names import name_key
from lms.core.people.phones import clean_phone, phone_tail

_MOST_NAMED = 12  # namesakes listed in a refusal


def matching(text: str) -> ColumnElement[bool]:
    """The persons whom *text* may mean; add it to a ``visible`` query.

    Four and more digits are the end of a phone number (eleven the whole of it), Latin letters pinyin or initials,
    anything else part of a name or of the unit's name.
    """
    text = unicodedata.normalize("NFKC", text).strip()
    key = name_key(text)
    if not key:
        return false()
    digits = re.sub(r"\D", "", text)
    if len(digits) >= 4 and len(digits) == len(key.replace("-", "").replace("+", "")):
        return Person.phone.like(f"%{digits[-11:]}")
    if text.isascii():
        spelled = " ".join(text.casefold().split())
        return or_(Person.pinyin.startswith(spelled, autoescape=True), Person.initials == key,
                   Person.name_key.contains(key, autoescape=True))
    in_unit = (select(Affiliation.person_id).join(Unit, Unit.id == Affiliation.unit_id)
               .where(Affiliation.ends_on.is_(None), Unit.name_key.contains(key, autoescape=True)))
    return or_(Person.name_key.contains(key, autoescape=True), Person.id.in_(in_unit))


def one_person(db: Session, text: str) -> Person:
    """The one active person whom *text*, a name or a phone number, means.

    :raises NotFound: there is nobody
    :raises Conflict: there are several; ``data["people"]`` lists them with units and the tails of their phones
    """
    found = _named(db, text)
    if not found:
        raise NotFound("nobody", N_("没有找到“{text}”。请核对姓名，或改用手机号。"), text=text)
    if len(found) > 1:
        listed = [_label(db, person) for person in found[:_MOST_NAMED]]
        raise Conflict("several_people", N_("“{text}”有 {count} 人：{people}。请改用手机号指明是哪一位。"), text=text,
                       count=len(found), people=listed)
    return found[0]


def _named(db: Session, text: str) -> list[Person]:
    try:
        phone = clean_phone(text)
    except Invalid:
        phone = None
    clause = Person.phone == phone if phone else Person.name_key == name_key(text)
    return list(db.scalars(select(Person).where(clause, Person.state == "active", Person.merged_into_id.is_(None))
                           .order_by(Person.id)))


def _label(db: Session, person: Person) -> str:
    unit = db.scalar(select(Unit.name).join(Affiliation, Affiliation.unit_id == Unit.id)
                     .where(Affiliation.person_id == person.id, Affiliation.ends_on.is_(None)).limit(1))
    return " ".join(part for part in (person.name, unit, phone_tail(person.phone)) if part)
