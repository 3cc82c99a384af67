"""Issuing in two phases: reserve number and snapshot (commit), render outside, attach bytes and hash (commit).

A restart between the two finishes what was reserved, so that numbers have no gaps and nobody is certified twice.
"""
from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.audit.service import record
from lms.core.certificates.chain import link
from lms.core.certificates.completion import verdicts
from lms.core.certificates.decisions import outstanding
from lms.core.certificates.models import Certificate
from lms.core.certificates.numbers import hold_scope, number_key, number_text, scope_of, take_serials
from lms.core.certificates.snapshot import class_snapshot, expiry, praising, snapshot
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.classes.rules import rules_of
from lms.core.errors import Conflict, Invalid
from lms.core.files.service import Stored, keep
from lms.core.i18n import DEFAULT_LOCALE, N_
from lms.core.ids import digest, keyed, new_uid
from lms.core.notices.own import tell

LIVE = ("reserved", "valid")
LONGEST_REASON = 500  # characters


def certificate_code(key: bytes, certificate_uid: str) -> str:
    """The secret behind a certificate's QR: 128 bits in 26 characters, derived, so that only its digest need be kept."""
    return keyed(key, "certificate", certificate_uid, bits=128)


def reserve(db: Session, *, training_class: TrainingClass, enrolments: Sequence[Enrolment], key: bytes, by_id: int | None,
            now: datetime, sample: bool) -> list[Certificate]:
    """Phase one: a number and a frozen snapshot for everybody who completes the class and has no certificate yet.

    :param enrolments: of this class; in the order in which numbers are given
    :param key: the installation's key for certificate codes
    :param sample: mark them as samples (a demonstration)
    :return: those reserved now; who does not complete, or holds one already, is left out
    :raises Invalid: the class's pattern for numbers or its wording cannot be used
    """
    scope = scope_of(training_class, now)
    hold_scope(db, scope)  # before looking who holds one, so that two at work at once see each other
    held = set(db.scalars(select(Certificate.enrolment_id).where(
        Certificate.class_id == training_class.id, Certificate.state.in_(LIVE),
        Certificate.enrolment_id.in_([e.id for e in enrolments]))))
    candidates = [e for e in enrolments if e.id not in held and e.state == "enrolled"]
    judged = verdicts(db, training_class=training_class, enrolments=candidates, now=now)
    complete = [e for e in candidates if judged[e.id].met]
    if not complete:
        return []
    frozen, best = class_snapshot(db, training_class, now, sample), outstanding(db, training_class, judged)
    template = rules_of(training_class).certificate_template
    expires = expiry(training_class, now)
    made = []
    for enrolment, serial in zip(complete, take_serials(db, scope, len(complete)), strict=True):
        uid, number = new_uid(), number_text(training_class, serial, now)
        made.append(Certificate(
            uid=uid, class_id=training_class.id, enrolment_id=enrolment.id, person_id=enrolment.person_id, scope=scope,
            serial=serial, number=number, number_key=number_key(number), template=template,
            code_digest=digest(certificate_code(key, uid)), state="reserved", reserved_at=now, issued_by_id=by_id, expires_on=expires,
            snapshot=snapshot(praising(frozen) if enrolment.id in best else frozen, training_class, enrolment, number), verdict=judged[enrolment.id].stored(DEFAULT_LOCALE)))
    db.add_all(made)
    db.flush()
    for certificate in made:
        link(db, certificate, "reserve")
    record(db, actor_id=by_id, action="certificate.reserve", thing=training_class, now=now, class_id=training_class.id,
           after={"certificates": [{"uid": c.uid, "number": c.number} for c in made]})
    return made


def attach(db: Session, *, certificate_uid: str, stored: Stored, now: datetime) -> Certificate:
    """Phase two: the bytes are stored; the certificate is valid from here. Doing it twice changes nothing.

    :param stored: the PDF, durable in the store
    """
    certificate = db.scalars(select(Certificate).where(Certificate.uid == certificate_uid).with_for_update()).one()
    if certificate.state != "reserved":
        return certificate
    certificate.file_id = keep(db, stored, now=now).id
    certificate.pdf_sha256, certificate.state, certificate.issued_at = stored.sha256, "valid", now
    link(db, certificate, "issue")
    record(db, actor_id=certificate.issued_by_id, action="certificate.issue", thing=certificate, now=now,
           class_id=certificate.class_id, after={"number": certificate.number, "sha256": stored.sha256})
    db.info["events"].send(db, "certificate.issued", class_id=certificate.class_id, person_id=certificate.person_id,
                           by_id=certificate.issued_by_id, now=now)
    _tell(db, "issued" if certificate.replaces_id is None else "reissued", certificate, now)
    return certificate


def revoke(db: Session, *, certificate: Certificate, reason: str, by_id: int, now: datetime) -> None:
    """Revoke a certificate: a status with a reason; its number stays used and visible.

    :param reason: anybody who verifies the certificate reads it
    :raises Invalid: no reason was given, or more than 500 characters of it
    :raises Conflict: it is not valid any more
    """
    if not 2 <= len(reason.strip()) <= LONGEST_REASON:
        raise Invalid("reason_missing", N_("请写明作废的原因，2 到 {most} 个字，没有保存。"), most=LONGEST_REASON)
    if certificate.state not in LIVE:
        raise Conflict("not_live", N_("证书 {number} 已不是有效状态，没有作任何改动。"), number=certificate.number)
    record(db, actor_id=by_id, action="certificate.revoke", thing=certificate, now=now, class_id=certificate.class_id,
           before={"state": certificate.state}, after={"state": "revoked"}, reason=reason)
    certificate.state, certificate.state_reason = "revoked", reason.strip()
    certificate.state_at, certificate.state_by_id = now, by_id
    link(db, certificate, "ended")
    _tell(db, "revoked", certificate, now)


def _tell(db: Session, what: str, certificate: Certificate, now: datetime) -> None:
    """Titles and number as they stand on the certificate."""
    tell(db, f"certificate.{what}", person_id=certificate.person_id, cause=f"certificate.{what}:{certificate.uid}", now=now,
         title=certificate.snapshot["class_title"], number=certificate.number)


def unfinished(db: Session, class_id: int | None = None) -> Sequence[str]:
    """Uids of what was reserved and has no bytes yet, in the order of their serials."""
    query = select(Certificate.uid).where(Certificate.state == "reserved").order_by(Certificate.scope, Certificate.serial)
    return db.scalars(query if class_id is None else query.where(Certificate.class_id == class_id)).all()
