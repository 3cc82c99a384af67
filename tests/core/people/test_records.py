"""Two records of one person become one, and somebody moves to another unit: what was recorded stays as it was."""
from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from lms.core.access.service import load_viewer, visible
from lms.core.attendance.models import AttendanceEvent
from lms.core.audit.models import AuditEntry
from lms.core.certificates.models import Certificate
from lms.core.classes.merging import merge, merged_into, unmerge
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.errors import Conflict, Forbidden, Invalid
from lms.core.people.logins import open_logins
from lms.core.people.models import Person
from lms.core.people.transfers import places_of, transfer
from lms.site import Site


@pytest.fixture
def over(site: Site, make_training: Any) -> Any:
    """A class that is closed."""
    made = make_training("class-a", people=2)
    with site.database.writing() as db:
        db.get_one(TrainingClass, made.training_class.id).state = "closed"
    return made


def do(site: Site, admin: Person, act: Any, **people: Person) -> None:
    with site.database.writing() as db:
        act(db, by=load_viewer(db, admin.id), now=site.clock.now(), **{name: db.get_one(Person, p.id) for name, p in people.items()})


def test_what_was_recorded_under_the_other_is_seen_with_the_kept_one(site: Site, over: Any, make_training: Any, person_with: Any) -> None:
    admin, now = person_with("administrator"), site.clock.now()
    old, new = over.people[0], make_training("class-b", people=1).people[0]
    with site.database.writing() as db:
        db.add(AttendanceEvent(class_id=over.training_class.id, session_id=over.sessions[0].id, person_id=old.id, kind="in", at=now, received_at=now,
                               method="hall", flags=[]))
    with site.database.reading() as db:
        before = [(e.id, e.person_id) for e in db.scalars(select(AttendanceEvent).order_by(AttendanceEvent.id))]
    do(site, admin, merge, keep=new, other=old)
    with site.database.reading() as db:
        viewer = load_viewer(db, new.id)
        assert {e.class_id for e in db.scalars(visible(viewer, Enrolment))} == {over.training_class.id, db.scalar(select(Enrolment.class_id).where(Enrolment.person_id == new.id))}
        assert over.training_class.uid in {c.uid for c in db.scalars(visible(viewer, TrainingClass))}
        assert db.scalars(visible(viewer, Certificate)).all() == []
        assert [(e.id, e.person_id) for e in db.scalars(select(AttendanceEvent).order_by(AttendanceEvent.id))] == before
        kept, gone = db.get_one(Person, new.id), db.get_one(Person, old.id)
        assert gone.merged_into_id == kept.id and gone.state == "deactivated" and merged_into(db, kept) == [gone]
        assert open_logins(db, gone, now=now) == []
        assert db.scalar(select(AuditEntry.action).where(AuditEntry.action == "person.merge")) is not None


def test_a_merger_is_taken_back(site: Site, over: Any, make_training: Any, person_with: Any) -> None:
    admin = person_with("administrator")
    old, new = over.people[0], make_training("class-b", people=1).people[0]
    do(site, admin, merge, keep=new, other=old)
    do(site, admin, unmerge, other=old)
    with site.database.reading() as db:
        gone = db.get_one(Person, old.id)
        assert (gone.merged_into_id, gone.state, gone.phone) == (None, "active", old.phone)
        assert over.training_class.uid not in {c.uid for c in db.scalars(visible(load_viewer(db, new.id), TrainingClass))}
    with pytest.raises(Conflict, match="not_merged"):
        do(site, admin, unmerge, other=old)


def test_the_phone_goes_to_who_has_none(site: Site, over: Any, person_with: Any) -> None:
    admin, phoneless = person_with("administrator"), person_with(name="没手机")
    do(site, admin, merge, keep=phoneless, other=over.people[0])
    with site.database.reading() as db:
        assert db.get_one(Person, phoneless.id).phone == over.people[0].phone and db.get_one(Person, over.people[0].id).phone is None


def test_a_chain_of_mergers_ends_at_the_last(site: Site, person_with: Any) -> None:
    admin, a, b, c = person_with("administrator"), *(person_with(name="张三丰") for _ in range(3))
    do(site, admin, merge, keep=b, other=a)
    do(site, admin, merge, keep=c, other=b)
    with site.database.reading() as db:
        assert {p.id for p in merged_into(db, db.get_one(Person, c.id))} == {a.id, b.id}


def test_a_merger_that_would_lose_something_is_refused(site: Site, over: Any, make_training: Any, person_with: Any) -> None:
    admin, running = person_with("administrator"), make_training("class-b", people=1)
    officer = person_with("training_officer", running.training_class)
    for keep, other, code in ((over.people[0], over.people[0], "merge_same"), (over.people[0], over.people[1], "merge_both_in_class"),
                              (over.people[0], running.people[0], "merge_in_class"), (over.people[0], officer, "merge_duties")):
        with pytest.raises((Conflict, Invalid)) as refused:
            do(site, admin, merge, keep=keep, other=other)
        assert refused.value.code == code
    with pytest.raises(Forbidden):
        do(site, officer, merge, keep=over.people[0], other=admin)
    with site.database.reading() as db:
        assert db.scalars(select(Person).where(Person.merged_into_id.is_not(None))).all() == []


def test_a_transfer_is_dated_and_leaves_rosters_alone(site: Site, make_training: Any, person_with: Any) -> None:
    admin, made, today = person_with("administrator"), make_training("class-a", people=1), date(2026, 7, 6)
    person, was = made.people[0], made.enrolments[0].unit_name

    def move(on: date, unit: str = "新 单位") -> None:
        with site.database.writing() as db:
            transfer(db, db.get_one(Person, person.id), unit=unit, position="主席", on=on, today=today, by=load_viewer(db, admin.id), now=site.clock.now())

    move(date(2026, 7, 1))
    move(date(2026, 7, 4), "又一个单位")
    for on, unit, code in ((date(2026, 7, 7), "单位", "transfer_future"), (date(2026, 7, 3), "单位", "transfer_early"), (today, " ", "unit_name")):
        with pytest.raises(Invalid) as refused:
            move(on, unit)
        assert refused.value.code == code
    with site.database.reading() as db:
        places = [(p.unit.name, p.starts_on, p.ends_on) for p in places_of(db, db.get_one(Person, person.id))]
        assert places[:2] == [("又一个单位", date(2026, 7, 4), None), ("新单位", date(2026, 7, 1), date(2026, 7, 4))]
        assert db.get_one(Enrolment, made.enrolments[0].id).unit_name == was
