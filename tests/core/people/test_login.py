from datetime import timedelta

import pytest

from lms.core.audit.models import AuditEntry
from lms.core.errors import Invalid, LmsError, TooOften
from lms.core.people.login import UNKNOWN_PER_HOUR, Admitted, admit, look_up, prove
from lms.core.people.models import Password, Person
from lms.core.people.password_change import first_ticket, redeem_first_ticket
from lms.core.people.passwords import set_password
from lms.core.people.throttle import Limits

LIMITS = Limits(attempts=5, wait=60)
KEY = b"k" * 32


def log_in(database, clock, password, account="199 0000 0001", device="phone"):
    with database.reading() as db:
        claim = look_up(db, account=account, device=device, now=clock.now())
    proof = prove(claim, password)
    with database.writing() as db:
        return admit(db, proof, limits=LIMITS, now=clock.now())


def test_phone_number_and_password_let_in(database, clock, zhang):
    admitted = log_in(database, clock, "mianbao-yueliang")
    assert isinstance(admitted, Admitted)
    assert (admitted.person.name, admitted.must_change) == ("张赟", False)


@pytest.mark.parametrize(("account", "password"), [
    ("19900000001", "wrong"), ("19900000009", "mianbao-yueliang"), ("", "mianbao-yueliang"),
    ("' OR 1=1 --", "' OR 1=1 --"), ("19900000001' --", "x"), ("张赟", "mianbao-yueliang"), ("\x00", "\x00")])
def test_all_else_is_refused_in_the_same_words(database, clock, zhang, account, password):
    refused = log_in(database, clock, password, account=account)
    assert isinstance(refused, Invalid) and refused.code == "wrong_password"


def test_wrong_guesses_wait_and_so_does_the_right_one_after_them(database, clock, zhang):
    for _ in range(4):
        assert log_in(database, clock, "wrong").code == "wrong_password"
    assert log_in(database, clock, "wrong").code == "login_too_often"
    with pytest.raises(TooOften) as refused:
        log_in(database, clock, "mianbao-yueliang")
    assert refused.value.data["seconds"] == 60
    assert isinstance(log_in(database, clock, "mianbao-yueliang", device="the owner's"), Admitted)
    clock.move(seconds=60)
    assert isinstance(log_in(database, clock, "mianbao-yueliang"), Admitted)


def test_accounts_that_do_not_exist_wait_too(database, clock):
    codes = [log_in(database, clock, "x", account="19900000077").code for _ in range(5)]
    assert codes == ["wrong_password"] * 4 + ["login_too_often"]


def test_guesses_sent_in_parallel_do_not_slip_past_the_count(database, clock, zhang):
    with database.reading() as db:
        claims = [look_up(db, account="19900000001", device="phone", now=clock.now()) for _ in range(8)]
    proofs = [prove(claim, "wrong") for claim in claims[:7]] + [prove(claims[7], "mianbao-yueliang")]
    answers = []
    for proof in proofs:
        with database.writing() as db:
            answers.append(admit(db, proof, limits=LIMITS, now=clock.now()))
    assert all(isinstance(answer, LmsError) for answer in answers)


def test_a_refused_attempt_stands_in_the_log_without_the_password(database, clock, zhang):
    log_in(database, clock, "my-secret-guess")
    with database.reading() as db:
        entry = db.query(AuditEntry).one()
    assert (entry.action, entry.outcome, entry.code, entry.thing_uid) == (
        "login.password", "refused", "wrong_password", zhang.uid)


def test_guesses_at_unknown_accounts_stand_in_the_log_without_what_was_typed_and_only_so_many_an_hour(database, clock, zhang):
    def noted():
        with database.reading() as db:
            return db.query(AuditEntry).filter(AuditEntry.actor_id.is_(None)).all()

    for n in range(UNKNOWN_PER_HOUR + 5):
        log_in(database, clock, "my-secret-guess", account=f"199000{n + 100:05}" if n else "my-password-in-the-wrong-field", device=f"d{n}")
    entries = noted()
    assert {(e.action, e.outcome, e.code, e.thing_type, e.thing_uid) for e in entries} == {
        ("login.password", "refused", "wrong_password", "", "")}
    assert len(entries) == UNKNOWN_PER_HOUR
    log_in(database, clock, "wrong")  # an account that exists is always noted
    clock.move(hours=1, seconds=1)
    log_in(database, clock, "x", account="19900000077")
    assert len(noted()) == UNKNOWN_PER_HOUR + 1
    with database.reading() as db:
        assert db.query(AuditEntry).filter_by(actor_id=zhang.id).count() == 1


def test_a_deactivated_person_stays_out(database, clock, zhang):
    with database.writing() as db:
        db.get(Person, zhang.id).state = "deactivated"
    assert log_in(database, clock, "mianbao-yueliang").code == "wrong_password"


def test_a_password_replaced_while_it_was_checked_does_not_open(database, clock, zhang, password_hash):
    with database.reading() as db:
        claim = look_up(db, account="19900000001", device="phone", now=clock.now())
    proof = prove(claim, "mianbao-yueliang")
    with database.writing() as db:
        set_password(db, db.get(Person, zhang.id), password_hash[:-2] + "xx", now=clock.now())
    with database.writing() as db:
        assert admit(db, proof, limits=LIMITS, now=clock.now()).code == "wrong_password"


def test_an_old_hash_is_made_anew(database, clock, zhang):
    from argon2 import PasswordHasher

    weak = PasswordHasher(time_cost=1, memory_cost=1024).hash("mianbao-yueliang")
    with database.writing() as db:
        set_password(db, db.get(Person, zhang.id), weak, now=clock.now())
    assert isinstance(log_in(database, clock, "mianbao-yueliang"), Admitted)
    with database.reading() as db:
        assert "m=47104" in db.get(Password, zhang.id).hash


def test_a_first_password_only_leads_to_a_new_one_and_dies_after_two_weeks(database, clock, zhang, password_hash):
    with database.writing() as db:
        set_password(db, db.get(Person, zhang.id), password_hash, must_change=True, now=clock.now())
    assert log_in(database, clock, "mianbao-yueliang").must_change
    clock.move(days=15)
    assert log_in(database, clock, "mianbao-yueliang").code == "first_password_expired"


def test_the_ticket_to_choose_a_password_works_once_and_for_a_quarter_of_an_hour(database, clock, zhang, password_hash):
    with database.writing() as db:
        person = db.get(Person, zhang.id)
        set_password(db, person, password_hash, must_change=True, now=clock.now())
        ticket = first_ticket(db, person, key=KEY, now=clock.now())
        assert redeem_first_ticket(db, ticket, key=KEY, now=clock.now()).id == zhang.id
        for bad in (ticket[:-1] + "_", ticket.replace(zhang.uid, "0" * 32), "", "a.b.c", "x" * 200):
            with pytest.raises(Invalid):
                redeem_first_ticket(db, bad, key=KEY, now=clock.now())
        with pytest.raises(Invalid):
            redeem_first_ticket(db, ticket, key=b"another installation's key", now=clock.now())
        with pytest.raises(Invalid):
            redeem_first_ticket(db, ticket, key=KEY, now=clock.now() + timedelta(minutes=16))
        set_password(db, person, password_hash[:-2] + "aa", now=clock.now())
        with pytest.raises(Invalid):
            redeem_first_ticket(db, ticket, key=KEY, now=clock.now())
