"""How often a password may be guessed: durable, per account and device, never per address (a hall is one address).

A device that has logged in to the account before is known and has a count of its own, so nobody else's guesses keep it
out. Devices that are not known share a second, wider count of the account: an attacker who takes a new cookie for each
guess gains nothing. Waits double up to an hour and never become for ever. (After OWASP's "device cookies".)
"""
from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.core.ids import digest
from lms.core.people.models import LoginThrottle

LONGEST_WAIT = 3600  # seconds
_WIDER = 10  # times the attempts of one device, for all unknown devices of an account together
_FORGOTTEN_AFTER = timedelta(hours=24)
_KNOWN_FOR = timedelta(days=400)


@dataclass(frozen=True)
class Limits:
    """Settings ``login_attempts`` and ``login_wait`` (seconds)."""

    attempts: int
    wait: int


def seconds_to_wait(db: Session, *, account: str, device: str, now: datetime) -> int:
    """How long this device must wait before it may try this account again; 0 is now. One statement."""
    own, shared = _keys(account, device)
    rows = {row.key: row for row in db.scalars(select(LoginThrottle).where(LoginThrottle.key.in_((own, shared))))}
    counted = [rows.get(own)] if own in rows and rows[own].known else [rows.get(own), rows.get(shared)]
    return max(0, *(math.ceil((row.blocked_until - now).total_seconds())
                    for row in counted if row is not None and row.blocked_until), 0)


def note_failure(db: Session, *, account: str, device: str, limits: Limits, now: datetime) -> int:
    """Count a wrong attempt.

    :return: the seconds to wait before the next one, 0 as long as there are attempts left
    """
    db.execute(delete(LoginThrottle).where(LoginThrottle.known.is_(False),
                                           LoginThrottle.updated_at < now - _FORGOTTEN_AFTER))
    own, shared = _keys(account, device)
    row = _locked(db, own, now)
    wait = _count(row, limits.attempts, limits.wait, now)
    if not row.known:
        wait = max(wait, _count(_locked(db, shared, now), limits.attempts * _WIDER, limits.wait, now))
    db.flush()
    return wait


def note_success(db: Session, *, account: str, device: str, now: datetime) -> None:
    """This device is known to this account from now on, and its count begins anew."""
    row = _locked(db, _keys(account, device)[0], now)
    row.known, row.failures, row.blocked_until, row.updated_at = True, 0, None, now
    db.flush()


def forgive(db: Session, account: str) -> None:
    """Staff has helped: unknown devices may try this account again at once."""
    db.execute(delete(LoginThrottle).where(LoginThrottle.key == _keys(account, "")[1]))


def forget_devices(db: Session, *, now: datetime) -> None:
    """Purge devices that have not logged in for over a year."""
    db.execute(delete(LoginThrottle).where(LoginThrottle.updated_at < now - _KNOWN_FOR))


def _keys(account: str, device: str) -> tuple[str, str]:
    return digest(f"{account}\n{device}"), digest(account)


def _count(row: LoginThrottle, allowed: int, wait: int, now: datetime) -> int:
    if now - row.updated_at > _FORGOTTEN_AFTER:
        row.failures = 0
    row.failures += 1
    row.updated_at = now
    if row.failures < allowed:
        return 0
    seconds: int = min(LONGEST_WAIT, wait * 2 ** min(row.failures - allowed, 12))
    row.blocked_until = now + timedelta(seconds=seconds)
    return seconds


def _locked(db: Session, key: str, now: datetime) -> LoginThrottle:
    """The row of *key*, made if missing, for this transaction alone."""
    insert: Any = postgresql.insert if db.get_bind().dialect.name == "postgresql" else sqlite.insert
    db.execute(insert(LoginThrottle).values(key=key, failures=0, known=False, updated_at=now).on_conflict_do_nothing())
    return db.scalars(select(LoginThrottle).where(LoginThrottle.key == key).with_for_update()
                      .execution_options(populate_existing=True)).one()
