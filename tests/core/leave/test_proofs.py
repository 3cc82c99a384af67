"""A proof keeps neither place nor phone, is purged on time with its bytes, and takes nothing away from anybody else."""
from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import func, select

from lms.core.classes.models import TrainingClass
from lms.core.errors import LmsError
from lms.core.files.models import FileReference, StoredFile
from lms.core.files.photos import LONGEST_SIDE
from lms.core.ids import new_uid
from lms.core.leave.asking import ask, withdraw
from lms.core.leave.models import LeaveRequest
from lms.core.leave.proofs import purge_proofs, take_proof
from lms.worker import do_every_minute

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def photo(kind="JPEG", size=(60, 30)):
    """A photo taken upright by a phone that wrote down where."""
    exif, out = Image.Exif(), BytesIO()
    exif[0x010F], exif[0x0112] = "PhoneMaker", 6
    exif.get_ifd(0x8825)[2] = (40.0, 22.0, 35.0)
    Image.new("RGB", size, "white").save(out, kind, exif=exif)
    return out.getvalue()


@pytest.fixture
def training(make_training):
    return make_training(people=2)


@pytest.fixture
def asked(site, training):
    def make(data=None, name="病历.jpg", place=0):
        proof = take_proof(site.storage, BytesIO(photo() if data is None else data), name=name)
        with site.database.writing() as db:
            return ask(db, training_class=db.get_one(TrainingClass, training.training_class.id), person_id=training.people[0].id,
                       kind="sick_leave", session_uids=[training.sessions[place].uid], reason="发烧", uid=new_uid(), now=site.clock.now(),
                       proof=proof, proof_days=14).id
    return make


def request(db, key):
    return db.get_one(LeaveRequest, key)


def bytes_of(site, key):
    with site.database.reading() as db:
        file = request(db, key).proof.file
        with site.storage.open(file.sha256) as stored:
            return stored.read(), file


def counts(site):
    with site.database.reading() as db:
        return [db.scalar(select(func.count()).select_from(model)) for model in (FileReference, StoredFile)]


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "PNG"])
def test_a_photo_is_drawn_anew_upright_without_place_and_phone(site, asked, kind):
    original = photo(kind)
    assert b"PhoneMaker" in original
    data, file = bytes_of(site, asked(original, f"病历.{kind.lower()}"))
    with Image.open(BytesIO(data)) as kept:
        assert (kept.format, kept.size, dict(kept.getexif())) == ("JPEG", (30, 60), {})
    assert b"PhoneMaker" not in data and file.media_type == "image/jpeg"


def test_a_large_photo_becomes_a_page_that_can_be_read(site, asked):
    with Image.open(BytesIO(bytes_of(site, asked(photo(size=(4000, 3000))))[0])) as kept:
        assert max(kept.size) == LONGEST_SIDE


def test_a_pdf_stays_readable(site, asked):
    data, file = bytes_of(site, asked(PDF, "证明.pdf"))
    assert data.startswith(PDF) and file.media_type == "application/pdf"


@pytest.mark.parametrize(("data", "name", "code"), [
    (b"", "a.jpg", "proof_kind"), (b"MZ", "a.exe", "proof_kind"), (b"GIF89a;", "a.gif", "proof_kind"), (PDF, "a.jpg", "not_what_it_says"),
    (photo()[:200] + b"\xff\xd9", "a.jpg", "not_a_photo"), (PDF + b" " * (10 * 1024 * 1024), "a.pdf", "proof_too_large"),
    (b"<html>", "a.pdf", "not_what_it_says"), (photo("PNG"), "a.jpg", "not_what_it_says")])
def test_anything_else_is_refused_and_leaves_no_file(site, data, name, code):
    with pytest.raises(LmsError) as refusal:
        take_proof(site.storage, BytesIO(data), name=name)
    assert refusal.value.code == code
    assert not [p for p in site.storage.root.rglob("*") if p.is_file()]


def test_a_picture_that_unpacks_to_too_much_is_refused(site):
    out = BytesIO()
    Image.new("1", (20_000, 4_000)).save(out, "PNG")
    assert len(out.getvalue()) < 1_000_000
    with pytest.raises(LmsError) as refusal:
        take_proof(site.storage, BytesIO(out.getvalue()), name="a.png")
    assert refusal.value.code == "photo_too_many_pixels"


def test_it_is_purged_when_its_term_is_over_by_the_minute_s_work(site, asked, clock):
    key = asked()
    _, file = bytes_of(site, key)
    clock.set(request_until := site.clock.now() + timedelta(hours=3, minutes=29, days=14))  # the session ends at 11:30
    do_every_minute(site)
    assert counts(site) == [1, 1]
    clock.set(request_until + timedelta(minutes=1))
    do_every_minute(site)
    assert counts(site) == [0, 0] and not site.storage.path(file.sha256).exists()
    with site.database.reading() as db:
        row = request(db, key)
        assert (row.proof_id, row.proof_purged_at, row.reason) == (None, clock.now(), "发烧") and row.proof_consent_at is not None


def test_two_same_files_are_two_so_that_purging_one_keeps_the_other(site, asked, clock):
    first, second = asked(PDF, "a.pdf"), asked(PDF, "b.pdf", place=2)
    with site.database.writing() as db:
        withdraw(db, request(db, first), by_id=request(db, first).person_id, now=clock.now())
    purge_proofs(site)
    assert counts(site) == [1, 1] and bytes_of(site, second)[0].startswith(PDF)


def test_withdrawn_is_purged_at_once_and_a_purge_cut_off_is_finished_by_the_next(site, asked, clock):
    key = asked()
    _, file = bytes_of(site, key)
    with site.database.writing() as db:
        withdraw(db, request(db, key), by_id=request(db, key).person_id, now=clock.now())
    site.storage.remove(file.sha256)  # the power failed after the bytes were gone
    purge_proofs(site)
    assert counts(site) == [0, 0]
    purge_proofs(site)
