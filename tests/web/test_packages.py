"""Packages show in a sandbox without cookies: what they hold may be read by the address that a page gave out, and nothing else by it."""
from __future__ import annotations

import io
import json
import re
import zipfile
from typing import Any
from urllib.parse import unquote

import pytest
from course_room import MATERIAL, MODULE, instructor, training  # noqa: F401  (fixtures)
from scorm_package import packed, scorm
from sqlalchemy import select

from lms.core.material.models import Material

VIDEO = bytes(range(256)) * 400


def upload(browser: Any, data: bytes, name: str = "课件.zip") -> Any:
    return browser.post(MATERIAL, {"module": MODULE, "title": "", "file": (io.BytesIO(data), name)}, content_type="multipart/form-data")


@pytest.fixture
def package(instructor: Any, site: Any) -> Material:  # noqa: F811
    assert upload(instructor, scorm(2, **{"film.mp4": VIDEO, "a.css": "p{}", "a.svg": "<svg/>"})).status_code == 303
    with site.database.reading() as db:
        return db.scalars(select(Material)).one()  # type: ignore[no-any-return]


def frame(browser: Any, package: Material, part: int = 0) -> tuple[str, dict[str, Any], str]:
    """Address, state and sandbox of the frame."""
    page = browser.get(f"/material/{package.uid}" + (f"?part={part}" if part else "")).get_data(as_text=True)
    found = re.search(r'<iframe [^>]*src="([^"]+)" name="([^"]*)" [^>]*sandbox="([^"]+)"', page)
    assert found
    return found[1], json.loads(unquote(found[2])) if found[2] else {}, found[3]


def report(browser: Any, package: Material, part: str, status: str, **more: Any) -> Any:
    return browser.send("POST", f"/material/{package.uid}/scorm", json={"part": part, "status": status, **more})


def test_a_part_shows_in_an_opaque_sandbox_with_the_api_before_its_own_scripts(package, training, log_in, browser):  # noqa: F811
    address, state, sandbox = frame(log_in(training.people[0]), package)
    assert "allow-same-origin" not in sandbox and "allow-top-navigation" not in sandbox
    assert state["part"] == "I1" and state["cmi"]["core"]["student_name"] == training.people[0].name
    shown = browser.get(address)  # somebody without any cookie, as a sandbox is
    policy = shown.headers["Content-Security-Policy"]
    assert shown.status_code == 200 and "sandbox allow-scripts" in policy and "allow-same-origin" not in policy
    assert "frame-ancestors 'self'" in policy and "Set-Cookie" not in shown.headers
    assert shown.data.index(b"scorm12.min.js") < shown.data.index(b"scorm-part.js") < shown.data.index(b"shared/find.js")
    assert training.people[0].name not in shown.get_data(as_text=True)
    script = browser.get(re.search(rb'src="([^"]*scorm12.min.js[^"]*)"', shown.data)[1].decode())  # type: ignore[index]
    assert script.status_code == 200 and b"Scorm12API" in script.data


def test_a_part_goes_on_where_it_stopped_and_the_package_is_done_with_its_last_part(package, training, log_in):  # noqa: F811
    trainee = log_in(training.people[0])
    assert report(trainee, package, "I1", "incomplete", location="p7", suspend_data="x", exit="suspend").get_json() == {
        "share": 0, "done": False, "part_done": False}
    core = frame(trainee, package)[1]["cmi"]["core"]
    assert (core["lesson_location"], core["entry"], core["lesson_status"]) == ("p7", "resume", "incomplete")
    assert report(trainee, package, "I1", "passed", raw="90").get_json() == {"share": 500, "done": False, "part_done": True}
    assert frame(trainee, package)[1]["part"] == "I2", "the first part that is not done"
    assert frame(trainee, package, 1)[1]["part"] == "I1"
    assert report(trainee, package, "I2", "completed").get_json()["done"]
    assert frame(log_in(training.people[1]), package)[1]["cmi"]["core"]["entry"] == "ab-initio", "of everybody their own"


def test_an_address_opens_one_version_of_one_package_for_some_hours(package, training, log_in, browser, clock, instructor, site):  # noqa: F811
    address, _, _ = frame(log_in(training.people[0]), package)
    uid, number, until, sign = address.split("/")[2].split("-")
    rest = address.split("/", 3)[3]
    for ticket in (f"{uid}-{number}-{int(until) + 1}-{sign}", f"{uid}-2-{until}-{sign}", f"{'0' * 32}-{number}-{until}-{sign}",
                   f"{uid}-{number}-{until}-{sign[:-1]}", f"{uid}-{number}-{until}", "x", f"{uid}-{'9' * 90}-{until}-{sign}"):
        assert browser.get(f"/packages/{ticket}/{rest}").status_code == 404
    for name in ("../imsmanifest.xml", "missing.html", "%2e%2e/sco1.html", "shared/", "shared"):
        assert browser.get(f"/packages/{address.split('/')[2]}/{name}").status_code == 404
    clock.move(hours=13)
    assert browser.get(address).status_code == 404
    clock.move(hours=-13)
    assert browser.get(address).status_code == 200
    instructor.post(f"/manage/material/{package.uid}/remove")
    assert browser.get(address).status_code == 404


def test_what_is_no_page_is_served_by_its_type_and_in_ranges(package, training, log_in, browser):  # noqa: F811
    base = frame(log_in(training.people[0]), package)[0].rsplit("/", 1)[0]
    film = browser.get(f"{base}/film.mp4", headers={"Range": "bytes=100-299"})
    assert (film.status_code, film.data, film.headers["Content-Range"]) == (206, VIDEO[100:300], f"bytes 100-299/{len(VIDEO)}")
    assert browser.get(f"{base}/film.mp4").data == VIDEO
    assert browser.get(f"{base}/film.mp4", headers={"Range": "bytes=-10"}).data == VIDEO[-10:]
    assert browser.get(f"{base}/film.mp4", headers={"Range": f"bytes={len(VIDEO)}-"}).status_code == 416
    assert browser.get(f"{base}/a.css").mimetype == "text/css"
    for name in ("sco1.html", "a.svg", "imsmanifest.xml", "a.css", "film.mp4"):
        assert browser.get(f"{base}/{name}").headers["Content-Security-Policy"].count("sandbox") == 1


def test_forged_reports_of_a_part_change_nothing(package, training, log_in, make_training):  # noqa: F811
    trainee = log_in(training.people[0])
    assert report(trainee, package, "I3", "passed").status_code == 404
    assert report(trainee, package, "I1", "finished").status_code == 422
    assert trainee.send("POST", f"/material/{package.uid}/scorm", data=b"x").status_code == 422
    assert report(log_in(make_training("class-b", people=1).people[0]), package, "I1", "passed").status_code == 404
    assert "0%" in trainee.get(f"/material/{package.uid}").get_data(as_text=True)


def test_web_pages_show_without_an_api(instructor, training, log_in, browser, site):  # noqa: F811
    upload(instructor, packed({"site/index.html": "<!doctype html><script>document.title = 1</script>", "site/a.js": ""}))
    with site.database.reading() as db:
        made = db.scalars(select(Material)).one()
    address, state, sandbox = frame(log_in(training.people[0]), made)
    shown = browser.get(address)
    assert state == {} and "allow-same-origin" not in sandbox and address.endswith("/site/index.html")
    assert b"scorm" not in shown.data and "sandbox allow-scripts" in shown.headers["Content-Security-Policy"]


def slipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("index.html", "x")
        archive.writestr("../../evil.txt", "x")
    return out.getvalue()


@pytest.mark.parametrize("data", [slipped(), packed({"a.txt": "x"}), b"PK\x03\x04 nothing", packed({"index.html": b"\0" * 130_000_000})])
def test_a_hostile_package_is_told_at_the_form_and_not_kept(instructor, site, data):  # noqa: F811
    answer = upload(instructor, data)
    assert answer.status_code == 422 and "没有保存" in answer.get_data(as_text=True)
    with site.database.reading() as db:
        assert db.scalars(select(Material)).all() == []
