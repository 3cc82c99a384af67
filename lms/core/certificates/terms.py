"""What time does to certificates: they expire, and when the archive term ends their content goes.

After that term the bytes, the names and the verdict are gone; number, hash and status stay, and so does the proof that
they are what was issued (``core.seals``).
"""
from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.audit.service import record
from lms.core.certificates.chain import CHAIN, link
from lms.core.certificates.delivery import OWNER
from lms.core.certificates.models import Certificate
from lms.core.classes.models import TrainingClass
from lms.core.clock import local, years_later
from lms.core.db import after_commit
from lms.core.events import Events
from lms.core.files.models import FileReference, StoredFile
from lms.core.jobs.service import Workplace
from lms.core.registry import Registry
from lms.core.seals.links import forget

_STEP = 25  # in one transaction
_STAYS = ("number", "class_uid", "sample")


def register(registry: Registry, events: Events) -> None:
    registry.add("every_minute", "certificate_terms", keep_terms)


def shown_state(certificate: Certificate, today: date) -> str:
    """The state as of *today*: what has expired is so from that day on, whether or not anybody has noted it yet."""
    over = certificate.state == "valid" and certificate.expires_on is not None and certificate.expires_on < today
    return "expired" if over else certificate.state


def keep_terms(place: Workplace) -> int:
    """Note what has expired, and purge what is beyond the archive term. How many certificates were changed."""
    now = place.clock.now()
    today = local(now, place.settings.zone).date()
    before = years_later(today, -place.settings.certificate_archive_years)
    expired = select(Certificate.id).where(Certificate.state == "valid", Certificate.expires_on < today)
    done = _each(place, expired, lambda db, certificate: expire(db, certificate, now))
    old = select(Certificate.id).where(Certificate.archived_at.is_(None), Certificate.state != "reserved", Certificate.reserved_at < datetime(
        before.year, before.month, before.day, tzinfo=now.tzinfo))
    return done + _each(place, old, lambda db, certificate: purge(db, place, certificate, now))


def expire(db: Session, certificate: Certificate, now: datetime) -> None:
    """Its term is over: a status like any other."""
    certificate.state, certificate.state_at, certificate.state_by_id = "expired", now, None
    link(db, certificate, "ended")
    record(db, actor_id=None, action="certificate.expire", thing=certificate, now=now, class_id=certificate.class_id,
           before={"state": "valid"}, after={"state": "expired"})


def purge(db: Session, place: Workplace, certificate: Certificate, now: datetime) -> None:
    """The archive term is over. Archives of the class that were packed for downloading go too."""
    certificate.snapshot = {key: value if key in _STAYS else _blank(value) for key, value in certificate.snapshot.items()}
    certificate.verdict, certificate.state_reason, certificate.archived_at = {"sentence": "", "met": True, "parts": []}, "", now
    forget(db, chain=CHAIN, things=[f"{kind}:{certificate.uid}" for kind in ("reserve", "ended")])
    link(db, certificate, "archived")
    file, certificate.file_id = db.get(StoredFile, certificate.file_id or 0), None
    db.flush()
    class_uid = db.get_one(TrainingClass, certificate.class_id).uid
    for reference in db.scalars(select(FileReference).where(FileReference.owner_type == OWNER, FileReference.owner_uid == class_uid)):
        db.delete(reference)
    if file is not None:  # a certificate's bytes are nobody else's: they carry its number
        sha256 = file.sha256
        db.delete(file)
        after_commit(db, lambda: place.storage.remove(sha256))
    record(db, actor_id=None, action="certificate.purge", thing=certificate, now=now, class_id=certificate.class_id, after={"number": certificate.number})


def _each(place: Workplace, chosen: Any, do: Callable[[Session, Certificate], None]) -> int:
    """*do* it to those that are chosen, a few in each transaction."""
    done = 0
    while True:
        with place.database.reading() as db:
            ids = db.scalars(chosen.order_by(Certificate.id).limit(_STEP)).all()
        if not ids:
            return done
        with place.database.writing() as db:
            for certificate in db.scalars(select(Certificate).where(Certificate.id.in_(ids)).order_by(Certificate.id).with_for_update()):
                do(db, certificate)
        done += len(ids)


def _blank(value: Any) -> Any:
    """Nothing, of the same kind."""
    return type(value)() if isinstance(value, (str, list)) else value
