"""What staff sees of people's logins: in a list of many, and of one person in full."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from lms.core.people.models import ActivationLink, Affiliation, LoginSession, Password, Person, Unit

# How somebody stands: may log in, has a link or first password in hand, has nothing yet, or is shut out.
STATES = ("active", "waiting", "none", "deactivated")


@dataclass(frozen=True)
class Line:
    """A person in a list, with the current unit and how their login stands (one of ``STATES``)."""

    person: Person
    unit: str
    state: str


def page_of(db: Session, query: Select[Person], *, page: int, size: int, now: datetime) -> tuple[list[Line], int]:
    """One page of *query* in the order of names, and how many there are in all. Three statements."""
    total = db.scalar(select(func.count()).select_from(query.with_only_columns(Person.id).subquery())) or 0
    people = db.scalars(query.order_by(Person.pinyin, Person.name_key, Person.id)
                        .limit(size).offset((page - 1) * size)).all()
    return lines_of(db, people, now=now), total


def lines_of(db: Session, people: Sequence[Person], *, now: datetime) -> list[Line]:
    """*people* with unit and login state. One statement."""
    used = select(ActivationLink.id).where(ActivationLink.person_id == Person.id, ActivationLink.used_at.is_not(None))
    live = select(ActivationLink.id).where(ActivationLink.person_id == Person.id, ActivationLink.used_at.is_(None),
                                           ActivationLink.revoked_at.is_(None), ActivationLink.expires_at > now)
    logged_in = select(LoginSession.id).where(LoginSession.person_id == Person.id)
    rows = db.execute(
        select(Person.id, Unit.name, Password.must_change, used.exists(), live.exists(), logged_in.exists())
        .outerjoin(Affiliation, (Affiliation.person_id == Person.id) & Affiliation.ends_on.is_(None))
        .outerjoin(Unit, Unit.id == Affiliation.unit_id).outerjoin(Password, Password.person_id == Person.id)
        .where(Person.id.in_([person.id for person in people])).order_by(Affiliation.id))
    known = {row[0]: row for row in rows}
    return [Line(person, known[person.id][1] or "", _state(person, *known[person.id][2:])) for person in people]


def _state(person: Person, must_change: bool | None, used: bool, live: bool, logged_in: bool) -> str:
    if person.state != "active":
        return "deactivated"
    if used or logged_in or must_change is False:
        return "active"
    return "waiting" if live or must_change else "none"
