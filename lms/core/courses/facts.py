"""What a course rests on: the register of facts with their sources, and the amounts that a place may change."""
from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from lms.core.courses import fault_kinds as kinds
from lms.core.documents.fault_kinds import DUPLICATE_ID
from lms.core.documents.faults import FaultLog
from lms.core.documents.fields import Fields, fields_of
from lms.core.documents.yaml_lines import load_yaml
from lms.core.i18n import DEFAULT_LOCALE, N_, translate

VERIFIED = "verified"
SECONDARY = "secondary"
RECALL = "recall"
CONFIDENCE_LABELS = {
    VERIFIED: N_("已核对原文"),
    SECONDARY: N_("据转述，以现行文件为准"),
    RECALL: N_("未核对"),
}
_FACT_ID = re.compile(r"[A-Z]{2,4}-\d{3,4}[a-z]?")
_EFFECTIVE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")


@dataclass(frozen=True)
class SourceDocument:
    """A document that a fact was read in.

    :param number: its official number, e.g. 财会〔2021〕7号; empty where it has none
    :param article: e.g. 第45条
    :param effective: in force since, ``2022-01-01`` or less exact; empty where not known (the note says why)
    """

    document: str
    number: str
    article: str
    effective: str
    note: str


@dataclass(frozen=True)
class Fact:
    """A statement that modules cite and questions grade. ``line`` is its place in facts.yaml."""

    id: str
    statement: str
    confidence: str
    sources: tuple[SourceDocument, ...]
    line: int = field(default=0, compare=False)

    @property
    def gradable(self) -> bool:
        """Whether a question may rest on it: read in the text itself, or restated alike by two documents."""
        if self.confidence == SECONDARY:
            return len({(source.document, source.number) for source in self.sources}) >= 2
        return self.confidence == VERIFIED


@dataclass(frozen=True)
class Amount:
    """A figure that a year or a place may change; modules name it as ``[=id]``.

    :param year: the year of the figure; None where it has none
    :param local: True where this site has put its own figure in
    :param source: the document that the site's own figure was read in; the course's own rests on ``fact``
    """

    id: str
    label: dict[str, str]
    value: str
    unit: str = ""
    year: int | None = None
    fact: str = ""
    note: dict[str, str] = field(default_factory=dict)
    local: bool = False
    source: str = ""
    line: int = field(default=0, compare=False)


def amount_text(amount: Amount, locale: str = DEFAULT_LOCALE) -> str:
    """*amount* as a reader sees it: ``50%（2019 年，本地可调整）``."""
    if amount.year is None:
        words = N_("{value}{unit}（本地标准）") if amount.local else N_("{value}{unit}（本地可调整）")
    else:
        words = (N_("{value}{unit}（{year} 年，本地标准）") if amount.local
                 else N_("{value}{unit}（{year} 年，本地可调整）"))
    return translate(locale, words, value=amount.value, unit=amount.unit, year=amount.year)


@dataclass(frozen=True)
class Register:
    """What the modules of a course may cite and name, by id."""

    facts: Mapping[str, Fact]
    amounts: Mapping[str, Amount]

    @classmethod
    def from_data(cls, facts: Iterable[Mapping[str, Any]], amounts: Iterable[Mapping[str, Any]]) -> Register:
        """What ``as_data`` made of each."""
        return cls(
            {entry["id"]: Fact(**{**entry, "sources": tuple(SourceDocument(**source) for source in entry["sources"])})
             for entry in facts},
            {entry["id"]: Amount(**entry) for entry in amounts})


def as_data(entries: Mapping[str, Fact] | Mapping[str, Amount]) -> list[dict[str, Any]]:
    """Facts or amounts as plain data, for a JSON column."""
    return [asdict(entry) for entry in entries.values()]


def read_facts(text: str, file: str, log: FaultLog) -> dict[str, Fact]:
    """The facts of a facts.yaml by id; faults go to *log*."""
    facts: dict[str, Fact] = {}
    root = fields_of(load_yaml(text, file, log), file, log, ("facts",))
    for fields in root.maps("facts", ("id", "statement", "confidence", "sources")) if root else []:
        fact = _fact(fields)
        if fact.id in facts:
            fields.fault(DUPLICATE_ID, "id", id=fact.id, first=f"{fields.file}:{facts[fact.id].line}")
        elif fact.id:
            facts[fact.id] = fact
    return facts


def _fact(fields: Fields) -> Fact:
    fact_id = fields.text("id")
    if fact_id and not _FACT_ID.fullmatch(fact_id):
        fields.fault(kinds.BAD_FACT_ID, "id", id=fact_id)
    sources = fields.maps("sources", ("document", "number", "article", "effective", "note"))
    return Fact(fact_id, fields.text("statement"), fields.choice("confidence", CONFIDENCE_LABELS),
                tuple(_source(source) for source in sources), fields.line("id"))


def _source(fields: Fields) -> SourceDocument:
    effective = fields.text("effective", required=False)
    note = fields.text("note", required=False)
    if effective and not _EFFECTIVE.fullmatch(effective):
        fields.fault(kinds.BAD_EFFECTIVE, "effective", value=effective)
    if not effective and not note:
        fields.fault(kinds.NO_EFFECTIVE)
    return SourceDocument(fields.text("document"), fields.text("number", required=False),
                          fields.text("article", required=False), effective, note)


def read_amounts(course: Fields) -> dict[str, Amount]:
    """The amounts of a course.yaml by id; there may be none."""
    amounts: dict[str, Amount] = {}
    for fields in course.maps("amounts", ("id", "label", "value", "unit", "year", "fact", "note"), required=False):
        amount = Amount(
            fields.slug("id"), fields.titles("label"), fields.text("value"), fields.text("unit", required=False),
            fields.whole("year", 1949, 2100) if fields.has("year") else None, fields.text("fact"),
            fields.titles("note") if fields.has("note") else {}, line=fields.line("id"))
        if amount.id in amounts:
            fields.fault(DUPLICATE_ID, "id", id=amount.id, first=f"{fields.file}:{amounts[amount.id].line}")
        elif amount.id:
            amounts[amount.id] = amount
    return amounts
