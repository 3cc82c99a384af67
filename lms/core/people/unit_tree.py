"""The tree of units at the desk: looked at level by level, searched, renamed, moved, and two made one."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from lms.core.access.models import Grant
from lms.core.access.service import Viewer
from lms.core.audit.service import record
from lms.core.db import Base, expect_version
from lms.core.errors import Conflict, Invalid
from lms.core.i18n import N_
from lms.core.people.models import Affiliation, Unit
from lms.core.people.names import clean_name, name_key
from lms.core.people.units import MOST, descendants, place_under, units_by_key


@dataclass(frozen=True)
class Line:
    """A unit in a list.

    :param parent: the name of the unit above; empty at the top
    :param people: who belong to it now, itself only
    :param below: units directly below it
    """

    unit: Unit
    parent: str
    people: int
    below: int


def page_of_units(db: Session, *, under: Unit | None, text: str, page: int, size: int) -> tuple[list[Line], int]:
    """One page in the order of names, and how many there are in all: what lies directly below *under* (None: at the top),
    or, with *text*, all units of such a name wherever they are. Two statements."""
    wanted: Any = Unit.merged_into_id.is_(None)
    if name_key(text):
        wanted = wanted & Unit.name_key.contains(name_key(text), autoescape=True)
    else:
        wanted = wanted & (Unit.parent_id == under.id if under is not None else Unit.parent_id.is_(None))
    above, child = aliased(Unit), aliased(Unit)
    people = select(func.count(Affiliation.person_id.distinct())).where(Affiliation.unit_id == Unit.id, Affiliation.ends_on.is_(None)).scalar_subquery()
    below = select(func.count(child.id)).where(child.parent_id == Unit.id, child.merged_into_id.is_(None)).scalar_subquery()
    rows = db.execute(select(Unit, func.coalesce(above.name, ""), people, below).outerjoin(above, above.id == Unit.parent_id).where(wanted)
                      .order_by(Unit.name, Unit.id).limit(size).offset((page - 1) * size)).all()
    total = db.scalar(select(func.count(Unit.id)).where(wanted)) or 0
    return [Line(*row) for row in rows], total


def above_of(db: Session, unit: Unit) -> list[Unit]:
    """The units above *unit*, from the top down. One statement."""
    over = select(Unit.id, Unit.parent_id).where(Unit.id == unit.id).cte(recursive=True)
    over = over.union(select(Unit.id, Unit.parent_id).join(over, Unit.id == over.c.parent_id))
    known = {u.id: u for u in db.scalars(select(Unit).where(Unit.id.in_(select(over.c.id))))}
    found: list[Unit] = []
    place = unit.parent_id
    while place is not None and place in known:
        found.insert(0, known[place])
        place = known[place].parent_id
    return found


def merged_into(db: Session, unit: Unit) -> Sequence[Unit]:
    """Units that were merged into this one: their names still mean it."""
    return db.scalars(select(Unit).where(Unit.merged_into_id == unit.id).order_by(Unit.name)).all()


def rename_unit(db: Session, unit: Unit, *, name: str, category: str, version: int, by: Viewer, now: datetime) -> None:
    """Call it *name* from now on. What stands on rosters and certificates stays as it was.

    :raises Invalid: no name, or too long a one
    :raises Conflict: another unit is called so, or somebody saved meanwhile
    """
    expect_version(unit, version)
    cleaned = clean_name(name)
    if not cleaned or len(cleaned) > MOST:
        raise Invalid("unit_name", N_("单位名称应为 1 到 {most} 个字，请核对。"), most=MOST)
    before = {"name": unit.name, "category": unit.category}
    taken = db.scalar(select(Unit).where(Unit.name_key == name_key(cleaned), Unit.id != unit.id))
    if taken is not None and taken.merged_into_id != unit.id:
        raise Conflict("unit_taken", N_("已经有叫“{name}”的单位，没有改名。如果是同一个单位，请用下面的合并。"), name=cleaned)
    if taken is not None:  # the name of one that was merged into it: the two change names
        taken.name_key = taken.uid
        db.flush()
    unit.name, unit.name_key, unit.category = cleaned, name_key(cleaned), clean_name(category)[:60]
    db.flush()
    if taken is not None:
        taken.name, taken.name_key = before["name"], name_key(before["name"])
    record(db, actor_id=by.person_id, action="unit.rename", thing=unit, now=now, before=before, after={"name": unit.name, "category": unit.category})


def move_unit(db: Session, unit: Unit, *, parent: str, version: int, by: Viewer, now: datetime) -> None:
    """Put it below the unit called *parent*, with all that lies below it; an empty name puts it at the top.

    :raises Invalid: there is no such unit
    :raises Conflict: that one lies below it, or somebody saved meanwhile
    """
    expect_version(unit, version)
    above = _called(db, parent) if clean_name(parent) else None
    before = {"parent": _name_of(db, unit.parent_id)}
    place_under(db, unit, above)
    db.flush()
    record(db, actor_id=by.person_id, action="unit.move", thing=unit, now=now, before=before, after={"parent": above.name if above else ""})


def merge_units(db: Session, *, keep: Unit, other: str, version: int, by: Viewer, now: datetime) -> Unit:
    """The unit called *other* is the same as *keep*: its people, classes, hours, replies and roles become those of *keep*, and
    its name means *keep* from now on. Names on rosters stay as they were written.

    :return: the one that was merged
    :raises Invalid: there is no such unit
    :raises Conflict: it is the same, both have a reply to one class, or somebody saved meanwhile
    """
    expect_version(keep, version)
    gone = _called(db, other)
    if gone.id == keep.id:
        raise Conflict("unit_same", N_("“{name}”就是这个单位，没有合并。"), name=keep.name)
    if keep.id in descendants(db, gone):
        keep.parent_id = gone.parent_id
        db.flush()
    _end_double_roles(db, keep, gone, now)
    counted = db.scalar(select(func.count(Affiliation.id)).where(Affiliation.unit_id == gone.id)) or 0
    try:
        for mapper in Base.registry.mappers:
            for column in mapper.local_table.c:
                if any(key.target_fullname == "lms_unit.id" for key in column.foreign_keys):
                    name = mapper.get_property_by_column(column).key
                    db.execute(update(mapper.class_).where(column == gone.id).values({name: keep.id}))
        db.execute(update(Grant).where(Grant.scope_type == "unit", Grant.scope_id == gone.id).values(scope_id=keep.id))
    except IntegrityError as error:
        raise Conflict("unit_merge_twice", N_("“{other}”和“{name}”在同一个培训班里都有报名回执，两份不能变成一份，没有合并。请两个名称都保留。"),
                       other=gone.name, name=keep.name) from error
    db.refresh(keep)
    gone.merged_into_id, gone.parent_id = keep.id, None
    gone.version += 1
    keep.category = keep.category or gone.category
    db.flush()
    record(db, actor_id=by.person_id, action="unit.merge", thing=keep, now=now, before={"name": gone.name}, after={"name": keep.name, "count": counted})
    return gone


def _end_double_roles(db: Session, keep: Unit, gone: Unit, now: datetime) -> None:
    """Whoever has a role over both has it once."""
    live: list[Any] = [Grant.scope_type == "unit", Grant.ended_at.is_(None)]
    has = {(g.person_id, g.role) for g in db.scalars(select(Grant).where(*live, Grant.scope_id == keep.id))}
    for double in db.scalars(select(Grant).where(*live, Grant.scope_id == gone.id)):
        if (double.person_id, double.role) in has:
            double.ended_at = now
    db.flush()


def _called(db: Session, name: str) -> Unit:
    found = units_by_key(db, [name_key(name)]).get(name_key(name)) if name_key(name) else None
    if found is None:
        raise Invalid("unit_unknown", N_("没有叫“{name}”的单位，没有保存。请从单位表里核对全称。"), name=clean_name(name)[:200])
    return found


def _name_of(db: Session, unit_id: int | None) -> str:
    return db.scalar(select(Unit.name).where(Unit.id == unit_id)) or "" if unit_id is not None else ""
