"""Issuing in two phases: reserve number and snapshot (commit), render outside, attach bytes and hash (commit).

A restart between the two finishes what was reserved, so that numbers have no gaps and nobody is certified twice.
"""
from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.audit.service import record
from lms.core.certificates.completion import Verdict, plain_hours, verdicts
from lms.core.certificates.models import Certificate
from lms.core.certificates.numbers import number_text, scope_of, take_serial
from lms.core.classes.models import ClassSession, Enrolment, TrainingClass
from lms.core.classes.rules import rules_of
from lms.core.clock import local
from lms.core.errors import Conflict, Invalid
from lms.core.files.models import StoredFile
from lms.core.i18n import DEFAULT_LOCALE, N_
from lms.core.ids import digest, keyed, new_uid

LIVE = ("reserved", "valid")


def certificate_code(key: bytes, certificate_uid: str) -> str:
    """The secret behind a certificate's QR: 160 bits, derived, so that only its digest need be kept."""
    return keyed(key, "certificate", certificate_uid, bits=160)


def reserve(db: Session, *, training_class: TrainingClass, enrolments: Sequence[Enrolment], key: bytes, by_id: int | None,
            now: datetime, sample: bool) -> list[Certificate]:
    """Phase one: a number and a frozen snapshot for everybody who completes the class and has no certificate yet.

    :param enrolments: of this class; in the order in which numbers are given
    :param key: the installation's key for certificate codes
    :param sample: mark them as samples (a demonstration)
    :return: those reserved now; who does not complete, or holds one already, is left out
    """
    held = set(db.scalars(select(Certificate.enrolment_id).where(
        Certificate.class_id == training_class.id, Certificate.state.in_(LIVE))))
    candidates = [e for e in enrolments if e.id not in held and e.state == "enrolled"]
    judged = verdicts(db, training_class=training_class, enrolments=candidates, now=now)
    hours = _hours(db, training_class)
    made = [_reserve_one(db, training_class, e, judged[e.id], hours, key, by_id, now, sample)
            for e in candidates if judged[e.id].met]
    db.flush()
    return made


def _reserve_one(db: Session, training_class: TrainingClass, enrolment: Enrolment, verdict: Verdict, hours: int, key: bytes,
                 by_id: int | None, now: datetime, sample: bool) -> Certificate:
    scope, uid = scope_of(training_class, now), new_uid()
    serial = take_serial(db, scope)
    number = number_text(training_class, serial, now)
    certificate = Certificate(
        uid=uid, class_id=training_class.id, enrolment_id=enrolment.id, person_id=enrolment.person_id, scope=scope,
        serial=serial, number=number, code_digest=digest(certificate_code(key, uid)), state="reserved",
        snapshot=_snapshot(training_class, enrolment, number, hours, now, sample), verdict=verdict.stored(DEFAULT_LOCALE),
        template=rules_of(training_class).certificate_template, reserved_at=now, issued_by_id=by_id)
    db.add(certificate)
    record(db, actor_id=by_id, action="certificate.reserve", thing=certificate, now=now, class_id=training_class.id,
           after={"number": number, "enrolment": enrolment.uid})
    return certificate


def _snapshot(training_class: TrainingClass, enrolment: Enrolment, number: str, hours: int, now: datetime,
              sample: bool) -> dict[str, Any]:
    """All that will be printed, as it stands now; a later change of name, unit or class does not reach it."""
    rules, organiser = rules_of(training_class), training_class.organiser.name
    words = {"name": enrolment.name, "gender": enrolment.gender, "unit": enrolment.unit_name, "position": enrolment.position,
             "class_title": training_class.title, "starts": chinese_date(training_class.starts_on),
             "ends": chinese_date(training_class.ends_on), "hours": plain_hours(hours), "organiser": organiser}
    day = local(now, training_class.zone).date()
    return {**words, "number": number, "title": rules.certificate_title, "wording": rules.certificate_wording.format(**words),
            "result": "合格", "date": chinese_date(day), "date_iso": day.isoformat(), "sample": sample,
            "class_uid": training_class.uid, "conversion": f"{plain_hours(rules.half_day_hours)}/{plain_hours(rules.day_hours)}"}


def attach(db: Session, *, certificate_uid: str, sha256: str, size: int, now: datetime) -> Certificate:
    """Phase two: the bytes are stored; the certificate is valid from here. Doing it twice changes nothing.

    :param sha256: of the PDF, durable in the store
    """
    certificate = db.scalars(select(Certificate).where(Certificate.uid == certificate_uid)).one()
    if certificate.state != "reserved":
        return certificate
    file = db.scalar(select(StoredFile).where(StoredFile.sha256 == sha256))
    if file is None:
        file = StoredFile(sha256=sha256, size=size, media_type="application/pdf", created_at=now)
        db.add(file)
        db.flush()
    certificate.file_id, certificate.pdf_sha256 = file.id, sha256
    certificate.state, certificate.issued_at = "valid", now
    record(db, actor_id=certificate.issued_by_id, action="certificate.issue", thing=certificate, now=now,
           class_id=certificate.class_id, after={"number": certificate.number, "sha256": sha256})
    return certificate


def revoke(db: Session, *, certificate: Certificate, reason: str, by_id: int, now: datetime) -> None:
    """Revoke a certificate: a status with a reason; its number stays used and visible.

    :raises Invalid: no reason was given
    :raises Conflict: it is not valid any more
    """
    if len(reason.strip()) < 2:
        raise Invalid("reason_missing", N_("请写明作废的原因，没有保存。"))
    if certificate.state not in LIVE:
        raise Conflict("not_live", N_("证书 {number} 已不是有效状态，没有作任何改动。"), number=certificate.number)
    record(db, actor_id=by_id, action="certificate.revoke", thing=certificate, now=now, class_id=certificate.class_id,
           before={"state": certificate.state}, after={"state": "revoked"}, reason=reason)
    certificate.state, certificate.state_reason = "revoked", reason.strip()
    certificate.state_at, certificate.state_by_id = now, by_id


def unfinished(db: Session, class_id: int | None = None) -> Sequence[str]:
    """Uids of what was reserved and has no bytes yet, in the order of their serials."""
    query = select(Certificate.uid).where(Certificate.state == "reserved").order_by(Certificate.scope, Certificate.serial)
    return db.scalars(query if class_id is None else query.where(Certificate.class_id == class_id)).all()


def _hours(db: Session, training_class: TrainingClass) -> int:
    """The class's credit hours, in 1/100: what "完成规定的学时" means."""
    return sum(db.scalars(select(ClassSession.credit_hours).where(
        ClassSession.class_id == training_class.id, ClassSession.counts, ~ClassSession.cancelled)))


def chinese_date(day: Any) -> str:
    """A date as a certificate prints it."""
    return f"{day.year}年{day.month}月{day.day}日"
