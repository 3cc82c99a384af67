from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from lms.core.errors import Conflict, NotFound
from lms.core.people.activation import activated, activation_link, activation_links, redeem, revoke_links, whose
from lms.core.people.models import ActivationLink, Person
from lms.core.people.service import new_person

MONTH = timedelta(days=30)
KEY = b"a" * 32


@pytest.fixture
def token(database, clock, zhang):
    with database.writing() as db:
        return activation_link(db, db.get(Person, zhang.id), key=KEY, lasts=MONTH, now=clock.now())


def take(database, clock, token, device="phone"):
    with database.writing() as db:
        return redeem(db, token, device=device, now=clock.now())


def test_a_link_tells_whose_it_is_and_stays_unused(database, clock, zhang, token):
    with database.reading() as db:
        assert whose(db, token, now=clock.now()).id == zhang.id
        assert whose(db, token, now=clock.now()).id == zhang.id
    assert take(database, clock, token).id == zhang.id


def test_the_database_keeps_no_token(database, token):
    with database.reading() as db:
        row = db.query(ActivationLink).one()
    assert len(token) == 32 and token not in str(vars(row))


def test_a_second_use_is_refused(database, clock, token):
    take(database, clock, token)
    with pytest.raises(Conflict) as refused:
        take(database, clock, token, device="another phone")
    assert refused.value.code == "activation_used"


def test_the_same_phone_may_tap_again_when_the_answer_got_lost(database, clock, zhang, token):
    take(database, clock, token)
    clock.move(minutes=10)
    assert take(database, clock, token).id == zhang.id
    clock.move(minutes=10)
    with pytest.raises(Conflict):
        take(database, clock, token)


@pytest.mark.parametrize("change", [lambda t: t[:-1] + ("a" if t[-1] != "a" else "b"), lambda t: t[:10], lambda t: "",
                                    lambda t: t.upper(), lambda t: "' OR '1'='1", lambda t: "甲" * 32])
def test_an_altered_link_is_unknown(database, clock, token, change):
    with pytest.raises(NotFound) as refused:
        take(database, clock, change(token))
    assert refused.value.code == "activation_unknown"


def test_an_expired_link_is_refused(database, clock, token):
    clock.move(days=30)
    with pytest.raises(Conflict) as refused:
        take(database, clock, token)
    assert refused.value.code == "activation_expired"


def test_a_revoked_link_is_refused_and_a_new_one_differs(database, clock, zhang, token):
    with database.writing() as db:
        person = db.get(Person, zhang.id)
        revoke_links(db, person, now=clock.now())
        newer = activation_link(db, person, key=KEY, lasts=MONTH, now=clock.now())
    assert newer != token
    with pytest.raises(Conflict) as refused:
        take(database, clock, token)
    assert refused.value.code == "activation_revoked"
    assert take(database, clock, newer).id == zhang.id


def test_a_deactivated_persons_link_is_refused(database, clock, zhang, token):
    with database.writing() as db:
        db.get(Person, zhang.id).state = "deactivated"
    with pytest.raises(Conflict) as refused:
        take(database, clock, token)
    assert refused.value.code == "person_inactive"


def test_printing_again_gives_the_same_link_and_a_longer_life(database, clock, zhang, token):
    clock.move(days=20)
    with database.writing() as db:
        again = activation_link(db, db.get(Person, zhang.id), key=KEY, lasts=MONTH, now=clock.now())
    assert again == token
    clock.move(days=20)
    assert take(database, clock, token).id == zhang.id


def test_a_new_signing_key_makes_new_links(database, clock, zhang, token):
    with database.writing() as db:
        other = activation_link(db, db.get(Person, zhang.id), key=b"b" * 32, lasts=MONTH, now=clock.now())
    assert other != token
    assert take(database, clock, other).id == zhang.id


def test_six_hundred_links_take_a_handful_of_statements(database, clock, statements):
    with database.writing() as db:
        people = [new_person(db, name=f"学员{n}", now=clock.now()) for n in range(600)]
        with statements() as ran:
            tokens = activation_links(db, people, key=KEY, lasts=MONTH, now=clock.now())
    assert len(set(tokens.values())) == 600
    assert sum(1 for statement in ran if statement.startswith("SELECT")) == 4


def test_it_is_known_who_has_activated(database, clock, zhang, token):
    with database.reading() as db:
        assert activated(db, [zhang.id]) == set()
    take(database, clock, token)
    with database.reading() as db:
        assert activated(db, [zhang.id, 999]) == {zhang.id}


def test_of_ten_phones_at_the_same_moment_one_gets_in(database, clock, token):
    def tap(number):
        try:
            return take(database, clock, token, device=f"phone {number}").name
        except Conflict as refused:
            return refused.code

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(tap, range(10)))
    assert sorted(answers) == ["activation_used"] * 9 + ["张赟"]
