"""What is purged when its time is over: traces of devices, addresses and logins, and notices. Records, results and chains stay as they are."""
from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from lms.core.attendance.models import AttendanceEvent
from lms.core.audit.chain import forget_traces
from lms.core.audit.models import AuditDetail, AuditEntry
from lms.core.audit.service import record
from lms.core.clock import Clock
from lms.core.db import Database
from lms.core.events import Events
from lms.core.notices.models import Notice
from lms.core.people.models import ActivationLink, LoginSession
from lms.core.registry import Registry

_AT_ONCE = 2000  # rows in one transaction, so that it stays short


class Place(Protocol):
    """What this needs of an installation."""

    database: Database
    clock: Clock
    settings: Any


class EachDay:
    """The minute's work: done in the first minute of a day that this process sees, and again until it succeeded."""

    def __init__(self) -> None:
        self._done_on: date | None = None

    def __call__(self, place: Place) -> None:
        now = place.clock.now()
        if self._done_on != now.date():
            purge(place, now=now)
            self._done_on = now.date()


def register(registry: Registry, events: Events) -> None:
    registry.add("every_minute", "purge_traces", EachDay())


def purge(place: Place, *, now: datetime) -> dict[str, int]:
    """Empty every trace older than the setting ``trace_days``, and drop notices after ``notice_days``; how many rows of each kind. Short transactions, one after another."""
    counts = {name: _until_none_is_left(place, step, now - timedelta(days=getattr(place.settings, term))) for name, (step, term) in _STEPS.items()}
    if any(counts.values()):
        with place.database.writing() as db:
            record(db, actor_id=None, action="privacy.purge", now=now, after={k: n for k, n in counts.items() if n})
    return counts


def _until_none_is_left(place: Place, step: Any, before: datetime) -> int:
    total = 0
    while True:
        with place.database.writing() as db:
            count = int(step(db, before))
        total += count
        if count < _AT_ONCE:
            return total


def _devices(db: Session, before: datetime) -> int:
    due = select(AttendanceEvent.id).where(AttendanceEvent.received_at < before, AttendanceEvent.device.is_not(None)).limit(_AT_ONCE)
    return _count(db.execute(update(AttendanceEvent).where(AttendanceEvent.id.in_(due)).values(device=None),
                             execution_options={"synchronize_session": False}))


def _links(db: Session, before: datetime) -> int:
    due = select(ActivationLink.id).where(ActivationLink.used_at < before, ActivationLink.used_device != "").limit(_AT_ONCE)
    return _count(db.execute(update(ActivationLink).where(ActivationLink.id.in_(due)).values(used_device=""),
                             execution_options={"synchronize_session": False}))


def _addresses(db: Session, before: datetime) -> int:
    due = (select(AuditDetail.entry_id).join(AuditEntry, AuditEntry.id == AuditDetail.entry_id)
           .where(AuditEntry.at < before, or_(AuditDetail.address != "", AuditDetail.agent != "")).limit(_AT_ONCE))
    entries = db.scalars(due).all()
    forget_traces(db, entries)
    return _count(db.execute(update(AuditDetail).where(AuditDetail.entry_id.in_(entries)).values(address="", agent=""),
                             execution_options={"synchronize_session": False}))


def _logins(db: Session, before: datetime) -> int:
    due = select(LoginSession.id).where(or_(LoginSession.ended_at < before, LoginSession.expires_at < before)).limit(_AT_ONCE)
    return _count(db.execute(delete(LoginSession).where(LoginSession.id.in_(due)), execution_options={"synchronize_session": False}))


def _notices(db: Session, before: datetime) -> int:
    due = select(Notice.id).where(Notice.at < before).limit(_AT_ONCE)
    return _count(db.execute(delete(Notice).where(Notice.id.in_(due)), execution_options={"synchronize_session": False}))


def _count(result: Any) -> int:
    return int(result.rowcount)


# What is done, and the setting that says after how many days.
_STEPS = {"devices": (_devices, "trace_days"), "links": (_links, "trace_days"), "addresses": (_addresses, "trace_days"),
          "logins": (_logins, "trace_days"), "notices": (_notices, "notice_days")}
