"""Staff log in with a second factor: before it, a login opens nothing; guesses must wait; a lost phone is helped."""
from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from lms.core.audit.models import AuditEntry
from lms.core.clock import SettableClock
from lms.core.people.models import Person
from lms.core.people.passwords import hash_password, set_password
from lms.core.people.second_factor import code_at, secret_of, step_of
from lms.site import Site
from lms.testing import Browser

PASSWORD = "correct-horse-battery"


@pytest.fixture
def officer(site: Site, person_with: Any) -> Person:
    person: Person = person_with("administrator", phone="19900007001")
    with site.database.writing() as db:
        set_password(db, db.get_one(Person, person.id), hash_password(PASSWORD), must_change=False, now=site.clock.now())
    return person


def shows(site: Site, person: Person, serial: int = 1) -> str:
    return code_at(secret_of(site.key("second-factor"), person, serial), step_of(site.clock.now()))


def enter(browser: Browser) -> Any:
    return browser.post("/login", {"phone": "19900007001", "password": PASSWORD, "next": "/manage/people"})


def is_in(browser: Browser) -> bool:
    return bool(browser.get("/manage/people").status_code == 200)


def required(site: Site) -> None:
    site.settings.values["second_factor_required"] = True


def set_up(browser: Browser, site: Site, officer: Person) -> list[str]:
    """Log in for the first time where it is required; the recovery codes."""
    required(site)
    enter(browser)
    page = browser.get(browser.get("/login?next=/manage/people").headers["Location"]).get_data(as_text=True)
    assert "设置第二因素" in page and '<svg role="img"' in page or "<svg" in page
    answer = browser.post("/login/second", {"code": shows(site, officer), "next": "/manage/people"})
    assert answer.status_code == 200
    return [code.replace("-", "") for code in re.findall(r"\b[2-9A-Z]{5}-[2-9A-Z]{5}\b", answer.get_data(as_text=True))]


def test_where_it_is_required_it_is_set_up_at_the_next_login(browser: Browser, site: Site, officer: Person) -> None:
    required(site)
    assert enter(browser).status_code == 303 and not is_in(browser)
    codes = set_up(browser, site, officer)
    assert len(codes) == 8 and is_in(browser)
    page = browser.get("/second-factor").get_data(as_text=True)
    assert "已启用" in page and "要求工作人员使用" in page and browser.post("/second-factor/off").status_code == 409


def test_the_password_alone_opens_nothing(app: Any, browser: Browser, site: Site, officer: Person, clock: SettableClock) -> None:
    set_up(browser, site, officer)
    clock.move(minutes=5)
    other = Browser(app.test_client())
    enter(other)
    assert not is_in(other) and other.get("/me/data").status_code == 302 and other.post("/me/data.xlsx").status_code in (302, 401)
    assert "还差一步" in other.get("/login/second").get_data(as_text=True) and other.get("/second-factor").status_code == 302
    assert other.post("/login/second", {"code": "000000"}).status_code == 422 and not is_in(other)
    answer = other.post("/login/second", {"code": shows(site, officer), "next": "/manage/people"})
    assert answer.headers["Location"] == "/manage/people" and is_in(other)
    clock.move(hours=site.settings.staff_login_hours + 1)
    assert not is_in(other)


def test_guesses_must_wait_and_are_logged(app: Any, browser: Browser, site: Site, officer: Person, clock: SettableClock) -> None:
    set_up(browser, site, officer)
    clock.move(minutes=5)
    other = Browser(app.test_client())
    enter(other)
    for _ in range(site.settings.login_attempts):
        assert other.post("/login/second", {"code": "111111"}).status_code == 422
    refused = other.post("/login/second", {"code": shows(site, officer)})
    assert refused.status_code == 429 and not is_in(other)
    with site.database.reading() as db:
        assert "second_factor_wrong" in db.scalars(select(AuditEntry.code)).all()


def test_a_login_that_waits_does_not_wait_for_ever(app: Any, browser: Browser, site: Site, officer: Person, clock: SettableClock) -> None:
    set_up(browser, site, officer)
    other = Browser(app.test_client())
    enter(other)
    clock.move(minutes=11)
    assert other.post("/login/second", {"code": shows(site, officer)}).status_code in (302, 401) and not is_in(other)


def test_a_recovery_code_lets_in_once_and_a_reset_starts_anew(app: Any, browser: Browser, site: Site, officer: Person, person_with: Any,
                                                              log_in: Any, clock: SettableClock) -> None:
    codes = set_up(browser, site, officer)
    for expected in (303, 422):
        other = Browser(app.test_client())
        enter(other)
        assert other.post("/login/second", {"code": codes[0]}).status_code == expected
    colleague = log_in(person_with("administrator", name="另一位管理员"))
    assert colleague.post(f"/manage/people/{officer.uid}/second-factor").status_code == 303
    clock.move(minutes=5)
    other = Browser(app.test_client())
    enter(other)
    assert "设置第二因素" in other.get("/login/second").get_data(as_text=True)
    assert other.post("/login/second", {"code": codes[1]}).status_code == 422
    assert other.post("/login/second", {"code": shows(site, officer, 2)}).status_code == 200 and is_in(other)


def test_where_it_is_not_required_staff_may_use_it_and_stop(app: Any, site: Site, officer: Person, log_in: Any, clock: SettableClock) -> None:
    desk = log_in(officer)
    assert "第二因素" in desk.get("/manage/people").get_data(as_text=True)
    assert desk.post("/second-factor", {"code": "1"}).status_code == 422
    assert "恢复码" in desk.post("/second-factor", {"code": shows(site, officer)}).get_data(as_text=True)
    other = Browser(app.test_client())
    enter(other)
    assert not is_in(other)
    assert desk.post("/second-factor/off").status_code == 303
    enter(other)
    assert is_in(other)


def test_trainees_are_never_asked(site: Site, make_training: Any, log_in: Any) -> None:
    required(site)
    phone = log_in(make_training(people=1).people[0])
    assert phone.get("/").status_code == 200 and phone.get("/second-factor").status_code == 403
