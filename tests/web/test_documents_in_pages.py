"""Documents show as pictures of their pages, without script and on any phone; texts and links are written in the browser."""
from __future__ import annotations

import io
import os
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from course_room import MATERIAL, MODULE, instructor, training  # noqa: F401  (fixtures)
from PIL import Image
from sqlalchemy import select

from lms.core.jobs.models import Job
from lms.core.material.models import Material, MaterialProgress


def pdf(pages: int, size: str = "595 842") -> bytes:
    """A PDF with so many pages, each with its number on it."""
    kids = " ".join(f"{3 + 2 * n} 0 R" for n in range(pages))
    objects = ["<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Kids[{kids}]/Count {pages}>>"]
    for n in range(pages):
        text = f"BT /F1 72 Tf 100 400 Td ({n + 1}) Tj ET"
        objects += [f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {size}]/Contents {4 + 2 * n} 0 R/Resources<</Font<</F1<</Type/Font/Subtype/Type1"
                    f"/BaseFont/Helvetica>>>>>>>>", f"<</Length {len(text)}>>stream\n{text}\nendstream"]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj{body}endobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    return out + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{len(out)}\n%%EOF\n".encode()


def upload(browser: Any, data: bytes, name: str) -> Any:
    return browser.post(MATERIAL, {"module": MODULE, "title": "", "file": (io.BytesIO(data), name)}, content_type="multipart/form-data")


def only(site: Any) -> Material:
    with site.database.reading() as db:
        return db.scalars(select(Material)).one()  # type: ignore[no-any-return]


def test_pages_of_a_pdf_are_pictures_twenty_at_a_time(instructor, training, log_in, site, run_jobs):  # noqa: F811
    upload(instructor, pdf(23), "讲义.pdf")
    material, trainee = only(site), log_in(training.people[0])
    assert "<iframe" in trainee.get(f"/material/{material.uid}").get_data(as_text=True), "until the pictures are made"
    assert run_jobs() == 1 and run_jobs() == 0
    first = trainee.get(f"/material/{material.uid}").get_data(as_text=True)
    second = trainee.get(f"/material/{material.uid}?page=2").get_data(as_text=True)
    assert (first.count('class="doc-page"'), second.count('class="doc-page"')) == (20, 3) and "<iframe" not in first
    source = re.findall(r'class="doc-page" src="([^"]+)" width="(\d+)" height="(\d+)"', second)[-1]
    answer = trainee.get(source[0].replace("&amp;", "&"))
    with Image.open(io.BytesIO(answer.data)) as picture:
        assert picture.format == "WEBP" and picture.size == (int(source[1]), int(source[2])) and picture.size[0] in (1199, 1200, 1201)
        assert len(set(picture.convert("L").getdata())) > 2, "something stands on it"
    assert "immutable" in answer.headers["Cache-Control"]
    assert trainee.get(f"/material/{material.uid}/pages/24").status_code == 404
    assert trainee.get(f"/material/{material.uid}/file?download=1").data == pdf(23)


def test_a_damaged_pdf_breaks_nothing_and_can_be_downloaded(instructor, training, log_in, site, run_jobs):  # noqa: F811
    upload(instructor, b"%PDF-1.4\n" + b"\xff" * 5000 + b"\n%%EOF\n", "坏.pdf")
    run_jobs()
    with site.database.reading() as db:
        job = db.scalars(select(Job)).one()
    assert job.state == "failed" and "打不开" in job.error
    page = instructor.get(f"/manage/material/{only(site).uid}").get_data(as_text=True)
    assert "没有生成" in page
    assert log_in(training.people[0]).get(f"/material/{only(site).uid}").status_code == 200


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """``stand_in(script)``: a program in the place of LibreOffice, which no test machine need have; it takes the same call."""
    folder = tmp_path / "programs"
    folder.mkdir()
    (folder / "one.pdf").write_bytes(pdf(2, "960 540"))

    def make(script: str) -> None:
        program = folder / "soffice"
        program.write_text(f"#!/bin/sh\nwhile [ $# -gt 1 ]; do [ $1 = --outdir ] && out=$2; shift; done\nbase=$(basename $1)\n{script}\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")

    return make



def office() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("ppt/presentation.xml", "<x/>")
    return out.getvalue()


def test_slides_are_converted_where_a_converter_is_installed(instructor, training, log_in, site, run_jobs, stand_in):  # noqa: F811
    stand_in('cp "$(dirname $0)/one.pdf" "$out/${base%.*}.pdf"; grep -q DisableMacrosExecution "$out/profile/user/registrymodifications.xcu"')
    upload(instructor, office(), "幻灯片.pptx")
    assert run_jobs() == 1
    page = log_in(training.people[0]).get(f"/material/{only(site).uid}").get_data(as_text=True)
    assert page.count('class="doc-page"') == 2 and 'height="675"' in page


def test_without_a_converter_slides_are_downloaded(instructor, training, log_in, site, run_jobs, tmp_path, monkeypatch):  # noqa: F811
    monkeypatch.setenv("PATH", str(tmp_path))
    upload(instructor, office(), "幻灯片.pptx")
    assert run_jobs() == 0
    assert "这类文件请下载后打开" in log_in(training.people[0]).get(f"/material/{only(site).uid}").get_data(as_text=True)


def test_a_converter_that_fails_is_told(instructor, site, run_jobs, stand_in):  # noqa: F811
    stand_in("exit 1")
    upload(instructor, office(), "幻灯片.pptx")
    run_jobs()
    with site.database.reading() as db:
        assert "LibreOffice 没能打开" in db.scalars(select(Job)).one().error


def write(browser: Any, text: str, act: str = "save", **more: Any) -> Any:
    return browser.post(f"{MATERIAL}/write", {"module": MODULE, "title": "提纲", "text": text, "act": act, **more})


def test_a_text_is_previewed_saved_and_edited_in_versions(instructor, training, log_in, site):  # noqa: F811
    preview = write(instructor, "## 一\n\n**重点**", "preview")
    assert preview.status_code == 200 and "<strong>重点</strong>" in preview.get_data(as_text=True)
    assert write(instructor, "## 一\n\n**重点**").status_code == 303
    material, trainee = only(site), log_in(training.people[0])
    assert "<h2>一</h2>" in trainee.get(f"/material/{material.uid}").get_data(as_text=True)
    address = f"/manage/material/{material.uid}/write"
    assert "**重点**" in instructor.get(address).get_data(as_text=True)
    assert instructor.post(address, {"text": "改了", "act": "save", "version": material.version}).status_code == 303
    second = instructor.post(address, {"text": "也改了", "act": "save", "version": material.version})
    assert second.status_code == 409 and "也改了" in second.get_data(as_text=True), "what was written stays in the form"
    assert "改了" in trainee.get(f"/material/{material.uid}").get_data(as_text=True)


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "[x](javascript:alert(1))", "![x](https://evil.example/pixel.png)",
                                  "<img src=x onerror=alert(1)>", "[x](data:text/html,x)", "<iframe src=//evil.example>"])
def test_nothing_in_a_text_can_act(instructor, training, log_in, site, text):  # noqa: F811
    write(instructor, text)
    page = log_in(training.people[0]).get(f"/material/{only(site).uid}").get_data(as_text=True)
    article = page.split('<article class="prose">')[1].split("</article>")[0]
    tags = re.findall(r"<[^>]*>", article)
    assert tags and not any(re.search(r"<(script|img|iframe)|\bon\w+=|href=\"(?!https?:|#harmful-link)", tag) for tag in tags)


def test_a_link_leads_out_and_tells_nothing(instructor, training, log_in, site):  # noqa: F811
    form = {"module": MODULE, "title": "总工会网站", "address": " https://www.acftu.org/a?b=1 "}
    assert instructor.post(f"{MATERIAL}/link", form).status_code == 303
    page = log_in(training.people[0]).get(f"/material/{only(site).uid}")
    assert 'href="https://www.acftu.org/a?b=1"' in page.get_data(as_text=True) and page.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("address", ["javascript:alert(1)", "ftp://example.org", "example.org", "http://", "https://a b.org", "//x.org",
                                     "https://user@example.org", "x" * 1001, "https://example.org/\n"])
def test_what_is_no_web_address_is_refused(instructor, site, address):  # noqa: F811
    answer = instructor.post(f"{MATERIAL}/link", {"module": MODULE, "title": "", "address": address})
    assert answer.status_code in (303, 422) and (answer.status_code == 422 or address.endswith("\n"))


def test_the_report_tells_who_opened_what(instructor, training, log_in, site):  # noqa: F811
    write(instructor, "## 一")
    material = only(site)
    for person in training.people:
        for _ in range(2):
            assert log_in(person).send("POST", f"/material/{material.uid}/seen").status_code == 204
    with site.database.reading() as db:
        assert len(db.scalars(select(MaterialProgress)).all()) == 2
    page = instructor.get(f"{MATERIAL}/usage").get_data(as_text=True)
    assert re.search(r'提纲</a></th><td>文字</td><td class="num">2</td>', page)


@pytest.mark.fault
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_pdf_of_three_hundred_pages_is_read_to_its_end(instructor, training, log_in, site, run_jobs):  # noqa: F811
    """The long form has three hundred, the short one fifty."""
    pages = 300 if os.environ.get("LMS_TEST_LONG") else 50
    upload(instructor, pdf(pages), "讲义.pdf")
    assert run_jobs() == 1
    trainee, material = log_in(training.people[0]), only(site)
    last = trainee.get(f"/material/{material.uid}?page={-(-pages // 20)}").get_data(as_text=True)
    assert f"/pages/{pages}?v=1" in last
    assert trainee.get(f"/material/{material.uid}/pages/{pages}").status_code == 200
    with site.database.reading() as db:
        job = db.scalars(select(Job)).one()
    assert (job.done, job.total, job.state) == (pages, pages, "done")
