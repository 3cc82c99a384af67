"""The host's users become persons: at their first visit, found by a verified phone, with the roles the host vouches for."""
from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from host import Colleague, training
from sqlalchemy import func, select

from lms.core.audit.models import AuditEntry
from lms.core.people.models import LoginSession, Person
from lms.core.people.service import new_person
from lms.web.ext import HostUser

Enter = Callable[..., Colleague]


def persons(host: Flask) -> list[Person]:
    with training(host).database.reading() as db:
        return list(db.scalars(select(Person).order_by(Person.id)))


def test_a_stranger_is_sent_to_the_host_s_own_login_and_back(host: Flask, colleague: Enter) -> None:
    browser = colleague()
    answer = browser.get("/training/courses")
    assert answer.status_code == 302 and answer.location == "/sign-in?next=%2Ftraining%2Fcourses"
    browser.get(answer.location)
    assert browser.post(answer.location, {"account": "wang"}).location == "/training/courses"
    assert browser.get("/training/courses").status_code == 200
    assert browser.get("/training/courses", headers={"Accept": "application/json"}).status_code == 200


def test_a_program_without_login_gets_json_not_a_page(colleague: Enter) -> None:
    answer = colleague().get("/training/courses", headers={"Accept": "application/json"})
    assert answer.status_code == 401 and answer.get_json()["error"]["code"] == "login_required"


def test_the_first_visit_makes_a_person_and_the_next_ones_find_it(host: Flask, colleague: Enter) -> None:
    for _ in range(2):
        assert "陈新" in colleague("chen").get("/training/").get_data(as_text=True)
    [person] = persons(host)
    assert (person.name, person.host_key, person.phone) == ("陈新", "colleague:3", None)


def test_whoever_is_on_the_roster_with_this_phone_is_that_person(host: Flask, colleague: Enter) -> None:
    site = training(host)
    with site.database.writing() as db:
        known = new_person(db, name="王 芳", phone="13900000001", now=site.clock.now())
    colleague("wang").get("/training/")
    [person] = persons(host)
    assert person.id == known.id and person.host_key == "colleague:1" and person.name == known.name


def test_a_phone_that_another_colleague_has_claimed_is_not_taken_over(host: Flask, colleague: Enter) -> None:
    site = training(host)
    with site.database.writing() as db:
        new_person(db, name="李强", phone="13900000001", now=site.clock.now()).host_key = "colleague:77"
    colleague("wang").get("/training/")
    first, second = persons(host)
    assert (first.host_key, second.host_key, second.phone) == ("colleague:77", "colleague:1", None)


def test_the_host_vouches_for_administrators_for_as_long_as_it_says_so(host: Flask, colleague: Enter) -> None:
    assert colleague("zhao").get("/training/manage/audit").status_code == 200
    refused = colleague("wang").get("/training/manage/audit")
    assert refused.status_code == 403
    with training(host).database.reading() as db:
        assert db.scalars(select(AuditEntry.outcome)).all() == ["refused"]


def test_roles_that_cannot_be_vouched_for_are_a_fault_of_the_host() -> None:
    with pytest.raises(ValueError, match="training_officer"):
        HostUser("1", "赵", roles=("training_officer",))
    with pytest.raises(ValueError, match="key"):
        HostUser("", "赵")


def test_whoever_is_switched_off_here_is_told_so_and_not_sent_round_in_circles(host: Flask, colleague: Enter) -> None:
    browser = colleague("chen")
    browser.get("/training/")
    with training(host).database.writing() as db:
        db.scalars(select(Person)).one().state = "deactivated"
    answer = browser.get("/training/courses")
    assert answer.status_code == 403 and "已停用" in answer.get_data(as_text=True)
    assert browser.get("/desk").status_code == 200, "the host's own pages are none of our business"


def test_leaving_the_host_ends_it_here_too(colleague: Enter) -> None:
    browser = colleague("chen")
    assert browser.get("/training/courses").status_code == 200
    browser.get("/")
    browser.post("/sign-out")
    assert browser.get("/training/courses").status_code == 302


def test_our_own_login_does_not_exist_beside_the_host_s(host: Flask, colleague: Enter) -> None:
    browser = colleague("chen")
    assert browser.get("/training/login").get_data(as_text=True) == "内网没有这一页"
    page = browser.get("/training/courses").get_data(as_text=True)
    assert "logout" not in page and "/training/login" not in page
    with training(host).database.reading() as db:
        assert db.scalar(select(func.count()).select_from(LoginSession)) == 0


def test_two_first_requests_at_once_make_one_person(host: Flask, colleague: Enter) -> None:
    browsers = [colleague("wang") for _ in range(6)]
    with ThreadPoolExecutor(6) as at_once:
        answers: list[Any] = list(at_once.map(lambda b: b.get("/training/courses").status_code, browsers))
    assert answers == [200] * 6
    assert len(persons(host)) == 1
