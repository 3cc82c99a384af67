"""A year of one person: every entry, the sum by kind, the target and what is missing. Page, PDF and workbook read this."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.attendance.record import plain_hours
from lms.core.clock import local
from lms.core.documents.tables import Book, Column, Sheet
from lms.core.hours.models import CreditEntry
from lms.core.hours.rules import KINDS, WAYS, HoursRules, RuleBook, rule_book
from lms.core.i18n import N_, translate
from lms.core.people.merged import own_ids
from lms.core.people.models import Affiliation, Person, Unit


@dataclass(frozen=True)
class YearTotal:
    """Hours in 1/100.

    :param kinds: sum of the entries by kind
    :param over: of network study, what lies beyond the year's limit and does not count
    """

    kinds: dict[str, int]
    over: int
    target: int

    @property
    def total(self) -> int:
        return sum(self.kinds.values()) - self.over

    @property
    def gap(self) -> int:
        return max(self.target - self.total, 0)


def year_total(sums: Iterable[tuple[str, int]], rules: HoursRules) -> YearTotal:
    """What (kind, hours) add up to under the rules of the year; in whatever order they come."""
    kinds = dict.fromkeys(KINDS, 0)
    for kind, hours in sums:
        kinds[kind] += hours
    over = max(kinds["online"] - rules.online_cap, 0) if rules.online_cap else 0
    return YearTotal(kinds, over, rules.target)


@dataclass(frozen=True)
class Statement:
    """*entries* of the year in the order in which they were made, reversals included; *years* there are entries for."""

    year: int
    years: tuple[int, ...]
    entries: tuple[CreditEntry, ...]
    rules: HoursRules
    rule_version: int
    total: YearTotal

    @property
    def reversed_ids(self) -> frozenset[int]:
        return frozenset(e.reverses_id for e in self.entries if e.reverses_id is not None)


def statement(db: Session, *, person_id: int, year: int) -> Statement:
    """One person's year. Two statements."""
    entries = db.scalars(select(CreditEntry).where(CreditEntry.person_id.in_(own_ids(person_id))).order_by(CreditEntry.id)).all()
    return make_statement(entries, rule_book(db), year)


def make_statement(entries: Sequence[CreditEntry], book: RuleBook, year: int) -> Statement:
    """:param entries: all of one person that may be shown"""
    version, chosen = book.of(year), tuple(e for e in entries if e.year == year)
    return Statement(year, tuple(sorted({e.year for e in entries} | {year}, reverse=True)), chosen, version.rules, version.number,
                     year_total(((e.kind, e.hours) for e in chosen), version.rules))


def evidence_text(entry: CreditEntry, locale: str) -> str:
    """What an entry rests on, in one line."""
    found = entry.evidence
    if entry.reverses_id is not None:
        return translate(locale, N_("冲销：{reason}"), reason=translate(locale, entry.reason))
    if entry.rule == "attendance":
        return translate(locale, N_("考勤记录 {count} 次课"), count=len(found.get("items", ())))
    if entry.rule == "online":
        return translate(locale, N_("学完 {count} 个模块，{minutes} 分钟"), count=len(found.get("items", ())), minutes=found.get("minutes", 0))
    proof = found.get("proof", "")
    return translate(locale, N_("{proof}（{minutes} 分钟折算）"), proof=proof, minutes=found["minutes"]) if found.get("minutes") else proof


def statement_book(found: Statement, *, locale: str, zone: str) -> Book:
    """The year as a workbook: the entries, and the sums below notes of their own."""
    def word(text: str) -> str:
        return translate(locale, text)

    columns = [Column("earned_on", word(N_("日期")), "date"), Column("title", word(N_("培训名称")), width=40), Column("kind", word(N_("类别"))),
               Column("hours", word(N_("学时")), "number"), Column("rule", word(N_("计算方式"))), Column("version", word(N_("规则版本")), "number"),
               Column("evidence", word(N_("依据")), width=44), Column("at", word(N_("登记时间")), "instant")]
    rows = [(e.earned_on, e.title, word(KINDS[e.kind]), Decimal(e.hours) / 100, word(WAYS[e.rule]), e.rule_version,
             evidence_text(e, locale), e.at) for e in found.entries]
    sums = [(label, Decimal(value) / 100) for label, value in sum_lines(found, locale)]
    return Book([Sheet(word(N_("学时明细")), columns, rows),
                 Sheet(word(N_("合计")), [Column("of", word(N_("项目")), width=30), Column("hours", word(N_("学时")), "number")], sums)],
                zone=zone, locale=locale)


def sum_lines(found: Statement, locale: str) -> list[tuple[str, int]]:
    """Label and hours: by kind, what is over the limit, the total, the target, the gap."""
    total = found.total
    lines = [(translate(locale, label), total.kinds[kind]) for kind, label in KINDS.items()]
    if total.over:
        lines.append((translate(locale, N_("网络学时超过上限，不计")), -total.over))
    return [*lines, (translate(locale, N_("合计")), total.total), (translate(locale, N_("年度目标")), total.target),
            (translate(locale, N_("还差")), total.gap)]


def print_data(db: Session, found: Statement, *, person: Person, locale: str, zone: str, now: datetime, site_name: str,
               sample: bool) -> dict[str, Any]:
    """What ``templates/print/hours.typ`` prints."""
    def word(text: str, **data: Any) -> str:
        return translate(locale, text, **data)

    unit = db.scalar(select(Unit.name).join(Affiliation, Affiliation.unit_id == Unit.id).where(
        Affiliation.person_id == person.id, Affiliation.ends_on.is_(None)).order_by(Affiliation.id.desc()).limit(1)) or ""
    return {
        "title": word(N_("{year} 年度学时证明"), year=found.year), "name": person.name, "unit": unit, "sample": sample,
        "heads": [word(N_("日期")), word(N_("培训名称")), word(N_("类别")), word(N_("学时")), word(N_("依据"))],
        "rows": [[e.earned_on.isoformat() if e.earned_on else "", e.title, word(KINDS[e.kind]), plain_hours(e.hours),
                  evidence_text(e, locale)] for e in found.entries],
        "sums": [[label, plain_hours(value)] for label, value in sum_lines(found, locale)],
        "empty": word(N_("本年度还没有学时记录。")), "name_label": word(N_("姓名")), "unit_label": word(N_("单位")),
        "foot": word(N_("{site} · 打印于 {when} · 规则版本 {version}"), site=site_name, when=f"{local(now, zone):%Y-%m-%d %H:%M}",
                     version=found.rule_version)}
