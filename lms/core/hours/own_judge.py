"""Judges rows of hours earned elsewhere: whose they are, what they come to, and whether they are on record already."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from lms.core.errors import Invalid
from lms.core.hours.import_read import day_of, kind_of
from lms.core.hours.ledger import live
from lms.core.hours.models import CreditEntry
from lms.core.hours.rules import RuleBook, converted, hundredths, rule_book
from lms.core.i18n import N_, translate
from lms.core.people.models import Affiliation, Person, Unit
from lms.core.people.names import name_key
from lms.core.people.phones import clean_phone, phone_tail

STATES = {"new": N_("新增"), "duplicate": N_("已登记"), "refused": N_("不能导入")}
EARLIEST = 2000  # year
MOST_HOURS = 100_000  # 1/100: a year of study full time
MOST_MINUTES = 100_000
LONGEST = {"title": 200, "proof": 300}
_AT_ONCE = 400


@dataclass(frozen=True)
class Judged:
    """A row with what would become of it.

    :param message: id, with *data*: why it is not imported
    """

    line: int
    state: str
    cells: dict[str, Any]
    message: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    person: Person | None = None
    unit_id: int | None = None
    unit: str = ""
    day: date | None = None
    kind: str = ""
    hours: int = 0
    minutes: int = 0
    rule_version: int = 0

    def reason(self, locale: str) -> str:
        return translate(locale, self.message, **self.data)


@dataclass(frozen=True)
class _Known:
    people: dict[str, list[tuple[Person, int | None, str]]]  # by name key
    entered: set[tuple[int, date | None, str, str]]
    book: RuleBook
    today: date


def judge(db: Session, rows: Sequence[dict[str, Any]], *, today: date) -> list[Judged]:
    """Each row in order. A fixed number of statements for each 400 names.

    :param today: the local date: nothing is earned in the future
    """
    known = _know(db, rows, today)
    seen: set[tuple[int, date | None, str, str]] = set()
    judged = []
    for cells in rows:
        try:
            found = _judge(cells, known)
        except Invalid as fault:
            judged.append(Judged(int(cells["line"]), "refused", cells, fault.message, fault.data))
            continue
        assert found.person is not None
        key = found.person.id, found.day, found.kind, cells["title"]
        if key in known.entered or key in seen:
            found = Judged(found.line, "duplicate", cells, N_("同一人、同一天、同一项培训的学时已经登记过，或在文件里重复"), {},
                           found.person, found.unit_id, found.unit, found.day, found.kind, found.hours)
        seen.add(key)
        judged.append(found)
    return judged


def _judge(cells: dict[str, Any], known: _Known) -> Judged:
    """:raises Invalid: the row cannot be imported; what is said of it"""
    person, unit_id, unit = _whose(cells, known)
    for name in ("title", "proof"):
        text = cells.get(name, "")
        if not text:
            if name == "proof":
                raise Invalid("hours_no_proof", N_("没有写证明，例如证书编号或文件名"))
            raise Invalid("hours_no_title", N_("没有写培训名称"))
        if len(text) > LONGEST[name]:
            raise Invalid("hours_text_long", N_("文字超过 {most} 个字，请缩短"), most=LONGEST[name])
    day = day_of(cells.get("day", ""))
    if day is None or not date(EARLIEST, 1, 1) <= day <= known.today:
        raise Invalid("hours_day", N_("日期“{day}”不对：要写成 2026-07-06 这样，不早于 {earliest} 年，也不晚于今天"),
                      day=cells.get("day", "")[:40], earliest=EARLIEST)
    kind = kind_of(cells.get("kind", ""))
    if kind is None:
        raise Invalid("hours_kind", N_("不认识类别“{kind}”，可以写集中脱产、网络或现场教学"), kind=cells["kind"][:40])
    version = known.book.of(day.year)
    hours, minutes = _amount(cells, kind, version.rules)
    return Judged(int(cells["line"]), "new", cells, person=person, unit_id=unit_id, unit=unit, day=day, kind=kind, hours=hours,
                  minutes=minutes, rule_version=version.number)


def _amount(cells: dict[str, Any], kind: str, rules: Any) -> tuple[int, int]:
    """Hours in 1/100, and the minutes that they were converted from."""
    text, minutes = cells.get("hours", ""), cells.get("minutes", "")
    if text:
        hours = hundredths(text)
        if hours is None or not 0 < hours <= MOST_HOURS:
            raise Invalid("hours_amount", N_("学时“{hours}”不对：要大于 0、不超过 {most}，最多两位小数"), hours=text[:40],
                          most=f"{Decimal(MOST_HOURS) / 100:f}")
        return hours, 0
    if kind != "online" or not minutes:
        raise Invalid("hours_missing", N_("没有写学时；只有网络学习可以只写分钟，由系统折算"))
    if not (minutes.isascii() and minutes.isdigit() and 0 < int(minutes[:9]) <= MOST_MINUTES and len(minutes) < 9):
        raise Invalid("hours_minutes", N_("分钟“{minutes}”不对：要写 1 到 {most} 的整数"), minutes=minutes[:40], most=MOST_MINUTES)
    hours = converted(int(minutes), rules)
    if not hours:
        raise Invalid("hours_too_short", N_("{minutes} 分钟折合不到 0.5 学时，不计"), minutes=minutes)
    return hours, int(minutes)


def _whose(cells: dict[str, Any], known: _Known) -> tuple[Person, int | None, str]:
    name, unit = cells.get("name", ""), name_key(cells.get("unit", ""))
    found = known.people.get(name_key(name), []) if name else []
    try:
        phone = clean_phone(cells.get("phone", ""))
    except Invalid as fault:
        raise Invalid("hours_phone", N_("手机号不对，请核对")) from fault
    if phone:
        found = [each for each in found if each[0].phone == phone]
    elif unit and len(found) > 1:
        found = [each for each in found if name_key(each[2]) == unit]
    if not found:
        raise Invalid("hours_nobody", N_("没有找到“{name}”，请核对姓名、手机号和单位，或先在“人员”里添加"), name=name[:40])
    if len(found) > 1:
        raise Invalid("hours_several", N_("“{name}”有 {count} 人（{people}），请写上手机号"), name=name, count=len(found),
                      people=[f"{unit_name} {phone_tail(p.phone)}".strip() for p, _, unit_name in found[:8]])
    return found[0]


def _know(db: Session, rows: Sequence[dict[str, Any]], today: date) -> _Known:
    keys = sorted({name_key(row.get("name", "")) for row in rows if row.get("name")})
    people: dict[str, list[tuple[Person, int | None, str]]] = defaultdict(list)
    entries: list[CreditEntry] = []
    kept, root = aliased(Person), {}  # of records that were merged, the one that they belong to
    for begin in range(0, len(keys), _AT_ONCE):
        part = keys[begin:begin + _AT_ONCE]
        open_place = select(Affiliation.unit_id).where(Affiliation.person_id == Person.id, Affiliation.ends_on.is_(None)).order_by(
            Affiliation.id.desc()).limit(1).correlate(Person).scalar_subquery()
        for person, unit_id, unit in db.execute(select(Person, Unit.id, Unit.name).outerjoin(Unit, Unit.id == open_place).where(
                Person.name_key.in_(part), Person.state == "active", Person.merged_into_id.is_(None)).order_by(Person.id)):
            people[person.name_key].append((person, unit_id, unit or ""))
        merged = Person.merged_into_id.in_(select(kept.id).where(kept.name_key.in_(part)))
        root.update({row.id: row.merged_into_id for row in db.execute(select(Person.id, Person.merged_into_id).where(merged))})
        entries += db.scalars(select(CreditEntry).where(
            CreditEntry.person_id.in_(select(Person.id).where(or_(Person.name_key.in_(part), merged))),
            or_(CreditEntry.source.startswith("own:"), CreditEntry.reverses_id.is_not(None))))
    entered = {(root.get(e.person_id, e.person_id), e.earned_on, e.kind, e.title) for e in live(entries)}
    return _Known(people, entered, rule_book(db), today)
