"""Somebody asks for a correction; staff accepts it, which changes the field with a log entry, or refuses with a reason that the person reads."""
from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from lms.core.access.grants import grant
from lms.core.access.service import load_viewer
from lms.core.audit.models import AuditEntry
from lms.core.errors import Conflict, Forbidden, Invalid
from lms.core.ids import new_uid
from lms.core.notices.models import Notice
from lms.core.people.models import Person
from lms.core.privacy.corrections import accept, ask, count_open, current, own_requests, refuse, requests_for, withdraw
from lms.core.privacy.models import CorrectionRequest
from lms.site import Site
from lms.testing import Training


@pytest.fixture
def training(make_training: Any) -> Training:
    made: Training = make_training(people=3)
    return made


def asked(site: Site, person: Person, field: str, wanted: str, text: str = "", uid: str = "") -> CorrectionRequest:
    with site.database.writing() as db:
        return ask(db, person=db.get_one(Person, person.id), field=field, wanted=wanted, text=text, uid=uid or new_uid(), now=site.clock.now())


def answer(site: Site, do: Any, made: CorrectionRequest, by: Person, **more: Any) -> None:
    today = site.clock.now().date()
    with site.database.writing() as db:
        do(db, db.get_one(CorrectionRequest, made.id), version=made.version, by=load_viewer(db, by.id), now=site.clock.now(),
           **({"today": today, "answer": "好的", **more} if do is accept else more))


@pytest.mark.parametrize(("field", "wanted", "becomes"), [("name", " 王　芳 ", "王芳"), ("phone", "199-0000-0001", "19900000001"), ("gender", "Female", "女"),
                                                          ("unit", "区第一小学工会", "区第一小学工会"), ("position", "工会主席", "工会主席")])
def test_what_is_accepted_is_changed_and_stands_in_the_log(site: Site, training: Training, person_with: Any, field: str, wanted: str, becomes: str) -> None:
    officer = person_with("training_officer", training.training_class)
    person = training.people[0]
    if field == "position":
        with pytest.raises(Invalid, match="还没有登记单位"):
            answer(site, accept, asked(site, training.people[1], field, wanted), officer)
        answer(site, accept, asked(site, person, "unit", "某单位"), officer)
    made = asked(site, person, field, wanted)
    answer(site, accept, made, officer)
    with site.database.reading() as db:
        person = db.get_one(Person, person.id)
        assert current(db, person)[field] == becomes
        latest = own_requests(db, person.id)[0]
        assert (latest.state, latest.answer, latest.answered_by_id) == ("accepted", "好的", officer.id)
        actions = db.scalars(select(AuditEntry.action).where(AuditEntry.actor_id == officer.id).order_by(AuditEntry.id.desc()).limit(2)).all()
    assert actions == ["person.transfer" if field in ("unit", "position") else "person.update", "privacy.correction_accepted"]


def test_what_is_refused_stays_and_the_reason_is_read(site: Site, training: Training, person_with: Any) -> None:
    officer, person = person_with("training_officer", training.training_class), training.people[0]
    made = asked(site, person, "name", "别的名字")
    with pytest.raises(Invalid, match="原因"):
        answer(site, refuse, made, officer, reason=" ")
    answer(site, refuse, made, officer, reason="与身份证不一致")
    with pytest.raises(Conflict, match="已经处理过"):
        answer(site, accept, made, officer)
    with site.database.reading() as db:
        assert db.get_one(Person, person.id).name == person.name
        assert [(r.state, r.answer) for r in own_requests(db, person.id)] == [("refused", "与身份证不一致")]
        assert [(n.person_id, n.kind) for n in db.scalars(select(Notice))] == [(person.id, "correction.refused")]


def test_a_number_that_is_somebody_elses_changes_nothing_and_the_request_stays_open(site: Site, training: Training, person_with: Any) -> None:
    officer = person_with("training_officer", training.training_class)
    made = asked(site, training.people[0], "phone", training.people[1].phone or "")
    with pytest.raises(Conflict, match="已登记在"):
        answer(site, accept, made, officer)
    with site.database.reading() as db:
        assert [r.state for r in own_requests(db, training.people[0].id)] == ["open"]


def test_a_field_has_one_open_request_and_it_can_be_withdrawn(site: Site, training: Training) -> None:
    person, uid = training.people[0], new_uid()
    made = asked(site, person, "name", "王芳", uid=uid)
    assert asked(site, person, "name", "王芳", uid=uid).id == made.id
    with pytest.raises(Conflict, match="等待处理"):
        asked(site, person, "name", "王方")
    with site.database.writing() as db:
        withdraw(db, db.get_one(CorrectionRequest, made.id), by_id=person.id, now=site.clock.now())
    assert asked(site, person, "name", "王方").id != made.id


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("field", "wanted", "code"), [("card", "1", "correction_field"), ("name", "  ", "correction_value"), ("name", "长" * 121, "correction_value"),
                                                       ("gender", "x", "correction_value"), ("phone", "123", "phone_wrong"), ("other", "", "correction_empty")])
def test_what_cannot_be_is_refused_at_once(site: Site, training: Training, field: str, wanted: str, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        asked(site, training.people[0], field, wanted)
    assert refusal.value.code == code
    with pytest.raises(Invalid, match="不用更正"):
        asked(site, training.people[0], "name", training.people[0].name)


def test_each_office_sees_its_own_people_and_nobody_changes_who_may_do_more(site: Site, training: Training, make_training: Any, person_with: Any) -> None:
    officer, other = person_with("training_officer", training.training_class), person_with("training_officer", make_training("class-b").training_class)
    made = asked(site, training.people[0], "name", "王芳")
    with site.database.writing() as db:
        grant(db, person_id=training.people[1].id, role="administrator", scope_type="site", scope_id=0, by_id=None, now=site.clock.now())
    chief = asked(site, training.people[1], "name", "张三")
    with site.database.reading() as db:
        assert [r.id for r in requests_for(db, load_viewer(db, officer.id))] == [made.id, chief.id]
        assert count_open(db, load_viewer(db, officer.id)) == 2 and count_open(db, load_viewer(db, other.id)) == 0
    with pytest.raises(Forbidden):
        answer(site, accept, chief, officer)
