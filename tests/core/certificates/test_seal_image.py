"""The seal as a picture: on no certificate before two people have approved it, and never over the text."""
from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from certificate_desk import Desk
from PIL import Image, ImageDraw
from pypdf import PdfReader

from lms.core.certificates.models import SealImage
from lms.core.certificates.seal_image import approve_seal, clean_seal, current_seal, propose_seal, withdraw_seal
from lms.core.classes.models import TrainingClass
from lms.core.errors import Conflict, Forbidden, Invalid
from lms.core.files.service import store_bytes

MakeDesk = Callable[..., Desk]


def drawn(*, background: int = 0, size: int = 400, kind: str = "PNG") -> bytes:
    picture = Image.new("RGBA", (size, size), (255, 255, 255, background))
    ImageDraw.Draw(picture).ellipse((10, 10, size - 10, size - 10), outline=(200, 20, 20, 255), width=12)
    out = io.BytesIO()
    (picture if kind == "PNG" else picture.convert("RGB")).save(out, kind)
    return out.getvalue()


def pictures(pdf: bytes) -> int:
    return sum(len(page.images) for page in PdfReader(io.BytesIO(pdf)).pages)


def test_only_a_picture_that_two_people_approved_is_printed(make_desk: MakeDesk) -> None:
    desk = make_desk(people=4)
    desk.finish()
    site, first, second = desk.site, *(p.id for p in desk.training.people[:2])
    stored = store_bytes(site.storage, clean_seal(drawn()), "image/png")
    with site.database.writing() as db:
        propose_seal(db, training_class=db.get_one(TrainingClass, desk.training.training_class.id), stored=stored, by_id=first, now=site.clock.now())

    def act(what: Callable[..., None], by_id: int) -> None:
        with site.database.writing() as db:
            seal = current_seal(db, desk.training.training_class.id)
            assert isinstance(seal, SealImage)
            what(db, seal=seal, by_id=by_id, now=site.clock.now())

    before = desk.issue(desk.training.enrolments[:1])[-1]
    act(approve_seal, first)
    with pytest.raises(Forbidden):
        act(approve_seal, first)
    once = desk.issue(desk.training.enrolments[1:2])[-1]
    act(approve_seal, second)
    with pytest.raises(Conflict):
        act(approve_seal, desk.training.people[2].id)
    twice = desk.issue(desk.training.enrolments[2:3])[-1]
    act(withdraw_seal, second)
    after = desk.issue(desk.training.enrolments[3:])[-1]
    assert [pictures(desk.bytes_of(c)) for c in (before, once, twice, after)] == [0, 0, 1, 0]
    assert "（公章）" in PdfReader(io.BytesIO(desk.bytes_of(after))).pages[0].extract_text()
    assert b"pdfaid" in desk.bytes_of(twice)  # still a file for keeping


@pytest.mark.parametrize("data", [b"", b"no picture", drawn(kind="JPEG"), drawn(background=255), drawn()[:300], b"\x89PNG\r\n\x1a\n" + b"0" * 3_000_000])
def test_what_is_no_seal_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid):
        clean_seal(data)


def test_a_seal_is_drawn_anew_small_and_square() -> None:
    with Image.open(io.BytesIO(clean_seal(drawn(size=1500)))) as picture:
        assert picture.size == (1000, 1000) and picture.info.get("exif") is None
