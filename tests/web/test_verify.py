"""Anybody verifies a certificate: everything printed is there, nothing else, and guessing gets nowhere."""
from __future__ import annotations

import io
from typing import Any

import pytest
import zxingcpp
from certificate_desk import BASE, BY_ATTENDANCE, Desk
from flask import Flask
from PIL import Image
from pypdf import PdfReader

from lms.core.certificates.issue import reserve, revoke
from lms.core.certificates.models import Certificate
from lms.core.certificates.render import check_code, document_data
from lms.core.certificates.templates import template_file
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.clock import SettableClock
from lms.core.documents.pdf import render_png
from lms.site import Site
from lms.testing import Browser


@pytest.fixture
def desk(site: Site, make_training: Any) -> Desk:
    made = Desk(site, make_training(people=2, rules=BY_ATTENDANCE))
    made.finish()
    made.issue()
    return made


def squeezed(text: str) -> str:
    return "".join(text.split())


def text_of(browser: Browser, path: str, status: int = 200) -> str:
    answer = browser.get(path)
    assert answer.status_code == status
    assert "noindex" in answer.headers["X-Robots-Tag"]
    return squeezed(answer.get_data(as_text=True))


def test_the_page_behind_the_code_shows_everything_printed(browser: Browser, desk: Desk, site: Site) -> None:
    certificate = desk.certificates()[0]
    png = render_png(template_file(site.database.info, certificate.template),
                     document_data(certificate.snapshot, base=BASE, code=desk.code(certificate), signed=desk.signed(certificate)), ppi=200)[0]
    address, = [code.text.partition("#")[0] for code in zxingcpp.read_barcodes(Image.open(io.BytesIO(png)))]
    assert address in squeezed("".join(p.extract_text() for p in PdfReader(io.BytesIO(desk.bytes_of(certificate))).pages))
    text = text_of(browser, address.removeprefix(BASE))
    words = certificate.snapshot
    for key in ("number", "title", "name", "gender", "unit", "wording", "organiser", "date", "hours", "starts", "ends", "result"):
        assert squeezed(words[key]) in text, key
    for note in words["notes"]:
        assert squeezed(note) in text
    assert check_code(desk.code(certificate)).replace(" ", "") in text and "证书有效" in text


def test_nothing_stands_there_that_is_not_printed(browser: Browser, desk: Desk, site: Site) -> None:
    with site.database.writing() as db:
        enrolment = db.get_one(Enrolment, desk.training.enrolments[0].id)
        enrolment.position, enrolment.note = "工会主席", "过敏"
    certificate = desk.certificates()[0]
    text = text_of(browser, f"/v/{desk.code(certificate)}")
    assert str(desk.training.people[0].phone) not in text
    for hidden in ("工会主席", "过敏", desk.training.people[0].uid, certificate.uid, desk.training.enrolments[0].uid,
                   desk.training.training_class.uid, str(certificate.pdf_sha256), "class-a学员2"):
        assert hidden not in text


def test_a_later_change_does_not_reach_the_page(browser: Browser, desk: Desk) -> None:
    path = f"/v/{desk.code(desk.certificates()[0])}"
    before = text_of(browser, path)
    desk.rename()
    assert text_of(browser, path).split("<main")[1] == before.split("<main")[1]


def test_a_revoked_certificate_says_why_and_when(browser: Browser, desk: Desk, site: Site) -> None:
    certificate = desk.certificates()[0]
    with site.database.writing() as db:
        revoke(db, certificate=db.get_one(Certificate, certificate.id), reason="姓名有误，另行发证", by_id=desk.training.people[1].id,
               now=site.clock.now())
    text = text_of(browser, f"/v/{desk.code(certificate)}")
    assert "已作废" in text and "姓名有误，另行发证" in text and "2026年7月10日" in text
    assert "证书有效" not in text and "class-a学员1" in text
    assert "class-a学员2" not in text  # not even who revoked it


def test_what_is_being_made_is_not_valid_yet(browser: Browser, site: Site, make_training: Any) -> None:
    made = Desk(site, make_training(rules=BY_ATTENDANCE))
    made.finish()
    with site.database.writing() as db:
        reserve(db, training_class=db.get_one(TrainingClass, made.training.training_class.id),
                enrolments=[db.get_one(Enrolment, made.training.enrolments[0].id)], key=site.key("certificate"), by_id=None,
                now=site.clock.now(), sample=False)
    text = text_of(browser, f"/v/{made.code(made.certificates()[0])}")
    assert "正在制作" in text and "证书有效" not in text and "学员1" not in text


def test_a_demonstration_says_that_it_is_one(browser: Browser, site: Site, make_training: Any) -> None:
    site.settings.values["demo"] = True
    made = Desk(site, make_training(rules=BY_ATTENDANCE))
    made.finish()
    made.issue()
    assert "这是样例" in text_of(browser, f"/v/{made.code(made.certificates()[0])}")


def test_number_and_name_find_it_without_telling_the_code(browser: Browser, desk: Desk) -> None:
    certificate = desk.certificates()[0]
    answer = browser.post("/v", {"number": "培结[2026]第001号", "name": "class-a 学员1"})
    text = squeezed(answer.get_data(as_text=True))
    assert answer.status_code == 200 and "证书有效" in text and certificate.number in text
    assert desk.code(certificate) not in text.lower()


def test_a_typed_code_finds_it(browser: Browser, desk: Desk) -> None:
    answer = browser.post("/v", {"code": check_code(desk.code(desk.certificates()[1]))})
    assert answer.status_code == 200 and "class-a学员2" in answer.get_data(as_text=True)


def test_what_does_not_fit_is_told_without_saying_which_part(app: Flask, desk: Desk) -> None:
    for form in ({"number": "培结〔2026〕第001号", "name": "别人"}, {"number": "培结〔2026〕第001号", "name": ""},
                 {"number": "", "name": "class-a学员1"}, {"code": "abcdefgh"}, {}):
        answer = Browser(app.test_client()).post("/v", form)
        assert answer.status_code == 404 and "没有查到" in answer.get_data(as_text=True)
        assert "class-a单位" not in answer.get_data(as_text=True)


def test_an_unknown_address_is_not_found(browser: Browser, desk: Desk) -> None:
    assert browser.get("/v/abcdefghijklmnopqrstuvwxyz").status_code == 404
    assert browser.get(f"/v/{desk.certificates()[0].uid}").status_code == 404


def guess(browser: Browser, **form: str) -> int:
    return int(browser.post("/v", form).status_code)


def test_a_browser_that_guesses_has_to_wait_and_then_may_try_again(browser: Browser, desk: Desk, clock: SettableClock) -> None:
    tries = [guess(browser, number=f"培结〔2026〕第{n:03}号", name="猜的名字") for n in range(1, 9)]
    assert tries == [404] * 5 + [429] * 3
    right = {"number": "培结〔2026〕第001号", "name": "class-a学员1"}
    assert guess(browser, **right) == 429  # a right answer is not told from a wrong one while waiting
    clock.move(seconds=61)
    assert guess(browser, **right) == 200


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("changing", ["name", "number"])
def test_a_new_browser_for_each_guess_gains_nothing(app: Flask, desk: Desk, changing: str) -> None:
    """One number with many names, or one name with many numbers: 50 guesses, then minutes, then hours for each."""
    answers = []
    for n in range(55):
        form = {"number": "培结〔2026〕第001号", "name": f"名字{n}"} if changing == "name" else \
               {"number": f"培结〔2026〕第{n + 100}号", "name": "class-a学员1"}
        answers.append(guess(Browser(app.test_client()), **form))
    assert answers == [404] * 50 + [429] * 5
    holder = Browser(app.test_client())
    assert guess(holder, code=desk.code(desk.certificates()[0])) == 200  # whoever holds the paper still gets through
