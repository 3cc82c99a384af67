"""Issuing as a job: frozen bytes, readable codes, one certificate a person, and going on where it stopped."""
from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import zxingcpp
from certificate_desk import BASE, Desk
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import func, select

from lms.core.audit.models import AuditEntry
from lms.core.certificates import jobs
from lms.core.certificates.issue import attach, certificate_code, revoke
from lms.core.certificates.models import Certificate
from lms.core.certificates.preview import preview_certificate
from lms.core.certificates.render import check_code, document_data, verify_address
from lms.core.certificates.standing import outlook, standings
from lms.core.certificates.templates import template_file
from lms.core.certificates.verify import by_code, by_file, by_number
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.documents.pdf import render_png
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.files.models import StoredFile
from lms.core.files.service import Stored
from lms.core.jobs.service import cancel, requeue_interrupted
from lms.site import Site
from lms.testing import KEY
from lms.worker import run_waiting

MakeDesk = Callable[..., Desk]
SCRIPT = Path(__file__).with_name("issuing_process.py")


def text_of(pdf: bytes) -> str:
    return "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages)


def test_a_certificate_prints_its_snapshot_and_its_code_leads_to_its_page(make_desk: MakeDesk, site: Site) -> None:
    desk = make_desk()
    desk.finish()
    certificate, = desk.issue()
    text = text_of(desk.bytes_of(certificate))
    words = certificate.snapshot
    address = verify_address(BASE, desk.code(certificate))
    for printed in (words["number"], words["name"], words["unit"], words["organiser"], words["date"], words["title"], address,
                    "".join(words["wording"].split()), check_code(desk.code(certificate)).replace(" ", "")):
        assert "".join(printed.split()) in text
    assert words["wording"] == "于2026年7月6日至2026年7月8日参加class-a培训班，完成规定的24学时，考核合格，准予结业。"
    png = render_png(template_file(site.database.info, certificate.template),
                     document_data(words, base=BASE, code=desk.code(certificate), signed=desk.signed(certificate)), ppi=200)[0]
    assert [c.text for c in zxingcpp.read_barcodes(Image.open(io.BytesIO(png)))] == [f"{address}#{desk.signed(certificate)}"]
    with site.database.reading() as db:
        assert by_code(db, address.rsplit("/", 1)[1]).id == certificate.id


def test_a_later_change_reaches_neither_bytes_nor_snapshot(make_desk: MakeDesk, site: Site) -> None:
    desk = make_desk(people=2)
    desk.finish()
    first = desk.issue([desk.training.enrolments[0]])[0]
    before = desk.bytes_of(first)
    desk.rename()
    again, second = desk.issue()
    assert desk.bytes_of(again) == before and again.snapshot == first.snapshot
    assert second.snapshot["name"] == "改了名的人" and "改了名的主办单位" in text_of(desk.bytes_of(second))
    with site.database.reading() as db:
        assert by_file(db, before).id == first.id
        with pytest.raises(NotFound):
            by_file(db, before + b"\n")


def test_issuing_again_changes_nothing(make_desk: MakeDesk, site: Site) -> None:
    desk = make_desk(people=3)
    desk.finish()
    first = [(c.uid, c.number, c.pdf_sha256, c.issued_at) for c in desk.issue()]
    assert [(c.uid, c.number, c.pdf_sha256, c.issued_at) for c in desk.issue()] == first


def test_attaching_twice_is_attaching_once(make_desk: MakeDesk, site: Site) -> None:
    desk = make_desk()
    desk.finish()
    certificate, = desk.issue()
    with site.database.writing() as db:
        attach(db, certificate_uid=certificate.uid, stored=Stored("0" * 64, 1, "application/pdf"), now=site.clock.now())
    assert desk.certificates()[0].pdf_sha256 == certificate.pdf_sha256
    with site.database.reading() as db:
        assert db.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "certificate.issue")) == 1


def test_asking_twice_is_one_job_and_other_people_are_another(make_desk: MakeDesk) -> None:
    desk = make_desk(people=2)
    assert desk.ask().id == desk.ask().id
    assert desk.ask([desk.training.enrolments[0]]).id != desk.ask([desk.training.enrolments[1]]).id


def test_only_those_asked_for_are_certified(make_desk: MakeDesk) -> None:
    desk = make_desk(people=3)
    desk.finish()
    made = desk.issue(desk.training.enrolments[1:])
    assert {c.enrolment_id for c in made} == {e.id for e in desk.training.enrolments[1:]}


def test_the_result_says_how_many_hold_one_and_how_many_do_not_complete(make_desk: MakeDesk) -> None:
    desk = make_desk(people=3)
    desk.finish()
    desk.mark(["unexcused"] * 3, desk.training.people[:1])
    job = desk.ask()
    run_waiting(desk.site)
    done = desk.job(job)
    assert (done.state, done.done, done.total, done.result) == ("done", 2, 2, {"valid": 2, "incomplete": 1})


def test_a_cancelled_job_stops_and_the_next_one_finishes_what_has_a_number(make_desk: MakeDesk, site: Site,
                                                                          monkeypatch: pytest.MonkeyPatch) -> None:
    desk = make_desk(people=7)
    desk.finish()
    monkeypatch.setattr(jobs, "BATCH", 5)
    job, step = desk.ask(), jobs.Progress.step

    def stop_after_two(progress: jobs.Progress, done: int, total: int) -> None:
        if done == 2:
            with site.database.writing() as db:
                cancel(db, db.get_one(type(job), job.id), now=site.clock.now())
        step(progress, done, total)

    monkeypatch.setattr(jobs.Progress, "step", stop_after_two)
    run_waiting(site)
    monkeypatch.undo()
    assert desk.job(job).state == "cancelled"
    assert [c.state for c in desk.certificates()] == ["valid"] * 2 + ["reserved"] * 3
    begun = [c.uid for c in desk.certificates()]
    finished = desk.issue()
    assert [c.serial for c in finished] == list(range(1, 8)) and {c.state for c in finished} == {"valid"}
    assert [c.uid for c in finished][:5] == begun


def test_killed_between_the_phases_the_next_run_finishes(make_desk: MakeDesk, site: Site, database_url: str, tmp_path: Path) -> None:
    desk = make_desk(people=20)
    desk.finish()
    process = subprocess.Popen(
        [sys.executable, str(SCRIPT), str(tmp_path / "data"), database_url, desk.training.training_class.uid,
         site.clock.now().isoformat()], env={**os.environ, "LMS_SECRET_KEY": KEY}, stdout=subprocess.PIPE)
    assert process.stdout is not None
    for line in process.stdout:
        if int(line) >= 3:
            break
    process.kill()
    process.wait()
    left = desk.certificates()
    assert {c.state for c in left} == {"valid", "reserved"}, "it was not killed between the phases"
    finished = desk.issue()
    assert [c.serial for c in finished] == list(range(1, 21)) and {c.state for c in finished} == {"valid"}
    assert [c.uid for c in finished] == [c.uid for c in left]
    assert all(PdfReader(io.BytesIO(desk.bytes_of(c))).pages for c in finished)
    with site.database.reading() as db:
        logged = db.scalars(select(AuditEntry.thing_uid).where(AuditEntry.action == "certificate.issue")).all()
        stored = db.scalars(select(StoredFile.sha256)).all()
    assert sorted(logged) == sorted(c.uid for c in finished)
    assert sorted(stored) == sorted(str(c.pdf_sha256) for c in finished)


def test_a_restart_goes_on_with_the_job_itself(make_desk: MakeDesk, site: Site) -> None:
    """The job child queues again what was running when it died."""
    desk = make_desk(people=2)
    desk.finish()
    job = desk.ask()
    with site.database.writing() as db:
        db.get_one(type(job), job.id).state = "running"
    run_waiting(site)
    assert desk.certificates() == []
    with site.database.writing() as db:
        requeue_interrupted(db)
    run_waiting(site)
    assert desk.job(job).state == "done" and len(desk.certificates()) == 2


def test_revoking_needs_a_reason_and_happens_once(make_desk: MakeDesk, site: Site) -> None:
    desk = make_desk()
    desk.finish()
    certificate, = desk.issue()
    by = desk.training.people[0].id

    def take_back(reason: str) -> None:
        with site.database.writing() as db:
            revoke(db, certificate=db.get_one(Certificate, certificate.id), reason=reason, by_id=by, now=site.clock.now())

    for reason in ("", "  ", "因", "长" * 501):
        with pytest.raises(Invalid):
            take_back(reason)
    take_back(" 姓名有误 ")
    with pytest.raises(Conflict):
        take_back("再来一次")
    revoked, = desk.certificates()
    assert (revoked.state, revoked.state_reason, revoked.pdf_sha256) == ("revoked", "姓名有误", certificate.pdf_sha256)


@pytest.mark.parametrize("base", ["", "peixun.example.org", "javascript:alert(1)", "//example.org", "https://"])
def test_without_a_web_address_nothing_is_asked_for(make_desk: MakeDesk, base: str) -> None:
    with pytest.raises(Invalid):
        make_desk().ask(base=base)


@pytest.mark.parametrize("name", ["completion", "../../print/cards", "", "/etc", "landscape/../portrait"])
def test_a_template_that_does_not_exist_takes_no_number(site: Site, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        template_file(site.database.info, name)
    assert refused.value.code == "no_such_template"


def test_the_default_template_and_the_portrait_one_exist(site: Site, make_desk: MakeDesk) -> None:
    for slug, rules in (("class-a", {}), ("class-b", {"certificate_template": "portrait"})):
        desk = make_desk(slug, **rules)
        desk.finish()
        assert "准予结业" in text_of(desk.bytes_of(desk.issue()[0]))


def test_a_preview_reserves_nothing(make_desk: MakeDesk, site: Site) -> None:
    desk = make_desk()
    with site.database.reading() as db:
        png = preview_certificate(db, site.storage, training_class=db.get_one(TrainingClass, desk.training.training_class.id),
                                  enrolment=db.get_one(Enrolment, desk.training.enrolments[0].id), base=BASE, now=site.clock.now())
    assert Image.open(io.BytesIO(png)).size[0] > 1000
    assert desk.certificates() == []


def test_the_outlook_counts_places_and_names_characters_without_glyph(make_desk: MakeDesk, site: Site) -> None:
    desk = make_desk(people=6)
    desk.mark(["present"] * 6, desk.training.people[:2])
    desk.mark(["present"] * 4, desk.training.people[2:3])
    desk.mark(["absent"] * 2, desk.training.people[3:4])
    desk.mark(["personal_leave"], desk.training.people[4:5])
    desk.issue([desk.training.enrolments[0]])
    with site.database.writing() as db:
        db.get_one(Enrolment, desk.training.enrolments[1].id).name = "陈𠮷😀"
    with site.database.reading() as db:
        training_class = db.get_one(TrainingClass, desk.training.training_class.id)
        people = select(Enrolment).where(Enrolment.class_id == training_class.id).order_by(Enrolment.number)
        found = standings(db, training_class=training_class, people=people, now=site.clock.now())
    assert [s.place for s in found] == ["certified", "complete", "near", "lost", "lost", "near"]
    ahead = outlook(found)
    assert [s.enrolment.name for s in ahead.ready] == ["陈𠮷😀"]
    assert [(e.name, missing) for e, missing in ahead.without_glyphs] == [("陈𠮷😀", ("😀",))]
    assert (ahead.certified, ahead.begun, ahead.places["lost"]) == (1, 0, 2)


def test_number_and_name_together_find_a_certificate_and_neither_alone(make_desk: MakeDesk, site: Site) -> None:
    desk = make_desk(people=2)
    desk.finish()
    first, second = desk.issue()
    with site.database.reading() as db:
        assert by_number(db, "培结[2026]第001号", " class-a 学员1").id == first.id
        for number, name in ((first.number, second.snapshot["name"]), (first.number, ""), ("", first.snapshot["name"]),
                             ("培结〔2026〕第009号", first.snapshot["name"])):
            with pytest.raises(NotFound):
                by_number(db, number, name)


def test_a_code_is_found_as_people_type_it_and_no_other_is(make_desk: MakeDesk, site: Site) -> None:
    desk = make_desk()
    desk.finish()
    certificate, = desk.issue()
    code = desk.code(certificate)
    with site.database.reading() as db:
        for typed in (code, check_code(code), check_code(code).replace(" ", "-"), code.replace("o", "0").replace("i", "1"), f" {code}​ "):
            assert by_code(db, typed).id == certificate.id
        for wrong in ("", certificate.uid, code[:-1], code + "a", certificate.code_digest):
            with pytest.raises(NotFound):
                by_code(db, wrong)


def test_another_installations_key_gives_another_code(make_desk: MakeDesk) -> None:
    assert certificate_code(b"one", "uid") != certificate_code(b"two", "uid") and len(certificate_code(b"one", "uid")) == 26
