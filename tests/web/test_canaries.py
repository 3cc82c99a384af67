"""Canaries planted in keys, weights and explanations reach no trainee's browser while an attempt runs, by whatever route."""
from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from matrix.world import World, rewind, world  # noqa: F401  (fixtures)
from routes import UNSAFE, ask, routes, words
from sqlalchemy import select, update

from lms.core.quizzes.models import Attempt, Paper, Question, QuestionVersion

KEY, WEIGHT, WHY, SEEN = "CANARYKEY7391", "CANARYWEIGHT7391", "CANARYWHY7391", "CANARYSEEN7391"
TRAINEES = ("trainee", "other_trainee")
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # what is sent does not depend on the engine


def plant(world: World) -> None:  # noqa: F811
    """In every version of every question, and in the frozen attempt that runs; what is right is released after the close."""
    with world.site.database.writing() as db:
        db.execute(update(Paper).values(review="after_close", show_why="after_close", show_own="after_close"))
        for version in db.scalars(select(QuestionVersion)):
            version.key = {**version.key, "canary": KEY, "weights": {"A": WEIGHT}, "rubric": [KEY], "reference": KEY}
            version.explanation = WHY
        for attempt in db.scalars(select(Attempt)):
            items = [{**item, "key": {**item["key"], "canary": KEY, "weights": {"A": WEIGHT}},
                      "shown": {**item["shown"], "stem": SEEN}} for item in attempt.frozen["items"]]
            attempt.frozen = {**attempt.frozen, "items": items}


def told(answer: Any) -> str:
    return words(answer) + str(answer.headers)


def test_no_canary_reaches_a_trainee(app: Flask, world: World, rewind: Any) -> None:  # noqa: F811
    plant(world)
    found, seen = [], []
    for method, rule in routes(app):
        for role in TRAINEES:
            text = told(ask(app, world, method, rule, role))
            found += [f"{method} {rule.endpoint} as {role}: {canary}" for canary in (KEY, WEIGHT, WHY) if canary in text]
            seen += [rule.endpoint] if SEEN in text else []
            if method in UNSAFE:
                rewind()
                plant(world)
    assert not found, "\n" + "\n".join(found)
    assert {"lms.attempts.show"} <= set(seen), "the questions themselves are there to be seen, so this test sees them"


def test_after_its_release_a_canary_is_found(app: Flask, world: World, rewind: Any) -> None:  # noqa: F811
    """What is looked for can be found: once the paper allows it, the explanation is in the page."""
    plant(world)
    with world.site.database.writing() as db:
        db.execute(update(Paper).values(review="after_submit", show_why="after_submit"))
        assert db.scalar(select(Question.id)) is not None
    page = world.browsers["trainee"].get(f"/attempts/{world.a.submitted.uid}/result")
    assert WHY in told(page)
