"""A scan before the opening waits and counts as the opening; where nobody may sign, nobody is signed in."""
from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from lms.core.attendance.codes import TYPED_LENGTH, hall_code, scan_text, step_of
from lms.core.attendance.corrections import open_sign_in
from lms.core.attendance.models import AttendanceEvent
from lms.core.classes.models import ClassSession, TrainingClass
from lms.core.classes.timetable import instants
from lms.core.clock import SettableClock
from lms.core.ids import new_uid
from lms.core.people.models import Person
from lms.site import Site
from lms.testing import Browser, Training


@pytest.fixture
def training(make_training: Any) -> Training:
    made: Training = make_training(people=3)  # at 08:00, when sign-in to the session of 08:30 opens
    return made


def address(site: Site, session: ClassSession) -> str:
    return "/s/" + scan_text(site.key("hall"), session.uid, "in", site.clock.now(), site.settings.code_step)


def page(answer: Any, status: int = 200) -> str:
    text: str = answer.get_data(as_text=True)
    assert answer.status_code == status, text[:2000]
    return text


def events(site: Site) -> list[AttendanceEvent]:
    with site.database.reading() as db:
        return list(db.scalars(select(AttendanceEvent).order_by(AttendanceEvent.id)))


def waiting(text: str) -> str:
    """The ticket that a page keeps for later."""
    found = re.search(r'data-next="([^"]+)"', text)
    assert found, text
    return found.group(1)


@pytest.mark.parametrize("seconds", [1, 10 * 60, 15 * 60])
def test_a_scan_before_the_opening_waits_and_counts_as_the_opening(training: Training, log_in: Any, site: Site, clock: SettableClock,
                                                                   seconds: int) -> None:
    opens = clock.now()
    clock.move(seconds=-seconds)
    phone = log_in(training.people[0])
    text = page(phone.get(address(site, training.sessions[0])))
    ticket = waiting(text)
    assert f'data-wait="{seconds}"' in text and "签到从 08:00 开始" in text and f'action="{ticket}"' not in text
    assert "签到从 08:00 开始" in page(phone.post(ticket), 409) and not events(site)
    clock.move(seconds=seconds - 1)
    assert "签到从 08:00 开始" in page(phone.post(ticket), 409) and not events(site)
    clock.move(seconds=1)
    assert f'action="{ticket}"' in page(phone.get(ticket))
    assert "已签到" in page(phone.post(ticket))
    event, = events(site)
    assert (event.at, event.received_at, event.flags) == (opens, opens, [])


def test_who_taps_some_minutes_later_still_counts_as_the_opening_and_the_ticket_ends_ten_minutes_after_it(
        training: Training, log_in: Any, site: Site, clock: SettableClock) -> None:
    opens = clock.now()
    clock.move(minutes=-12)
    first, second = log_in(training.people[0]), log_in(training.people[1])
    tickets = [waiting(page(phone.get(address(site, training.sessions[0])))) for phone in (first, second)]
    clock.move(minutes=12 + site.settings.ticket_minutes)
    page(first.post(tickets[0]))
    clock.move(seconds=1)
    assert "凭据已失效" in page(second.post(tickets[1]), 409)
    assert [event.at for event in events(site)] == [opens]


def test_a_second_too_early_is_told_to_come_later(training: Training, log_in: Any, site: Site, clock: SettableClock) -> None:
    clock.move(seconds=-15 * 60 - 1)
    assert "还没有开始签到" in page(log_in(training.people[0]).get(address(site, training.sessions[0])), 409)


def test_a_typed_code_may_be_early_too(training: Training, log_in: Any, site: Site, clock: SettableClock) -> None:
    clock.move(minutes=-5)
    typed = hall_code(site.key("hall"), training.sessions[0].uid, "in", step_of(clock.now(), site.settings.code_step))[:TYPED_LENGTH]
    assert "签到从 08:00 开始" in page(log_in(training.people[0]).post("/s", {"code": typed}))


def test_where_staff_open_before_the_hour_who_waits_may_go_on_at_once(training: Training, log_in: Any, site: Site,
                                                                      clock: SettableClock, person_with: Any) -> None:
    clock.move(minutes=-10)
    phone, teacher = log_in(training.people[0]), person_with("class_teacher", training.training_class)
    ticket = waiting(page(phone.get(address(site, training.sessions[0]))))
    opened = clock.move(minutes=2)
    with site.database.writing() as db:
        open_sign_in(db, session=db.get_one(ClassSession, training.sessions[0].id), by_id=teacher.id, now=opened)
    clock.move(minutes=1)
    page(phone.post(ticket))
    assert [event.at for event in events(site)] == [opened]


def test_where_the_class_allows_no_waiting_it_is_as_before(make_training: Any, log_in: Any, site: Site, clock: SettableClock) -> None:
    training = make_training("strict", rules={"scan_early": 0})
    clock.move(seconds=-1)
    assert "还没有开始签到" in page(log_in(training.people[0]).get(address(site, training.sessions[0])), 409)


def test_somebody_without_a_login_waits_first_and_is_asked_who_they_are_then(training: Training, browser: Browser, site: Site,
                                                                             clock: SettableClock) -> None:
    clock.move(minutes=-3)
    text = page(browser.get(address(site, training.sessions[0])))
    assert 'name="digits"' not in text
    clock.move(minutes=3)
    ticket = waiting(text)
    assert 'name="digits"' in page(browser.get(ticket))
    person = training.people[0]
    page(browser.post(ticket, {"name": person.name, "digits": (person.phone or "")[-4:]}))
    assert len(events(site)) == 1


def test_a_session_in_which_no_attendance_is_taken_takes_nobody(training: Training, log_in: Any, site: Site, person_with: Any) -> None:
    with site.database.writing() as db:
        db.get_one(ClassSession, training.sessions[0].id).counts = False
    assert "不记考勤" in page(log_in(training.people[0]).get(address(site, training.sessions[0])), 409)
    teacher = log_in(person_with("class_teacher", training.training_class))
    place = f"/manage/sessions/{training.sessions[0].uid}/people/{training.enrolments[0].uid}/sign-in"
    assert "不记考勤" in page(teacher.post(place, {"uid": new_uid()}), 409)
    assert not events(site)


def test_a_class_that_is_still_a_draft_takes_nobody(training: Training, log_in: Any, site: Site) -> None:
    phone = log_in(training.people[0])
    found = re.search(r'action="(/s/t/[^"]+)"', page(phone.get(address(site, training.sessions[0]))))
    with site.database.writing() as db:
        db.get_one(TrainingClass, training.training_class.id).state = "draft"
    assert "还在筹备" in page(phone.get(address(site, training.sessions[0])), 409)
    assert found and "还在筹备" in page(phone.post(found.group(1)), 409)
    assert not events(site)


def test_somebody_deactivated_is_signed_in_by_no_one(training: Training, browser: Browser, log_in: Any, site: Site,
                                                     person_with: Any) -> None:
    person, ticket = training.people[0], re.search(r'action="(/s/t/[^"]+)"', page(browser.get(address(site, training.sessions[0]))))
    with site.database.writing() as db:
        db.get_one(Person, person.id).state = "deactivated"
    assert ticket and "没有找到相符" in page(browser.post(ticket.group(1), {"name": person.name, "digits": (person.phone or "")[-4:]}), 404)
    teacher = log_in(person_with("class_teacher", training.training_class))
    place = f"/manage/sessions/{training.sessions[0].uid}/people/{training.enrolments[0].uid}/sign-in"
    assert "已停用" in page(teacher.post(place, {"uid": new_uid()}), 403)
    assert not events(site)


def test_guesses_are_counted_per_person_too_whatever_cookie_they_come_with(app: Flask, training: Training, log_in: Any, site: Site) -> None:
    for _ in range(site.settings.code_attempts):
        phone = log_in(training.people[0])
        assert phone.post("/s", {"code": "222222"}).status_code == 422
    right = {"code": hall_code(site.key("hall"), training.sessions[0].uid, "in",
                               step_of(site.clock.now(), site.settings.code_step))[:TYPED_LENGTH]}
    assert log_in(training.people[1]).post("/s", right).status_code == 200
    own_phone = log_in(training.people[0])
    refused = [own_phone.post("/s", {"code": "222222"}).status_code for _ in range(site.settings.code_attempts * 10)]
    assert refused[-1] == 429


def test_the_first_session_s_code_says_nothing_of_tomorrow_s(training: Training, log_in: Any, site: Site, clock: SettableClock) -> None:
    """The same place, a day later: what was photographed yesterday has expired, what is shown today is for today only."""
    phone, yesterday = log_in(training.people[0]), address(site, training.sessions[0])
    clock.move(days=1)
    assert phone.get(yesterday).status_code in (409, 422)
    assert "还没有开始签到" in page(phone.get(address(site, training.sessions[3])), 409)  # tomorrow afternoon's, shown now
    start, _ = instants(training.sessions[2], "Asia/Shanghai")
    assert start.date() == clock.now().date() and page(phone.get(address(site, training.sessions[2])))
