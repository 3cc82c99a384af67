"""Head-counts: each tap once, with its own time, by people of this list only; no vehicle leaves with a mismatch unexplained."""
from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from lms.core.attendance.head_count import count, release, state
from lms.core.attendance.in_session import people_in_session
from lms.core.attendance.models import AttendanceEvent, Departure, VehicleSeat
from lms.core.attendance.taps import Tap, counts_at, read_taps
from lms.core.attendance.vehicles import add_vehicle, change_vehicle, remove_vehicle, seat
from lms.core.audit.models import AuditEntry
from lms.core.errors import Conflict, Invalid, TooLarge
from lms.core.ids import new_uid

NOW = datetime.fromisoformat("2026-07-06T01:00:00+00:00")


@pytest.fixture
def trip(make_training, database, clock, person_with):
    """Six people; 0, 2 and 4 ride in the first vehicle, the others in the second."""
    training = make_training(people=6)
    made, session = training.training_class, training.sessions[0]
    by = person_with("class_teacher", made)

    class Trip:
        def __init__(self):
            self.training, self.by = training, by
            with database.writing() as db:
                self.first, self.second = (add_vehicle(db, training_class=made, name=f"{n} 号车", seats="4", by_id=by.id, now=clock.now())
                                           for n in (1, 2))
                for vehicle, people in ((self.first, training.enrolments[::2]), (self.second, training.enrolments[1::2])):
                    seat(db, vehicle=vehicle, enrolments=people, by_id=by.id, now=clock.now())

        def tap(self, number, act="in", **more):
            return Tap(**{"uid": new_uid(), "person": training.enrolments[number].uid, "act": act, "at": clock.now(), **more})

        def count(self, *taps, vehicle=None, sent_at=None):
            vehicle = vehicle or self.first
            with database.writing() as db:
                rides = self.rides(db)
                return count(db, session=session, vehicle=vehicle, taps=taps, people={e.uid: e for e in training.enrolments},
                             listed={e.uid: vehicle.id for e in training.enrolments if rides.get(e.id) == vehicle.id}, sent_at=sent_at,
                             by_id=by.id, now=clock.now())

        def rides(self, db):
            return {row.enrolment_id: row.vehicle_id for row in db.scalars(select(VehicleSeat))}

        def state(self, db, vehicle=None, direction="in"):
            people = people_in_session(db, session=session, training_class=made, enrolments=training.enrolments, now=clock.now())
            return state(people, self.rides(db), vehicle_id=(vehicle or self.first).id, direction=direction)

        def seen(self, vehicle=None, direction="in"):
            """Numbers of those missing and of those extra."""
            with database.reading() as db:
                found = self.state(db, vehicle, direction)
            ids = [e.id for e in training.enrolments]
            return tuple([ids.index(line.person.enrolment.id) for line in lines] for lines in (found.missing, found.extra))

        def leave(self, reason="", uid=None, direction="in"):
            with database.writing() as db:
                return release(db, session=session, vehicle=self.first, direction=direction, found=self.state(db, direction=direction),
                               reason=reason, uid=uid or new_uid(), by_id=by.id, now=clock.now())

        def events(self):
            with database.reading() as db:
                return db.scalars(select(AttendanceEvent).order_by(AttendanceEvent.id)).all()

    return Trip()


def test_a_batch_sent_twice_counts_once(trip, clock):
    taps = [trip.tap(n, at=clock.now() - timedelta(minutes=n)) for n in (0, 2, 4)]
    first, again = trip.count(*taps), trip.count(*taps)
    assert first.kept == again.kept == {t.uid for t in taps} and (first.new, again.new) == (3, 0)
    assert [(e.kind, e.method, e.client_at, e.at, e.vehicle_id) for e in trip.events()] == \
        [("in", "head_count", t.at, t.at, trip.first.id) for t in taps]


def test_ten_batches_at_once_are_one(trip):
    taps = [trip.tap(n) for n in (0, 2, 4)]
    taps.append(trip.tap(4, "undo", of=taps[2].uid))
    with ThreadPoolExecutor(10) as phones:
        done = list(phones.map(lambda _: trip.count(*taps), range(10)))
    assert all(d.kept == {t.uid for t in taps} and not d.refused for d in done) and len(trip.events()) == 4


def test_a_tap_twice_in_one_batch_is_one(trip):
    tap = trip.tap(0)
    assert trip.count(tap, tap).new == 1 and len(trip.events()) == 1


def test_part_of_a_batch_that_arrived_before_does_not_hold_up_the_rest(trip):
    old, new = trip.tap(0), trip.tap(2)
    trip.count(old)
    assert trip.count(old, new).new == 1 and trip.seen() == ([4], [])


def test_who_is_not_of_the_class_or_the_list_is_refused_alone(trip, make_training):
    stranger = trip.tap(0, person=make_training("class-b").enrolments[0].uid)
    elsewhere, good = trip.tap(1), trip.tap(2)
    done = trip.count(stranger, elsewhere, good)
    assert {uid: refusal.code for uid, refusal in done.refused.items()} == {
        stranger.uid: "tap_not_of_class", elsewhere.uid: "tap_not_of_vehicle"}
    assert done.kept == {good.uid} and len(trip.events()) == 1


def test_a_refusal_stands_in_the_log(trip, database):
    tap = trip.tap(1)
    trip.count(tap)
    with database.reading() as db:
        assert db.scalars(select(AuditEntry).where(AuditEntry.action == "attendance.head_count")).all()


def test_a_uid_that_stands_for_somebody_else_is_refused_and_nobody_is_lost(trip):
    first = trip.tap(0)
    trip.count(first)
    done = trip.count(trip.tap(2, uid=first.uid), trip.tap(4))
    assert [r.code for r in done.refused.values()] == ["page_used"] and trip.seen() == ([2], [])


def test_a_tap_is_taken_back_by_another_in_the_same_batch_or_later(trip):
    tap = trip.tap(0)
    trip.count(tap, trip.tap(0, "undo", of=tap.uid))
    assert trip.seen() == ([0, 2, 4], []) and len(trip.events()) == 2
    again = trip.tap(0)
    trip.count(again)
    undo = trip.tap(0, "undo", of=again.uid)
    trip.count(undo), trip.count(undo)
    assert trip.seen() == ([0, 2, 4], []) and len(trip.events()) == 4


def test_only_a_count_of_the_same_person_can_be_taken_back(trip):
    tap = trip.tap(0)
    trip.count(tap)
    done = trip.count(trip.tap(2, "undo", of=tap.uid), trip.tap(0, "undo", of=new_uid()))
    assert [r.code for r in done.refused.values()] == ["tap_undoes_nothing"] * 2 and trip.seen()[0] == [2, 4]


def test_missing_and_unlisted_people_block_the_departure_until_explained(trip):
    trip.count(trip.tap(0), trip.tap(2), trip.tap(1, extra=True))
    assert trip.seen() == ([4], [1]) and trip.seen(trip.second)[0] == [1, 3, 5]
    for reason in ("", " x "):
        with pytest.raises(Conflict) as refusal:
            trip.leave(reason)
        assert refusal.value.code == "head_count_mismatch"
    made = trip.leave("一人自行前往")
    assert (made.counted, made.expected, len(made.away), len(made.extra)) == (3, 3, 1, 1)


def test_a_full_vehicle_leaves_once_however_often_it_is_sent(trip, database):
    trip.count(*(trip.tap(n) for n in (0, 2, 4)))
    uid = new_uid()
    assert trip.leave(uid=uid).id == trip.leave(uid=uid).id
    with database.reading() as db:
        assert len(db.scalars(select(Departure)).all()) == 1
    with pytest.raises(Conflict):
        trip.leave(uid=uid, direction="out")


def test_who_changes_vehicles_counts_on_the_last(trip, clock):
    trip.count(trip.tap(0))
    clock.move(minutes=1)
    trip.count(trip.tap(0, extra=True), vehicle=trip.second)
    assert trip.seen()[0] == [0, 2, 4] and trip.seen(trip.second)[1] == [0]


def test_on_the_way_back_those_are_due_who_came(trip):
    trip.count(trip.tap(0), trip.tap(1, extra=True))
    assert trip.seen(direction="out") == ([0, 1], [])
    trip.count(trip.tap(0, "out"), trip.tap(1, "out", extra=True), trip.tap(2, "out"))
    assert trip.seen(direction="out") == ([], [2])


def test_whoever_is_on_leave_is_not_waited_for(trip, database, clock):
    with database.writing() as db:
        db.add(AttendanceEvent(class_id=trip.training.training_class.id, session_id=trip.training.sessions[0].id, method="leave", flags=[],
                               person_id=trip.training.people[4].id, kind="status", status="sick_leave", at=clock.now(), received_at=clock.now()))
    assert trip.seen() == ([0, 2], [])


def test_vehicles_keep_to_their_seats_names_and_records(trip, database, clock):
    who = {"by_id": trip.by.id, "now": clock.now()}
    with database.writing() as db:
        first, second = db.merge(trip.first), db.merge(trip.second)
        with pytest.raises(Conflict) as full:
            seat(db, vehicle=first, enrolments=trip.training.enrolments, **who)
        assert full.value.code == "vehicle_full" and len(trip.rides(db)) == 6
        assert seat(db, vehicle=None, enrolments=trip.training.enrolments[:1], **who) == 1
        for seats in ("0", "201", "-1", "4.5", "许多"):
            with pytest.raises(Invalid):
                add_vehicle(db, training_class=trip.training.training_class, name="3 号车", seats=seats, **who)
        with pytest.raises(Invalid) as taken:
            add_vehicle(db, training_class=trip.training.training_class, name=" 1 号车 ", seats="", **who)
        assert taken.value.code == "vehicle_name_taken"
        with pytest.raises(Conflict):
            change_vehicle(db, vehicle=second, version=second.version, name="2 号车", seats="2", **who)
    trip.count(trip.tap(2))
    with database.writing() as db:
        with pytest.raises(Conflict) as used:
            remove_vehicle(db, vehicle=db.merge(trip.first), **who)
        assert used.value.code == "vehicle_used"
        remove_vehicle(db, vehicle=db.merge(trip.second), **who)
        assert len(trip.rides(db)) == 2


@given(off=st.integers(-3 * 86400, 3 * 86400), ago=st.integers(-120, 2 * 86400))
def test_a_wrong_clock_moves_no_tap_and_is_put_under_review(off, ago):
    """*off*: how far the phone's clock is ahead, in seconds; *ago*: how long before sending the tap was made."""
    sent = NOW + timedelta(seconds=off)
    at, flags = counts_at(Tap("u" * 32, "p" * 32, "in", sent - timedelta(seconds=ago)), sent, NOW)
    assert at <= NOW
    if 0 <= ago <= 86400 - 60:
        assert abs((NOW - at) - timedelta(seconds=ago)) <= timedelta(seconds=30)
        assert bool(flags) == (abs(off) > 600)
    if ago > 86400 + 60 or ago < -60:
        assert flags == ["clock_off"] and at == NOW


@pytest.mark.parametrize("raw", [
    None, [], {}, {"taps": {}}, {"taps": [1]}, {"taps": [{}]},
    {"taps": [{"uid": "1" * 31, "person": "2" * 32, "act": "in", "at": "2026-07-06T01:00:00Z"}]},
    {"taps": [{"uid": "１" * 32, "person": "2" * 32, "act": "in", "at": "2026-07-06T01:00:00Z"}]},
    {"taps": [{"uid": "1" * 32, "person": "2" * 32, "act": "void", "at": "2026-07-06T01:00:00Z"}]},
    {"taps": [{"uid": "1" * 32, "person": "2" * 32, "act": "undo", "at": "2026-07-06T01:00:00Z"}]},
    {"taps": [{"uid": "1" * 32, "person": "2" * 32, "act": "in", "at": "2026-07-06T01:00:00"}]},
    {"taps": [{"uid": "1" * 32, "person": "2" * 32, "act": "in", "at": 5}]},
    {"taps": [{"uid": "1" * 32, "person": "2" * 32, "act": "in", "at": "0001-01-01T00:00:00+23:59"}]},
    {"taps": [], "sent_at": "soon"}])
def test_what_is_no_batch_is_refused_whole(raw):
    with pytest.raises(Invalid) as refusal:
        read_taps(raw)
    assert refusal.value.code == "taps_unreadable"


def test_too_many_taps_are_refused():
    with pytest.raises(TooLarge):
        read_taps({"taps": [{}] * 501})
