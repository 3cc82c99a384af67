"""Issuing by two people, certificates with a term, and what remains when the archive term is over."""
from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from certificate_desk import BASE, Desk
from sqlalchemy import select

from lms.core.certificates.chain import CHAIN, CertificateChain
from lms.core.certificates.issue import certificate_code
from lms.core.certificates.models import Certificate, IssueRequest
from lms.core.certificates.preview import picture_of
from lms.core.certificates.requests import confirm, propose, withdraw
from lms.core.certificates.terms import keep_terms, shown_state
from lms.core.certificates.verify import by_code, by_file, by_number
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.clock import local
from lms.core.errors import Conflict, Forbidden, NotFound
from lms.core.files.models import StoredFile
from lms.core.seals.sealing import seal_all
from lms.core.seals.walk import walk
from lms.site import Site
from lms.worker import run_waiting

MakeDesk = Callable[..., Desk]


def put_forward(desk: Desk, count: int, by_id: int) -> IssueRequest:
    with desk.site.database.writing() as db:
        people = [db.get_one(Enrolment, e.id) for e in desk.training.enrolments[:count]]
        return propose(db, training_class=db.get_one(TrainingClass, desk.training.training_class.id), enrolments=people, base=BASE, by_id=by_id,
                       now=desk.site.clock.now())


def decide(desk: Desk, request: IssueRequest, act: Callable[..., Any], by_id: int) -> None:
    with desk.site.database.writing() as db:
        act(db, request=db.get_one(IssueRequest, request.id), by_id=by_id, now=desk.site.clock.now())


def test_where_two_are_asked_for_one_cannot_issue(make_desk: MakeDesk, site: Site) -> None:
    desk = make_desk(people=3, issuing_people="two")
    desk.finish()
    first, second = (p.id for p in desk.training.people[:2])
    with pytest.raises(Conflict) as refusal:
        desk.ask()
    assert refusal.value.code == "two_people_needed"
    asked = put_forward(desk, 2, first)
    with pytest.raises(Conflict):
        put_forward(desk, 3, second)  # one list at a time
    with pytest.raises(Forbidden):
        decide(desk, asked, confirm, first)
    assert run_waiting(site) == 0 and desk.certificates() == []
    decide(desk, asked, confirm, second)
    run_waiting(site)
    assert [c.enrolment_id for c in desk.certificates()] == [e.id for e in desk.training.enrolments[:2]]  # the list, and nobody else
    for act in (confirm, withdraw):
        with pytest.raises(Conflict):
            decide(desk, asked, act, second)


def test_a_list_that_was_taken_back_issues_nothing_and_makes_room(make_desk: MakeDesk, site: Site) -> None:
    desk = make_desk(people=2, issuing_people="two")
    desk.finish()
    first, second = (p.id for p in desk.training.people[:2])
    decide(desk, put_forward(desk, 2, first), withdraw, second)
    assert run_waiting(site) == 0
    put_forward(desk, 1, first)


def test_a_certificate_with_a_term_says_so_and_expires_the_day_after(make_desk: MakeDesk, site: Site) -> None:
    desk = make_desk(certificate_years=3)
    desk.finish()
    certificate, = desk.issue()
    assert certificate.expires_on == local(certificate.reserved_at, "Asia/Shanghai").date().replace(year=2029)
    assert certificate.snapshot["notes"][-1] == "有效期至2029年7月10日。"
    site.clock.set(certificate.reserved_at.replace(year=2029))  # type: ignore[attr-defined]
    assert keep_terms(site) == 0
    assert shown_state(certificate, certificate.expires_on) == "valid"
    assert shown_state(certificate, certificate.expires_on + timedelta(days=1)) == "expired"  # before anybody has noted it
    site.clock.move(days=1)  # type: ignore[attr-defined]
    assert keep_terms(site) == 1 and keep_terms(site) == 0
    assert desk.certificates()[0].state == "expired"
    assert walked(site) == []


def test_until_the_archive_term_ends_nothing_changes_and_then_number_hash_and_state_stay(make_desk: MakeDesk, site: Site) -> None:
    desk = make_desk(people=2)
    desk.finish()
    first, _ = desk.issue()
    code = certificate_code(site.key("certificate"), first.uid)
    pdf = desk.bytes_of(first)
    desk.rename()
    site.clock.move(days=29 * 365)  # type: ignore[attr-defined]
    assert keep_terms(site) == 0
    assert desk.certificates()[0].snapshot == first.snapshot and desk.bytes_of(first) == pdf
    site.clock.move(days=500)  # type: ignore[attr-defined]
    assert keep_terms(site) == 2 and keep_terms(site) == 0
    kept = desk.certificates()[0]
    assert (kept.number, kept.pdf_sha256, kept.state, kept.file_id) == (first.number, first.pdf_sha256, "valid", None)
    assert first.snapshot["name"] not in str((kept.snapshot, kept.verdict)) and first.snapshot["unit"] not in str(kept.snapshot)
    with pytest.raises(FileNotFoundError):
        desk.bytes_of(first)
    with site.database.reading() as db:
        assert by_code(db, code).id == by_file(db, pdf).id == first.id  # the holder's own copy is still proven
        assert db.scalars(select(StoredFile).where(StoredFile.sha256 == first.pdf_sha256)).all() == []
        with pytest.raises(NotFound):
            by_number(db, first.number, first.snapshot["name"])
    assert walked(site) == []


def walked(site: Site) -> list[Any]:
    seal_all(site)
    with site.database.reading() as db:
        found = walk(db, chain=CHAIN, source=CertificateChain())
        return [*found.faults, *CertificateChain().further_faults(db, site.storage)]


def test_the_picture_for_a_chat_is_the_frozen_page(make_desk: MakeDesk, site: Site) -> None:
    desk = make_desk()
    desk.finish()
    certificate, = desk.issue()
    png = picture_of(desk.bytes_of(certificate))
    assert png.startswith(b"\x89PNG") and len(png) < 400_000
    desk.rename()
    assert picture_of(desk.bytes_of(certificate)) == png
    assert isinstance(certificate, Certificate)
