"""Leave: asked for, decided along the class's chain, ended by coming back; each leaves events and traces, doubles leave nothing."""
from __future__ import annotations

from fractions import Fraction

import pytest
from sqlalchemy import select

from lms.core.access.grants import grant
from lms.core.access.service import load_viewer
from lms.core.attendance.models import AttendanceEvent
from lms.core.attendance.record import class_record
from lms.core.audit.models import AuditDetail, AuditEntry
from lms.core.classes.models import ClassSession, Enrolment, TrainingClass
from lms.core.classes.service import close_class
from lms.core.errors import Conflict, Forbidden, Invalid, LmsError, NotFound
from lms.core.ids import new_uid
from lms.core.leave.asking import ask, withdraw
from lms.core.leave.deciding import come_back, decide, outlook
from lms.core.leave.limits import half_days
from lms.core.leave.listing import entries
from lms.core.leave.models import LeaveRequest


class Office:
    """A class of three days with six half-days of four hours, its trainees and its staff, at eight on the first morning."""

    def __init__(self, site, training, staff):
        self.site, self.training, self.staff = site, training, staff
        self.me, self.other = training.people[:2]

    def now(self):
        return self.site.clock.now()

    def class_(self, db):
        return db.get_one(TrainingClass, self.training.training_class.id)

    def ask(self, *places, person=None, kind="personal_leave", reason="家中有事", uid=None, **more):
        with self.site.database.writing() as db:
            return ask(db, training_class=self.class_(db), person_id=(person or self.me).id, kind=kind, reason=reason, uid=uid or new_uid(),
                       session_uids=more.pop("uids", [self.training.sessions[p].uid for p in places]), now=self.now(), **more).id

    def decide(self, request, by="training_officer", verdict="approved", note="", version=None):
        with self.site.database.writing() as db:
            row = db.get_one(LeaveRequest, request)
            person = self.staff[by] if isinstance(by, str) else by
            decide(db, request=row, training_class=self.class_(db), verdict=verdict, note=note, version=version or row.version,
                   by=load_viewer(db, person.id), now=self.now())

    def back(self, request):
        with self.site.database.writing() as db:
            return come_back(db, request=db.get_one(LeaveRequest, request), training_class=self.class_(db), by_id=self.me.id, now=self.now())

    def withdraw(self, request):
        with self.site.database.writing() as db:
            withdraw(db, db.get_one(LeaveRequest, request), by_id=self.me.id, now=self.now())

    def state(self, request):
        with self.site.database.reading() as db:
            return db.get_one(LeaveRequest, request).state

    def statuses(self, person=0):
        with self.site.database.reading() as db:
            record = class_record(db, training_class=self.class_(db), now=self.now())
        return [s.code for s in record.people[person].statuses]

    def events(self):
        with self.site.database.reading() as db:
            return db.scalars(select(AttendanceEvent).order_by(AttendanceEvent.id)).all()

    def outlook(self, request):
        with self.site.database.reading() as db:
            row = db.get_one(LeaveRequest, request)
            enrolment = db.scalars(select(Enrolment).where(Enrolment.person_id == row.person_id)).one()
            return outlook(db, request=row, training_class=self.class_(db), enrolment=enrolment, now=self.now())

    def close(self):
        with self.site.database.writing() as db:
            close_class(db, training_class=self.class_(db), by_id=None, now=self.now())

    def refused(self, act, *given, **more):
        """The code of the refusal; nothing must have changed."""
        before = len(self.events())
        with pytest.raises(LmsError) as refusal:
            act(*given, **more)
        assert len(self.events()) == before
        return refusal.value.code


@pytest.fixture
def office_with(site, make_training, person_with):
    def make(**rules):
        training = make_training(people=2, rules=rules)
        roles = ("training_officer", "class_teacher", "class_monitor")
        staff = {role: person_with(role, training.training_class) for role in roles} | {"administrator": person_with("administrator")}
        return Office(site, training, staff)
    return make


@pytest.fixture
def office(office_with):
    return office_with()


def test_asking_counts_as_nothing_approving_writes_one_event_a_session(office):
    request = office.ask(2, 3)
    assert office.statuses() == ["upcoming"] * 6 and not office.events()
    office.decide(request)
    assert office.statuses() == ["upcoming", "upcoming", "personal_leave", "personal_leave", "upcoming", "upcoming"]
    assert [(e.kind, e.method, e.status, e.by_id) for e in office.events()] == [
        ("status", "leave", "personal_leave", office.staff["training_officer"].id)] * 2


def test_refusing_says_why_and_writes_no_event(office):
    request = office.ask(0)
    assert office.refused(office.decide, request, verdict="refused") == "leave_note"
    office.decide(request, verdict="refused", note="当天有考试")
    assert office.state(request) == "refused" and not office.events()


@pytest.mark.parametrize(("places", "who", "code"), [
    ((0,), "class_teacher", None), ((0,), "training_officer", None), ((0,), "class_monitor", "leave_too_long"),
    ((0, 1), "class_teacher", "leave_too_long"), ((0, 1), "training_officer", None), ((0, 1, 2, 3, 4, 5), "administrator", None)])
def test_who_may_approve_depends_on_the_length(office, places, who, code):
    request = office.ask(*places)
    if code:
        assert office.refused(office.decide, request, who) == code
    else:
        office.decide(request, who)
    assert office.state(request) == ("asked" if code else "approved")


def test_the_class_says_how_long_and_who_is_above(office_with):
    office = office_with(leave_teacher=2, leave_beyond="administrator")
    office.decide(office.ask(0, 1), "class_teacher")
    longer = office.ask(2)
    assert office.refused(office.decide, longer, "class_teacher") == "leave_too_long"  # with what is approved it is three
    assert office.refused(office.decide, longer, "training_officer") == "leave_too_long"
    office.decide(longer, "administrator")


def test_sessions_of_one_half_day_are_one(office):
    with office.site.database.writing() as db:
        first = db.get_one(ClassSession, office.training.sessions[0].id)
        assert half_days([first, first]) == 1
    assert half_days(office.training.sessions) == 6


def test_nobody_approves_their_own(office):
    with office.site.database.writing() as db:
        grant(db, person_id=office.me.id, role="class_teacher", scope_type="class", scope_id=office.training.training_class.id, by_id=None,
              now=office.now())
    assert office.refused(office.decide, office.ask(0), office.me) == "own_leave"


@pytest.mark.parametrize(("rules", "places", "sentence", "over"), [
    ({}, (0,), "批准后共请假 {after} 学时，超过总学时 {fraction}（{allowed}）", True),
    ({"leave_fraction": "1/6"}, (0,), "批准后共请假 {after} 学时，未超过总学时 {fraction}（{allowed}）", False),
    ({"leave_limit": "days"}, (0, 1), "批准后共请假 {after} 学时，未超过上限 {allowed} 学时", False),
    ({"leave_limit": "days"}, (0, 1, 2), "批准后共请假 {after} 学时，超过上限 {allowed} 学时", True),
    ({"leave_limit": "none"}, (0, 1, 2), "批准后共请假 {after} 学时；本班不设上限", False)])
def test_the_meter_warns_before_anybody_decides_by_exact_fractions(office_with, rules, places, sentence, over):
    office = office_with(**rules)
    ahead = office.outlook(office.ask(*places)).meter
    assert (ahead.sentence, ahead.over, ahead.after) == (sentence, over, 400 * len(places))


def test_the_meter_gives_the_figures_of_the_rule(office):
    office.decide(office.ask(0))
    ahead = office.outlook(office.ask(1)).meter
    assert ahead.sentence.format(**ahead.data) == "批准后共请假 8 学时，超过总学时 1/7（3.43）"
    assert (ahead.allowed, ahead.left) == (Fraction(2400, 7), 0)


def test_what_else_waits_is_said_so_that_leave_in_small_pieces_surprises_nobody(office_with):
    office = office_with(leave_fraction="1/4")  # of 24 hours
    first, second, official = office.ask(0), office.ask(1), office.ask(2, kind="official_leave")
    with office.site.database.reading() as db:
        meters = {e.request.id: e.meter for e in entries(db, training_class=office.class_(db), now=office.now())}
    assert [(meters[r].after, meters[r].pending, meters[r].over, meters[r].over_with_pending) for r in (first, second, official)] == [
        (400, 400, False, True), (400, 400, False, True), (0, 800, False, True)]
    sentence = meters[first].pending_sentence.format(**meters[first].data)
    assert sentence == "另有 4 学时待批，都批准共 8 学时，超过上限 6 学时"


def test_official_leave_is_beside_the_limit_where_the_class_says_so(office):
    ahead = office.outlook(office.ask(0, 1, kind="official_leave")).meter
    assert not ahead.over and ahead.after == 0 and "不计入请假上限" in ahead.sentence


def test_coming_back_frees_what_has_not_begun_and_whoever_then_stays_away_is_told_apart(office, clock):
    request = office.ask(0, 1, 2)
    office.decide(request)
    clock.move(hours=2)  # in the middle of the first morning
    assert office.back(request) == 2 and office.back(request) == 0
    assert office.statuses()[:3] == ["personal_leave", "upcoming", "upcoming"] and office.state(request) == "returned"
    assert [(e.kind, e.method) for e in office.events()][3:] == [("void", "leave")] * 2
    clock.move(hours=8)
    with office.site.database.reading() as db:
        status = class_record(db, training_class=office.class_(db), now=office.now()).people[0].statuses[1]
    assert (status.code, status.reason) == ("absent", "已销假，但没有签到记录")
    office.decide(office.ask(2), "administrator")  # what was freed may be asked for again


def test_coming_back_after_the_last_session_is_reported_and_frees_nothing(office, clock):
    request = office.ask(0)
    office.decide(request)
    clock.move(hours=12)
    assert office.back(request) == 0 and office.state(request) == "returned" and office.statuses()[0] == "personal_leave"


def test_a_signature_stands_above_leave_and_is_put_under_review(office, clock):
    office.decide(office.ask(0))
    with office.site.database.writing() as db:
        session = office.training.sessions[0]
        db.add(AttendanceEvent(class_id=session.class_id, session_id=session.id, person_id=office.me.id, kind="in", at=clock.move(minutes=25),
                               received_at=clock.now(), method="hall", flags=[]))
    with office.site.database.reading() as db:
        status = class_record(db, training_class=office.class_(db), now=office.now()).people[0].statuses[0]
    assert (status.code, status.review) == ("present", ("despite_leave",))


def test_withdrawing_before_a_decision(office):
    request = office.ask(0)
    office.withdraw(request)
    office.withdraw(request)
    assert office.state(request) == "withdrawn" and office.refused(office.decide, request) == "leave_withdrawn"
    office.ask(0)  # the session is free again


def test_after_a_decision_nothing_is_withdrawn_and_nothing_unapproved_ended(office):
    approved, waiting = office.ask(0), office.ask(1)
    office.decide(approved)
    assert office.refused(office.withdraw, approved) == "leave_decided"
    assert office.refused(office.back, waiting) == "leave_not_approved"


def test_the_second_approver_is_told_who_was_first_and_the_same_form_twice_is_once(office):
    request = office.ask(0)
    office.decide(request, "class_teacher")
    office.decide(request, "class_teacher")
    assert len(office.events()) == 1
    assert office.refused(office.decide, request, "training_officer") == "leave_approved_already"
    refused = office.ask(1)
    office.decide(refused, verdict="refused", note="有考试")
    assert office.refused(office.decide, refused, "administrator") == "leave_refused_already"


def test_an_old_page_decides_nothing(office):
    assert office.refused(office.decide, office.ask(0), version=7) == "edited_meanwhile"


def test_the_same_request_sent_twice_is_one_and_a_changed_one_is_refused(office):
    uid = new_uid()
    assert office.ask(0, uid=uid) == office.ask(0, uid=uid)
    assert office.refused(office.ask, 1, uid=uid) == "page_used"
    assert office.refused(office.ask, 0, uid=uid, person=office.other) == "page_used"


@pytest.mark.parametrize(("given", "code"), [
    ({"uids": []}, "leave_no_session"), ({"uids": ["x" * 32]}, "leave_session_unknown"), ({"kind": "holiday"}, "leave_kind"),
    ({"reason": " "}, "leave_reason"), ({"reason": "长" * 501}, "leave_reason")])
def test_bad_input_is_refused_with_a_reason(office, given, code):
    assert office.refused(office.ask, 0, **given) == code


def test_sessions_that_are_over_cancelled_or_taken_cannot_be_asked_for(office, clock):
    office.decide(office.ask(2))
    with office.site.database.writing() as db:
        db.get_one(ClassSession, office.training.sessions[3].id).cancelled = True
    clock.move(hours=4)  # the first morning is over
    assert office.refused(office.ask, 0, 1) == "leave_session_over"
    assert office.refused(office.ask, 1, 3) == "leave_session_cancelled"
    assert office.refused(office.ask, 1, 2) == "leave_overlaps"
    office.ask(1, 2, person=office.other)  # somebody else's leave is in nobody's way


def test_who_is_not_or_no_longer_in_the_class(office, make_training):
    stranger = make_training("class-b", people=1).people[0]
    assert office.refused(office.ask, 0, person=stranger) == "leave_not_enrolled"
    request = office.ask(0)
    with office.site.database.writing() as db:
        db.scalars(select(Enrolment).where(Enrolment.person_id == office.me.id)).one().state = "withdrawn"
    assert office.refused(office.decide, request) == "leave_person_gone"
    office.decide(request, verdict="refused", note="已退班")


def test_a_class_does_not_close_while_somebody_waits_and_takes_nothing_once_closed(office):
    waiting = office.ask(0)
    with pytest.raises(Conflict) as refusal:
        office.close()
    assert [(b.code, b.data["count"]) for b in refusal.value.data["blockers"]] == [("leave_undecided", 1)]
    office.decide(waiting)
    office.close()
    assert {office.refused(office.ask, 1), office.refused(office.back, waiting)} == {"leave_class_closed"}


def test_a_decision_after_the_session_makes_absence_leave(office, clock):
    request = office.ask(0)
    clock.move(hours=6)
    assert office.statuses()[0] == "absent"
    office.decide(request)
    assert office.statuses()[0] == "personal_leave"


def test_each_step_stands_in_the_log_without_the_reason(office):
    request = office.ask(0, reason="看病这种私事")
    office.decide(request)
    office.back(request)
    with office.site.database.reading() as db:
        entries = db.scalars(select(AuditEntry).where(AuditEntry.action.startswith("leave.")).order_by(AuditEntry.id)).all()
        assert "看病" not in "".join(f"{d.before}{d.after}{d.reason}" for d in db.scalars(select(AuditDetail)))
    assert [e.action for e in entries] == ["leave.ask", "leave.approved", "leave.returned"]
    assert all(e.class_id == office.training.training_class.id for e in entries)


def test_errors_are_of_the_right_kind(office, clock):
    with pytest.raises(Invalid):
        office.ask()
    with pytest.raises(NotFound):
        office.ask(uids=[new_uid()])
    clock.move(days=1)
    with pytest.raises(Conflict):
        office.ask(0)
    with pytest.raises(Forbidden):
        office.decide(office.ask(4, 5), "class_teacher")
