"""Instructors add material; it shows, or downloads under its right name, for the people of the class and nobody else."""
from __future__ import annotations

import io
from urllib.parse import quote

import pytest
from course_room import MATERIAL, instructor, training  # noqa: F401  (fixtures)
from PIL import Image
from sqlalchemy import select

from lms.core.files.models import StoredFile
from lms.core.material.models import Material

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n" + b"%" * 5_000_000 + b"\n%%EOF\n"


def upload(browser, data=PDF, name="第一讲 课件.pdf", module="legal-standing"):
    return browser.post(MATERIAL, {"module": module, "title": "", "file": (io.BytesIO(data), name)},
                        content_type="multipart/form-data")


@pytest.fixture
def material(instructor, site):  # noqa: F811
    assert upload(instructor).status_code == 303
    with site.database.reading() as db:
        return db.scalars(select(Material)).one()


def test_a_pdf_shows_in_its_module_and_downloads_under_its_name(material, training, log_in):  # noqa: F811
    trainee = log_in(training.people[0])
    assert "第一讲 课件.pdf" in trainee.get("/courses/finance-rules/legal-standing").get_data(as_text=True)
    assert "<iframe" in trainee.get(f"/material/{material.uid}").get_data(as_text=True)
    shown = trainee.get(f"/material/{material.uid}/file")
    assert shown.data == PDF and shown.headers["Content-Disposition"].startswith("inline")
    saved = trainee.get(f"/material/{material.uid}/file?download=1").headers
    assert saved["Content-Disposition"].startswith("attachment")
    assert "filename*=UTF-8''%E7%AC%AC%E4%B8%80%E8%AE%B2" in saved["Content-Disposition"]
    assert "default-src 'none'" in saved["Content-Security-Policy"] and saved["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(("asked", "first", "length"), [
    ("bytes=0-99", 0, 100), ("bytes=100-", 100, 4 * 1024 * 1024), ("bytes=-50", len(PDF) - 50, 50)])
def test_ranges_are_answered_and_never_longer_than_four_megabytes(material, training, log_in, asked, first, length):  # noqa: F811
    answer = log_in(training.people[0]).get(f"/material/{material.uid}/file", headers={"Range": asked})
    assert answer.status_code == 206 and answer.data == PDF[first:first + length]
    assert answer.headers["Content-Range"] == f"bytes {first}-{first + length - 1}/{len(PDF)}"


def test_a_range_outside_the_file_is_refused(material, training, log_in):  # noqa: F811
    answer = log_in(training.people[0]).get(f"/material/{material.uid}/file", headers={"Range": f"bytes={len(PDF)}-"})
    assert answer.status_code == 416 and answer.headers["Content-Range"] == f"bytes */{len(PDF)}"


def test_nobody_outside_the_class_gets_it(material, make_training, log_in, browser):
    stranger = log_in(make_training("class-b", people=1).people[0])
    for address in (f"/material/{material.uid}", f"/material/{material.uid}/file"):
        assert stranger.get(address).status_code == 404
        assert browser.get(address).status_code == 302


@pytest.mark.parametrize(("data", "name", "words"), [
    (b"<script>", "a.pdf", "不是 pdf 文件"), (PDF, "a.html", "不接受"), (b"", "a.pdf", "空的"), (PDF, "", "请选择")])
def test_a_wrong_upload_says_why_at_the_field_and_keeps_nothing(instructor, site, data, name, words):  # noqa: F811
    answer = upload(instructor, data, name)
    assert answer.status_code == 422 and words in answer.get_data(as_text=True)
    with site.database.reading() as db:
        assert db.scalars(select(Material)).all() == []


def test_too_large_an_upload_is_told_its_limit(app, instructor):  # noqa: F811
    app.config["MAX_CONTENT_LENGTH"] = 1_000_000
    answer = upload(instructor)
    assert answer.status_code == 413 and "200 MB" in answer.get_data(as_text=True)


def test_a_name_with_folders_is_only_a_name(instructor, site):  # noqa: F811
    upload(instructor, PDF, "../../windows/evil.pdf")
    with site.database.reading() as db:
        assert db.scalars(select(Material.name)).one() == "evil.pdf"


def photograph(kind="JPEG"):
    """120 × 80, lying on its side, with the place where it was taken and a comment; its upper left is red as one sees it."""
    picture, exif = Image.new("RGB", (120, 80), "blue"), Image.Exif()
    picture.paste("red", (0, 40, 60, 80))
    exif[0x0112] = 6  # to be turned to the right
    exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 13.0, 49.0), 3: "E", 4: (121.0, 28.0, 25.0)})
    exif[0x010F] = "CAMERA-7788"
    out = io.BytesIO()
    picture.save(out, kind, exif=exif.tobytes(), **({"comment": b"CAMERA-7788"} if kind == "JPEG" else {"xmp": b"<x>CAMERA-7788</x>"}))
    assert b"CAMERA-7788" in out.getvalue()
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_photograph_loses_where_it_was_taken_and_keeps_its_name_and_its_upright(instructor, training, log_in, site, kind):  # noqa: F811
    name = f"会议室 现场.{'jpg' if kind == 'JPEG' else 'webp'}"
    assert upload(instructor, photograph(kind), name).status_code == 303
    with site.database.reading() as db:
        uid = db.scalars(select(Material.uid)).one()
    answer = log_in(training.people[0]).get(f"/material/{uid}/file?download=1")
    assert quote(name) in answer.headers["Content-Disposition"] and b"CAMERA" not in answer.data and b"Exif" not in answer.data
    seen = Image.open(io.BytesIO(answer.data))
    assert (seen.format, seen.size, dict(seen.getexif())) == (kind, (80, 120), {})
    red, _, blue = seen.convert("RGB").getpixel((10, 10))
    assert red > 200 and blue < 60, "it stands upright"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_moves_goes_on_moving_and_what_is_no_picture_is_refused(instructor, site):  # noqa: F811
    out = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "green", "blue")]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=80, loop=0, comment=b"CAMERA")
    assert upload(instructor, out.getvalue(), "演示.gif").status_code == 303
    with site.database.reading() as db:
        sha256 = db.scalars(select(StoredFile.sha256).where(StoredFile.media_type == "image/gif")).one()
    with site.storage.open(sha256) as file:
        data = file.read()
    assert Image.open(io.BytesIO(data)).n_frames == 3 and b"CAMERA" not in data
    answer = upload(instructor, b"\xff\xd8\xff" + b"x" * 500 + b"\xff\xd9", "坏.jpg")
    assert answer.status_code == 422 and "不是 JPG" in answer.get_data(as_text=True)


def test_removed_material_is_gone_for_trainees_and_removing_twice_is_once(material, instructor, training, log_in):  # noqa: F811
    for _ in range(2):
        assert instructor.post(f"/manage/material/{material.uid}/remove").status_code == 303
    trainee = log_in(training.people[0])
    assert trainee.get(f"/material/{material.uid}/file").status_code == 404
    assert "第一讲" not in trainee.get("/courses/finance-rules/legal-standing").get_data(as_text=True)


def test_a_new_version_is_served_under_the_old_address_and_the_old_one_can_come_back(material, instructor, training, log_in, site):  # noqa: F811
    trainee, address = log_in(training.people[0]), f"/material/{material.uid}/file"
    newer = PDF.replace(b"<<>>", b"<</A 1>>", 1)
    form = {"version": material.version, "file": (io.BytesIO(newer), "第一讲 修订.pdf")}
    assert instructor.post(f"/manage/material/{material.uid}/replace", form, content_type="multipart/form-data").status_code == 303
    assert trainee.get(address).data == newer
    page = instructor.get(f"/manage/material/{material.uid}").get_data(as_text=True)
    assert "测试instructor" in page and "第一讲 课件.pdf" in page and "第一讲 修订.pdf" in page
    assert instructor.post(f"/manage/material/{material.uid}/restore", {"number": 1, "version": material.version + 1}).status_code == 303
    assert trainee.get(address).data == PDF


def test_the_second_of_two_editors_is_told(material, instructor):  # noqa: F811
    for status in (303, 409):
        form = {"version": material.version, "file": (io.BytesIO(PDF), "新.pdf")}
        assert instructor.post(f"/manage/material/{material.uid}/replace", form, content_type="multipart/form-data").status_code == status
    assert instructor.post(f"/manage/material/{material.uid}", {"title": "名", "version": material.version}).status_code == 409


@pytest.mark.parametrize(("number", "status"), [("2", 404), ("x", 404), ("9" * 40, 404), ("1", 409)])
def test_only_another_version_can_be_restored(material, instructor, number, status):  # noqa: F811
    assert instructor.post(f"/manage/material/{material.uid}/restore", {"number": number, "version": material.version}).status_code == status
