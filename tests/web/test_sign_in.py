"""A phone in the hall: a right code leads to one tap, one tap to one event, and whatever is not right says why."""
from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, inspect, select, text

from lms.core.attendance.codes import TYPED_LENGTH, hall_code, scan_text, step_of
from lms.core.attendance.corrections import close_sign_in
from lms.core.attendance.models import AttendanceEvent
from lms.core.classes.models import ClassSession
from lms.core.clock import SettableClock
from lms.core.people.models import Person
from lms.core.people.passwords import hash_password, set_password
from lms.core.search.index import TABLE as SEARCH_INDEX
from lms.site import Site
from lms.testing import Browser, Training

LogIn = Callable[[Any], Browser]
PASSWORD = "mianbao-yueliang"


@pytest.fixture
def training(make_training: Any, clock: SettableClock) -> Training:
    made: Training = make_training(people=4)
    clock.move(minutes=25)  # 08:25, five minutes before the first session
    return made


@pytest.fixture
def phone(app: Flask) -> Callable[[], Browser]:
    """``phone()`` is a browser that nobody has used yet."""
    return lambda: Browser(app.test_client())


@pytest.fixture
def hall(site: Site, training: Training, clock: SettableClock) -> Callable[..., str]:
    """``hall(session)`` is the address in the QR that the session's screen shows now."""

    def shown(session: ClassSession = training.sessions[0], direction: str = "in") -> str:
        return "/s/" + scan_text(site.key("hall"), session.uid, direction, clock.now(),  # type: ignore[arg-type]
                                 site.settings.code_step)

    return shown


def typed_code(site: Site, session: ClassSession, clock: SettableClock) -> str:
    return hall_code(site.key("hall"), session.uid, "in", step_of(clock.now(), site.settings.code_step))[:TYPED_LENGTH]


def ticket_in(answer: Any) -> str:
    """Where the page's button leads."""
    found = re.search(r'action="(/s/t/[^"]+)"', shown(answer))
    assert found, shown(answer)
    return found.group(1)


def shown(answer: Any, status: int = 200) -> str:
    page: str = answer.get_data(as_text=True)
    assert answer.status_code == status, page[:2000]
    return page


def events(site: Site) -> list[AttendanceEvent]:
    with site.database.reading() as db:
        return list(db.scalars(select(AttendanceEvent).order_by(AttendanceEvent.id)))


def by_name(browser: Browser, address: str, person: Person, digits: str | None = None) -> Any:
    return browser.post(address, {"name": person.name, "digits": digits or (person.phone or "")[-4:]})


# --- the code


def test_a_scan_shows_who_signs_in_to_what_and_one_tap_does_it(training: Training, hall: Any, log_in: LogIn, site: Site,
                                                               clock: SettableClock) -> None:
    phone, seen = log_in(training.people[0]), clock.now()
    page = phone.get(hall())
    assert training.people[0].name in shown(page) and training.sessions[0].title in shown(page)
    clock.move(minutes=3)
    assert "已签到" in shown(phone.post(ticket_in(page)))
    event, = events(site)
    assert (event.person_id, event.kind, event.method, event.flags) == (training.people[0].id, "in", "hall", [])
    assert abs((event.at - seen).total_seconds()) < 0.01 and event.received_at == clock.now()


def test_the_code_just_gone_is_still_taken_and_an_older_one_has_expired(training: Training, hall: Any, log_in: LogIn,
                                                                        clock: SettableClock, site: Site) -> None:
    phone, address = log_in(training.people[0]), hall()
    clock.move(seconds=site.settings.code_step)
    ticket_in(phone.get(address))
    clock.move(seconds=site.settings.code_step)
    assert "已经过期" in shown(phone.get(address), 409)


@pytest.mark.parametrize("alter", [
    lambda code, other: code[:-1] + ("2" if code[-1] != "2" else "3"), lambda code, other: code.replace("-in-", "-out-"),
    lambda code, other: other + code[code.index("-"):], lambda code, other: code.split("-")[0], lambda code, other: "签到-in-码"],
    ids=["letter", "direction", "session", "cut", "chinese"])
def test_an_altered_code_is_none_of_ours(training: Training, hall: Any, log_in: LogIn, alter: Any, site: Site) -> None:
    address = "/s/" + alter(hall().removeprefix("/s/"), training.sessions[1].uid)
    page = shown(log_in(training.people[0]).get(address), 422)
    assert "没有签到" in page and "/s/t/" not in page and not events(site)


def test_the_code_of_another_installation_is_none_of_ours(training: Training, log_in: LogIn, clock: SettableClock,
                                                          site: Site) -> None:
    address = scan_text(b"another installation's key 123456", training.sessions[0].uid, "in", clock.now(),
                        site.settings.code_step)
    assert "不是本系统" in shown(log_in(training.people[0]).get(f"/s/{address}"), 422)


def test_before_its_hour_a_right_code_says_that_sign_in_has_not_begun(training: Training, hall: Any, log_in: LogIn) -> None:
    assert "还没有开始签到" in shown(log_in(training.people[0]).get(hall(training.sessions[1])), 409)


def test_after_staff_closed_it_a_right_code_says_that_it_is_over(training: Training, hall: Any, log_in: LogIn, site: Site,
                                                                 clock: SettableClock, person_with: Any) -> None:
    teacher = person_with("instructor", training.training_class)
    early = log_in(training.people[0])
    ticket = ticket_in(early.get(hall()))
    clock.move(minutes=1)
    with site.database.writing() as db:
        close_sign_in(db, session=db.get_one(ClassSession, training.sessions[0].id), by_id=teacher.id, now=clock.now())
    clock.move(seconds=30)
    assert "已经结束" in shown(log_in(training.people[1]).get(hall()), 409)
    assert "已签到" in shown(early.post(ticket))  # seen while it was open: a slow phone loses nothing


def test_a_cancelled_session_takes_nobody(training: Training, hall: Any, log_in: LogIn, site: Site) -> None:
    phone = log_in(training.people[0])
    ticket = ticket_in(phone.get(hall()))
    with site.database.writing() as db:
        db.get_one(ClassSession, training.sessions[0].id).cancelled = True
    assert "已取消" in shown(phone.get(hall()), 409)
    assert "已取消" in shown(phone.post(ticket), 409)
    assert not events(site)


@pytest.mark.parametrize("spell", [str.lower, lambda code: f" {code[:3]} {code[3:]} ", lambda code: f"{code[:3]}-{code[3:]}"],
                         ids=["lower", "spaces", "dash"])
def test_a_typed_code_leads_to_the_same_tap(training: Training, log_in: LogIn, clock: SettableClock, site: Site,
                                            spell: Any) -> None:
    phone = log_in(training.people[0])
    page = phone.post("/s", {"code": spell(typed_code(site, training.sessions[0], clock))})
    assert training.sessions[0].title in shown(page)
    assert "已签到" in shown(phone.post(ticket_in(page)))
    assert [(e.session_id, e.method) for e in events(site)] == [(training.sessions[0].id, "typed")]


def test_a_typed_code_of_a_session_that_is_not_open_is_wrong(training: Training, log_in: LogIn, clock: SettableClock,
                                                             site: Site) -> None:
    shown(log_in(training.people[0]).post("/s", {"code": typed_code(site, training.sessions[1], clock)}), 422)
    shown(log_in(training.people[0]).post("/s", {"code": "签到码签到码"}), 422)


# --- the ticket


def test_after_logging_in_the_same_scan_goes_on(training: Training, hall: Any, phone: Any, site: Site, clock: SettableClock) -> None:
    with site.database.writing() as db:
        set_password(db, db.get_one(Person, training.people[0].id), hash_password(PASSWORD), now=clock.now())
    browser = phone()
    page = browser.get(hall())
    ticket = ticket_in(page)
    assert f"next={ticket}" in shown(page).replace("%2F", "/")
    clock.move(minutes=5)  # the code on the screen has changed many times; the ticket holds
    browser.get(f"/login?next={ticket}")
    answer = browser.post("/login", {"phone": training.people[0].phone, "password": PASSWORD, "next": ticket})
    assert (answer.status_code, answer.headers["Location"]) == (303, ticket)
    assert ticket_in(browser.get(ticket)) == ticket
    assert "已签到" in shown(browser.post(ticket))
    assert [e.flags for e in events(site)] == [[]]


def test_a_ticket_redeems_once(training: Training, hall: Any, log_in: LogIn, site: Site) -> None:
    phone = log_in(training.people[0])
    ticket = ticket_in(phone.get(hall()))
    phone.post(ticket)
    assert "之前已经记录过" in shown(phone.post(ticket))
    assert len(events(site)) == 1


def test_a_ticket_that_waited_too_long_or_was_altered_is_refused(training: Training, hall: Any, log_in: LogIn, site: Site,
                                                                 clock: SettableClock) -> None:
    phone = log_in(training.people[0])
    ticket = ticket_in(phone.get(hall()))
    other = ticket.replace(training.sessions[0].uid, training.sessions[1].uid)
    assert other != ticket and "凭据无效" in shown(phone.post(other), 422)
    clock.move(minutes=site.settings.ticket_minutes, seconds=1)
    assert "凭据已失效" in shown(phone.post(ticket), 409)
    assert not events(site)


def test_the_same_ticket_used_by_a_second_person_goes_to_review(training: Training, hall: Any, log_in: LogIn, site: Site) -> None:
    first, second = log_in(training.people[0]), log_in(training.people[1])
    ticket = ticket_in(first.get(hall()))
    first.post(ticket)
    assert "由工作人员核对" in shown(second.post(ticket))
    one, two = events(site)
    assert one.flags == [] and {"ticket_reused", "other_browser"} == set(two.flags)


def test_two_people_on_one_phone_put_the_second_under_review(training: Training, hall: Any, log_in: LogIn, site: Site) -> None:
    first, second = log_in(training.people[0]), log_in(training.people[1])
    first.post(ticket_in(first.get(hall())))
    second.client.set_cookie("lms_device", first.client.get_cookie("lms_device").value)  # type: ignore[union-attr]
    assert "由工作人员核对" in shown(second.post(ticket_in(second.get(hall()))))
    assert [e.flags for e in events(site)] == [[], ["shared_device"]]


def test_who_is_not_on_the_roster_is_not_signed_in(training: Training, make_training: Any, hall: Any, log_in: LogIn,
                                                   site: Site) -> None:
    stranger = log_in(make_training("class-b", people=1).people[0])
    assert "不在这个培训班的名册里" in shown(stranger.post(ticket_in(stranger.get(hall()))), 403)
    assert not events(site)


def test_signing_out_is_an_event_of_its_own(training: Training, hall: Any, log_in: LogIn, clock: SettableClock, site: Site) -> None:
    phone = log_in(training.people[0])
    phone.post(ticket_in(phone.get(hall())))
    clock.move(minutes=180)
    page = phone.get(hall(direction="out"))
    assert "签退" in shown(page)
    assert "已签退" in shown(phone.post(ticket_in(page)))
    assert [e.kind for e in events(site)] == ["in", "out"]


# --- without a login


def test_name_and_last_four_digits_sign_in_and_are_listed_for_review(training: Training, hall: Any, phone: Any, site: Site) -> None:
    browser = phone()
    assert "由工作人员核对" in shown(by_name(browser, ticket_in(browser.get(hall())), training.people[0]))
    event, = events(site)
    assert (event.person_id, event.flags) == (training.people[0].id, ["name_and_digits"])


def test_guessing_digits_is_throttled_on_that_phone_and_on_no_other(training: Training, hall: Any, phone: Any, site: Site,
                                                                    clock: SettableClock) -> None:
    guesser = phone()
    ticket = ticket_in(guesser.get(hall()))
    for _ in range(site.settings.code_attempts):
        assert "没有找到相符" in shown(by_name(guesser, ticket, training.people[0], "9999"), 404)
    refused = by_name(guesser, ticket, training.people[0])  # even with the right digits now
    assert refused.status_code == 429 and 0 < int(refused.headers["Retry-After"]) <= site.settings.login_wait
    assert not events(site)
    own = phone()
    shown(by_name(own, ticket_in(own.get(hall())), training.people[0]))
    clock.move(seconds=int(refused.headers["Retry-After"]) + 1)
    shown(by_name(guesser, ticket, training.people[0]))


def test_wrong_typed_codes_are_throttled_on_that_phone_and_on_no_other(training: Training, log_in: LogIn, site: Site,
                                                                       clock: SettableClock) -> None:
    guesser = log_in(training.people[0])
    for _ in range(site.settings.code_attempts):
        assert guesser.post("/s", {"code": "222222"}).status_code == 422
    right = {"code": typed_code(site, training.sessions[0], clock)}
    refused = guesser.post("/s", right)
    assert refused.status_code == 429 and int(refused.headers["Retry-After"]) > 0
    assert log_in(training.people[1]).post("/s", right).status_code == 200


def test_where_it_is_switched_off_a_name_signs_nobody_in(training: Training, hall: Any, phone: Any, site: Site) -> None:
    site.settings.values["sign_in_by_name"] = False
    browser = phone()
    page = browser.get(hall())
    assert 'name="digits"' not in shown(page)
    ticket = re.search(r"next=([^\"&]+)", shown(page)).group(1).replace("%2F", "/")  # type: ignore[union-attr]
    assert "请先在这台手机上登录" in shown(by_name(browser, ticket, training.people[0]), 403)
    assert not events(site)


# --- promises


def test_looking_changes_nothing(training: Training, hall: Any, log_in: LogIn, phone: Any, site: Site) -> None:
    browsers = [log_in(training.people[0]), phone()]
    before = _rows(site)
    for browser in browsers:
        page = browser.get(hall())
        for address in ("/s", hall(), ticket_in(page), ticket_in(page)):
            shown(browser.get(address))
    assert _rows(site) == before


def test_a_hall_behind_one_address_is_not_throttled(make_training: Any, clock: SettableClock, log_in: LogIn, site: Site) -> None:
    """Each has one slip of the finger, together far more than any one device is allowed."""
    training = make_training("hall", people=24)
    clock.move(minutes=25)
    code = typed_code(site, training.sessions[0], clock)
    assert len(training.people) > 2 * site.settings.code_attempts
    for person in training.people:
        phone = log_in(person)
        assert phone.post("/s", {"code": "222222"}).status_code == 422
        shown(phone.post(ticket_in(phone.post("/s", {"code": code}))))
    assert {e.person_id for e in events(site)} == {p.id for p in training.people}


def _rows(site: Site) -> dict[str, int]:
    """How many rows each table has. The search index is none: FTS5 keeps its rows in tables beside it, which are counted."""
    with site.database.reading() as db:
        names = [name for name in inspect(db.connection()).get_table_names() if name != SEARCH_INDEX]
        return {name: db.scalar(select(func.count()).select_from(text(name))) or 0 for name in names}
