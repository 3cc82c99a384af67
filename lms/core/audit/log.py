"""Read the audit log."""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core.audit.chain import CHAIN
from lms.core.audit.models import AuditDetail, AuditEntry
from lms.core.clock import local
from lms.core.i18n import N_, translate
from lms.core.seals.sealing import head_of, printed_head

_TOGETHER = 500


@dataclass(frozen=True)
class Filter:
    """What to show; empty fields do not filter.

    :param kind: the part of the action before the dot, e.g. ``roster``
    :param action: the beginning of the action, e.g. ``roster.import``
    """

    kind: str = ""
    action: str = ""
    class_id: int | None = None
    outcome: str = ""
    actor_id: int | None = None
    actors: Any = None  # a query of ids: whoever acted is one of them
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Line:
    """An entry with what may be purged beside it; the latter may be gone."""

    entry: AuditEntry
    detail: AuditDetail | None


def read_log(db: Session, chosen: Filter, *, page: int, size: int = 50) -> tuple[list[Line], int]:
    """One page of entries, newest first, and how many there are in all. Two statements."""
    query = _filtered(select(AuditEntry, AuditDetail).outerjoin(AuditDetail, AuditDetail.entry_id == AuditEntry.id), chosen)
    rows = db.execute(query.order_by(AuditEntry.id.desc()).limit(size).offset((page - 1) * size)).all()
    total = db.scalar(_filtered(select(func.count(AuditEntry.id)), chosen)) or 0
    return [Line(r[0], r[1]) for r in rows], total


def walk_log(db: Session, chosen: Filter) -> Iterator[list[Line]]:
    """All entries, newest first, some at a time, so that memory does not grow with the log."""
    query = _filtered(select(AuditEntry, AuditDetail).outerjoin(AuditDetail, AuditDetail.entry_id == AuditEntry.id), chosen)
    for part in db.execute(query.order_by(AuditEntry.id.desc()).execution_options(yield_per=_TOGETHER)).partitions():
        yield [Line(r[0], r[1]) for r in part]


def sealed(db: Session, *, locale: str, zone: str) -> str:
    """How far the log is sealed and the head of its chain, in a sentence for page and paper; empty before the first seal."""
    head = head_of(db, CHAIN)
    return "" if head is None else translate(locale, N_("日志封存至 {when}，第 {number} 次，链首 {head}"), number=head.number,
                                             when=f"{local(head.sealed_at, zone):%Y-%m-%d %H:%M}", head=printed_head(head.hash))


def _filtered(query: Any, chosen: Filter) -> Any:
    if chosen.kind:
        query = query.where(AuditEntry.action.startswith(f"{chosen.kind}.", autoescape=True))
    if chosen.class_id is not None:
        query = query.where(AuditEntry.class_id == chosen.class_id)
    if chosen.action:
        query = query.where(AuditEntry.action.startswith(chosen.action, autoescape=True))
    if chosen.outcome:
        query = query.where(AuditEntry.outcome == chosen.outcome)
    if chosen.actor_id is not None:
        query = query.where(AuditEntry.actor_id == chosen.actor_id)
    if chosen.actors is not None:
        query = query.where(AuditEntry.actor_id.in_(chosen.actors))
    if chosen.since is not None:
        query = query.where(AuditEntry.at >= chosen.since)
    if chosen.until is not None:
        query = query.where(AuditEntry.at < chosen.until)
    return query
