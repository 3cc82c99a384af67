"""Roll-call on the page: without script, for one's own people only, and from the phone's front page in one tap."""
from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from lms.core.access.grants import grant
from lms.core.attendance.models import AttendanceEvent
from lms.core.audit.models import AuditEntry
from lms.core.ids import new_uid


@pytest.fixture
def training(make_training: Any, clock: Any) -> Any:
    made = make_training(people=6)
    clock.move(minutes=25)
    return made


@pytest.fixture
def leader(training: Any, site: Any, log_in: Any) -> Any:
    """A trainee of the first group who leads it."""
    with site.database.writing() as db:
        grant(db, person_id=training.people[0].id, role="group_leader", scope_type="group", scope_id=training.groups[0].id,
              by_id=None, now=site.clock.now())
    return log_in(training.people[0])


def events(site: Any) -> list[tuple[int, str | None]]:
    with site.database.reading() as db:
        return [(e.person_id, e.status) for e in db.scalars(select(AttendanceEvent).order_by(AttendanceEvent.person_id))]


def test_a_leader_s_phone_leads_from_today_to_the_list_in_one_tap(training: Any, leader: Any, log_in: Any) -> None:
    address = f"/manage/sessions/{training.sessions[0].uid}/roll-call"
    assert address in leader.get("/").get_data(as_text=True)
    page = leader.get(address).get_data(as_text=True)
    assert re.findall(r'class="tap-who"[^>]*>([^<]+)<', page) == [training.people[n].name for n in (0, 2, 4)]
    assert address not in log_in(training.people[1]).get("/").get_data(as_text=True)


def test_who_calls_the_roll_is_a_trainee_too_and_finds_the_way_to_their_own_learning(leader: Any, person_with: Any, log_in: Any, training: Any) -> None:
    menu = leader.get("/").get_data(as_text=True).split('id="lms-menu"')[1].split("</nav>")[0]
    assert all(f'href="{path}"' in menu for path in ("/courses", "/papers", "/me"))
    teacher = log_in(person_with("class_teacher", training.training_class)).get("/manage").get_data(as_text=True)
    assert 'href="/courses"' not in teacher.split('id="lms-menu"')[1].split("</nav>")[0]


def test_before_sign_in_opens_today_does_not_lead_there(training: Any, leader: Any, clock: Any) -> None:
    clock.move(minutes=-26)
    assert "roll-call" not in leader.get("/").get_data(as_text=True)


def test_the_plain_form_sends_exceptions_and_the_rest_is_there(training: Any, leader: Any, site: Any) -> None:
    first = [training.enrolments[n] for n in (0, 2, 4)]
    address = f"/manage/sessions/{training.sessions[0].uid}/roll-call/groups/{training.groups[0].uid}"
    sent = {"uid": new_uid(), "person": [e.uid for e in first], "absent": first[1].uid}
    for _ in range(2):
        assert leader.post(address, sent).status_code == 303
    assert events(site) == [(first[0].person_id, "present"), (first[1].person_id, "absent"), (first[2].person_id, "present")]
    assert "重新点名" not in leader.get(f"/manage/sessions/{training.sessions[0].uid}/roll-call").get_data(as_text=True)


def test_who_was_not_on_the_page_is_not_called(training: Any, leader: Any, site: Any) -> None:
    """Somebody who joined the group after the page was opened was not looked at; somebody of another group never is."""
    address = f"/manage/sessions/{training.sessions[0].uid}/roll-call/groups/{training.groups[0].uid}"
    leader.post(address, {"uid": new_uid(), "person": [training.enrolments[0].uid, training.enrolments[1].uid, "x"]})
    assert events(site) == [(training.people[0].id, "present")]


def test_two_answers_for_one_person_are_refused_and_the_refusal_is_logged(training: Any, leader: Any, site: Any) -> None:
    uid = training.enrolments[0].uid
    answer = leader.post(f"/manage/sessions/{training.sessions[0].uid}/roll-call/groups/{training.groups[0].uid}",
                         {"uid": new_uid(), "person": uid, "absent": uid, "late": uid})
    assert answer.status_code == 422 and "同时勾了两项" in answer.get_data(as_text=True) and events(site) == []
    with site.database.reading() as db:
        assert db.scalars(select(AuditEntry.code).where(AuditEntry.outcome == "refused")).all() == ["roll_call_twice"]


def test_the_monitor_sees_who_has_reported_and_sends_for_the_others(training: Any, leader: Any, person_with: Any, log_in: Any) -> None:
    place = f"/manage/sessions/{training.sessions[0].uid}/roll-call"
    leader.post(f"{place}/groups/{training.groups[0].uid}", {"uid": new_uid(), "person": [training.enrolments[n].uid for n in (0, 2, 4)]})
    monitor = log_in(person_with("class_monitor", training.training_class))
    page = monitor.get(place).get_data(as_text=True)
    assert page.count(">没有上报<") == 1 and f"{training.people[0].name} 08:25" in page
    assert leader.post(f"{place}/groups/{training.groups[1].uid}", {"uid": new_uid()}).status_code == 404
    monitor.post(f"{place}/groups/{training.groups[1].uid}", {"uid": new_uid(), "person": [training.enrolments[n].uid for n in (1, 3, 5)]})
    assert ">没有上报<" not in monitor.get(place).get_data(as_text=True)


def test_clashes_show_both_sides(training: Any, leader: Any, person_with: Any, log_in: Any) -> None:
    place, missing = f"/manage/sessions/{training.sessions[0].uid}", training.enrolments[2]
    leader.post(f"{place}/roll-call/groups/{training.groups[0].uid}", {"uid": new_uid(), "person": missing.uid, "absent": missing.uid})
    teacher = log_in(person_with("class_teacher", training.training_class))
    teacher.post(f"{place}/people/{missing.uid}/sign-in", {"uid": new_uid()})
    page = teacher.get(f"{place}/roll-call/clashes").get_data(as_text=True)
    assert missing.name in page and "点名 · 缺勤" in page and "工作人员代签" in page
