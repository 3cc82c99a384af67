"""Links of a chain: what a record says, as hashes, made in the transaction that makes the record."""
from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any, BinaryIO, Protocol, TypeVar

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from lms.core.seals.faults import ChainFault
from lms.core.seals.models import ChainLink

Values = Mapping[str, Any]
T = TypeVar("T")


@dataclass(frozen=True)
class Content:
    """What a record says now.

    :param label: what people call it, e.g. a certificate's number
    :param kept: what stays for ever; plain values, instants and dates
    :param passing: what is purged by its term; None: there is none, or it has been purged
    """

    label: str
    kept: Values
    passing: Values | None = None


class OpensFiles(Protocol):
    """A store of bytes, as far as a walk needs it (``core.files.storage``)."""

    def open(self, sha256: str) -> BinaryIO: ...


class ChainSource(Protocol):
    """A feature's records under a chain (registry slot ``chain``)."""

    title: str  # message id, e.g. 发证记录

    def contents(self, db: Session, things: Sequence[str]) -> dict[str, Content]:
        """What these records say now; one that is gone is left out. A fixed number of statements."""

    def things(self, db: Session) -> Iterator[str]:
        """Every record that must have a link, streamed."""

    def further_faults(self, db: Session, storage: OpensFiles) -> Iterator[ChainFault]:
        """What else must agree with the records, e.g. the bytes of files; nothing where there is nothing else."""


def enter(db: Session, *, chain: str, thing: str, kept: Values, passing: Values | None = None) -> None:
    """Link a record that the caller makes in this transaction. Once for each thing.

    :param thing: names the record within the chain, at most 80 characters
    :param kept: see ``Content``; what the record's ``ChainSource`` will say of it for ever
    """
    db.add(ChainLink(**_link_values(db, chain, thing, kept, passing)))


def enter_many(db: Session, *, chain: str, contents: Mapping[str, Content]) -> None:
    """As ``enter``, for many records at once, by thing. One statement."""
    if contents:
        db.execute(insert(ChainLink), [_link_values(db, chain, thing, c.kept, c.passing) for thing, c in contents.items()])


def _link_values(db: Session, chain: str, thing: str, kept: Values, passing: Values | None) -> dict[str, str]:
    salt = secrets.token_hex(16) if passing is not None else ""
    hidden = passing_hash(passing, salt) if passing is not None else ""
    found = link_hash(chain, thing, kept, hidden)
    return {"chain": chain, "thing": thing, "passing": hidden, "salt": salt, "hash": found, "mac": link_mac(db, found)}


def forget(db: Session, *, chain: str, things: Sequence[str]) -> None:
    """The passing part of these records is purged in this transaction: with its salt goes what its hash could tell."""
    db.execute(update(ChainLink).where(ChainLink.chain == chain, ChainLink.thing.in_(things)).values(salt=""))


def link_hash(chain: str, thing: str, kept: Values, passing: str) -> str:
    return _sha256({"chain": chain, "thing": thing, "kept": kept, "passing": passing})


def passing_hash(passing: Values, salt: str) -> str:
    return values_hash(passing, salt)


def values_hash(values: Values, salt: str) -> str:
    """A hash that tells nothing of *values* to whoever lacks *salt*."""
    return _sha256({"salt": salt, "says": values})


def link_mac(db: Session, link: str) -> str:
    """Keyed by the installation's key, which every session of it carries."""
    return hmac.new(db.info["seal_key"], link.encode(), hashlib.sha256).hexdigest()


def agrees(link: ChainLink, content: Content) -> bool:
    """Whether the record still says what it said when *link* was made. A purged part is taken at its hash."""
    hidden = link.passing
    if content.passing is not None:
        hidden = passing_hash(content.passing, link.salt)
    elif link.salt:  # gone, and not by its term
        return False
    return link.passing == hidden and link_hash(link.chain, link.thing, content.kept, hidden) == link.hash


def in_batches(things: Iterable[T], size: int) -> Iterator[list[T]]:
    """*things* in lists of at most *size*, so that a chain of any length is walked in the same memory."""
    rest = iter(things)
    while batch := list(islice(rest, size)):
        yield batch


def _sha256(value: Any) -> str:
    """The same for the same value, whatever the database that it came from."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain, allow_nan=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"cannot be sealed: {value!r}")
