from datetime import timedelta

import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import event

from lms.core.access.grants import grant
from lms.core.access.service import load_viewer
from lms.core.audit.models import AuditDetail, AuditEntry
from lms.core.classes.enrolments import withdraw
from lms.core.classes.handouts import hand_out_cards, hand_out_links, how_many, left_out, recipients, sheet_data
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.people.activation import redeem, whose
from lms.core.people.cards import card_holder
from lms.core.people.models import Person

KEY, MONTH = b"a" * 32, timedelta(days=30)


@pytest.fixture
def training(make_training):
    return make_training(people=6)


@pytest.fixture
def officer(training, person_with):
    return person_with("training_officer", training.training_class)


@pytest.fixture
def hand_out(database, clock, training):
    def make(by, **chosen):
        with database.writing() as db:
            viewer, training_class = load_viewer(db, by.id), db.get(TrainingClass, training.training_class.id)
            query = recipients(training_class, by=viewer, **chosen)
            return hand_out_links(db, training_class, query, key=KEY, lasts=MONTH, by=viewer, now=clock.now())

    return make


def names(handouts):
    return [enrolment.name.removeprefix("class-a学员") for enrolment, _ in handouts]


def test_everybody_gets_a_link_of_their_own_by_group_and_number(database, clock, hand_out, officer):
    handouts = hand_out(officer)
    assert names(handouts) == ["1", "3", "5", "2", "4", "6"]
    with database.reading() as db:
        for enrolment, token in handouts:
            assert whose(db, token, now=clock.now()).id == enrolment.person_id


def test_one_group_can_be_printed_alone(hand_out, officer, training):
    assert names(hand_out(officer, group=training.groups[1])) == ["2", "4", "6"]


def test_who_has_activated_gets_another_link_only_when_asked(database, clock, hand_out, officer):
    first = hand_out(officer)[0][1]
    with database.writing() as db:
        redeem(db, first, device="phone", now=clock.now())
    assert "1" not in names(hand_out(officer))
    assert "1" in names(hand_out(officer, again=True))


def test_the_withdrawn_and_the_deactivated_get_nothing(database, clock, hand_out, officer, training):
    with database.writing() as db:
        withdraw(db, enrolment=db.get(Enrolment, training.enrolments[0].id), reason="调离", by_id=None, now=clock.now())
        db.get(Person, training.people[1].id).state = "deactivated"
    assert names(hand_out(officer)) == ["3", "5", "4", "6"]


def test_an_officer_does_not_print_the_link_of_an_administrator(database, hand_out, officer, training, person_with):
    with database.writing() as db:
        grant(db, person_id=training.people[0].id, role="administrator", scope_type="site", by_id=None,
              now=training.training_class.created_at)
        grant(db, person_id=training.people[2].id, role="group_leader", scope_type="group",
              scope_id=training.groups[0].id, by_id=None, now=training.training_class.created_at)
    assert names(hand_out(officer)) == ["3", "5", "2", "4", "6"]
    with database.reading() as db:
        viewer = load_viewer(db, officer.id)
        assert left_out(db, training.training_class, by=viewer) == ["class-a学员1"]
        assert how_many(db, recipients(training.training_class, by=viewer)) == 5
    assert "1" in names(hand_out(person_with("administrator")))


def test_printing_stands_in_the_log(database, hand_out, officer):
    hand_out(officer)
    with database.reading() as db:
        entry = db.query(AuditEntry).filter_by(action="class.print_activation").one()
        assert (entry.actor_id, db.get(AuditDetail, entry.id).after) == (officer.id, {"count": 6})


def test_cards_are_those_that_are_valid_now(database, clock, officer, training):
    with database.writing() as db:
        viewer = load_viewer(db, officer.id)
        training_class = db.get(TrainingClass, training.training_class.id)
        cards = hand_out_cards(db, training_class, recipients(training_class, by=viewer, again=True), key=KEY, by=viewer,
                               now=clock.now())
        for enrolment, code in cards:
            assert card_holder(db, code, key=KEY).id == enrolment.person_id


def test_the_sheet_has_groups_and_codes_that_a_scanner_reads(database, hand_out, officer, training):
    with database.writing() as db:
        db.get(Enrolment, training.enrolments[5].id).group_id = None
    data = sheet_data(training.training_class, hand_out(officer), note="扫一扫", no_group="未分组",
                      address=lambda token: f"http://192.168.1.20:8000/a/{token}")
    assert [(group["name"], len(group["people"])) for group in data["groups"]] == [
        ("第1组", 3), ("第2组", 2), ("未分组", 1)]
    for group in data["groups"]:
        for person in group["people"]:
            assert scanned(person["qr"]) == person["url"]


def scanned(rows):
    size = len(rows) + 8
    image = Image.new("L", (size, size), 255)
    for y, row in enumerate(rows):
        for x, module in enumerate(row):
            if module == "1":
                image.putpixel((x + 4, y + 4), 0)
    found = zxingcpp.read_barcodes(image.resize((size * 4, size * 4), Image.Resampling.NEAREST))
    return found[0].text


def test_a_class_of_three_hundred_takes_a_handful_of_statements(database, clock, make_training, person_with):
    big, administrator = make_training("class-big", people=40), person_with("administrator")
    ran = []
    with database.writing() as db:
        viewer, training_class = load_viewer(db, administrator.id), db.get(TrainingClass, big.training_class.id)
        event.listen(database.engine, "before_cursor_execute", lambda *given: ran.append(given[2]))
        hand_out_links(db, training_class, recipients(training_class, by=viewer), key=KEY, lasts=MONTH, by=viewer,
                       now=clock.now())
    assert len([statement for statement in ran if statement.startswith("SELECT")]) <= 3
