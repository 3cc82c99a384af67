"""Seal what waits: a batch of links at a time, each seal over the one before it."""
from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any, Protocol

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.core.clock import Clock
from lms.core.db import Database
from lms.core.events import Events
from lms.core.registry import Registry
from lms.core.seals.links import ChainSource, enter_many, in_batches, link_mac
from lms.core.seals.models import Chain, ChainLink, Seal
from lms.core.settings import Settings
from lms.core.signing.keys import sign_seal

BATCH = 500  # links under one seal, so that sealing and walking hold few in memory
# Signs a text: which key, and the signature.
Sign = Callable[[str], tuple[str, str]]


def register(registry: Registry, events: Events) -> None:
    registry.add("every_minute", "seal_chains", seal_all)


def seal(db: Session, *, chain: str, source: ChainSource, now: datetime, sign: Sign | None = None) -> Seal | None:
    """Seal the oldest links that wait, at most ``BATCH``; None if none do.

    The first time, records that were there before the chain began are entered. A link that was not made by this
    installation is never sealed; ``walk`` reports it.
    """
    hold(db, chain, source)
    state = db.get_one(Chain, chain, with_for_update=True, populate_existing=True)
    waiting = db.scalars(select(ChainLink).where(ChainLink.chain == chain, ChainLink.seal.is_(None)).order_by(ChainLink.id).limit(BATCH))
    own = [link for link in waiting if hmac.compare_digest(link.mac, link_mac(db, link.hash))]
    if not own:
        return None
    made = Seal(chain=chain, number=state.last + 1, sealed_at=now, count=len(own), previous=state.head, links=links_hash([link.hash for link in own]))
    made.hash = seal_hash(made)
    if sign is not None:
        made.key_id, made.signature = sign(made.hash)
    db.add(made)
    for link in own:
        link.seal = made.number
    state.last, state.head = made.number, made.hash
    db.flush()
    return made


class Place(Protocol):
    """What sealing needs of an installation."""

    database: Database
    registry: Registry
    clock: Clock
    settings: Settings


def seal_all(place: Place) -> int:
    """Seal everything that waits in every chain of an installation, in short transactions; how many seals were made."""
    made = 0
    for chain, source in place.registry.all("chain"):
        made += seal_chain(place, chain, source)
    return made


def seal_chain(place: Place, chain: str, source: ChainSource) -> int:
    """As ``seal_all``, for one chain."""
    made = 0
    while _anything_waits(place, chain):
        now = place.clock.now()
        with place.database.writing() as db:
            if seal(db, chain=chain, source=source, now=now, sign=partial(sign_seal, place.settings, now)) is None:
                break
        made += 1
    return made


def head_of(db: Session, chain: str) -> Seal | None:
    """The last seal: what is printed, so that nobody can make the chain anew."""
    return db.scalar(select(Seal).where(Seal.chain == chain).order_by(Seal.number.desc()).limit(1))


def printed_head(hash_: str) -> str:
    """The head for paper: 128 bits in groups of four."""
    return " ".join(hash_[i:i + 4] for i in range(0, 32, 4))


def link_anew(db: Session) -> None:
    """The installation has another key now, and whoever gave it to it trusts what it holds: links that wait are made with that key."""
    for waiting in db.scalars(select(ChainLink).where(ChainLink.seal.is_(None))):
        waiting.mac = link_mac(db, waiting.hash)


def links_hash(hashes: list[str]) -> str:
    return hashlib.sha256("\n".join(hashes).encode()).hexdigest()


def seal_hash(made: Seal) -> str:
    """Over everything that a seal says, and by ``previous`` over everything before it."""
    said = [made.chain, made.number, made.previous, made.count, made.links, made.sealed_at.astimezone(UTC).isoformat(timespec="microseconds")]
    return hashlib.sha256(json.dumps(said, separators=(",", ":")).encode()).hexdigest()


def _anything_waits(place: Place, chain: str) -> bool:
    with place.database.reading() as db:
        begun = db.get(Chain, chain) is not None
        return not begun or db.scalar(select(ChainLink.id).where(ChainLink.chain == chain, ChainLink.seal.is_(None)).limit(1)) is not None


def hold(db: Session, chain: str, source: ChainSource) -> None:
    """From here on nobody else seals *chain* or links for it. If it begins now, what is there already is taken in."""
    dialect: Any = sqlite if db.get_bind().dialect.name == "sqlite" else postgresql
    made = db.scalar(dialect.insert(Chain).values(name=chain, last=0, head="").on_conflict_do_nothing().returning(Chain.name))
    db.execute(update(Chain).where(Chain.name == chain).values(last=Chain.last))  # waits for whoever seals
    if made is not None:
        _take_in(db, chain, source)


def _take_in(db: Session, chain: str, source: ChainSource) -> None:
    for things in in_batches(source.things(db), BATCH):
        known = set(db.scalars(select(ChainLink.thing).where(ChainLink.chain == chain, ChainLink.thing.in_(things))))
        enter_many(db, chain=chain, contents=source.contents(db, [t for t in things if t not in known]))
