"""Write the ledger: what a source comes to now against what was entered, and the entries that make up the difference."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.audit.service import record
from lms.core.errors import Conflict, Invalid
from lms.core.hours.models import CreditEntry
from lms.core.i18n import N_

Key = tuple[int, str, int, str]  # person, source, year, kind
_AT_ONCE = 500


@dataclass(frozen=True)
class Earned:
    """What somebody earned from one source in one year, by one kind of training.

    :param hours: 1/100, above zero
    :param evidence: ``items``: what it is made of, each with ``uid`` and ``hours``; and whatever else explains it
    """

    person_id: int
    source: str
    year: int
    kind: str
    hours: int
    title: str
    rule: str
    rule_version: int
    evidence: dict[str, Any] = field(default_factory=dict)
    earned_on: date | None = None
    class_id: int | None = None
    unit_id: int | None = None

    @property
    def key(self) -> Key:
        return self.person_id, self.source, self.year, self.kind


def settle(db: Session, *, sources: Collection[str], person_ids: Collection[int], earned: Sequence[Earned], reason: str,
           by_id: int | None, now: datetime, settled_before: int = 0) -> list[CreditEntry]:
    """Bring the ledger of these people and sources to *earned*; the entries made. Doing it twice adds nothing.

    What rests on something else than before is reversed and entered anew, so that both stay on record; a changed rule
    alone changes no entry. Hold whatever two at work would share (the class's row) before.

    :param settled_before: what was entered for earlier years than this one stays as it is
    """
    known: dict[Key, list[CreditEntry]] = defaultdict(list)
    people = list(person_ids)
    for begin in range(0, len(people), _AT_ONCE):
        for entry in db.scalars(select(CreditEntry).where(
                CreditEntry.person_id.in_(people[begin:begin + _AT_ONCE]), CreditEntry.source.in_(sources)).order_by(CreditEntry.id)):
            known[entry.person_id, entry.source, entry.year, entry.kind].append(entry)
    wanted = {e.key: e for e in earned if e.hours > 0}
    made: list[CreditEntry] = []
    for key in dict.fromkeys((*known, *wanted)):
        before, want = known.get(key, []), wanted.get(key)
        standing = live(before)
        if before and key[2] < settled_before:
            continue
        if standing and want and _basis(standing[0].evidence) == _basis(want.evidence):
            continue
        made += [_reversal(entry, len(before) + n, reason, by_id, now) for n, entry in enumerate(standing, start=1)]
        if want:
            made.append(_entry(want, len(before) + len(standing) + 1, reason if before else "", by_id, now))
    db.add_all(made)
    db.flush()
    return made


def live(entries: Sequence[CreditEntry]) -> list[CreditEntry]:
    """Those that count: neither reversed nor reversing."""
    reversed_ids = {e.reverses_id for e in entries if e.reverses_id is not None}
    return [e for e in entries if e.reverses_id is None and e.id not in reversed_ids]


def reverse(db: Session, *, entry: CreditEntry, reason: str, by_id: int, now: datetime) -> CreditEntry:
    """Take back hours that were entered by hand or from a file. Taking back twice is taking back once.

    :raises Invalid: no reason
    :raises Conflict: it comes from attendance or study, which is where it is corrected; or it is itself a reversal
    """
    if not 2 <= len(reason.strip()) <= 500:
        raise Invalid("reason_missing", N_("请写明冲销的原因，2 到 500 个字，没有保存。"))
    if entry.reverses_id is not None or not entry.source.startswith("own:"):
        raise Conflict("hours_not_by_hand", N_("这笔学时不是登记的，不能在这里冲销。按考勤计的，请更正考勤，学时会自动跟着改。"))
    held = db.scalars(select(CreditEntry).where(CreditEntry.id == entry.id).with_for_update()).one()
    known = db.scalar(select(CreditEntry).where(CreditEntry.reverses_id == held.id))
    if known is not None:
        return known
    made = _reversal(held, held.seq + 1, reason.strip(), by_id, now)
    db.add(made)
    db.flush()
    record(db, actor_id=by_id, action="hours.reverse", thing=held, now=now, before={"hours": held.hours, "title": held.title},
           after={"reversal": made.uid}, reason=reason)
    return made


def enter(db: Session, earned: Earned, *, by_id: int | None, now: datetime) -> CreditEntry:
    """A first entry of a source of its own. The same source again is the same entry."""
    known = db.scalar(select(CreditEntry).where(CreditEntry.person_id == earned.person_id, CreditEntry.source == earned.source,
                                                CreditEntry.reverses_id.is_(None)))
    if known is not None:
        return known
    made = _entry(earned, 1, "", by_id, now)
    db.add(made)
    db.flush()
    return made


def _entry(earned: Earned, seq: int, reason: str, by_id: int | None, now: datetime) -> CreditEntry:
    return CreditEntry(
        person_id=earned.person_id, source=earned.source, year=earned.year, kind=earned.kind, seq=seq, hours=earned.hours,
        title=earned.title[:200], rule=earned.rule, rule_version=earned.rule_version, evidence=earned.evidence,
        earned_on=earned.earned_on, class_id=earned.class_id, unit_id=earned.unit_id, reason=reason, by_id=by_id, at=now)


def _reversal(entry: CreditEntry, seq: int, reason: str, by_id: int | None, now: datetime) -> CreditEntry:
    return CreditEntry(
        person_id=entry.person_id, source=entry.source, year=entry.year, kind=entry.kind, seq=seq, hours=-entry.hours,
        title=entry.title, rule=entry.rule, rule_version=entry.rule_version, evidence={}, earned_on=entry.earned_on,
        class_id=entry.class_id, unit_id=entry.unit_id, reverses_id=entry.id, reason=reason, by_id=by_id, at=now)


def _basis(evidence: dict[str, Any]) -> dict[str, int | None]:
    """What an entry rests on: sessions with their hours, or modules."""
    return {item["uid"]: item.get("hours") for item in evidence.get("items", ())}
