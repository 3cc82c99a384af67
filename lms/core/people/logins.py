"""Logins: a row per device, so that ending one works at once."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.core.ids import digest, new_secret
from lms.core.people.models import LoginSession, Person


def open_login(db: Session, *, person: Person, method: str, lasts: timedelta, now: datetime, pending: bool = False) -> str:
    """Log *person* in on one device.

    :param method: ``activation``, ``password`` or ``host``
    :param pending: it waits for the second factor and identifies nobody until then
    :return: the secret for the device's cookie; only its digest is kept
    """
    secret = new_secret()
    db.add(LoginSession(token_digest=digest(secret), person_id=person.id, method=method, created_at=now,
                        expires_at=now + lasts, pending=pending))
    return secret


def find_login(db: Session, secret: str, *, now: datetime) -> tuple[LoginSession, Person] | None:
    """The live login behind a cookie with its person, or None. One statement."""
    row = db.execute(select(LoginSession, Person).join(Person, Person.id == LoginSession.person_id)
                     .where(LoginSession.token_digest == digest(secret), LoginSession.ended_at.is_(None),
                            LoginSession.expires_at > now, Person.state == "active")).first()
    return (row[0], row[1]) if row else None


def end_login(db: Session, secret: str, *, now: datetime) -> None:
    """Log this device out."""
    db.execute(update(LoginSession).where(LoginSession.token_digest == digest(secret)).values(ended_at=now))


def end_all_logins(db: Session, person: Person, *, now: datetime, but: str | None = None) -> None:
    """Log *person* out everywhere, except on the device whose secret is *but*."""
    query = update(LoginSession).where(LoginSession.person_id == person.id, LoginSession.ended_at.is_(None))
    if but is not None:
        query = query.where(LoginSession.token_digest != digest(but))
    db.execute(query.values(ended_at=now))


def shorten_logins(db: Session, person: Person, *, until: datetime) -> None:
    """Logins of *person* end at *until* at the latest: somebody who gets duties no longer stays logged in for weeks."""
    db.execute(update(LoginSession).where(LoginSession.person_id == person.id, LoginSession.expires_at > until)
               .values(expires_at=until))


def open_logins(db: Session, person: Person, *, now: datetime) -> Sequence[LoginSession]:
    """The devices on which *person* is logged in, the newest first."""
    return db.scalars(select(LoginSession).where(
        LoginSession.person_id == person.id, LoginSession.ended_at.is_(None), LoginSession.expires_at > now, LoginSession.pending.is_(False))
        .order_by(LoginSession.id.desc())).all()
