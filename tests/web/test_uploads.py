"""Large files come in pieces (tus 1.0): they go on where they stopped, belong to one person, and become material by a form."""
from __future__ import annotations

import base64
import hashlib

import pytest
from course_room import MATERIAL, instructor, training  # noqa: F401  (fixtures)
from sqlalchemy import select

from lms.core.files.housekeeping import drop_expired_uploads
from lms.core.files.models import Upload
from lms.core.files.uploads import MOST_OPEN
from lms.core.material.models import Material

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n" + b"% filled\n" * 5000 + b"%%EOF\n"
TUS = {"Tus-Resumable": "1.0.0", "Accept": "application/json"}
OCTETS = {**TUS, "Content-Type": "application/offset+octet-stream"}
MB = 1024 * 1024
SIZE = len(PDF)


def begin(browser, size=SIZE, name="录像.pdf", **more):
    coded = base64.b64encode(name.encode()).decode()
    return browser.send("POST", "/uploads", headers={**TUS, "Upload-Length": str(size), "Upload-Metadata": f"filename {coded}", **more})


def piece(browser, place, offset, data, **more):
    return browser.send("PATCH", place, headers={**OCTETS, "Upload-Offset": str(offset), **more}, data=data)


def offset_of(browser, place):
    return browser.send("HEAD", place, headers=TUS).headers.get("Upload-Offset")


def test_an_upload_in_pieces_becomes_material(instructor, site):  # noqa: F811
    begun = begin(instructor)
    place = begun.headers["Location"]
    assert begun.status_code == 201 and begun.headers["Upload-Offset"] == "0" and begun.headers["Tus-Resumable"] == "1.0.0"
    assert piece(instructor, place, 0, PDF[:1000]).headers["Upload-Offset"] == "1000"
    assert offset_of(instructor, place) == "1000", "a new page asks and goes on"
    assert piece(instructor, place, 1000, PDF[1000:]).status_code == 204
    form = {"module": "legal-standing", "title": "", "upload": place.rsplit("/", 1)[1]}
    assert instructor.post(MATERIAL, form).status_code == 303
    with site.database.reading() as db:
        material = db.scalars(select(Material)).one()
        assert (material.file.sha256, material.name) == (hashlib.sha256(PDF).hexdigest(), "录像.pdf")
        assert db.scalars(select(Upload)).all() == []
    assert not list((site.settings.data_folder / "uploads").iterdir())
    assert instructor.post(MATERIAL, form).status_code == 404, "the same form again finds no upload and adds nothing"


@pytest.mark.parametrize(("offset", "status", "code"), [(0, 409, "wrong_offset"), (999, 409, "wrong_offset"), (5000, 409, "wrong_offset"),
                                                        ("", 422, "bad_header"), ("-1", 422, "bad_header"), ("1e3", 422, "bad_header")])
def test_a_piece_that_does_not_follow_changes_nothing(instructor, offset, status, code):  # noqa: F811
    place = begin(instructor).headers["Location"]
    piece(instructor, place, 0, PDF[:1000])
    answer = piece(instructor, place, offset, PDF[1000:])
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (status, code)
    assert offset_of(instructor, place) == "1000"


def test_the_same_piece_twice_is_one(instructor):  # noqa: F811
    place = begin(instructor).headers["Location"]
    assert [piece(instructor, place, 0, PDF[:1000]).status_code for _ in range(2)] == [204, 409]
    assert offset_of(instructor, place) == "1000"


def test_a_damaged_piece_is_sent_again(instructor):  # noqa: F811
    place = begin(instructor).headers["Location"]
    checksum = "sha256 " + base64.b64encode(hashlib.sha256(PDF).digest()).decode()
    assert piece(instructor, place, 0, b"x" + PDF[1:], **{"Upload-Checksum": checksum}).status_code == 460
    assert piece(instructor, place, 0, PDF, **{"Upload-Checksum": checksum}).status_code == 204


@pytest.mark.parametrize(("size", "name", "status", "code"), [
    (0, "a.pdf", 422, "empty_file"), (2001 * MB, "a.mp4", 413, "file_too_large"), (10, "a.exe", 422, "kind_not_accepted"),
    (10, "", 422, "kind_not_accepted"), ("many", "a.pdf", 422, "bad_header"), ("9" * 30, "a.pdf", 422, "bad_header")])
def test_what_could_never_be_kept_is_refused_before_it_comes(instructor, site, size, name, status, code):  # noqa: F811
    answer = begin(instructor, size, name)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (status, code)
    with site.database.reading() as db:
        assert db.scalars(select(Upload)).all() == []


def test_more_bytes_than_were_announced_are_refused(instructor):  # noqa: F811
    place = begin(instructor, 10).headers["Location"]
    assert piece(instructor, place, 0, PDF).status_code == 413 and offset_of(instructor, place) == "0"


def test_what_is_not_what_it_says_is_told_at_the_form(instructor, site):  # noqa: F811
    place = begin(instructor, 14).headers["Location"]
    piece(instructor, place, 0, b"<script></scri")
    answer = instructor.post(MATERIAL, {"module": "legal-standing", "title": "", "upload": place.rsplit("/", 1)[1]})
    assert answer.status_code == 422 and "不是 pdf 文件" in answer.get_data(as_text=True)
    with site.database.reading() as db:
        assert db.scalars(select(Material)).all() == []


def test_an_unfinished_upload_is_no_material(instructor):  # noqa: F811
    place = begin(instructor).headers["Location"]
    piece(instructor, place, 0, PDF[:1000])
    answer = instructor.post(MATERIAL, {"module": "legal-standing", "title": "", "upload": place.rsplit("/", 1)[1]})
    assert answer.status_code == 409 and "还没有传完（1000" in answer.get_data(as_text=True)


def test_another_person_s_upload_is_not_there(instructor, person_with, log_in):  # noqa: F811
    place = begin(instructor).headers["Location"]
    piece(instructor, place, 0, PDF[:1000])
    other = log_in(person_with("administrator"))
    assert piece(other, place, 1000, b"evil").status_code == 404
    assert other.send("DELETE", place, headers=TUS).status_code == 404 and offset_of(other, place) is None
    other.get(MATERIAL)
    assert other.post(MATERIAL, {"module": "legal-standing", "title": "", "upload": place.rsplit("/", 1)[1]}).status_code == 404
    assert offset_of(instructor, place) == "1000"


@pytest.mark.parametrize("uid", ["..%2f..%2flms.db", "x" * 32, "0" * 200])
def test_an_address_that_is_none(instructor, uid, site):  # noqa: F811
    assert piece(instructor, f"/uploads/{uid}", 0, b"x").status_code == 404
    assert not (site.settings.data_folder / "uploads").exists()


def test_another_protocol_or_type_is_told(instructor):  # noqa: F811
    place = begin(instructor).headers["Location"]
    assert piece(instructor, place, 0, PDF, **{"Tus-Resumable": "0.2.1"}).status_code == 412
    assert piece(instructor, place, 0, PDF, **{"Content-Type": "text/plain"}).status_code == 415
    assert offset_of(instructor, place) == "0"


def test_an_upload_may_be_given_up(instructor, site):  # noqa: F811
    place = begin(instructor).headers["Location"]
    piece(instructor, place, 0, PDF[:1000])
    assert instructor.send("DELETE", place, headers=TUS).status_code == 204
    assert offset_of(instructor, place) is None and not list((site.settings.data_folder / "uploads").iterdir())


def test_nobody_fills_the_disk_with_beginnings(instructor):  # noqa: F811
    answers = [begin(instructor) for _ in range(MOST_OPEN + 1)]
    assert [a.status_code for a in answers] == [201] * MOST_OPEN + [429]


def test_what_expired_is_swept_and_what_goes_on_stays(instructor, site, clock):  # noqa: F811
    old = begin(instructor).headers["Location"]
    piece(instructor, old, 0, PDF[:1000])
    clock.move(days=1)
    new = begin(instructor).headers["Location"]
    piece(instructor, new, 0, PDF[:10])
    clock.move(days=1)
    drop_expired_uploads(site)
    assert offset_of(instructor, old) is None and offset_of(instructor, new) == "10"
    assert [file.name for file in (site.settings.data_folder / "uploads").iterdir()] == [new.rsplit("/", 1)[1]]
