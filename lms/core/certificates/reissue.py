"""Reissue (补发): a new certificate with a new number that names the one it replaces; the old one stays on record, void.

Phase one, as for any certificate: number and snapshot are reserved; the job child makes the bytes.
"""
from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.audit.service import record
from lms.core.certificates.chain import link
from lms.core.certificates.issue import LONGEST_REASON, certificate_code
from lms.core.certificates.models import Certificate
from lms.core.certificates.numbers import hold_scope, number_key, number_text, scope_of, take_serials
from lms.core.certificates.snapshot import OUTSTANDING, class_snapshot, expiry, praising, replacing, snapshot
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.classes.rules import rules_of
from lms.core.errors import Conflict, Invalid
from lms.core.i18n import N_
from lms.core.ids import digest, new_uid


def reissue(db: Session, *, certificate: Certificate, reason: str, key: bytes, by_id: int | None, now: datetime,
            sample: bool) -> Certificate:
    """Reserve the certificate that takes *certificate*'s place: person and class as they stand now, the verdict as it
    was. The old one is void from here on. Doing it twice gives the same new one.

    :param reason: anybody who verifies the old one reads it
    :raises Invalid: no reason was given, or more than 500 characters of it
    :raises Conflict: it is not valid: being made, or revoked
    """
    if not 2 <= len(reason.strip()) <= LONGEST_REASON:
        raise Invalid("reason_missing", N_("请写明补发的原因，2 到 {most} 个字，没有保存。"), most=LONGEST_REASON)
    training_class = db.get_one(TrainingClass, certificate.class_id)
    scope = scope_of(training_class, now)
    hold_scope(db, scope)  # before looking at the state, so that two at work at once see each other
    old = db.scalars(select(Certificate).where(Certificate.id == certificate.id).with_for_update()
                     .execution_options(populate_existing=True)).one()
    known = db.scalar(select(Certificate).where(Certificate.replaces_id == old.id))
    if known is not None:
        return known
    if old.state != "valid":
        raise Conflict("not_reissuable", N_("证书 {number} 不是有效状态，不能补发。作废的，请在“发证”里重新发证。"), number=old.number)
    [serial] = take_serials(db, scope, 1)
    uid, number = new_uid(), number_text(training_class, serial, now)
    old.state, old.state_reason, old.state_at, old.state_by_id = "replaced", reason.strip(), now, by_id
    db.flush()  # makes room: one live certificate for an enrolment
    made = Certificate(
        uid=uid, class_id=old.class_id, enrolment_id=old.enrolment_id, person_id=old.person_id, scope=scope, serial=serial,
        number=number, number_key=number_key(number), template=rules_of(training_class).certificate_template,
        code_digest=digest(certificate_code(key, uid)), state="reserved", reserved_at=now, issued_by_id=by_id, replaces_id=old.id,
        expires_on=expiry(training_class, now),
        snapshot=new_snapshot(db, old, number, now, sample), verdict=old.verdict)
    db.add(made)
    db.flush()
    link(db, old, "ended")
    link(db, made, "reserve")
    record(db, actor_id=by_id, action="certificate.reissue", thing=old, now=now, class_id=old.class_id, reason=reason,
           before={"state": "valid", "number": old.number}, after={"state": "replaced", "by": {"uid": uid, "number": number}})
    return made


def new_snapshot(db: Session, old: Certificate, number: str, now: datetime, sample: bool) -> dict[str, Any]:
    """What the new certificate would say, as person and class stand now.

    :raises Invalid: the class's wording cannot be used
    """
    training_class, enrolment = db.get_one(TrainingClass, old.class_id), db.get_one(Enrolment, old.enrolment_id)
    frozen = class_snapshot(db, training_class, now, sample)
    frozen = replacing(praising(frozen) if old.snapshot["result"] == OUTSTANDING else frozen, old.number)
    return snapshot(frozen, training_class, enrolment, number)
