"""The audit log under a hash chain: an entry carries a keyed mark from the moment it is written, and is linked soon after.

Recording is on hot paths, so it makes no link itself: the mark costs no statement, and links are made many at a time. Where
an act came from (address, device) is purged by its term, so it is the passing part of a link. What was changed can be purged
later, too, when a person is made nameless: the chain holds a salted hash of it, and that purge is a link of its own.
"""
from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.core.audit.models import WAITS, AuditDetail, AuditEntry
from lms.core.events import Events
from lms.core.i18n import N_
from lms.core.registry import Registry
from lms.core.seals.faults import ChainFault
from lms.core.seals.links import Content, OpensFiles, enter_many, forget, in_batches, link_hash, link_mac, values_hash
from lms.core.seals.sealing import BATCH, Place, hold

CHAIN = "audit"
_PURGED = "purged:"


class AuditChain:
    """The audit log, as ``lms check chain`` reads it."""

    title = N_("日志")

    def contents(self, db: Session, things: Sequence[str]) -> dict[str, Content]:
        ids = {int(thing.removeprefix(_PURGED)) for thing in things}
        says = {}
        for entry, detail in db.execute(_with_details().where(AuditEntry.id.in_(ids)).execution_options(populate_existing=True)):
            says[str(entry.id)] = content_of(entry, detail)
            if detail is not None and detail.purged:
                says[f"{_PURGED}{entry.id}"] = _purge_of(entry, detail)
        return {thing: says[thing] for thing in things if thing in says}

    def things(self, db: Session) -> Iterator[str]:
        """All but those that wait: they have their mark, see ``further_faults``."""
        rows = (select(AuditEntry.id, AuditDetail.mark, AuditDetail.purged).outerjoin(AuditDetail, AuditDetail.entry_id == AuditEntry.id)
                .order_by(AuditEntry.id).execution_options(yield_per=BATCH))
        for entry_id, mark, purged in db.execute(rows):
            if not mark:
                yield str(entry_id)
            if purged:
                yield f"{_PURGED}{entry_id}"

    def further_faults(self, db: Session, storage: OpensFiles) -> Iterator[ChainFault]:
        """What waits is as it was written by this installation."""
        for batch in in_batches(db.execute(_waiting().execution_options(yield_per=BATCH)), BATCH):
            for entry, detail in batch:
                if not _is_ours(db, entry, detail):
                    yield ChainFault("mark_wrong", N_("{label}：不是本系统写入的，或者写入后被改动过。"), {"label": _label(entry)})


def register(registry: Registry, events: Events) -> None:
    registry.add("chain", CHAIN, AuditChain())
    registry.add("every_minute", "link_audit_log", link_waiting)


def mark(db: Session, entry: AuditEntry, detail: AuditDetail) -> None:
    """Give a new entry its salt and its mark, in the transaction that writes it. The entry has its id."""
    detail.salt = secrets.token_hex(16)
    detail.mark = link_mac(db, link_hash(CHAIN, str(entry.id), content_of(entry, detail).kept, ""))


def link_waiting(place: Place) -> int:
    """Link every entry that has its mark, in short transactions; how many. One that was not written by this installation is left."""
    total, last = 0, 0
    while True:
        with place.database.reading() as db:
            if db.scalar(select(AuditDetail.entry_id).where(WAITS, AuditDetail.entry_id > last).limit(1)) is None:
                return total
        with place.database.writing() as db:
            hold(db, CHAIN, AuditChain())
            seen = db.execute(_waiting().where(AuditEntry.id > last).limit(BATCH)).all()
            total += _link(db, [row for row in seen if _is_ours(db, *row)])
        last = seen[-1][0].id if seen else last


def mark_anew(db: Session) -> None:
    """The installation has another key now, and whoever gave it to it trusts what it holds: marks are made with that key."""
    for entry, detail in db.execute(_waiting()):
        assert detail is not None
        detail.mark = link_mac(db, link_hash(CHAIN, str(entry.id), content_of(entry, detail).kept, ""))


def purge_values(db: Session, entries: Sequence[int]) -> int:
    """Empty what these entries tell of before, after and reason, for ever; how many had any. Those that wait are linked first."""
    done = 0
    hold(db, CHAIN, AuditChain())
    for ids in in_batches(entries, BATCH):
        rows = db.execute(_with_details().where(AuditEntry.id.in_(ids), AuditDetail.purged == "")).all()
        _link(db, [row for row in rows if row[1] is not None and row[1].mark and _is_ours(db, *row)])
        emptied = {}
        for entry, detail in rows:
            if detail is None or detail.mark or (detail.before is None and detail.after is None and not detail.reason):
                continue
            detail.purged = _values_hash(detail)
            detail.before, detail.after, detail.reason, detail.salt = None, None, "", ""
            emptied[f"{_PURGED}{entry.id}"] = _purge_of(entry, detail)
        enter_many(db, chain=CHAIN, contents=emptied)
        db.flush()
        done += len(emptied)
    return done


def forget_traces(db: Session, entries: Sequence[int]) -> None:
    """Address and device of these entries are purged in this transaction. Those that wait have no link that could tell of them."""
    forget(db, chain=CHAIN, things=[str(entry) for entry in entries])


def content_of(entry: AuditEntry, detail: AuditDetail | None) -> Content:
    """What *entry* says under its link."""
    kept = {"id": entry.id, "uid": entry.uid, "at": entry.at, "actor": entry.actor_id, "action": entry.action, "thing_type": entry.thing_type,
            "thing_uid": entry.thing_uid, "class": entry.class_id, "outcome": entry.outcome, "code": entry.code,
            "values": "" if detail is None else detail.purged or _values_hash(detail)}
    traced = detail is not None and (detail.address or detail.agent)
    return Content(_label(entry), kept, {"address": detail.address, "agent": detail.agent} if detail is not None and traced else None)


def _purge_of(entry: AuditEntry, detail: AuditDetail) -> Content:
    return Content(_label(entry), {"id": entry.id, "values": detail.purged})


def _label(entry: AuditEntry) -> str:
    return f"#{entry.id} {entry.at:%Y-%m-%d %H:%M:%S}Z {entry.action}"


def _values_hash(detail: AuditDetail) -> str:
    return values_hash(_numbers_alike({"before": detail.before, "after": detail.after, "reason": detail.reason}), detail.salt)


def _numbers_alike(value: Any) -> Any:
    """*value* as every engine gives it back: keys are text, and PostgreSQL does not tell 1.0 from 1."""
    return json.loads(json.dumps(value), parse_float=lambda text: int(float(text)) if float(text).is_integer() else float(text))


def _with_details() -> Any:
    return select(AuditEntry, AuditDetail).outerjoin(AuditDetail, AuditDetail.entry_id == AuditEntry.id).order_by(AuditEntry.id)


def _waiting() -> Any:
    return _with_details().where(WAITS)


def _is_ours(db: Session, entry: AuditEntry, detail: AuditDetail) -> bool:
    found = link_mac(db, link_hash(CHAIN, str(entry.id), content_of(entry, detail).kept, ""))
    return hmac.compare_digest(detail.mark.encode(), found.encode())


def _link(db: Session, rows: Sequence[Any]) -> int:
    contents: Mapping[str, Content] = {str(entry.id): content_of(entry, detail) for entry, detail in rows}
    enter_many(db, chain=CHAIN, contents=contents)
    if rows:
        db.execute(update(AuditDetail).where(AuditDetail.entry_id.in_([entry.id for entry, _ in rows])).values(mark=""))
    return len(rows)
