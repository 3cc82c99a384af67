"""Signing in: one event per scan, whoever sends it how often, and nothing where it does not belong."""
from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.core.attendance.check_in import check_in, check_in_by_staff
from lms.core.attendance.codes import Scan, give_ticket, read_ticket
from lms.core.attendance.models import AttendanceEvent
from lms.core.attendance.record import class_record
from lms.core.classes.models import Enrolment
from lms.core.classes.rules import ClassRules
from lms.core.errors import Conflict, Forbidden
from lms.core.ids import new_uid

ZONE, RULES, KEY = "Asia/Shanghai", ClassRules(), b"k" * 32


@pytest.fixture
def training(make_training, clock):
    made = make_training(people=4)
    clock.move(minutes=25)  # 08:25
    return made


def ticket_for(session, at, device="phone-1", direction="in"):
    return read_ticket(KEY, give_ticket(KEY, Scan(session.uid, direction, at), device), at, timedelta(minutes=10))


@pytest.fixture
def sign_in(database, clock):
    def redeem(session, person, ticket, device="phone-1", flags=()):
        with database.writing() as db:
            return check_in(db, session=session, rules=RULES, zone=ZONE, person_id=person.id, ticket=ticket, method="hall",
                            device=device, now=clock.now(), flags=flags)
    return redeem


@pytest.fixture
def events(database):
    def read():
        with database.reading() as db:
            return db.scalars(select(AttendanceEvent).order_by(AttendanceEvent.id)).all()
    return read


def test_a_tap_writes_one_event_at_the_instant_the_code_was_seen(training, sign_in, events, clock):
    seen = clock.now()
    ticket = ticket_for(training.sessions[0], seen)
    clock.move(minutes=9)
    done = sign_in(training.sessions[0], training.people[0], ticket)
    assert not done.repeated
    event, = events()
    assert (event.kind, event.method, event.flags) == ("in", "hall", [])
    assert abs(event.at - seen) < timedelta(milliseconds=1) and event.received_at == clock.now()


def test_the_same_ticket_again_is_the_same_event(training, sign_in, events, clock):
    ticket = ticket_for(training.sessions[0], clock.now())
    first = sign_in(training.sessions[0], training.people[0], ticket)
    again = sign_in(training.sessions[0], training.people[0], ticket)
    assert again.repeated and again.uid == first.uid
    assert len(events()) == 1


def test_a_second_scan_by_somebody_who_is_in_adds_nothing(training, sign_in, events, clock):
    sign_in(training.sessions[0], training.people[0], ticket_for(training.sessions[0], clock.now()))
    assert sign_in(training.sessions[0], training.people[0], ticket_for(training.sessions[0], clock.move(minutes=1))).repeated
    assert len(events()) == 1


def test_in_out_and_in_again_is_kept(training, sign_in, events, clock):
    session, person = training.sessions[0], training.people[0]
    for direction in ("in", "out", "in"):
        sign_in(session, person, ticket_for(session, clock.move(minutes=1), direction=direction))
    assert [e.kind for e in events()] == ["in", "out", "in"]


def test_a_ticket_passed_to_somebody_else_counts_provisionally_and_is_listed(training, sign_in, events, clock):
    ticket = ticket_for(training.sessions[0], clock.now())
    sign_in(training.sessions[0], training.people[0], ticket)
    second = sign_in(training.sessions[0], training.people[1], ticket, device="phone-2")
    assert not second.repeated and set(second.flags) == {"ticket_reused", "other_browser"}
    assert len(events()) == 2


def test_one_phone_for_two_people_puts_the_second_under_review_and_refuses_nobody(training, sign_in, database, clock):
    for person in training.people[:2]:
        sign_in(training.sessions[0], person, ticket_for(training.sessions[0], clock.move(seconds=5)))
    with database.reading() as db:
        record = class_record(db, training_class=training.training_class, now=clock.now())
    first, second = record.people[0].statuses[0], record.people[1].statuses[0]
    assert (first.code, first.review) == ("present", ())
    assert (second.code, second.review) == ("present", ("shared_device",))


def test_who_is_not_in_the_class_is_refused(training, make_training, sign_in, events, clock):
    stranger = make_training("class-b", people=1).people[0]
    with pytest.raises(Forbidden) as refusal:
        sign_in(training.sessions[0], stranger, ticket_for(training.sessions[0], clock.now()))
    assert refusal.value.code == "not_enrolled" and not events()


def test_who_withdrew_is_refused(training, sign_in, database, clock):
    with database.writing() as db:
        db.get(Enrolment, training.enrolments[0].id).state = "withdrawn"
    with pytest.raises(Forbidden):
        sign_in(training.sessions[0], training.people[0], ticket_for(training.sessions[0], clock.now()))


@pytest.mark.parametrize(("minutes", "code"), [(-41, "not_open_yet"), (-26, "opens_later"), (185 + 1, "closed")])
def test_outside_its_hours_a_session_takes_nobody(training, sign_in, events, clock, minutes, code):
    clock.move(minutes=minutes)
    with pytest.raises(Conflict) as refusal:
        sign_in(training.sessions[0], training.people[0], ticket_for(training.sessions[0], clock.now()))
    assert refusal.value.code == code and not events()


def test_a_tap_after_the_end_counts_if_the_code_was_seen_before(training, sign_in, clock):
    clock.move(minutes=184)
    ticket = ticket_for(training.sessions[0], clock.now())
    clock.move(minutes=5)
    assert not sign_in(training.sessions[0], training.people[0], ticket).repeated


def test_ten_taps_at_once_are_one_event(training, sign_in, events, clock):
    ticket = ticket_for(training.sessions[0], clock.now())
    with ThreadPoolExecutor(10) as phones:
        done = list(phones.map(lambda _: sign_in(training.sessions[0], training.people[0], ticket), range(10)))
    assert len(events()) == 1 and len({d.uid for d in done}) == 1 and sum(not d.repeated for d in done) == 1


def test_staff_sign_somebody_in_once_however_often_the_tap_arrives(training, database, events, clock, person_with):
    teacher, uid = person_with("class_teacher", training.training_class), new_uid()
    for _ in range(2):
        with database.writing() as db:
            check_in_by_staff(db, session=training.sessions[0], person_id=training.people[0].id, direction="in",
                              by_id=teacher.id, method="staff", uid=uid, now=clock.now())
    event, = events()
    assert (event.uid, event.by_id, event.method) == (uid, teacher.id, "staff")
