"""Roll-call by exception: once however often it is sent, never above a signature, and rolled up group by group."""
from __future__ import annotations

import pytest
from sqlalchemy import select

from lms.core.attendance.check_in import check_in_by_staff
from lms.core.attendance.corrections import correct
from lms.core.attendance.in_session import people_in_session
from lms.core.attendance.models import AttendanceEvent
from lms.core.attendance.roll_call import answer_of, call_roll, clashes, reports
from lms.core.audit.models import AuditEntry
from lms.core.errors import Conflict, Invalid
from lms.core.ids import new_uid


@pytest.fixture
def training(make_training, clock):
    made = make_training(people=6)
    clock.move(minutes=25)  # 08:25; 0, 2, 4 are in the first group
    return made


@pytest.fixture
def room(database, training, clock, person_with):
    """The people of the first session, its roll-call, and what can be read of it."""
    session, made = training.sessions[0], training.training_class
    leader = person_with("group_leader", training.groups[0])

    class Room:
        def people(self, db, numbers=range(6)):
            return people_in_session(db, session=session, training_class=made, now=clock.now(),
                                     enrolments=[training.enrolments[n] for n in numbers])

        def call(self, numbers=(0, 2, 4), uid=None, by=leader, **answers):
            """``call(absent=[2])``: those numbers are absent."""
            said = {training.enrolments[n].uid: answer for answer, who in answers.items() for n in who}
            with database.writing() as db:
                return call_roll(db, session=session, training_class=made, people=self.people(db, numbers), answers=said,
                                 uid=uid or new_uid(), by_id=by.id, now=clock.now())

        def sign_in(self, number):
            with database.writing() as db:
                check_in_by_staff(db, session=session, person_id=training.people[number].id, direction="in", by_id=leader.id,
                                  method="card", uid=new_uid(), now=clock.now())

        def leave(self, number):
            with database.writing() as db:
                db.add(AttendanceEvent(class_id=made.id, session_id=session.id, person_id=training.people[number].id, kind="status",
                                       status="sick_leave", at=clock.now(), received_at=clock.now(), method="leave", flags=[]))

        def statuses(self):
            with database.reading() as db:
                return [p.status.code for p in self.people(db)]

        def clashes(self):
            with database.reading() as db:
                return [(training.enrolments.index(next(e for e in training.enrolments if e.id == c.person.enrolment.id)), c.code)
                        for c in clashes(db, self.people(db))]

        def reports(self):
            with database.reading() as db:
                return reports(db, groups=training.groups, people=self.people(db))

        def events(self):
            with database.reading() as db:
                return db.scalars(select(AttendanceEvent).order_by(AttendanceEvent.id)).all()

    return Room()


def test_whoever_is_not_named_is_there(room):
    tally = room.call(absent=[2], late=[4])
    assert dict(tally.counts) == {"present": 1, "absent": 1, "late": 1, "leave": 0}
    assert room.statuses() == ["present", "upcoming", "absent", "upcoming", "late", "upcoming"]


def test_a_doubled_send_counts_once_and_is_logged_once(room, database):
    uid = new_uid()
    first, second = room.call(uid=uid, absent=[2]), room.call(uid=uid, absent=[2])
    assert (first.repeated, second.repeated) == (False, True) and len(room.events()) == 3
    with database.reading() as db:
        assert len(db.scalars(select(AuditEntry).where(AuditEntry.action == "attendance.roll_call")).all()) == 1


def test_the_same_page_with_another_answer_is_refused_and_changes_nothing(room):
    uid = new_uid()
    room.call(uid=uid, absent=[2])
    with pytest.raises(Conflict) as refusal:
        room.call(uid=uid, absent=[0])
    assert refusal.value.code == "page_used" and room.statuses()[0] == "present"


def test_a_later_roll_call_counts_and_the_earlier_stays(room, clock):
    room.call(absent=[2])
    clock.move(minutes=5)
    room.call(late=[2])
    assert room.statuses()[2] == "late" and len(room.events()) == 6


def test_leave_that_nobody_approved_is_absence_under_review(room, database):
    room.call(leave=[2])
    with database.reading() as db:
        person = room.people(db, [2])[0]
    assert (person.status.code, person.status.review, answer_of(person)) == ("absent", ("leave_claimed",), "leave")


def test_approved_leave_is_seen_and_needs_no_event(room):
    room.leave(2)
    room.call(leave=[2])
    assert [e.method for e in room.events()] == ["leave", "roll_call", "roll_call"]
    report = room.reports()[0]
    assert report.whole and dict(report.counts) == {"present": 2, "absent": 0, "late": 0, "leave": 1}


@pytest.mark.parametrize("first", ["scan", "call"])
def test_absent_at_roll_call_but_signed_is_listed_and_the_signature_counts(room, first):
    acts = {"scan": lambda: room.sign_in(2), "call": lambda: room.call(absent=[2])}
    acts.pop(first)()
    next(iter(acts.values()))()
    assert room.statuses()[2] == "present" and room.clashes() == [(2, "absent_but_signed")]


def test_there_at_roll_call_but_signed_too_late_is_listed(room, clock):
    room.call()
    clock.move(minutes=40)  # 09:05, later than counts
    room.sign_in(2)
    assert room.statuses()[2] == "absent" and room.clashes() == [(2, "present_but_too_late")]


def test_there_at_roll_call_but_on_leave_is_listed_and_leave_counts(room):
    room.leave(2)
    room.call()
    assert room.statuses()[2] == "sick_leave" and room.clashes() == [(2, "present_but_on_leave")]


def test_what_agrees_and_what_was_corrected_is_not_listed(room, database, training, clock):
    room.call(absent=[2])
    room.sign_in(0)
    room.sign_in(2)
    with database.writing() as db:
        correct(db, session=training.sessions[0], person_id=training.people[2].id, status="late", reason="核实后更正",
                by_id=training.people[0].id, now=clock.now(), uid=new_uid())
    assert room.clashes() == []


def test_groups_roll_up_with_who_and_when(room, training, person_with, clock):
    room.call(absent=[2])
    first, second = room.reports()
    assert (first.sent, first.whole, first.by, first.expected) == (True, True, "测试group_leader", 3)
    assert first.at == clock.now() and dict(first.counts)["absent"] == 1
    assert (second.sent, second.whole, second.uncalled) == (False, False, 3)
    room.call(numbers=(1, 3, 5), by=person_with("class_monitor", training.training_class))
    assert [r.by for r in room.reports()] == ["测试group_leader", "测试class_monitor"]


def test_whoever_joins_a_group_after_its_roll_call_is_missing_from_it(room):
    room.call(numbers=(0, 2))
    assert (room.reports()[0].sent, room.reports()[0].uncalled) == (True, 1)


def test_before_sign_in_opens_nobody_can_be_there(room, clock):
    clock.move(minutes=-26)
    with pytest.raises(Conflict) as refusal:
        room.call()
    assert refusal.value.code == "roll_call_early" and not room.events()


def test_an_unknown_answer_and_an_empty_list_are_refused(room):
    for numbers, answers, code in (((0, 2), {"unexcused": [0]}, "roll_call_answer"), ((), {}, "roll_call_nobody")):
        with pytest.raises(Invalid) as refusal:
            room.call(numbers, **answers)
        assert refusal.value.code == code
    assert not room.events()
