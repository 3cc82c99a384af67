"""A class is told something; confirmations count once, and only of those who are in it."""
from __future__ import annotations

import pytest
from sqlalchemy import select

from lms.core.announcements.models import Announcement, AnnouncementRead
from lms.core.announcements.service import (
    announce,
    announcements_of,
    change_announcement,
    confirm_read,
    readers,
    withdraw_announcement,
)
from lms.core.audit.models import AuditEntry
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.errors import Conflict, Forbidden, Invalid, LmsError


class Desk:
    def __init__(self, site, training):
        self.site, self.training = site, training

    def now(self):
        return self.site.clock.now()

    def tell(self, title="集合", body="八点在大厅集合"):
        with self.site.database.writing() as db:
            return announce(db, training_class=db.get_one(TrainingClass, self.training.training_class.id), title=title, body=body, by_id=None,
                            now=self.now()).id

    def act(self, act, told, **values):
        with self.site.database.writing() as db:
            return act(db, announcement=db.get_one(Announcement, told), now=self.now(), **values)

    def counts(self):
        with self.site.database.reading() as db:
            return {a.id: n for a, n in announcements_of(db, self.training.training_class.id)}


@pytest.fixture
def desk(site, make_training):
    return Desk(site, make_training(people=3))


def refused(act, *args, **values) -> LmsError:
    with pytest.raises(LmsError) as error:
        act(*args, **values)
    return error.value


def test_confirmations_count_once_and_only_of_the_class(desk, person_with):
    first, second = desk.tell(), desk.tell("自带水杯", "会场不设瓶装水")
    for _ in range(2):
        desk.act(confirm_read, first, person_id=desk.training.people[0].id)
    desk.act(confirm_read, first, person_id=desk.training.people[1].id)
    assert desk.counts() == {first: 2, second: 0}
    assert isinstance(refused(desk.act, confirm_read, first, person_id=person_with().id), Forbidden)
    with desk.site.database.writing() as db:  # somebody leaves the class: no longer one of those who are counted
        db.scalars(select(Enrolment).where(Enrolment.person_id == desk.training.people[1].id)).one().state = "withdrawn"
    assert desk.counts()[first] == 1
    with desk.site.database.reading() as db:
        assert [(e.name, at is None) for e, at in readers(db, db.get_one(Announcement, first))] == [
            ("class-a学员3", True), ("class-a学员1", False)]


def test_words_are_corrected_and_confirmed_anew_where_it_matters(desk):
    told = desk.tell()
    desk.act(confirm_read, told, person_id=desk.training.people[0].id)
    desk.act(change_announcement, told, title="集合", body="九点在大厅集合", again=False, version=1, by_id=None)
    assert desk.counts()[told] == 1
    assert isinstance(refused(desk.act, change_announcement, told, title="集合", body="十点", again=True, version=1, by_id=None), Conflict)
    desk.act(change_announcement, told, title="集合", body="十点在大厅集合", again=True, version=2, by_id=None)
    assert desk.counts()[told] == 0
    with desk.site.database.reading() as db:
        assert not db.scalars(select(AnnouncementRead)).all()
        assert [e.action for e in db.scalars(select(AuditEntry).where(AuditEntry.action.like("announcement.%")))] == [
            "announcement.make", "announcement.change", "announcement.change"]


def test_what_is_withdrawn_stays_withdrawn(desk):
    told = desk.tell()
    for _ in range(2):
        desk.act(withdraw_announcement, told, by_id=None)
    assert refused(desk.act, change_announcement, told, title="又来", body="又来", again=False, version=2, by_id=None).code == "announcement_withdrawn"


@pytest.mark.parametrize(("title", "body", "field"), [("", "内容", "title"), ("题" * 121, "内容", "title"), ("标题", " \n", "body"), ("标题", "长" * 5001, "body")])
def test_without_words_nothing_is_sent(desk, title, body, field):
    fault = refused(desk.tell, title, body)
    assert isinstance(fault, Invalid) and fault.data["field"] == field and not desk.counts()
