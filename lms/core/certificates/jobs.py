"""Issuing for a whole class, in the job child: reserve a few numbers, render and attach each, go on with the next few.

Cancelled or killed in between, the next run first finishes what has a number; so nobody is certified twice and no
number is lost.
"""
from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.certificates.chain import CHAIN
from lms.core.certificates.completion import verdicts
from lms.core.certificates.issue import LIVE, attach, certificate_code, reserve, unfinished
from lms.core.certificates.models import Certificate
from lms.core.certificates.render import render_certificate
from lms.core.certificates.seal_image import seal_bytes
from lms.core.certificates.signed import sign_certificate
from lms.core.certificates.templates import template_file
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.classes.rules import rules_of
from lms.core.errors import Conflict, Invalid
from lms.core.events import Events
from lms.core.files.service import store_bytes
from lms.core.i18n import N_
from lms.core.ids import digest
from lms.core.jobs.models import Job
from lms.core.jobs.service import Progress, Workplace, enqueue
from lms.core.registry import Registry
from lms.core.seals.sealing import seal_chain
from lms.core.signing.keys import open_signer

ISSUE = "certificates.issue"
BATCH = 25  # people whose numbers are reserved in one transaction, so that it stays under 50 ms


def register(registry: Registry, events: Events) -> None:
    registry.add("job", ISSUE, issue_certificates)


def ask_to_issue(db: Session, *, training_class: TrainingClass, enrolments: Sequence[Enrolment] | None, base: str,
                 by_id: int | None, now: datetime) -> Job:
    """Ask for certificates for everybody who completes the class. Asking again while it is under way gives the same job.

    :param enrolments: only these people of the class; None for all
    :param base: the address that is printed, in front of ``/v/…``
    :raises Invalid: *base* is no web address, or the class's template does not exist
    :raises Conflict: the class asks for two people (``certificates.requests``)
    """
    require_address(db, training_class, base)
    if rules_of(training_class).issuing_people == "two" and enrolments != []:  # []: only what two have agreed to is finished
        raise Conflict("two_people_needed", N_("按本班规则，发证要由一人提出、另一人确认，没有发证。请在“结业与证书”页上办理。"))
    return start_issuing(db, training_class=training_class, enrolments=enrolments, base=base, by_id=by_id, now=now)


def require_address(db: Session, training_class: TrainingClass, base: str) -> None:
    """:raises Invalid: *base* is no web address, or the class's template does not exist"""
    if urlsplit(base).scheme not in ("http", "https") or not urlsplit(base).netloc:
        raise Invalid("no_address", N_("证书二维码里要写网址，但还没有设置。请把 public_address 设为大家能打开的网址，例如 https://peixun.example.org，再发证。"))
    template_file(db.info, rules_of(training_class).certificate_template)


def start_issuing(db: Session, *, training_class: TrainingClass, enrolments: Sequence[Enrolment] | None, base: str,
                  by_id: int | None, now: datetime) -> Job:
    """The job for a list that everybody has agreed to whose agreement it needs; as ``ask_to_issue``."""
    chosen = None if enrolments is None else sorted(e.uid for e in enrolments)
    return enqueue(db, kind=ISSUE, arguments={"class": training_class.uid, "enrolments": chosen, "base": base, "by": by_id},
                   by_id=by_id, now=now, class_id=training_class.id,
                   key=f"{ISSUE}:{training_class.uid}:{digest(repr((chosen, base)))[:32]}")


def issue_certificates(place: Workplace, arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """The job. Counts how many of those asked for hold a valid certificate in the end, and how many do not complete."""
    begun, ready = _to_do(place, arguments)
    total, done = len(begun) + len(ready), 0
    progress.step(0, total)
    batches = [begun] + [ready[i:i + BATCH] for i in range(0, len(ready), BATCH)]
    for number, batch in enumerate(batches):
        uids = batch if number == 0 else _reserve(place, arguments, batch)
        for uid in uids:
            _finish(place, uid, arguments["base"])
            done += 1
            progress.step(done, total)
    seal_chain(place, CHAIN, place.registry.get("chain", CHAIN))
    return _result(place, arguments)


def _to_do(place: Workplace, arguments: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Uids of certificates that have a number and no bytes, and of enrolments that complete the class and have none."""
    with place.database.reading() as db:
        training_class, people = _asked_for(db, arguments)
        held = set(db.scalars(select(Certificate.enrolment_id).where(
            Certificate.class_id == training_class.id, Certificate.state.in_(LIVE))))
        candidates = [e for e in people if e.id not in held]
        judged = verdicts(db, training_class=training_class, enrolments=candidates, now=place.clock.now())
        return list(unfinished(db, training_class.id)), [e.uid for e in candidates if judged[e.id].met]


def _asked_for(db: Session, arguments: dict[str, Any]) -> tuple[TrainingClass, Sequence[Enrolment]]:
    training_class = db.scalars(select(TrainingClass).where(TrainingClass.uid == arguments["class"])).one()
    query = select(Enrolment).where(Enrolment.class_id == training_class.id, Enrolment.state == "enrolled")
    if arguments["enrolments"] is not None:
        query = query.where(Enrolment.uid.in_(arguments["enrolments"]))
    return training_class, db.scalars(query.order_by(Enrolment.number, Enrolment.id)).all()


def _reserve(place: Workplace, arguments: dict[str, Any], enrolment_uids: list[str]) -> list[str]:
    """Phase one for a few people; who no longer completes the class is left out."""
    with place.database.writing() as db:
        training_class, people = _asked_for(db, {**arguments, "enrolments": enrolment_uids})
        made = reserve(db, training_class=training_class, enrolments=people, key=place.key("certificate"),
                       by_id=arguments["by"], now=place.clock.now(), sample=place.settings.demo)
        return [certificate.uid for certificate in made]


def _finish(place: Workplace, uid: str, base: str) -> None:
    """Phase two for one certificate: typeset, store, attach."""
    with place.database.reading() as db:
        row = db.scalars(select(Certificate).where(Certificate.uid == uid)).one()
    if row.state != "reserved":
        return
    signer = open_signer(place.settings, place.clock.now().date())
    pdf = render_certificate(template_file(place.database.info, row.template), row.snapshot, base=base, reserved_at=row.reserved_at,
                             code=certificate_code(place.key("certificate"), uid), signed=sign_certificate(signer, row.snapshot),
                             seal=seal_bytes(place.storage, row.snapshot))
    stored = store_bytes(place.storage, pdf, "application/pdf")
    with place.database.writing() as db:
        attach(db, certificate_uid=uid, stored=stored, now=place.clock.now())


def _result(place: Workplace, arguments: dict[str, Any]) -> dict[str, Any]:
    with place.database.reading() as db:
        training_class, people = _asked_for(db, arguments)
        states = {row.enrolment_id: row.state for row in db.execute(
            select(Certificate.enrolment_id, Certificate.state).where(
                Certificate.class_id == training_class.id, Certificate.state.in_(LIVE)))}
    valid = sum(states.get(e.id) == "valid" for e in people)
    return {"valid": valid, "incomplete": sum(e.id not in states for e in people)}
