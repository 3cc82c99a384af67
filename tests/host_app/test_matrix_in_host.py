"""Mounted in a host, every page answers every role as it does in the ready application."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from host import Account, Colleague, training
from matrix.world import World, world  # noqa: F401  (a fixture)
from routes import ROWS, ask, routes
from sqlalchemy.orm import Session

from lms.core.people.models import Person
from lms.site import Site

# Which page answers whom does not depend on the engine; the ready application is asked on both (tests/web/test_matrix.py).
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def app(host: Flask) -> Flask:
    """The world of the matrix is built in the host."""
    return host


@pytest.fixture
def site(host: Flask) -> Site:
    return training(host)


@pytest.fixture
def log_in(host: Flask) -> Callable[[Person], Colleague]:
    """A colleague of the host who is this person."""

    def make(person: Person) -> Colleague:
        with Session(host.extensions["host_engine"]) as db:
            account = Account(account=f"person-{person.id}", real_name=person.name)
            db.add(account)
            db.commit()
            key, name = f"colleague:{account.id}", account.account
        with training(host).database.writing() as ours:
            ours.get_one(Person, person.id).host_key = key
        browser = Colleague(host.test_client())
        browser.sign_in(name)
        return browser

    return make


def test_reading(host: Flask, world: World) -> None:  # noqa: F811
    wrong, asked = [], 0
    for method, rule in routes(host, "GET"):
        for role, declared in ROWS.get((method, rule.endpoint), {}).items():
            if role != "anonymous" and rule.endpoint.startswith("lms."):
                answer: Any = ask(host, world, method, rule, role)
                asked += 1
                if answer.status_code != declared:
                    wrong.append(f"{rule.endpoint} as {role}: {answer.status_code}, in the ready application {declared}")
    assert asked > 300 and not wrong, "\n" + "\n".join(wrong)


def test_strangers_are_sent_to_the_host_s_login(host: Flask, world: World) -> None:  # noqa: F811
    wrong = []
    for method, rule in routes(host, "GET"):
        if ROWS.get((method, rule.endpoint), {}).get("anonymous") == "login":
            answer = ask(host, world, method, rule, "anonymous")
            if answer.status_code != 302 or not answer.location.startswith("/sign-in?next="):
                wrong.append(f"{rule.endpoint}: {answer.status_code} {answer.location}")
    assert not wrong, wrong
