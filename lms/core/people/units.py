"""Units: found by name as people write it, made when new, arranged in a tree."""
from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from lms.core.errors import Conflict, Invalid
from lms.core.i18n import N_
from lms.core.people.models import Unit
from lms.core.people.names import clean_name, name_key

MOST = 200  # characters of a unit's name


def unit_named(db: Session, name: str, category: str = "") -> Unit:
    """The unit called *name*, made if there is none. Spaces, width and case make no other unit.

    :param category: kind of unit (单位类别); fills an empty one, never changes a known one
    :raises Invalid: no name, or longer than 200 characters
    """
    cleaned = clean_name(name)
    if not cleaned or len(cleaned) > MOST:
        raise Invalid("unit_name", N_("单位名称应为 1 到 {most} 个字，请核对。"), most=MOST)
    unit = units_by_key(db, [name_key(cleaned)]).get(name_key(cleaned))
    if unit is None:
        unit = Unit(name=cleaned, name_key=name_key(cleaned), category=clean_name(category))
        db.add(unit)
        db.flush()
    elif category and not unit.category:
        unit.category = clean_name(category)
    return unit


def units_by_key(db: Session, keys: Collection[str]) -> dict[str, Unit]:
    """The units that these keys of names mean; the name of a merged one means the kept one. One statement."""
    kept = aliased(Unit)
    return dict(db.execute(select(Unit.name_key, kept).join(kept, kept.id == func.coalesce(Unit.merged_into_id, Unit.id)).where(Unit.name_key.in_(keys))).all())


def ids_by_key(keys: Collection[str]) -> Select[int]:
    """Ids of the units that these keys mean, as a condition."""
    return select(func.coalesce(Unit.merged_into_id, Unit.id)).where(Unit.name_key.in_(keys))


def place_under(db: Session, unit: Unit, parent: Unit | None) -> None:
    """Put *unit* under *parent* in the tree, or at the top.

    :raises Conflict: *parent* is the unit itself or lies under it
    """
    if parent is not None and parent.id in descendants(db, unit):
        raise Conflict("unit_circle", N_("“{parent}”本身属于“{unit}”，不能再作它的上级单位。"),
                       parent=parent.name, unit=unit.name)
    unit.parent_id = parent.id if parent else None


def descendants(db: Session, unit: Unit) -> set[int]:
    """Ids of *unit* and everything under it. One statement."""
    below = select(Unit.id).where(Unit.id == unit.id).cte(recursive=True)
    below = below.union(select(Unit.id).join(below, Unit.parent_id == below.c.id))
    return set(db.scalars(select(below.c.id)))
