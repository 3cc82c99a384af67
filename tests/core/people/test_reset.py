from datetime import timedelta

import pytest

from lms.core.access.service import load_viewer
from lms.core.audit.models import AuditEntry
from lms.core.errors import Conflict, Forbidden
from lms.core.people.activation import redeem, whose
from lms.core.people.cards import card_code, card_holder
from lms.core.people.login import look_up, prove
from lms.core.people.logins import find_login, open_login
from lms.core.people.models import Password, Person
from lms.core.people.passwords import hash_password
from lms.core.people.reset import deactivate, reactivate, reset_card, reset_password, reset_phone
from lms.core.people.service import update_person
from lms.core.people.throttle import Limits, note_failure, seconds_to_wait

MONTH = timedelta(days=30)
KEY = b"a" * 32


class Office:
    """Does what a member of staff does, in one transaction each."""

    def __init__(self, database, clock, by_id):
        self.database, self.clock, self.by_id = database, clock, by_id

    def __call__(self, service, person, **arguments):
        with self.database.writing() as db:
            by = load_viewer(db, self.by_id) if self.by_id else None
            return service(db, db.get(Person, person.id), by=by, now=self.clock.now(), **arguments)


@pytest.fixture
def office(database, clock, person_with):
    return Office(database, clock, person_with("administrator").id)


@pytest.fixture
def login(database, clock, zhang):
    with database.writing() as db:
        return open_login(db, person=zhang, method="activation", lasts=MONTH, now=clock.now())


def logged_in(database, clock, secret):
    with database.reading() as db:
        return find_login(db, secret, now=clock.now()) is not None


def actions(database):
    with database.reading() as db:
        return [entry.action for entry in db.query(AuditEntry).order_by(AuditEntry.id)]


def test_a_lost_phone_is_out_at_once_and_a_new_link_lets_in(database, clock, zhang, office, login):
    old = office(reset_phone, zhang, key=KEY, lasts=MONTH)
    new = office(reset_phone, zhang, key=KEY, lasts=MONTH)
    assert not logged_in(database, clock, login)
    with database.writing() as db:
        with pytest.raises(Conflict) as refused:
            whose(db, old, now=clock.now())
        assert refused.value.code == "activation_revoked"
        assert redeem(db, new, device="new phone", now=clock.now()).id == zhang.id
    assert actions(database) == ["person.reset_phone"] * 2


def test_a_lost_card_is_dead_at_once(database, clock, zhang, office, login):
    lost = card_code(zhang, key=KEY)
    office(reset_card, zhang)
    with database.reading() as db, pytest.raises(Conflict):
        card_holder(db, lost, key=KEY)
    assert logged_in(database, clock, login), "the phone is not lost"
    assert actions(database) == ["person.reset_card"]


def test_a_forgotten_password_is_replaced_and_every_login_ends(database, clock, zhang, office, login):
    office(reset_password, zhang, first_hash=hash_password("xk3m7pqr2n"))
    assert not logged_in(database, clock, login)
    with database.reading() as db:
        claim = look_up(db, account="19900000001", device="phone", now=clock.now())
        assert db.get(Password, zhang.id).must_change
    assert prove(claim, "xk3m7pqr2n").right and not prove(claim, "mianbao-yueliang").right
    assert actions(database) == ["person.reset_password"]


def test_without_a_phone_number_there_is_no_password_login(office, person_with):
    with pytest.raises(Conflict) as refused:
        office(reset_password, person_with(), first_hash="x")
    assert refused.value.code == "no_phone"


def test_help_from_staff_lifts_the_wait_of_a_new_phone(database, clock, zhang, office):
    with database.writing() as db:
        for number in range(60):
            note_failure(db, account="19900000001", device=f"{number}", limits=Limits(5, 60), now=clock.now())
    office(reset_phone, zhang, key=KEY, lasts=MONTH)
    with database.reading() as db:
        assert seconds_to_wait(db, account="19900000001", device="new phone", now=clock.now()) == 0


def test_a_deactivated_person_is_out_and_stays_out_until_reactivated(database, clock, zhang, office, login):
    token = office(reset_phone, zhang, key=KEY, lasts=MONTH)
    office(deactivate, zhang)
    assert not logged_in(database, clock, login)
    with database.reading() as db, pytest.raises(Conflict):
        whose(db, token, now=clock.now())
    with pytest.raises(Conflict):
        office(reset_phone, zhang, key=KEY, lasts=MONTH)
    office(reactivate, zhang)
    assert not logged_in(database, clock, login), "old logins do not come back"
    with database.reading() as db, pytest.raises(Conflict):
        whose(db, token, now=clock.now())


def test_nobody_shuts_out_themselves(database, clock, person_with):
    administrator = person_with("administrator")
    with pytest.raises(Conflict) as refused:
        Office(database, clock, administrator.id)(deactivate, administrator)
    assert refused.value.code == "own_account"


@pytest.mark.parametrize("service", [
    lambda db, person, **by: reset_phone(db, person, key=KEY, lasts=MONTH, **by),
    lambda db, person, **by: reset_password(db, person, first_hash="x", **by), reset_card, deactivate, reactivate,
    lambda db, person, **by: update_person(db, person, version=1, name="换", phone="19900000009", **by)])
def test_an_officer_cannot_take_over_the_login_of_somebody_who_may_do_more(
        database, clock, make_training, person_with, service):
    training = make_training()
    officer = Office(database, clock, person_with("training_officer", training.training_class).id)
    for role, scope in (("administrator", None), ("training_officer", make_training("class-b").training_class)):
        with pytest.raises(Forbidden) as refused:
            officer(service, person_with(role, scope, phone=None))
        assert refused.value.code == "staff_login"


def test_an_officer_helps_the_leaders_of_their_own_class(database, clock, make_training, person_with):
    training = make_training()
    officer = Office(database, clock, person_with("training_officer", training.training_class).id)
    assert officer(reset_phone, person_with("group_leader", training.groups[0]), key=KEY, lasts=MONTH)
    assert officer(reset_phone, person_with("class_teacher", training.training_class), key=KEY, lasts=MONTH)


def test_the_command_line_may_help_everybody(database, clock, person_with):
    assert Office(database, clock, None)(reset_phone, person_with("administrator"), key=KEY, lasts=MONTH)
