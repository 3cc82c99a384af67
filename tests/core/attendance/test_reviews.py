"""What is doubtful counts provisionally until people judge it; their judgement is an event like any other."""
from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.core.access.grants import grant
from lms.core.access.service import load_viewer
from lms.core.attendance.check_in import check_in, check_in_by_staff
from lms.core.attendance.codes import Scan, give_ticket, read_ticket
from lms.core.attendance.corrections import correct, void
from lms.core.attendance.models import AttendanceEvent
from lms.core.attendance.record import class_record
from lms.core.attendance.reviews import judge, open_reviews, reviews
from lms.core.audit.models import AuditEntry
from lms.core.classes.models import ClassSession, TrainingClass
from lms.core.classes.rules import ClassRules
from lms.core.classes.service import close_class
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms.core.ids import new_uid

ZONE, RULES, KEY = "Asia/Shanghai", ClassRules(), b"k" * 32


class Hall:
    """The first session of a class of six, five minutes before it begins."""

    def __init__(self, site, training, teacher):
        self.site, self.training, self.teacher, self.session = site, training, teacher, training.sessions[0]

    def sign_in(self, person, device="phone", wait=0, **more):
        clock = self.site.clock
        clock.move(seconds=1)
        ticket = read_ticket(KEY, give_ticket(KEY, Scan(self.session.uid, "in", clock.now()), device), clock.now(), timedelta(minutes=10))
        clock.move(seconds=wait)
        with self.site.database.writing() as db:
            return check_in(db, session=self.session, rules=RULES, zone=ZONE, person_id=person.id, ticket=ticket, method="hall",
                            device=device, now=clock.now(), **more)

    def open(self):
        with self.site.database.reading() as db:
            return reviews(db, training_class=self.training.training_class, now=self.site.clock.now())

    def count(self):
        with self.site.database.reading() as db:
            return open_reviews(db, self.training.training_class.id, now=self.site.clock.now())

    def judge(self, uids, verdict="confirm", reason="本人在场", by=None):
        with self.site.database.writing() as db:
            return judge(db, training_class=db.get_one(TrainingClass, self.training.training_class.id), event_uids=uids, verdict=verdict,
                         reason=reason, by=load_viewer(db, (by or self.teacher).id), now=self.site.clock.now())

    def leave(self, person):
        """Approved leave, as it stands on record."""
        with self.site.database.writing() as db:
            db.add(AttendanceEvent(class_id=self.session.class_id, session_id=self.session.id, person_id=person.id, kind="status",
                                   status="sick_leave", method="leave", at=self.site.clock.now(), received_at=self.site.clock.now(), flags=[]))

    def statuses(self):
        with self.site.database.reading() as db:
            record = class_record(db, training_class=self.training.training_class, now=self.site.clock.now())
        return [(row.statuses[0].code, row.statuses[0].review) for row in record.people], record


@pytest.fixture
def hall(site, make_training, clock, person_with):
    training = make_training(people=6)
    clock.move(minutes=25)
    return Hall(site, training, person_with("class_teacher", training.training_class))


def test_one_phone_for_two_people_puts_only_the_second_on_the_list_with_the_first_as_evidence(hall):
    first, second = hall.training.people[:2]
    hall.sign_in(first)
    hall.sign_in(second)
    found, = hall.open()
    assert (found.enrolment.person_id, found.flags, found.event.other_id) == (second.id, ("shared_device",), first.id)
    assert hall.count() == 1


def test_a_scan_that_somebody_else_used_names_them(hall, clock):
    first, second = hall.training.people[:2]
    ticket = read_ticket(KEY, give_ticket(KEY, Scan(hall.session.uid, "in", clock.now()), "phone-1"), clock.now(), timedelta(minutes=10))
    for person, device in ((first, "phone-1"), (second, "phone-2")):
        with hall.site.database.writing() as db:
            check_in(db, session=hall.session, rules=RULES, zone=ZONE, person_id=person.id, ticket=ticket, method="hall", device=device,
                     now=clock.now())
    found, = hall.open()
    assert set(found.flags) == {"ticket_reused", "other_browser"} and found.event.other_id == first.id


@pytest.mark.parametrize(("wait", "flags"), [(300, ()), (301, ("late_tap",))])
def test_a_tap_late_in_its_window_is_put_under_review(hall, wait, flags):
    assert hall.sign_in(hall.training.people[0], wait=wait, prompt=timedelta(minutes=5)).flags == flags


@pytest.mark.parametrize(("minutes", "flags"), [(10, ()), (-10, ()), (11, ("clock_off",)), (-11, ("clock_off",))])
def test_a_phone_whose_clock_is_far_off_is_put_under_review(hall, clock, minutes, flags):
    told = clock.now() + timedelta(minutes=minutes, seconds=1)  # the moment at which the helper signs in
    assert hall.sign_in(hall.training.people[0], client_at=told).flags == flags
    if flags:
        assert hall.open()[0].event.client_at == told


def test_confirming_ends_the_review_and_leaves_the_event(hall):
    for person in hall.training.people[:2]:
        hall.sign_in(person)
    found, = hall.open()
    assert hall.judge([found.event.uid]).done == 1
    statuses, record = hall.statuses()
    assert statuses[1] == ("present", ()) and hall.count() == 0 and record.people[1].totals.sessions_under_review == 0


def test_voiding_takes_the_signature_away(hall, clock):
    for person in hall.training.people[:2]:
        hall.sign_in(person)
    assert hall.statuses()[1].people[1].totals.hours_under_review == 400
    hall.judge([hall.open()[0].event.uid], "void", "本人不在场")
    clock.move(hours=4)
    assert [s[0] for s in hall.statuses()[0][:2]] == ["present", "absent"] and hall.count() == 0


def test_a_chosen_set_is_judged_together_and_each_leaves_a_trace(hall):
    for person in hall.training.people[:4]:
        hall.sign_in(person)
    assert hall.judge([r.event.uid for r in hall.open()]).done == 3
    with hall.site.database.reading() as db:
        kinds = db.scalars(select(AttendanceEvent.kind).order_by(AttendanceEvent.id)).all()
        traces = db.scalars(select(AuditEntry).where(AuditEntry.action == "attendance.confirm")).all()
    assert kinds == ["in"] * 4 + ["confirm"] * 3
    assert len(traces) == 3 and {t.actor_id for t in traces} == {hall.teacher.id}


def test_what_somebody_else_judged_meanwhile_is_passed_over_and_the_second_time_refused(hall):
    for person in hall.training.people[:3]:
        hall.sign_in(person)
    one, two = (r.event.uid for r in hall.open())
    hall.judge([one])
    outcome = hall.judge([one, two])
    assert (outcome.done, outcome.passed_over) == (1, 1)
    with pytest.raises(Conflict) as refusal:
        hall.judge([one, two], "void")
    assert refusal.value.code == "already_judged"


def test_of_two_who_judge_at_once_one_is_told(hall):
    for person in hall.training.people[:2]:
        hall.sign_in(person)
    uid = hall.open()[0].event.uid

    def one(verdict):
        try:
            return hall.judge([uid], verdict).done
        except Conflict as refusal:
            return refusal.code

    with ThreadPoolExecutor(4) as staff:
        outcomes = list(staff.map(one, ["confirm", "void", "confirm", "void"]))
    assert sorted(outcomes, key=str) == [1, *["already_judged"] * 3]


@pytest.mark.parametrize("reason", ["", " ", "x"])
def test_without_a_reason_nothing_is_judged(hall, reason):
    for person in hall.training.people[:2]:
        hall.sign_in(person)
    with pytest.raises(Invalid):
        hall.judge([hall.open()[0].event.uid], reason=reason)
    assert hall.count() == 1


def test_an_event_of_another_class_or_made_up_refuses_the_whole_set(hall):
    for person in hall.training.people[:2]:
        hall.sign_in(person)
    uid = hall.open()[0].event.uid
    for uids in ([uid, new_uid()], [new_uid()], []):
        with pytest.raises(NotFound):
            hall.judge(uids)
    assert hall.count() == 1


def test_nobody_judges_their_own(hall, site, person_with):
    for person in hall.training.people[:2]:
        hall.sign_in(person)
    second = hall.training.people[1]
    with site.database.writing() as db:
        grant(db, person_id=second.id, role="class_monitor", scope_type="class", scope_id=hall.training.training_class.id, by_id=None,
              now=site.clock.now())
    with pytest.raises(Forbidden) as refusal:
        hall.judge([hall.open()[0].event.uid], by=second)
    assert refusal.value.code == "own_review"


def test_a_leader_judges_their_own_group_only(hall, person_with):
    for person in hall.training.people[:3]:
        hall.sign_in(person)  # people 1 and 2 (of groups 2 and 1) share the phone of the first
    leader = person_with("group_leader", hall.training.groups[0])
    other_group, own_group = (r.event.uid for r in hall.open())
    assert hall.judge([own_group], by=leader).done == 1
    with pytest.raises(NotFound):
        hall.judge([other_group], by=leader)


def test_a_signature_in_spite_of_leave_is_listed_whichever_came_first(hall):
    first, second = hall.training.people[:2]
    hall.leave(first)
    hall.sign_in(first, "a")
    hall.sign_in(second, "b")
    hall.leave(second)
    assert [(r.enrolment.person_id, r.flags) for r in hall.open()] == [(p.id, ("despite_leave",)) for p in (first, second)]
    hall.judge([hall.open()[0].event.uid])
    hall.judge([hall.open()[0].event.uid], "void", "代签")
    assert hall.statuses()[0][:2] == [("present", ()), ("sick_leave", ())]


def test_leave_that_is_approved_after_the_judgement_asks_again(hall):
    first, second = hall.training.people[:2]
    hall.sign_in(first)
    hall.sign_in(second)
    hall.judge([hall.open()[0].event.uid])
    hall.leave(second)
    assert [r.flags for r in hall.open()] == [("despite_leave",)]


def test_a_correction_settles_it_and_taking_the_confirmation_back_opens_it(hall):
    for person in hall.training.people[:2]:
        hall.sign_in(person)
    uid = hall.open()[0].event.uid
    hall.judge([uid])
    with hall.site.database.writing() as db:
        confirmation = db.scalars(select(AttendanceEvent).where(AttendanceEvent.kind == "confirm")).one()
        void(db, session=hall.session, person_id=confirmation.person_id, event_uid=confirmation.uid, reason="看错了人",
             by_id=hall.teacher.id, now=hall.site.clock.now())
    assert hall.count() == 1
    with hall.site.database.writing() as db:
        correct(db, session=hall.session, person_id=hall.training.people[1].id, status="absent", reason="确认不在", by_id=hall.teacher.id,
                now=hall.site.clock.now(), uid=new_uid())
    assert hall.count() == 0


def test_a_cancelled_session_awaits_nothing_and_a_class_with_open_reviews_does_not_close(hall):
    for person in hall.training.people[:2]:
        hall.sign_in(person)

    def close():
        with hall.site.database.writing() as db:
            close_class(db, training_class=db.get_one(TrainingClass, hall.training.training_class.id), by_id=hall.teacher.id,
                        now=hall.site.clock.now())

    with pytest.raises(Conflict) as refusal:
        close()
    assert [b.code for b in refusal.value.data["blockers"]] == ["reviews_open"]
    with hall.site.database.writing() as db:
        db.get_one(ClassSession, hall.session.id).cancelled = True
    assert hall.count() == 0
    close()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_three_hundred_people_behind_one_address_pass(site, make_training, clock, person_with):
    training = make_training(people=300)
    clock.move(minutes=25)
    hall = Hall(site, training, person_with("class_teacher", training.training_class))
    for number, person in enumerate(training.people):
        hall.sign_in(person, f"phone-{number}")
    assert hall.count() == 0
    clock.move(hours=4)
    assert set(hall.statuses()[0]) == {("present", ())}


def test_staff_who_sign_somebody_in_leave_nothing_to_review(hall, clock):
    with hall.site.database.writing() as db:
        check_in_by_staff(db, session=hall.session, person_id=hall.training.people[0].id, direction="in", by_id=hall.teacher.id,
                          method="staff", uid=new_uid(), now=clock.now())
    assert hall.count() == 0
