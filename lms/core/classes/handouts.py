"""What is printed and handed out before a class begins: activation links and cards, by group."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, contains_eager

from lms.core.access.service import Viewer
from lms.core.audit.service import record
from lms.core.classes.models import Enrolment, Group, TrainingClass
from lms.core.documents.qr import qr_matrix
from lms.core.people.activation import activation_links
from lms.core.people.authority import beyond
from lms.core.people.cards import card_code
from lms.core.people.models import ActivationLink, Person
from lms.core.people.phones import phone_tail

Handout = tuple[Enrolment, str]  # who gets it, and the secret on it


def recipients(training_class: TrainingClass, *, by: Viewer, group: Group | None = None,
               again: bool = False) -> Select[Enrolment]:
    """The enrolments that get a sheet, by group and number, with person and group loaded.

    People who hold a role over more than *by* manages are left out: whoever prints a link could use it.

    :param again: also people who have logged in with a link already
    """
    query = (select(Enrolment).join(Enrolment.person).outerjoin(Enrolment.group)
             .options(contains_eager(Enrolment.person), contains_eager(Enrolment.group))
             .where(_enrolled(training_class), Person.id.not_in(beyond(by)))
             .order_by(Group.position.is_(None), Group.position, Group.id, Enrolment.number))
    if group is not None:
        query = query.where(Enrolment.group_id == group.id)
    if not again:
        used = select(ActivationLink.person_id).where(ActivationLink.used_at.is_not(None))
        query = query.where(Person.id.not_in(used))
    return query


def left_out(db: Session, training_class: TrainingClass, *, by: Viewer) -> Sequence[str]:
    """Names of those whose links and cards only an administrator may print."""
    return db.scalars(select(Enrolment.name).join(Enrolment.person)
                      .where(_enrolled(training_class), Person.id.in_(beyond(by))).order_by(Enrolment.number)).all()


def how_many(db: Session, query: Select[Enrolment]) -> int:
    """How many sheets *query* would print."""
    counted = query.order_by(None).with_only_columns(Enrolment.id).subquery()
    return db.scalar(select(func.count()).select_from(counted)) or 0


def hand_out_links(db: Session, training_class: TrainingClass, query: Select[Enrolment], *, key: bytes,
                   lasts: timedelta, by: Viewer, now: datetime) -> list[Handout]:
    """A live activation link for each of *query*; see ``people.activation``. One transaction for the whole class."""
    people = list(db.scalars(query))
    tokens = activation_links(db, [enrolment.person for enrolment in people], key=key, lasts=lasts, now=now)
    record(db, actor_id=by.person_id, action="class.print_activation", thing=training_class, now=now,
           class_id=training_class.id, after={"count": len(people)})
    return [(enrolment, tokens[enrolment.person_id]) for enrolment in people]


def hand_out_cards(db: Session, training_class: TrainingClass, query: Select[Enrolment], *, key: bytes,
                   by: Viewer, now: datetime) -> list[Handout]:
    """The card of each of *query*, as it is valid now."""
    people = list(db.scalars(query))
    record(db, actor_id=by.person_id, action="class.print_cards", thing=training_class, now=now,
           class_id=training_class.id, after={"count": len(people)})
    return [(enrolment, card_code(enrolment.person, key=key)) for enrolment in people]


def sheet_data(training_class: TrainingClass, handouts: Sequence[Handout], *, address: Callable[[str], str], note: str,
               no_group: str) -> dict[str, Any]:
    """The data of ``templates/print/activation.typ`` and ``cards.typ``. Slow (codes are drawn): outside any write.

    :param address: makes the full address of a secret
    :param note: what to do with it, one line
    :param no_group: heading for people without a group
    """
    def of_group(handout: Handout) -> str:
        return handout[0].group.name if handout[0].group else no_group

    groups = [{"name": name, "people": [_person(enrolment, address(secret)) for enrolment, secret in members]}
              for name, members in groupby(handouts, of_group)]
    return {"class_title": training_class.title, "note": note, "groups": groups}


def _person(enrolment: Enrolment, url: str) -> dict[str, Any]:
    return {"name": enrolment.name, "unit": enrolment.unit_name, "number": str(enrolment.number), "url": url,
            "phone_tail": phone_tail(enrolment.person.phone), "qr": qr_matrix(url, mask=3)}


def _enrolled(training_class: TrainingClass) -> ColumnElement[bool]:
    return (Enrolment.class_id == training_class.id) & (Enrolment.state == "enrolled") & (Person.state == "active")
