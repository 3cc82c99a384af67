"""Nobody sees whom they may not see: on pages, in searches, in files, in counts; role by role, on every route."""
from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from matrix.things import address
from matrix.world import World, rewind, world  # noqa: F401  (fixtures)
from routes import BY_POSSESSION, ROWS, UNSAFE, ask, routes, settled, words

from lms.core.attendance.check_in import check_in_by_staff
from lms.core.classes.enrolments import enrol
from lms.core.classes.models import TrainingClass
from lms.core.ids import new_uid
from lms.core.people.service import new_person
from lms.core.people.units import unit_named
from lms.core.quizzes.attempts import start
from lms.core.quizzes.closing import submit
from lms.testing import Training

OF_A = ("trainee", "training_officer", "class_teacher", "class_monitor", "group_leader", "instructor", "unit_hr")
OF_B = ("other_trainee", "other_officer")


def forbidden(world: World, role: str) -> list[str]:  # noqa: F811
    """What must not stand in any answer to *role*. Everything of class B has the class's short name in it."""
    if role in OF_B:
        return ["class-a", *(p.phone or "" for p in world.a.training.people)]
    hidden = ["class-b", *(p.phone or "" for p in world.b.training.people)]
    own = {"trainee": {0}, "group_leader": {0, 2, 4}, "unit_hr": {0, 5}}.get(role)
    if own is not None:
        others = [(p, e) for n, (p, e) in enumerate(zip(world.a.training.people, world.a.training.enrolments, strict=True))
                  if n not in own]
        own_units = {world.a.training.enrolments[n].unit_name for n in own}
        hidden += [p.name for p, _ in others] + [p.phone or "" for p, _ in others]
        hidden += sorted({e.unit_name for _, e in others} - own_units)
    return [text for text in hidden if text]


def found_in(text: str, hidden: list[str]) -> list[str]:
    return [word for word in hidden if word in text]


def test_the_world_has_something_to_leak(world: World) -> None:  # noqa: F811
    """Administrators do see both classes, so the names are there to be found."""
    browser = world.browsers["administrator"]
    assert "class-b学员1" in words(browser.get(f"/manage/classes/{world.b.training_class.uid}/attendance"))
    assert "class-a学员2" in words(browser.get(f"/manage/classes/{world.a.training_class.uid}/attendance"))


def test_pages(app: Flask, world: World) -> None:  # noqa: F811
    wrong = []
    for method, rule in routes(app, "GET"):
        for role in (*OF_A, *OF_B) if rule.endpoint not in BY_POSSESSION else ():
            leaked = found_in(words(ask(app, world, method, rule, role)), forbidden(world, role))
            wrong += [f"{rule.endpoint} as {role}: {leaked}"] if leaked else []
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # what is sent does not depend on the engine
def test_searches_and_filters(app: Flask, world: World) -> None:  # noqa: F811
    """Asking for what is hidden does not bring it out. What was typed stands in the box again, so names are cut short."""
    wrong = []
    for _, rule in routes(app, "GET"):
        for role in (*OF_A, *OF_B) if rule.endpoint not in BY_POSSESSION else ():
            if ROWS.get(("GET", rule.endpoint), {}).get(role) == 200:
                path = address(app, world, rule, world.a)
                hidden = [word for word in forbidden(world, role) if "学员" in word or "单位" in word or word.startswith("1")]
                for query in _queries((world.a if role in OF_B else world.b).training):
                    leaked = found_in(words(world.browsers[role].get(f"{path}?{query}")), [*hidden, "class-b学员", "class-b单位"]
                                      if role in OF_A else [*hidden, "class-a学员", "class-a单位"])
                    wrong += [f"{rule.endpoint}?{query} as {role}: {leaked}"] if leaked else []
    assert not wrong, "\n" + "\n".join(wrong)


def _queries(theirs: Training) -> list[str]:
    person = theirs.people[1]
    return ["q=学员", f"q={(person.phone or '')[-4:]}", f"group={theirs.groups[0].uid}", f"class={theirs.training_class.uid}",
            f"unit={theirs.enrolments[1].unit_id}&person={person.uid}", "page=2&sort=name&state=all"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_files_and_answers_to_forms(app: Flask, world: World, rewind: Any) -> None:  # noqa: F811
    wrong = []
    for method, rule in routes(app, *UNSAFE):
        for role in (*OF_A, *OF_B) if rule.endpoint not in BY_POSSESSION else ():
            leaked = found_in(words(ask(app, world, method, rule, role)), forbidden(world, role))
            wrong += [f"{rule.endpoint} as {role}: {leaked}"] if leaked else []
            rewind()
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # what is sent does not depend on the engine
def test_counts_do_not_move_with_the_other_class(app: Flask, world: World) -> None:  # noqa: F811
    """A number can tell what a name may not: however class B grows, no page of class A's people changes."""
    asked = [(rule.endpoint, role, address(app, world, rule, world.a)) for _, rule in routes(app, "GET") for role in OF_A
             if rule.endpoint not in BY_POSSESSION and ROWS.get(("GET", rule.endpoint), {}).get(role) == 200]
    before = [settled(words(world.browsers[role].get(path))) for _, role, path in asked]
    _grow(world)
    after = [settled(words(world.browsers[role].get(path))) for _, role, path in asked]
    wrong = [f"{endpoint} as {role}" for (endpoint, role, _), was, now_is in zip(asked, before, after, strict=True) if was != now_is]
    assert not wrong, "\n" + "\n".join(wrong)


def _grow(world: World) -> None:  # noqa: F811
    site, things = world.site, world.b
    now, session = site.clock.now(), things.session
    with site.database.writing() as db:
        for number in range(3):
            person = new_person(db, name=f"class-b后来{number}", phone=f"1370000000{number}", now=now)
            enrol(db, training_class=db.get_one(TrainingClass, things.training_class.id), person=person,
                  group=None, unit=unit_named(db, f"class-b后来单位{number}"), by_id=None, now=now)
            check_in_by_staff(db, session=session, person_id=person.id, direction="in", method="staff", uid=new_uid(),
                              by_id=world.people["other_officer"].id, now=now)
            submit(db, attempt=start(db, paper=things.paper, person_id=person.id, now=now), now=now, grace=timedelta(0))
