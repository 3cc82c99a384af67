"""Every route × method × role, in one real world with two classes. A route or a role without a declared status fails."""
from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from matrix.things import PARAMETERS, address
from matrix.world import ROLES, World, rewind, world  # noqa: F401  (fixtures)
from planted import leaks
from routes import LOG, ROWS, UNSAFE, ask, changed, routes, statements, status, stored, written
from sqlalchemy import select

from lms.core.audit.models import AuditEntry

STAFF = tuple(role for role in ROLES if role not in ("anonymous", "trainee", "other_trainee"))
# Staff who log in, sign in or read do it for themselves, like everybody; the rows themselves say who and when.
FOR_THEMSELVES = {"lms.login.activate", "lms.sign_in.redeem", "lms.sign_in.typed", "lms.learning.read", "lms.verify.search",
                  "lms.assignments.save", "lms.surveys.send", "lms.announcements.read", "lms.notices.open_one", "lms.notices.read_them_all",
                  "lms.discussion.send",
                  "lms.watching.play", "lms.watching.watched", "lms.watching.seen", "lms.packages.report"}
# A preview is a draft of whoever uploaded the file; saving it is what is logged.
PREVIEWS = {"lms_roster_import", "lms_question_import", "lms_attendance_import", "lms_upload"}


def test_every_route_stands_in_the_matrix(app: Flask) -> None:
    there = {(method, rule.endpoint) for method, rule in routes(app)}
    assert not there - set(ROWS), f"without a row: {sorted(there - set(ROWS))}"
    assert not set(ROWS) - there, f"rows without a route: {sorted(set(ROWS) - there)}"


@pytest.mark.parametrize("key", sorted(ROWS), ids=lambda key: f"{key[0]} {key[1]}")
def test_every_row_names_every_role(key: tuple[str, str]) -> None:
    assert set(ROWS[key]) == set(ROLES)


def test_reading(app: Flask, world: World) -> None:  # noqa: F811
    """Every page answers every role as declared and names nobody whom the role may not see. A refusal is noted; no other
    row of any table is written."""
    before, wrong = stored(world.site, without=LOG), []
    for method, rule in routes(app, "GET"):
        for role, declared in ROWS.get((method, rule.endpoint), {}).items():
            with statements(world.site) as seen:
                answer = ask(app, world, method, rule, role)
            noted = LOG if declared == "login" or isinstance(declared, int) and declared >= 400 else ()
            wrong += [f"{rule.endpoint} as {role} wrote {sorted(more)}"] if (more := written(seen) - set(noted)) else []
            wrong += _differences(world, rule.endpoint, role, declared, answer)
    assert not wrong, "\n" + "\n".join(wrong)
    assert changed(before, stored(world.site, without=LOG)) == set()
    with world.site.database.reading() as db:
        refused = db.scalars(select(AuditEntry).where(AuditEntry.outcome == "refused")).all()
    assert refused and all(entry.code for entry in refused)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_writing(app: Flask, world: World, rewind: Any) -> None:  # noqa: F811
    """Every act answers every role as declared and names nobody whom the role may not see; what staff change is logged.
    Each begins in the same world: what one role did is undone before the next tries."""
    wrong, acts = [], 0
    for method, rule in routes(app, *UNSAFE):
        for role, declared in ROWS.get((method, rule.endpoint), {}).items():
            with statements(world.site) as seen:
                answer = ask(app, world, method, rule, role)
            wrong += _differences(world, rule.endpoint, role, declared, answer)
            touched = written(seen)
            if role in STAFF and rule.endpoint not in FOR_THEMSELVES and isinstance(declared, int) and declared < 400:
                acts += bool(touched)
                if touched - PREVIEWS and LOG[0] not in touched:
                    wrong.append(f"{rule.endpoint} as {role} changed {sorted(touched)} and logged nothing")
            if touched - set(LOG) or answer.status_code < 400:
                rewind()
    assert acts > 100, "no act changed anything: this test sees nothing"
    assert not wrong, "\n" + "\n".join(wrong)


def _differences(world: World, endpoint: str, role: str, declared: int | str, answer: Any) -> list[str]:  # noqa: F811
    given, named = status(answer), leaks(world, endpoint, role, answer)
    return ([f"{endpoint} as {role}: {given}, declared {declared}"] if given != declared else []) + (
        [f"{endpoint} as {role} names {named}"] if named else [])


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
