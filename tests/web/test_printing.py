"""Activation links and cards leave the printer by group, with an address that phones can open."""
import io
import re
from datetime import timedelta

import pytest
from pypdf import PdfReader

from lms.core.people.activation import activation_link, redeem
from lms.core.people.models import ActivationLink, Person
from lms.testing import Browser
from lms.web.public_address import doubt_about

PUBLIC = "https://peixun.example.org"


@pytest.fixture
def training(make_training):
    return make_training(people=4)


@pytest.fixture
def officer(log_in, person_with, training):
    return log_in(person_with("training_officer", training.training_class))


@pytest.fixture
def public(site):
    site.settings.values["public_address"] = PUBLIC


def path(training, kind="activation"):
    return f"/manage/classes/{training.training_class.uid}/print/{kind}"


def words(answer):
    """All that is printed, without the spaces and line ends that the layout puts in."""
    pages = PdfReader(io.BytesIO(answer.data)).pages
    return re.sub(r"[\s\u200b]", "", "".join(page.extract_text() for page in pages))


@pytest.mark.parametrize(("base", "doubtful"), [
    ("http://localhost:8000", True), ("http://127.0.0.1:8000", True), ("http://[::1]:8000", True), ("http://0.0.0.0", True),
    ("http://192.168.1.20:8000", True), ("http://10.1.2.3", True), ("http://172.16.0.9", True), ("http://169.254.1.1", True),
    ("http://[fd00::1]", True), ("http://server:8000", True), ("http://pc.local", True),
    ("https://peixun.example.org", False), ("http://8.8.8.8", False)])
def test_which_addresses_need_a_second_thought(base, doubtful):
    assert (doubt_about(base) is not None) == doubtful


def test_a_private_address_must_be_confirmed_before_anything_is_made(officer, training, database):
    page = officer.get(path(training)).get_data(as_text=True)
    assert "http://localhost" in page and 'name="confirmed"' in page
    refused = officer.post(path(training))
    assert refused.status_code == 422 and "请先确认二维码里的网址" in refused.get_data(as_text=True)
    with database.reading() as db:
        assert db.query(ActivationLink).count() == 0
    made = officer.post(path(training), {"confirmed": "1"})
    assert (made.status_code, made.mimetype) == (200, "application/pdf")


def test_a_public_address_is_printed_without_asking(officer, training, public):
    assert 'name="confirmed"' not in officer.get(path(training)).get_data(as_text=True)
    made = officer.post(path(training))
    assert made.mimetype == "application/pdf" and made.data.startswith(b"%PDF")
    printed = words(made)
    assert all(person.name in printed for person in training.people)
    assert printed.count("peixun.example.org/a/") == 4


def test_a_printed_link_logs_in(officer, app, training, public):
    printed = words(officer.post(path(training)))
    link = re.search(r"peixun\.example\.org(/a/[a-z2-7]{32})", printed).group(1)
    phone = Browser(app.test_client())
    phone.get(link)
    assert phone.post(link).status_code == 303


def test_who_is_in_already_gets_none_unless_asked(officer, training, log_in, site, database, clock, public):
    with database.writing() as db:
        person = db.get(Person, training.people[0].id)
        redeem(db, activation_link(db, person, key=site.key("activation"), lasts=timedelta(days=1), now=clock.now()),
               device="phone", now=clock.now())
    assert training.people[0].name not in words(officer.post(path(training)))
    assert training.people[0].name in words(officer.post(path(training), {"again": "1"}))


def test_one_group_is_printed_alone_and_a_foreign_one_not_at_all(officer, training, make_training, public):
    printed = words(officer.post(path(training), {"group": training.groups[0].uid}))
    assert training.people[0].name in printed and training.people[1].name not in printed
    foreign = make_training("class-b").groups[0].uid
    assert officer.post(path(training), {"group": foreign}).status_code == 422
    assert officer.get(path(training), query_string={"group": foreign}).status_code == 422


def test_cards_carry_names_units_and_codes(officer, training, public):
    made = officer.post(path(training, "cards"))
    assert made.mimetype == "application/pdf"
    assert all(person.name in words(made) for person in training.people)


def test_an_empty_roster_prints_nothing_and_says_why(log_in, person_with, make_training, public):
    empty = make_training("class-empty", people=0)
    officer = log_in(person_with("training_officer", empty.training_class))
    answer = officer.post(path(empty))
    assert answer.status_code == 422 and "没有要打印的人" in answer.get_data(as_text=True)


def test_there_is_no_third_kind(officer, training):
    assert officer.get(path(training, "money")).status_code == 404


def test_staff_of_another_class_prints_nothing(log_in, person_with, make_training, training, public):
    other = make_training("class-b")
    stranger = log_in(person_with("training_officer", other.training_class))
    assert stranger.post(path(training)).status_code == 404
