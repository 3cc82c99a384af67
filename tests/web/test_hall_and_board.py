"""The hall's screen and the board: what staff see, who of them, and at what cost."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from lms.core.attendance.models import AttendanceEvent
from lms.core.clock import SettableClock
from lms.core.ids import new_uid
from lms.site import Site
from lms.testing import KEY, Browser, Training
from lms.web.ext import create_application

LogIn = Callable[[Any], Browser]


@pytest.fixture
def training(make_training: Any) -> Training:
    made: Training = make_training(people=4)
    return made


def address(training: Training, rest: str = "", number: int = 0) -> str:
    return f"/manage/sessions/{training.sessions[number].uid}{rest}"


def test_the_screen_s_code_changes_with_the_step_and_survives_a_restart(training: Training, person_with: Any, log_in: LogIn, site: Site,
                                                                        clock: SettableClock, app: Flask) -> None:
    person = person_with("instructor", training.training_class)
    page = log_in(person)
    first = page.get(address(training, "/screen.json")).json
    assert first["typed"] in page.get(address(training, "/screen")).get_data(as_text=True)
    again = create_application({"data": site.settings.data, "database_url": site.settings.url, "secret_key": KEY}, clock=clock)
    client = again.test_client()
    cookie = page.client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    client.set_cookie(cookie.key, cookie.value)
    assert client.get(address(training, "/screen.json")).json == first
    again.extensions["lms"].site.database.close()
    clock.move(seconds=site.settings.code_step)
    later = page.get(address(training, "/screen.json")).json
    assert later["typed"] != first["typed"] and later["qr"] != first["qr"]


def test_the_board_counts_by_group_and_names_who_is_missing(training: Training, person_with: Any, log_in: LogIn,
                                                            clock: SettableClock) -> None:
    teacher = log_in(person_with("class_teacher", training.training_class))
    clock.move(minutes=25)
    teacher.post(address(training, f"/people/{training.enrolments[0].uid}/sign-in"), {"uid": new_uid()})
    clock.move(minutes=10)
    now = teacher.get(address(training, "/board.json")).json
    assert (now["total"]["expected"], now["total"]["present"]) == (4, 1)
    assert [(g["name"], g["present"], g["expected"]) for g in now["groups"]] == [("第1组", 1, 2), ("第2组", 0, 2)]
    assert set(now["missing"]) == {e.uid for e in training.enrolments[1:]}
    page = teacher.get(address(training)).get_data(as_text=True)
    away, here = page.split('id="away"')[1].split('id="here"')
    assert training.people[0].name in here and training.people[0].name not in away
    assert all(p.name in away and p.name not in here for p in training.people[1:])


def test_a_correction_without_a_reason_is_told_at_the_field_and_not_saved(training: Training, person_with: Any, log_in: LogIn,
                                                                          site: Site) -> None:
    teacher, place = log_in(person_with("class_teacher", training.training_class)), address(training, f"/people/{training.enrolments[0].uid}")
    teacher.get(place)
    answer = teacher.post(f"{place}/correct", {"uid": new_uid(), "status": "sick_leave", "reason": ""})
    assert answer.status_code == 422 and 'aria-invalid="true"' in answer.get_data(as_text=True)
    with site.database.reading() as db:
        assert db.scalar(select(AttendanceEvent.id)) is None
    teacher.post(f"{place}/correct", {"uid": new_uid(), "status": "sick_leave", "reason": "已交假条"})
    page = teacher.get(place).get_data(as_text=True)
    assert "已交假条" in page and "病假" in page


def test_an_event_of_another_session_and_a_person_of_another_class_are_not_found(training: Training, make_training: Any, site: Site,
                                                                                 person_with: Any, log_in: LogIn) -> None:
    admin, other = log_in(person_with("administrator")), make_training("class-b")
    people = f"/people/{training.enrolments[0].uid}"
    uid = new_uid()
    admin.post(address(training, f"{people}/sign-in"), {"uid": uid})
    assert admin.post(address(training, f"{people}/void/{uid}", 1), {"reason": "点错了人"}).status_code == 404
    assert admin.post(address(training, f"/people/{other.enrolments[0].uid}/sign-in"), {"uid": new_uid()}).status_code == 404
    with site.database.reading() as db:
        assert [e.uid for e in db.scalars(select(AttendanceEvent))] == [uid]


def test_a_group_leader_sees_the_own_group_and_an_instructor_only_the_screen(training: Training, person_with: Any, log_in: LogIn) -> None:
    leader = log_in(person_with("group_leader", training.groups[0]))
    page = leader.get(address(training)).get_data(as_text=True)
    assert [p.name in page for p in training.people] == [True, False, True, False]
    assert leader.get(address(training, "/board.json")).json["total"]["expected"] == 2
    assert leader.post(address(training, f"/people/{training.enrolments[1].uid}/sign-in"), {"uid": new_uid()}).status_code == 404
    instructor = log_in(person_with("instructor", training.training_class))
    assert [instructor.get(address(training, rest)).status_code for rest in ("", "/board.json", "/screen")] == [403, 403, 200]


@pytest.mark.parametrize("people", [5, 60])
def test_board_and_matrix_take_eight_statements_at_most(make_training: Any, person_with: Any, log_in: LogIn, site: Site,
                                                        people: int) -> None:
    training = make_training("large", people=people)
    teacher = log_in(person_with("class_teacher", training.training_class))
    seen: list[str] = []
    event.listen(site.database.engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
    for place in (address(training), f"/manage/classes/{training.training_class.uid}/attendance"):
        seen.clear()
        page = teacher.get(place).get_data(as_text=True)
        assert all(p.name in page for p in training.people)
        asked = [s for s in seen if not s.startswith(("BEGIN", "PRAGMA"))]
        assert 0 < len(asked) <= 8, "\n".join(asked)


def test_the_screen_invites_to_scan_only_from_when_a_scan_may_wait(training: Training, person_with: Any, log_in: LogIn,
                                                                   clock: SettableClock) -> None:
    page = log_in(person_with("instructor", training.training_class))
    clock.move(minutes=-16)
    assert "早到的可以先扫码" not in page.get(address(training, "/screen")).get_data(as_text=True)
    clock.move(minutes=1)
    assert "签到从 08:00 开始。早到的可以先扫码" in page.get(address(training, "/screen")).get_data(as_text=True)
    clock.move(minutes=15)
    assert "早到的可以先扫码" not in page.get(address(training, "/screen")).get_data(as_text=True)
