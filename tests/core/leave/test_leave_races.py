"""Two at once: the same request, two requests for one session, two approvers, back and decided; one effect each, on both engines."""
from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from lms.core.access.service import load_viewer
from lms.core.attendance.models import AttendanceEvent
from lms.core.classes.models import TrainingClass
from lms.core.errors import LmsError
from lms.core.ids import new_uid
from lms.core.leave.asking import ask, withdraw
from lms.core.leave.deciding import come_back, decide
from lms.core.leave.listing import own_requests
from lms.core.leave.models import LeaveRequest


@pytest.fixture
def training(make_training):
    return make_training(people=1)


@pytest.fixture
def at_once(site):
    """``at_once(act, argument, …)``: the act in one transaction per argument, all at the same time; codes of refusals, else None."""
    def run(act, *arguments):
        def one(argument):
            try:
                with site.database.writing() as db:
                    act(db, argument)
            except LmsError as refusal:
                return refusal.code
            return None
        with ThreadPoolExecutor(len(arguments)) as people:
            return list(people.map(one, arguments))
    return run


@pytest.fixture
def asking(site, training):
    def act(db, uid):
        ask(db, training_class=db.get_one(TrainingClass, training.training_class.id), person_id=training.people[0].id, kind="sick_leave",
            session_uids=[training.sessions[0].uid], reason="发烧", uid=uid, now=site.clock.now())
    return act


@pytest.fixture
def one(site, training):
    """The only request, as the pages load it: with everything that belongs to it."""
    return lambda db: own_requests(db, training.people[0].id)[0]


def rows(site, model):
    with site.database.reading() as db:
        return db.scalars(select(model)).all()


def test_one_tap_that_arrives_six_times_is_one_request(site, at_once, asking):
    uid = new_uid()
    assert at_once(asking, *[uid] * 6) == [None] * 6
    assert len(rows(site, LeaveRequest)) == 1


def test_of_two_requests_for_one_session_one_is_refused(site, at_once, asking):
    assert sorted(at_once(asking, *(new_uid() for _ in range(4))), key=str) == [None, *["leave_overlaps"] * 3]
    assert len(rows(site, LeaveRequest)) == 1


def test_of_several_approvers_one_decides_and_the_others_are_told(site, at_once, asking, one, training, person_with):
    at_once(asking, new_uid())
    staff = [person_with("training_officer", training.training_class).id for _ in range(4)]

    def act(db, person_id):
        decide(db, request=one(db), training_class=db.get_one(TrainingClass, training.training_class.id), verdict="approved", note="",
               version=1, by=load_viewer(db, person_id), now=site.clock.now())

    assert sorted(at_once(act, *staff), key=str) == [None, *["leave_approved_already"] * 3]
    assert len(rows(site, AttendanceEvent)) == 1


def test_withdrawn_and_decided_at_once_is_one_of_them(site, at_once, asking, one, training, person_with):
    at_once(asking, new_uid())
    officer = person_with("training_officer", training.training_class).id

    def act(db, what):
        if what == "withdraw":
            withdraw(db, one(db), by_id=training.people[0].id, now=site.clock.now())
        else:
            decide(db, request=one(db), training_class=db.get_one(TrainingClass, training.training_class.id), verdict="approved", note="",
                   version=1, by=load_viewer(db, officer), now=site.clock.now())

    outcome = at_once(act, "withdraw", "decide")
    request, = rows(site, LeaveRequest)
    assert (request.state, outcome) in (("withdrawn", [None, "leave_withdrawn"]), ("approved", ["leave_decided", None]))
    assert len(rows(site, AttendanceEvent)) == (request.state == "approved")


def test_coming_back_many_times_voids_once(site, at_once, asking, one, training, person_with):
    at_once(asking, new_uid())
    officer = person_with("training_officer", training.training_class).id
    with site.database.writing() as db:
        decide(db, request=one(db), training_class=db.get_one(TrainingClass, training.training_class.id), verdict="approved", note="", version=1,
               by=load_viewer(db, officer), now=site.clock.now())

    def act(db, person_id):
        come_back(db, request=one(db), training_class=db.get_one(TrainingClass, training.training_class.id), by_id=person_id, now=site.clock.now())

    assert at_once(act, *[training.people[0].id] * 5) == [None] * 5
    assert sorted(e.kind for e in rows(site, AttendanceEvent)) == ["status", "void"]
