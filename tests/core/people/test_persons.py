from datetime import date

import pytest

from lms.core.access.service import load_viewer
from lms.core.audit.models import AuditDetail
from lms.core.errors import Conflict, Invalid
from lms.core.people.models import Affiliation, Person
from lms.core.people.service import affiliate, new_person, update_person
from lms.core.people.units import unit_named


def test_a_person_is_stored_with_the_keys_that_find_them(database, clock):
    with database.writing() as db:
        person = new_person(db, name="张　赟", phone="199-0000-0001", gender="女", now=clock.now())
    assert (person.name, person.pinyin, person.initials, person.phone) == ("张赟", "zhang yun", "zy", "19900000001")


def test_one_phone_is_one_person(database, clock):
    with database.writing() as db:
        new_person(db, name="刘静", phone="19900000001", now=clock.now())
        with pytest.raises(Conflict) as refused:
            new_person(db, name="刘静", phone="+86 19900000001", now=clock.now())
    assert refused.value.data["name"] == "刘静"


def test_people_of_one_name_stay_two(database, clock):
    with database.writing() as db:
        first = new_person(db, name="刘静", phone="19900000001", now=clock.now())
        second = new_person(db, name="刘静", phone=None, now=clock.now())
    assert first.id != second.id


def test_a_person_needs_a_name(database, clock):
    with database.writing() as db, pytest.raises(Invalid):
        new_person(db, name=" \u200b ", phone=None, now=clock.now())


def test_a_move_to_another_unit_is_dated(database, clock):
    with database.writing() as db:
        person = new_person(db, name="刘静", now=clock.now())
        old = affiliate(db, person, unit_named(db, "甲"), position="主席", on=date(2025, 1, 1))
        assert affiliate(db, person, unit_named(db, "甲"), position="主席", on=date(2026, 1, 1)) is old
        affiliate(db, person, unit_named(db, "乙"), on=date(2026, 7, 6))
        rows = db.query(Affiliation).order_by(Affiliation.id).all()
    assert [(a.starts_on, a.ends_on) for a in rows] == [(date(2025, 1, 1), date(2026, 7, 6)), (date(2026, 7, 6), None)]


def test_a_correction_is_logged_and_the_second_editor_is_told(database, clock, zhang, person_with):
    administrator = person_with("administrator")
    with database.writing() as db:
        by, person = load_viewer(db, administrator.id), db.get(Person, zhang.id)
        update_person(db, person, version=1, name="张云", phone="199-0000-0002", by=by, now=clock.now())
        with pytest.raises(Conflict) as refused:
            update_person(db, person, version=1, name="张芸", phone=None, by=by, now=clock.now())
    assert refused.value.code == "edited_meanwhile"
    with database.reading() as db:
        assert db.get(Person, zhang.id).pinyin == "zhang yun"
        detail = db.query(AuditDetail).one()
    assert (detail.before["name"], detail.after["name"], detail.after["phone"]) == ("张赟", "张云", "19900000002")


def test_a_phone_number_cannot_be_taken_from_somebody(database, clock, zhang, person_with):
    administrator, other = person_with("administrator"), person_with(name="李四", phone="19900000009")
    with database.writing() as db, pytest.raises(Conflict) as refused:
        update_person(db, db.get(Person, zhang.id), version=1, name="张赟", phone=other.phone,
                      by=load_viewer(db, administrator.id), now=clock.now())
    assert refused.value.data["name"] == "李四"
