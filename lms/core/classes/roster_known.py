"""What the system knows about the people of a roster, read in a fixed number of statements."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import false, func, select, true, union
from sqlalchemy.orm import Session

from lms.core.access.service import allowed, load_viewer
from lms.core.classes.models import Enrolment, Group, TrainingClass
from lms.core.classes.roster_rows import RosterRow
from lms.core.people.authority import beyond
from lms.core.people.models import Affiliation, Person, Unit
from lms.core.people.names import name_key
from lms.core.people.units import ids_by_key, units_by_key


@dataclass
class Known:
    """A person who may be meant by a row, with their seat in this class and the units they are known in.

    ``open_to_importer`` says whether the importer may manage the person: the name of somebody else must not show
    up in a preview, nor may a guess overwrite what is kept about them. ``beyond_importer`` says that the person may
    do more than the importer: what they log in with is not the importer's to change.
    """

    person: Person
    open_to_importer: bool
    beyond_importer: bool = False
    enrolment: Enrolment | None = None
    unit_keys: set[str] = field(default_factory=set)
    affiliation: Affiliation | None = None


@dataclass
class Knowledge:
    """All of it, by what rows are matched by."""

    by_uid: dict[str, Known]
    by_phone: dict[str, Known]
    by_name: dict[str, list[Known]]
    groups: dict[str, Group]
    group_names: dict[int, str]
    units: dict[str, Unit]


def load_knowledge(db: Session, training_class: TrainingClass, rows: Sequence[RosterRow],
                   by_id: int | None) -> Knowledge:
    """Everything that judging *rows* needs.

    :param by_id: the importer; None is the operator at the command line, to whom everybody is open
    """
    unit_keys = {row.keys[1] for row in rows} - {""}
    people = _people(db, training_class, rows, unit_keys, by_id)
    groups = db.scalars(select(Group).where(Group.class_id == training_class.id)).all()
    by_name: dict[str, list[Known]] = defaultdict(list)
    for known in people.values():
        for key in {known.person.name_key, *([name_key(known.enrolment.name)] if known.enrolment else [])}:
            by_name[key].append(known)
    return Knowledge({k.person.uid: k for k in people.values()},
                     {k.person.phone: k for k in people.values() if k.person.phone}, by_name,
                     {g.name: g for g in groups}, {g.id: g.name for g in groups}, units_by_key(db, unit_keys))


def _people(db: Session, training_class: TrainingClass, rows: Sequence[RosterRow], unit_keys: set[str],
            by_id: int | None) -> dict[int, Known]:
    """Persons by id: those with a phone of the file, of one name and unit with a row, and all who sit in the class."""
    viewer = load_viewer(db, by_id) if by_id is not None else None
    open_to = allowed(viewer, Person, "manage") if viewer is not None else true()
    above = Person.id.in_(beyond(viewer)) if viewer is not None else false()
    phones = {row.values["phone"] for row in rows if row.values.get("phone")}
    # A union of three look-ups by index: one condition with OR would read every person there is.
    meant = union(
        select(Person.id).where(Person.phone.in_(phones)),
        select(Enrolment.person_id).where(Enrolment.class_id == training_class.id),
        select(Affiliation.person_id).join(Person, Person.id == Affiliation.person_id)
        .where(Affiliation.unit_id.in_(ids_by_key(unit_keys)), Affiliation.ends_on.is_(None),
               Person.name_key.in_({row.keys[0] for row in rows})))
    found = db.execute(
        select(Person, open_to.label("open"), above.label("above"), Enrolment)
        .outerjoin(Enrolment, (Enrolment.person_id == Person.id) & (Enrolment.class_id == training_class.id))
        .where(Person.id.in_(meant), Person.merged_into_id.is_(None)).order_by(Person.id)).all()
    people = {person.id: Known(person, bool(is_open or enrolment) and not is_above, bool(is_above), enrolment)
              for person, is_open, is_above, enrolment in found}
    for known in people.values():
        if known.enrolment is not None:
            known.unit_keys.add(name_key(known.enrolment.unit_name))
    _add_units(db, people)
    return people


def _add_units(db: Session, people: dict[int, Known]) -> None:
    """The units to which people belong at present, also by the names of those that were merged into them."""
    places = db.execute(
        select(Affiliation, Unit.name_key).join(Unit, func.coalesce(Unit.merged_into_id, Unit.id) == Affiliation.unit_id)
        .where(Affiliation.ends_on.is_(None), Affiliation.person_id.in_(people)).order_by(Affiliation.id)).all()
    for affiliation, unit_key in places:
        people[affiliation.person_id].unit_keys.add(unit_key)
        people[affiliation.person_id].affiliation = affiliation
