"""Every route × method × role, in one real world with two classes. A route or a role without a declared status fails."""
from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from matrix.things import PARAMETERS, address
from matrix.world import ROLES, World, rewind, world  # noqa: F401  (fixtures)
from routes import LOG, ROWS, UNSAFE, WRITES, ask, changed, routes, statements, status, stored
from sqlalchemy import select

from lms.core.audit.models import AuditEntry


def test_every_route_stands_in_the_matrix(app: Flask) -> None:
    there = {(method, rule.endpoint) for method, rule in routes(app)}
    assert not there - set(ROWS), f"without a row: {sorted(there - set(ROWS))}"
    assert not set(ROWS) - there, f"rows without a route: {sorted(set(ROWS) - there)}"


@pytest.mark.parametrize("key", sorted(ROWS), ids=lambda key: f"{key[0]} {key[1]}")
def test_every_row_names_every_role(key: tuple[str, str]) -> None:
    assert set(ROWS[key]) == set(ROLES)


def test_reading(app: Flask, world: World) -> None:  # noqa: F811
    """Every page answers every role as declared. A refusal is noted; no other row of any table is written."""
    before, wrong = stored(world.site, without=LOG), []
    for method, rule in routes(app, "GET"):
        for role, declared in ROWS.get((method, rule.endpoint), {}).items():
            with statements(world.site) as seen:
                given = status(ask(app, world, method, rule, role))
            if given != declared:
                wrong.append(f"{rule.endpoint} as {role}: {given}, declared {declared}")
            noted = LOG if declared == "login" or isinstance(declared, int) and declared >= 400 else ()
            wrong += [f"{rule.endpoint} as {role}: {s[:80]}" for s in seen if not s.startswith(("SELECT", "WITH"))
                      and not ((found := WRITES.match(s)) and found.group(1) in noted)]
    assert not wrong, "\n" + "\n".join(wrong)
    assert changed(before, stored(world.site, without=LOG)) == set()
    with world.site.database.reading() as db:
        refused = db.scalars(select(AuditEntry).where(AuditEntry.outcome == "refused")).all()
    assert refused and all(entry.code for entry in refused)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_writing(app: Flask, world: World, rewind: Any) -> None:  # noqa: F811
    """Each act begins in the same world: what one role did is undone before the next tries."""
    wrong = []
    for method, rule in routes(app, *UNSAFE):
        for role, declared in ROWS.get((method, rule.endpoint), {}).items():
            given = status(ask(app, world, method, rule, role))
            if given != declared:
                wrong.append(f"{method} {rule.endpoint} as {role}: {given}, declared {declared}")
            rewind()
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_children_belong_to_the_parent_in_the_address(app: Flask, world: World, rewind: Any) -> None:  # noqa: F811
    """Whoever may do everything is still refused a person of B under a session of A."""
    wrong = []
    for method, rule in routes(app):
        children = sorted(name for name in rule.arguments if name.endswith("_uid"))
        for child in children if len(rule.arguments) > 1 else ():
            path = address(app, world, rule, world.a, **{child: world.b})
            browser = world.browsers["administrator"]
            answer = browser.get(path) if method == "GET" else ask(app, world, method, rule, "administrator", path=path)
            if answer.status_code != 404:
                wrong.append(f"{method} {rule.endpoint} with another class's <{child}>: {answer.status_code}")
            rewind()
    assert not wrong, "\n" + "\n".join(wrong)


def test_every_maker_is_used(app: Flask) -> None:
    """What no route asks for any more does not stay behind."""
    asked = {key for _, rule in routes(app) for name in rule.arguments
             for key in ((rule.endpoint, name), (rule.endpoint.split(".")[-2], name), ("", name))}
    assert not set(PARAMETERS) - asked
