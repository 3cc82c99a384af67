"""Who has how many hours in a year, by unit: for the office and for the units' own staff."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select, true
from sqlalchemy.orm import Session

from lms.core.access.service import Viewer, allowed
from lms.core.documents.tables import Book, Column, Sheet
from lms.core.hours.models import CreditEntry
from lms.core.hours.rules import KINDS, rule_book
from lms.core.hours.statement import YearTotal, year_total
from lms.core.i18n import N_, translate
from lms.core.people.find import matching
from lms.core.people.models import Affiliation, Person, Unit

_AT_ONCE = 500


@dataclass(frozen=True)
class Line:
    """One person."""

    person: Person
    unit: str
    total: YearTotal


def may_look(viewer: Viewer) -> bool:
    """The office, and whoever looks after a unit's people."""
    return viewer.everywhere("see") or bool(viewer.scopes("see", "unit"))


def people(viewer: Viewer, *, unit_uid: str = "", text: str = "") -> Select[Any]:
    """Persons with the name of their unit, in its order; for a unit's staff only its people and its name.

    :param text: as ``people.find.matching``
    """
    units = select(Affiliation.unit_id).where(Affiliation.person_id == Person.id, Affiliation.ends_on.is_(None))
    if not viewer.everywhere("see"):
        units = units.where(Affiliation.unit_id.in_(viewer.scopes("see", "unit")))
    unit_id = units.order_by(Affiliation.id.desc()).limit(1).correlate(Person).scalar_subquery()
    query: Any = select(Person, Unit.name).outerjoin(Unit, Unit.id == unit_id).where(Person.merged_into_id.is_(None), in_charge(viewer))
    if unit_uid:
        query = query.where(Unit.uid == unit_uid)
    found: Select[Any] = query.where(matching(text)) if text else query
    return found


def in_charge(viewer: Viewer) -> ColumnElement[bool]:
    """Persons whose hours the viewer looks after: everybody's, or those of a unit, there now or when they earned some."""
    if viewer.everywhere("see"):
        return true()
    mine = viewer.scopes("see", "unit")
    return or_(Person.id.in_(select(Affiliation.person_id).where(Affiliation.unit_id.in_(mine), Affiliation.ends_on.is_(None))),
               Person.id.in_(select(CreditEntry.person_id).where(CreditEntry.unit_id.in_(mine))))


def lines(db: Session, viewer: Viewer, query: Select[Any], year: int) -> list[Line]:
    """The totals of those whom *query* finds, of the entries that the viewer may see. One statement for each 500."""
    found: list[tuple[Person, str | None]] = [(row[0], row[1]) for row in db.execute(query.order_by(Unit.name.is_(None), Unit.name, Person.pinyin, Person.id))]
    rules, sums = rule_book(db).of(year).rules, defaultdict(list)
    ids, root = [person.id for person, _ in found], func.coalesce(Person.merged_into_id, Person.id)
    for begin in range(0, len(ids), _AT_ONCE):
        for row in db.execute(select(root, CreditEntry.kind, func.sum(CreditEntry.hours)).join(Person, Person.id == CreditEntry.person_id).where(
                CreditEntry.year == year, root.in_(ids[begin:begin + _AT_ONCE]), allowed(viewer, CreditEntry)).group_by(root, CreditEntry.kind)):
            sums[row[0]].append((row[1], int(row[2])))
    return [Line(person, unit or "", year_total(sums[person.id], rules)) for person, unit in found]


def units(viewer: Viewer) -> Select[Any]:
    """Units to choose from: those with people, or the viewer's own."""
    query = select(Unit).where(Unit.id.in_(select(Affiliation.unit_id).where(Affiliation.ends_on.is_(None)))).order_by(Unit.name)
    return query if viewer.everywhere("see") else select(Unit).where(Unit.id.in_(viewer.scopes("see", "unit"))).order_by(Unit.name)


def by_unit_book(found: Sequence[Line], year: int, *, locale: str, zone: str) -> Book:
    """One row a person, and a sheet with one row a unit."""
    def word(text: str) -> str:
        return translate(locale, text)

    def number(hundredths: int) -> Decimal:
        return Decimal(hundredths) / 100

    amounts = [*(Column(kind, word(label), "number") for kind, label in KINDS.items()), Column("over", word(N_("超过上限不计")), "number"),
               Column("total", word(N_("合计")), "number")]
    columns = [Column("unit", word(N_("单位")), width=34), Column("name", word(N_("姓名")), width=14), Column("year", word(N_("年度")), "number"),
               *amounts, Column("target", word(N_("年度目标")), "number"), Column("gap", word(N_("还差")), "number")]
    rows: list[tuple[Any, ...]] = [(line.unit, line.person.name, year, *(number(line.total.kinds[k]) for k in KINDS), number(line.total.over),
             number(line.total.total), number(line.total.target), number(line.total.gap)) for line in found]
    parts: dict[str, list[YearTotal]] = defaultdict(list)
    for line in found:
        parts[line.unit].append(line.total)
    summary: list[tuple[Any, ...]] = [(unit, len(totals), sum(t.gap == 0 for t in totals), *(number(sum(t.kinds[k] for t in totals)) for k in KINDS),
                number(sum(t.over for t in totals)), number(sum(t.total for t in totals)),
                number(sum(t.target for t in totals)), number(sum(t.gap for t in totals))) for unit, totals in parts.items()]
    heads = [Column("unit", word(N_("单位")), width=34), Column("people", word(N_("人数")), "number"),
             Column("reached", word(N_("达到目标的人数")), "number"), *amounts,
             Column("target", word(N_("年度目标")), "number"), Column("gap", word(N_("还差")), "number")]
    return Book([Sheet(word(N_("学时")), columns, rows, frozen=2), Sheet(word(N_("按单位汇总")), heads, summary, frozen=1)], zone=zone,
                locale=locale)
