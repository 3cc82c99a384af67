"""Who is in a class: enrolled by hand, withdrawn, reinstated. Many at once come by ``roster_import``."""
from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core.audit.service import record
from lms.core.classes.models import Enrolment, Group, TrainingClass
from lms.core.errors import Conflict, Invalid
from lms.core.i18n import N_
from lms.core.people.models import Affiliation, Person, Unit


def enrol(db: Session, *, training_class: TrainingClass, person: Person, group: Group | None = None,
          unit: Unit | None = None, position: str = "", station: str = "", note: str = "", number: int | None = None,
          by_id: int | None, now: datetime) -> Enrolment:
    """Put *person* into the class. Name, unit and position are kept as they stand now.

    :param unit: None: the unit that the person belongs to at present
    :param number: 序号; None: the next free one
    :raises Conflict: the person is in the class already
    :raises Invalid: the group belongs to another class
    """
    if group is not None and group.class_id != training_class.id:
        raise Invalid("group_of_another_class", N_("这个组不属于本培训班。请刷新页面后重选。"))
    known = db.scalar(select(Enrolment).where(Enrolment.class_id == training_class.id,
                                              Enrolment.person_id == person.id))
    if known is not None:
        raise Conflict("already_enrolled", N_("{name} 已在本班的名册中（序号 {number}），没有重复添加。"),
                       name=known.name, number=known.number)
    if unit is None:
        place = db.scalars(select(Affiliation).where(Affiliation.person_id == person.id, Affiliation.ends_on.is_(None))
                           .order_by(Affiliation.id.desc()).limit(1)).first()
        unit, position = (place.unit, position or place.position) if place else (None, position)
    enrolment = Enrolment(class_id=training_class.id, person_id=person.id, group_id=group.id if group else None,
                          unit_id=unit.id if unit else None, number=number or next_number(db, training_class),
                          name=person.name, gender=person.gender or "", unit_name=unit.name if unit else "",
                          position=position, station=station, note=note, created_at=now)
    db.add(enrolment)
    db.flush()
    record(db, actor_id=by_id, action="enrolment.make", thing=enrolment, now=now,
           after={"name": enrolment.name, "unit": enrolment.unit_name, "group": group.name if group else ""},
           class_id=training_class.id)
    return enrolment


def withdraw(db: Session, *, enrolment: Enrolment, reason: str, by_id: int | None, now: datetime) -> None:
    """End somebody's part in the class (退学); what is recorded stays. Twice is once.

    :raises Invalid: no reason is given
    """
    if not reason.strip():
        raise Invalid("reason_missing", N_("请写明退班的原因。"), field="reason")
    _set_state(db, enrolment, "withdrawn", reason.strip(), by_id, now)


def reinstate(db: Session, *, enrolment: Enrolment, reason: str = "", by_id: int | None, now: datetime) -> None:
    """Take a withdrawn person back into the class."""
    _set_state(db, enrolment, "enrolled", reason, by_id, now)


def next_number(db: Session, training_class: TrainingClass) -> int:
    """The 序号 after the highest in use."""
    return (db.scalar(select(func.max(Enrolment.number)).where(Enrolment.class_id == training_class.id)) or 0) + 1


def _set_state(db: Session, enrolment: Enrolment, state: str, reason: str, by_id: int | None, now: datetime) -> None:
    before = enrolment.state
    if before == state:
        return
    enrolment.state = state
    enrolment.version += 1
    record(db, actor_id=by_id, action=f"enrolment.{state}", thing=enrolment, now=now, before={"state": before},
           after={"state": state}, reason=reason, class_id=enrolment.class_id)
