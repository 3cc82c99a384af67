"""Nobody sees whom they may not see in searches and counts; role by role, on every route.

That no page, file or answer to a form names them is held where every route is asked anyway (test_matrix.py).
"""
from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from matrix.things import address
from matrix.world import World, world  # noqa: F401  (a fixture)
from planted import OF_A, OF_B, forbidden, found_in
from routes import BY_POSSESSION, ROWS, routes, settled, words

from lms.core.attendance.check_in import check_in_by_staff
from lms.core.classes.enrolments import enrol
from lms.core.classes.models import TrainingClass
from lms.core.ids import new_uid
from lms.core.people.service import new_person
from lms.core.people.units import unit_named
from lms.core.quizzes.attempts import start
from lms.core.quizzes.closing import submit
from lms.testing import Training


def test_the_world_has_something_to_leak(world: World) -> None:  # noqa: F811
    """Administrators do see both classes, so the names are there to be found."""
    browser = world.browsers["administrator"]
    assert "class-b学员1" in words(browser.get(f"/manage/classes/{world.b.training_class.uid}/attendance"))
    assert "class-a学员2" in words(browser.get(f"/manage/classes/{world.a.training_class.uid}/attendance"))


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
