"""Certificates under a hash chain: the number with what will be printed, the issue with its bytes, and how one ended."""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.certificates.inspect import file_faults, serial_faults
from lms.core.certificates.models import Certificate
from lms.core.events import Events
from lms.core.i18n import N_
from lms.core.registry import Registry
from lms.core.seals.faults import ChainFault
from lms.core.seals.links import Content, OpensFiles, enter

CHAIN = "certificates"
ENDED = ("replaced", "revoked", "expired")
# What each kind of link says for ever, and what goes when the archive term ends.
_KEPT = {
    "reserve": ("number", "number_key", "scope", "serial", "class_id", "enrolment_id", "person_id", "template", "code_digest", "reserved_at",
                "issued_by_id", "replaces_id", "expires_on"),
    "issue": ("number", "pdf_sha256", "issued_at"),
    "ended": ("number", "state", "state_at", "state_by_id"), "archived": ("number", "archived_at")}
_PASSING = {"reserve": ("snapshot", "verdict"), "issue": (), "ended": ("state_reason",), "archived": ()}


class CertificateChain:
    """The records of issuing, as ``lms check chain`` reads them."""

    title = N_("发证记录")

    def contents(self, db: Session, things: Sequence[str]) -> dict[str, Content]:
        uids = {thing.partition(":")[2] for thing in things}
        rows = {c.uid: c for c in db.scalars(select(Certificate).where(Certificate.uid.in_(uids)).execution_options(populate_existing=True))}
        found = {}
        for thing in things:
            kind, _, uid = thing.partition(":")
            if uid in rows and kind in _KEPT:
                found[thing] = content_of(rows[uid], kind)
        return found

    def things(self, db: Session) -> Iterator[str]:
        rows = select(Certificate.uid, Certificate.state, Certificate.issued_at, Certificate.archived_at).order_by(Certificate.id).execution_options(yield_per=500)
        for uid, state, issued_at, archived_at in db.execute(rows):
            yield f"reserve:{uid}"
            if issued_at is not None or state in ("valid", "replaced", "expired"):
                yield f"issue:{uid}"
            if state in ENDED:
                yield f"ended:{uid}"
            if archived_at is not None:
                yield f"archived:{uid}"

    def further_faults(self, db: Session, storage: OpensFiles) -> Iterator[ChainFault]:
        yield from serial_faults(db)
        yield from file_faults(db, storage)


def register(registry: Registry, events: Events) -> None:
    registry.add("chain", CHAIN, CertificateChain())


def content_of(certificate: Certificate, kind: str) -> Content:
    """What *certificate* says under a link of this *kind*."""
    passing: dict[str, Any] | None = {name: getattr(certificate, name) for name in _PASSING[kind]} or None
    if certificate.archived_at is not None:
        passing = None
    kept = {name: getattr(certificate, name) for name in _KEPT[kind]}
    if kind == "issue":
        kept["made"] = certificate.state != "reserved"
    return Content(certificate.number, kept, passing)


def link(db: Session, certificate: Certificate, kind: str) -> None:
    """Link what was just done to *certificate*, in the same transaction.

    :param kind: ``reserve``, ``issue`` or ``ended``
    """
    content = content_of(certificate, kind)
    enter(db, chain=CHAIN, thing=f"{kind}:{certificate.uid}", kept=content.kept, passing=content.passing)
