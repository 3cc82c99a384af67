"""Vehicles are arranged and counted on plain pages too; a script's batch answers tap by tap."""
from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from lms.core.attendance.models import AttendanceEvent, Departure, Vehicle, VehicleSeat
from lms.core.audit.models import AuditEntry
from lms.core.ids import new_uid
from lms.core.people.models import Person


@pytest.fixture
def training(make_training: Any) -> Any:
    return make_training(people=6)


@pytest.fixture
def teacher(training: Any, person_with: Any, log_in: Any) -> Any:
    return log_in(person_with("class_teacher", training.training_class))


@pytest.fixture
def vehicle(training: Any, teacher: Any, site: Any) -> Vehicle:
    """With everybody of the first group on it, arranged on the page."""
    place = f"/manage/classes/{training.training_class.uid}/vehicles"
    assert teacher.post(place, {"name": "1 号车", "seats": "4"}).status_code == 303
    with site.database.reading() as db:
        made: Vehicle = db.scalars(select(Vehicle)).one()
    assert teacher.post(f"{place}/seats", {"vehicle": made.uid, "group": training.groups[0].uid}).status_code == 303
    return made


def lists(training: Any, vehicle: Vehicle, direction: str = "in") -> str:
    return f"/manage/sessions/{training.sessions[0].uid}/head-count/vehicles/{vehicle.uid}?direction={direction}"


def aboard(site: Any) -> list[str]:
    with site.database.reading() as db:
        events = db.scalars(select(AttendanceEvent).order_by(AttendanceEvent.id)).all()
        voided = {e.voids_id for e in events}
        return [db.get_one(Person, e.person_id).name for e in events if e.kind == "in" and e.id not in voided]


def test_a_group_and_single_people_are_seated_and_too_many_are_refused(training: Any, teacher: Any, vehicle: Vehicle, site: Any) -> None:
    place = f"/manage/classes/{training.training_class.uid}/vehicles/seats"
    assert teacher.post(place, {"vehicle": vehicle.uid, "group": training.groups[1].uid}).status_code == 409
    assert teacher.post(place, {"vehicle": vehicle.uid, "person": training.enrolments[1].uid}).status_code == 303
    assert teacher.post(place, {"vehicle": vehicle.uid, "person": "0" * 32}).status_code == 422
    with site.database.reading() as db:
        assert len(db.scalars(select(VehicleSeat)).all()) == 4
    assert "2 人没有车" in teacher.get(place.removesuffix("/seats")).get_data(as_text=True)


def test_the_plain_form_counts_and_takes_back(training: Any, teacher: Any, vehicle: Vehicle, site: Any) -> None:
    people = [training.enrolments[n] for n in (0, 2, 4)]
    sent = {"uid": new_uid(), "person": [e.uid for e in people], "aboard": [people[0].uid, people[1].uid, "", training.enrolments[1].uid]}
    for _ in range(2):
        assert teacher.post(lists(training, vehicle), sent).status_code == 303
    assert sorted(aboard(site)) == sorted(e.name for e in (*people[:2], training.enrolments[1]))
    page = teacher.get(lists(training, vehicle)).get_data(as_text=True)
    assert "已清点 3 / 3" in page and "不在名单" in page
    teacher.post(lists(training, vehicle), {"uid": new_uid(), "person": sent["person"], "aboard": [people[0].uid]})
    assert sorted(aboard(site)) == sorted([people[0].name, training.enrolments[1].name])


def test_a_batch_answers_what_was_kept_and_what_was_not(training: Any, teacher: Any, vehicle: Vehicle, site: Any) -> None:
    at = site.clock.now().isoformat()
    good, bad = ({"uid": new_uid(), "person": training.enrolments[n].uid, "act": "in", "at": at} for n in (0, 1))
    for _ in range(2):
        answer = teacher.post(lists(training, vehicle), json={"sent_at": at, "taps": [good, bad]})
        assert answer.get_json()["kept"] == [good["uid"]] and training.enrolments[1].name in answer.get_json()["refused"][bad["uid"]]
    assert aboard(site) == [training.enrolments[0].name]
    for broken in ({"taps": 1}, [], {"taps": [{"uid": "x"}]}):
        assert teacher.post(lists(training, vehicle), json=broken).status_code == 422
    assert teacher.post(lists(training, vehicle), json={"taps": [{}] * 501}).status_code == 413


def test_a_mismatch_blocks_departure_until_a_reason_is_given(training: Any, teacher: Any, vehicle: Vehicle, site: Any) -> None:
    leave = lists(training, vehicle).replace("?", "/release?")
    refused = teacher.post(leave, {"uid": new_uid()})
    page = refused.get_data(as_text=True)
    assert refused.status_code == 409 and "不能发车" in page and f"没有清点到：{training.people[0].name}、{training.people[2].name}" in page
    with site.database.reading() as db:
        assert "head_count_mismatch" in db.scalars(select(AuditEntry.code)).all()
    assert teacher.post(leave, {"uid": new_uid(), "reason": "三人自行前往"}).status_code == 303
    with site.database.reading() as db:
        assert db.scalars(select(Departure.counted)).all() == [0]
    overview = teacher.get(f"/manage/sessions/{training.sessions[0].uid}/head-count").get_data(as_text=True)
    assert "三人自行前往" in overview and "3 人没有安排车辆" in overview


def test_a_leader_counts_their_own_and_lets_no_mixed_vehicle_go(training: Any, teacher: Any, vehicle: Vehicle, site: Any, person_with: Any,
                                                                log_in: Any) -> None:
    teacher.post(f"/manage/classes/{training.training_class.uid}/vehicles/seats",
                 {"vehicle": vehicle.uid, "person": training.enrolments[1].uid})
    leader = log_in(person_with("group_leader", training.groups[0]))
    page = leader.get(lists(training, vehicle)).get_data(as_text=True)
    assert re.findall(r'class="tap-who">([^<]+)<', page) == [training.enrolments[n].name for n in (0, 2, 4)]
    leader.post(lists(training, vehicle), {"uid": new_uid(), "aboard": [training.enrolments[n].uid for n in range(6)]})
    assert len(aboard(site)) == 3
    answer = leader.post(lists(training, vehicle).replace("?", "/release?"), {"uid": new_uid(), "reason": "不管了"})
    assert answer.status_code == 403 and "别组" in answer.get_data(as_text=True)


def test_a_group_is_counted_where_there_are_no_vehicles(training: Any, teacher: Any, site: Any) -> None:
    place = f"/manage/sessions/{training.sessions[0].uid}/head-count/groups/{training.groups[0].uid}"
    teacher.post(place, {"uid": new_uid(), "person": training.enrolments[0].uid, "aboard": training.enrolments[0].uid})
    assert aboard(site) == [training.enrolments[0].name]
    assert "已清点 1 / 3" in teacher.get(place).get_data(as_text=True)


def test_the_worker_reaches_no_further_than_its_session(training: Any, teacher: Any) -> None:
    answer = teacher.get(f"/manage/sessions/{training.sessions[0].uid}/head-count/worker.js")
    assert answer.mimetype == "text/javascript" and "Service-Worker-Allowed" not in answer.headers
