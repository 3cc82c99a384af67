"""Every route × method × role, in one real world with two classes. A route or a role without a declared status fails."""
from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from matrix import collect
from matrix.things import address, form
from matrix.world import ROLES, World, rewind, world  # noqa: F401  (fixtures)
from werkzeug.routing import Rule

from lms.testing import Browser

ROWS = collect()
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")


def routes(app: Flask) -> list[tuple[str, Rule]]:
    """Every method and address of ours; files of the look are the same for everybody."""
    return sorted(((method, rule) for rule in app.url_map.iter_rules() for method in (rule.methods or ())
                   if method not in ("HEAD", "OPTIONS") and rule.endpoint != "lms.static"),
                  key=lambda pair: (pair[1].endpoint, pair[0]))


def ask(app: Flask, world: World, method: str, rule: Rule, role: str, **more: Any) -> Any:
    """Ask as *role* for a thing of class A, with a form that would be accepted."""
    browser, path = world.browsers[role], address(app, world, rule, world.a)
    if method == "GET":
        return browser.get(path, **more)
    return browser.post(path, form(world, rule.endpoint, world.a, role), **more)


def status(answer: Any) -> int | str:
    location = answer.headers.get("Location", "")
    return "login" if answer.status_code in (302, 303) and location.split("?")[0].endswith("/login") else answer.status_code


def test_every_route_stands_in_the_matrix(app: Flask) -> None:
    there = {(method, rule.endpoint) for method, rule in routes(app)}
    assert not there - set(ROWS), f"without a row: {sorted(there - set(ROWS))}"
    assert not set(ROWS) - there, f"rows without a route: {sorted(set(ROWS) - there)}"


@pytest.mark.parametrize("key", sorted(ROWS), ids=lambda key: f"{key[0]} {key[1]}")
def test_every_row_names_every_role(key: tuple[str, str]) -> None:
    assert set(ROWS[key]) == set(ROLES)


def test_reading(app: Flask, world: World) -> None:
    wrong = []
    for method, rule in routes(app):
        row = ROWS.get((method, rule.endpoint), {})
        for role in row if method == "GET" else ():
            found = status(ask(app, world, method, rule, role))
            if found != row[role]:
                wrong.append(f"{method} {rule.endpoint} as {role}: {found}, declared {row[role]}")
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_writing(app: Flask, world: World, rewind: Any) -> None:
    """Each act begins in the same world: what one role did is undone before the next tries."""
    wrong = []
    for method, rule in routes(app):
        row = ROWS.get((method, rule.endpoint), {})
        for role in row if method in UNSAFE else ():
            found = status(ask(app, world, method, rule, role))
            if found != row[role]:
                wrong.append(f"{method} {rule.endpoint} as {role}: {found}, declared {row[role]}")
            rewind()
    assert not wrong, "\n" + "\n".join(wrong)
