"""What holds on every route: no act without the token, headers, budgets."""
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from matrix.things import address
from matrix.world import World, world  # noqa: F401  (a fixture)
from routes import LOG, ROWS, UNSAFE, ask, changed, routes, statements, stored

TRAINEE_STATEMENTS, STAFF_STATEMENTS = 4, 8


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_act_without_the_token(app: Flask, world: World) -> None:  # noqa: F811
    before, wrong = stored(world.site, without=LOG), []
    for method, rule in routes(app, *UNSAFE):
        for role in ("anonymous", "administrator"):
            client, path = world.browsers[role].client, address(app, world, rule, world.a)
            for sent in ({"data": {}}, {"data": {"csrf_token": "x"}}, {"json": {}}):
                answer = client.open(path, method=method, headers={"Accept": "application/json"}, **sent)
                if answer.status_code != 403 or answer.get_json()["error"]["code"] != "csrf":
                    wrong.append(f"{method} {rule.endpoint} as {role} with {sent}: {answer.status_code}")
    assert not wrong, "\n" + "\n".join(wrong)
    assert changed(before, stored(world.site, without=LOG)) == set()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_headers_protect_every_answer(app: Flask, world: World) -> None:  # noqa: F811
    wrong = []
    for method, rule in routes(app, "GET"):
        for role in ("anonymous", "trainee", "administrator"):
            answer = ask(app, world, method, rule, role)
            wrong += [f"{rule.endpoint} as {role}: {fault}" for fault in _faults(answer)]
    assert not wrong, "\n" + "\n".join(wrong)


def _faults(answer: Any) -> Iterator[str]:
    headers = answer.headers
    policy = headers.get("Content-Security-Policy", "")
    parts = dict(part.strip().split(" ", 1) if " " in part.strip() else (part.strip(), "") for part in policy.split(";"))
    if "default-src" not in parts:
        yield "no Content-Security-Policy"
    if answer.mimetype == "text/html" and ("unsafe" in policy or "http:" in policy or "https:" in policy or "*" in policy):
        yield f"the policy lets strange code or hosts in: {policy}"
    if "unsafe" in parts.get("script-src", parts.get("default-src", "")):
        yield f"scripts may be inline: {policy}"
    if "frame-ancestors" not in parts and "sandbox" not in parts:
        yield "anybody may frame it"
    if headers.get("X-Content-Type-Options") != "nosniff":
        yield "browsers may guess the type"
    if headers.get("Referrer-Policy") not in ("same-origin", "no-referrer"):
        yield "addresses are told to others"
    if "public" in headers.get("Cache-Control", "public"):
        yield "others may keep it"
    yield from (f"cookie {c.split('=')[0]} may be read by scripts" for c in headers.getlist("Set-Cookie") if "HttpOnly" not in c)
    yield from (f"cookie {c.split('=')[0]} goes with foreign forms" for c in headers.getlist("Set-Cookie") if "SameSite" not in c)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # what is sent does not depend on the engine
def test_pages_stay_within_their_budget_of_statements(app: Flask, world: World) -> None:  # noqa: F811
    """A trainee's page may ask the database 4 times, a staff page 8 times, the login counted."""
    over = []
    for method, rule in routes(app, "GET"):
        row = ROWS.get((method, rule.endpoint), {})
        for role, most in (("trainee", TRAINEE_STATEMENTS), ("training_officer", STAFF_STATEMENTS), ("group_leader", STAFF_STATEMENTS)):
            if row.get(role) == 200:
                ask(app, world, method, rule, role)  # what is the same for everybody is made once
                with statements(world.site) as seen:
                    ask(app, world, method, rule, role)
                if len(seen) > most:
                    over.append(f"{rule.endpoint} as {role}: {len(seen)} statements")
    assert not over, "\n" + "\n".join(over)
