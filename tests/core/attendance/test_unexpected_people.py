"""Walk-ins count from when they were noted; a substitute gets the hours and the original is neither absent nor credited."""
from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from lms.core.attendance import walk_ins
from lms.core.attendance.check_in import check_in_by_staff
from lms.core.attendance.models import AttendanceEvent, Substitution, WalkIn
from lms.core.attendance.record import class_record
from lms.core.attendance.substitutes import substitute, take_back
from lms.core.classes.closing import blockers
from lms.core.classes.models import Enrolment
from lms.core.errors import Conflict, Invalid
from lms.core.ids import new_uid


@pytest.fixture
def training(make_training, clock):
    made = make_training(people=4)
    clock.move(minutes=25)  # 08:25
    return made


@pytest.fixture
def teacher(person_with, training):
    return person_with("class_teacher", training.training_class)


@pytest.fixture
def note(database, training, teacher, clock):
    def make(name="张三", unit="", phone="", uid=None):
        with database.writing() as db:
            return walk_ins.note(db, session=training.sessions[0], name=name, unit=unit, phone=phone, uid=uid or new_uid(),
                                 by_id=teacher.id, now=clock.now())
    return make


def events(database):
    with database.reading() as db:
        return db.scalars(select(AttendanceEvent).order_by(AttendanceEvent.id)).all()


def codes(database, training, clock, number=None):
    """Statuses of everybody in the first session, or of one person in all sessions."""
    with database.reading() as db:
        record = class_record(db, training_class=training.training_class, now=clock.now())
    if number is None:
        return [row.statuses[0].code for row in record.people]
    return [status.code for status in record.people[number].statuses]


def test_a_walk_in_is_noted_once_and_counts_for_nobody_yet(database, training, note, clock):
    uid = new_uid()
    assert note(uid=uid).id == note(uid=uid).id and not events(database)
    with pytest.raises(Conflict):
        note("李四", uid=uid)
    with database.reading() as db:
        assert [b.code for b in blockers(db, training.training_class, clock.now())] == ["walk_ins_open"]


def test_ten_notes_at_once_are_one(database, note):
    uid = new_uid()
    with ThreadPoolExecutor(10) as hands:
        assert len({made.id for made in hands.map(lambda _: note(uid=uid), range(10))}) == 1


@pytest.mark.parametrize(("name", "unit", "phone"), [("", "", ""), ("名" * 121, "", ""), ("张三", "单" * 201, ""), ("张三", "", "12345")])
def test_what_cannot_be_noted_is_refused(database, note, name, unit, phone):
    with pytest.raises(Invalid):
        note(name, unit, phone)
    with database.reading() as db:
        assert not db.scalars(select(WalkIn)).all()


def test_matched_later_it_counts_from_when_it_was_noted(database, training, teacher, note, clock):
    noted = note(training.people[0].name)
    clock.move(hours=2)
    with database.writing() as db:
        walk_in = db.merge(noted)
        people = db.scalars(select(Enrolment).order_by(Enrolment.number)).all()
        assert [e.id for e in walk_ins.likely(walk_in, people)] == [people[0].id]
        walk_ins.match(db, walk_in=walk_in, session=training.sessions[0], enrolment=people[0], version=1, by_id=teacher.id, now=clock.now())
    event, = events(database)
    assert (event.kind, event.method, event.at, event.received_at) == ("in", "walk_in", noted.at, clock.now())
    assert codes(database, training, clock) == ["present", "missing", "missing", "missing"]


def test_a_settled_one_is_settled_once(database, training, teacher, note, clock):
    noted, who = note(), {"by_id": teacher.id, "now": clock.now()}
    for number, expected in ((0, None), (1, "walk_in_settled")):
        with database.writing() as db:
            act = {"walk_in": db.get_one(WalkIn, noted.id), "session": training.sessions[0], "enrolment": training.enrolments[number],
                   "version": 1, **who}
            if expected is None:
                walk_ins.match(db, **act)
            else:
                with pytest.raises(Conflict) as refusal:
                    walk_ins.match(db, **act)
                assert refusal.value.code == expected
    assert len(events(database)) == 1


def test_somebody_new_is_enrolled_and_known_by_phone_only(database, training, make_training, teacher, note, clock):
    other = make_training("class-b", people=1).people[0]
    known, namesake, taken = note(other.name, phone=other.phone), note(training.people[0].name), note("王五", phone=other.phone)

    def enrol(noted):
        with database.writing() as db:
            return walk_ins.enrol_anew(db, walk_in=db.get_one(WalkIn, noted.id), session=training.sessions[0], group=None, version=1,
                                       training_class=training.training_class, by_id=teacher.id, now=clock.now())

    assert enrol(known).person_id == other.id
    assert enrol(namesake).person_id != training.people[0].id
    with pytest.raises(Conflict) as refusal:
        enrol(taken)
    assert refusal.value.code == "phone_taken"
    assert [e.at for e in events(database)] == [known.at, namesake.at]
    assert codes(database, training, clock)[4:] == ["present", "present"]


def test_one_who_does_not_count_needs_a_reason(database, teacher, note, clock):
    noted = note()
    with pytest.raises(Invalid), database.writing() as db:
        walk_ins.drop(db, walk_in=db.get_one(WalkIn, noted.id), reason=" ", version=1, by_id=teacher.id, now=clock.now())
    with database.writing() as db:
        walk_ins.drop(db, walk_in=db.get_one(WalkIn, noted.id), reason="司机", version=1, by_id=teacher.id, now=clock.now())
    assert not events(database)


@pytest.fixture
def replace(database, training, teacher, clock):
    def act(original=0, by=1, sessions=(0,), there=False, reason="单位另有任务", uid=None):
        with database.writing() as db:
            return substitute(db, training_class=training.training_class, original=training.enrolments[original], by=training.enrolments[by],
                              sessions=[training.sessions[n] for n in sessions], there=there, reason=reason, uid=uid or new_uid(),
                              by_id=teacher.id, now=clock.now())
    return act


def test_the_substitute_gets_the_hours_and_the_original_shows_substituted(database, training, replace, clock):
    clock.move(hours=1)
    replace(sessions=range(6), there=True)
    clock.move(days=3)
    with database.reading() as db:
        record = class_record(db, training_class=training.training_class, now=clock.now())
    original, substitute_ = record.people[0], record.people[1]
    assert {s.code for s in original.statuses} == {"substituted"} and original.totals.hours_earned == 0
    assert [s.code for s in substitute_.statuses] == ["present", *["absent"] * 5] and substitute_.totals.hours_earned == 400


def test_for_some_sessions_only_those_are_substituted(database, training, replace, clock):
    replace(sessions=(1, 3))
    clock.move(days=3)
    assert codes(database, training, clock, 0) == ["absent", "substituted", "absent", "substituted", "absent", "absent"]


def test_the_substitute_signs_in_like_everybody(database, training, teacher, replace, clock):
    replace()
    with database.writing() as db:
        check_in_by_staff(db, session=training.sessions[0], person_id=training.people[1].id, direction="in", method="card", uid=new_uid(),
                          by_id=teacher.id, now=clock.now())
    assert codes(database, training, clock)[:2] == ["substituted", "present"]


def test_who_was_there_is_not_substituted(database, training, teacher, replace, clock):
    with database.writing() as db:
        check_in_by_staff(db, session=training.sessions[0], person_id=training.people[0].id, direction="in", method="card", uid=new_uid(),
                          by_id=teacher.id, now=clock.now())
    with pytest.raises(Conflict) as refusal:
        replace(sessions=(0, 1))
    assert refusal.value.code == "substitute_attended" and len(events(database)) == 1


def test_sent_twice_it_is_one_and_a_second_substitute_is_refused(database, replace):
    uid = new_uid()
    assert replace(uid=uid).id == replace(uid=uid).id and len(events(database)) == 1
    for again in ({"by": 2, "uid": uid}, {"by": 2}):
        with pytest.raises(Conflict):
            replace(**again)


def test_ten_substitutions_at_once_are_one(database, replace):
    uid = new_uid()
    with ThreadPoolExecutor(10) as hands:
        assert len({made.id for made in hands.map(lambda _: replace(uid=uid), range(10))}) == 1
    assert len(events(database)) == 1


@pytest.mark.parametrize("wrong", [{"by": 0}, {"sessions": ()}, {"reason": " "}])
def test_a_substitution_without_sense_is_refused(database, replace, wrong):
    with pytest.raises(Invalid):
        replace(**wrong)
    assert not events(database)


def test_taken_back_it_leaves_everything_as_before_and_on_record(database, training, teacher, replace, clock):
    clock.move(minutes=20)
    made = replace(there=True)
    for _ in range(2):
        with database.writing() as db:
            take_back(db, substitution=db.get_one(Substitution, made.id), reason="登记错了人", by_id=teacher.id, now=clock.now())
    assert codes(database, training, clock)[:2] == ["missing", "missing"]
    assert [e.kind for e in events(database)] == ["status", "status", "void", "void"]
    replace()
    assert codes(database, training, clock)[0] == "substituted"
