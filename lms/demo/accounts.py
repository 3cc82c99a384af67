"""One account per role, with random passwords; five activation links and cards."""
from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core.access.grants import grant
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.people.activation import activated, activation_links
from lms.core.people.cards import card_code
from lms.core.people.models import Person
from lms.core.people.passwords import set_password
from lms.core.people.service import new_person

# Role -> name and phone of somebody who is on no roster.
STAFF = {"administrator": ("顾望舒", "19900009901"), "training_officer": ("沈听雨", "19900009902"),
         "class_teacher": ("程一苇", "19900009903"), "instructor": ("方知行", "19900009904"),
         "unit_hr": ("陆采薇", "19900009905")}
FROM_THE_CLASS = ("class_monitor", "group_leader", "trainee")
ROLES = (*list(STAFF)[:3], "class_monitor", "group_leader", "instructor", "unit_hr", "trainee")
LINKS = 5


def staff(db: Session, *, now: datetime) -> dict[str, Person]:
    """The people of ``STAFF``, made if they are not there; the administrator has the role from the start."""
    found = {}
    for role, (name, phone) in STAFF.items():
        person = db.scalar(select(Person).where(Person.phone == phone))
        found[role] = person or new_person(db, name=name, phone=phone, now=now)
    grant(db, person_id=found["administrator"].id, role="administrator", scope_type="site", by_id=None, now=now)
    return found


def give_roles(db: Session, training_class: TrainingClass, people: Mapping[str, Person], *, by_id: int,
               now: datetime) -> None:
    """The role in this class of each of *people*; what they have in earlier classes stays."""
    unit_id = _largest_unit(db, training_class)
    scopes = {"training_officer": ("class", training_class.id), "class_teacher": ("class", training_class.id),
              "class_monitor": ("class", training_class.id), "instructor": ("class", training_class.id),
              "group_leader": ("group", training_class.groups[0].id), "unit_hr": ("unit", unit_id)}
    for role, (kind, scope_id) in scopes.items():
        if role in people:
            grant(db, person_id=people[role].id, role=role, scope_type=kind, scope_id=scope_id, by_id=by_id, now=now)


def from_the_class(db: Session, training_class: TrainingClass) -> dict[str, Person]:
    """Monitor, group leader and a trainee: the first of the first group, in the roster's order, always the same."""
    first = db.scalars(select(Person).join(Enrolment, Enrolment.person_id == Person.id).where(
        Enrolment.class_id == training_class.id, Enrolment.group_id == training_class.groups[0].id,
        Person.phone.is_not(None)).order_by(Enrolment.number).limit(len(FROM_THE_CLASS))).all()
    return dict(zip(FROM_THE_CLASS, first, strict=True))


def give_passwords(db: Session, people: Mapping[str, Person], hashes: Mapping[str, str], *, now: datetime) -> None:
    """*hashes* by role; they need not be changed, a demonstration is handed around."""
    for role, new_hash in hashes.items():
        set_password(db, people[role], new_hash, must_change=False, now=now)


def link_holders(db: Session, training_class: TrainingClass, *, but: Collection[int]) -> list[tuple[Enrolment, Person]]:
    """Five trainees who have used no link yet.

    :param but: ids of persons who log in with a password
    """
    enrolled = db.execute(select(Enrolment, Person).join(Person, Person.id == Enrolment.person_id).where(
        Enrolment.class_id == training_class.id, Person.id.not_in(but), Person.state == "active")
        .order_by(Enrolment.number)).all()
    used = activated(db, [row[1].id for row in enrolled])
    return [(row[0], row[1]) for row in enrolled if row[1].id not in used][:LINKS]


def links_and_cards(db: Session, chosen: Sequence[tuple[Enrolment, Person]], *, keys: Mapping[str, bytes], lasts: timedelta,
                    now: datetime) -> list[dict[str, Any]]:
    """Activation link and card of each of *chosen*, as paths behind the address."""
    tokens = activation_links(db, [person for _, person in chosen], key=keys["activation"], lasts=lasts, now=now)
    return [{"name": person.name, "phone": person.phone, "unit": seat.unit_name, "person": person.uid,
             "link": f"a/{tokens[person.id]}", "card": f"c/{card_code(person, key=keys['card'])}"}
            for seat, person in chosen]


def _largest_unit(db: Session, training_class: TrainingClass) -> int:
    """The unit that sends most people: its liaison has somebody to look at."""
    found = db.scalars(select(Enrolment.unit_id).where(Enrolment.class_id == training_class.id,
                                                       Enrolment.unit_id.is_not(None))
                       .group_by(Enrolment.unit_id).order_by(func.count().desc(), Enrolment.unit_id).limit(1)).one()
    assert found is not None
    return found
