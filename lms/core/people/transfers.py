"""Somebody moves to another unit: from a day on. What stands on rosters and certificates stays as it was then."""
from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from lms.core.access.service import Viewer
from lms.core.audit.service import record
from lms.core.errors import Invalid
from lms.core.i18n import N_
from lms.core.people.authority import refuse_beyond
from lms.core.people.models import Affiliation, Person
from lms.core.people.service import affiliate
from lms.core.people.units import unit_named


def places_of(db: Session, person: Person) -> list[Affiliation]:
    """Where the person belonged and belongs, the latest first. One statement."""
    return list(db.scalars(select(Affiliation).options(joinedload(Affiliation.unit)).where(Affiliation.person_id == person.id)
                           .order_by(Affiliation.id.desc())))


def transfer(db: Session, person: Person, *, unit: str, position: str, on: date, today: date, by: Viewer, now: datetime) -> Affiliation:
    """Let *person* belong to *unit* from *on*; the place before ends that day and stays on record.

    :param unit: its name; made if there is none
    :raises Invalid: no name, a day that is still to come, or one before the present place began
    :raises Forbidden: the person may do more than *by*
    """
    refuse_beyond(db, person, by)
    if on > today:
        raise Invalid("transfer_future", N_("调动日期 {day} 还没有到，没有保存。请到那一天再办。"), day=on.isoformat(), field="on")
    current = next((place for place in places_of(db, person) if place.ends_on is None), None)
    if current is not None and current.starts_on is not None and on < current.starts_on:
        raise Invalid("transfer_early", N_("调动日期早于到现单位的日期 {day}，没有保存。请核对。"), day=current.starts_on.isoformat(), field="on")
    before = {"unit": current.unit.name, "position": current.position} if current is not None else {}
    made = affiliate(db, person, unit_named(db, unit), position=position.strip()[:120], on=on)
    record(db, actor_id=by.person_id, action="person.transfer", thing=person, now=now, before=before,
           after={"unit": made.unit.name, "position": made.position, "day": on.isoformat()})
    return made
