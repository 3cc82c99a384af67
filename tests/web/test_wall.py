"""The live wall: the four figures and the groups, no names, one snapshot for all who watch."""
from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import event

from lms.core.clock import SettableClock
from lms.core.ids import new_uid
from lms.site import Site
from lms.testing import Training


@pytest.fixture
def training(make_training: Any, clock: SettableClock) -> Training:
    made: Training = make_training(people=6)
    clock.move(minutes=25)
    return made


def place(training: Training, rest: str = "") -> str:
    return f"/manage/sessions/{training.sessions[0].uid}{rest}"


def test_the_figures_add_up_in_all_and_by_group_and_nobody_is_named(training: Training, log_in: Any, person_with: Any,
                                                                    clock: SettableClock) -> None:
    teacher = log_in(person_with("class_teacher", training.training_class))
    for number in (0, 1, 2):
        teacher.post(place(training, f"/people/{training.enrolments[number].uid}/sign-in"), {"uid": new_uid()})
    teacher.post(place(training, f"/people/{training.enrolments[3].uid}/correct"),
                 {"uid": new_uid(), "status": "sick_leave", "reason": "已交假条"})
    clock.move(seconds=1)
    now = teacher.get(place(training, "/wall.json")).json
    assert now["total"] == {"expected": 6, "present": 3, "leave": 1, "missing": 2, "review": 0}
    assert [(g["name"], g["expected"], g["present"], g["leave"], g["missing"]) for g in now["groups"]] == [
        ("第1组", 3, 2, 0, 1), ("第2组", 3, 1, 1, 1)]
    assert now["clock"] == "08:25:01"
    page = teacher.get(place(training, "/wall")).get_data(as_text=True)
    assert not any(person.name in page for person in training.people), page
    assert "refresh" in page, page
    assert [re.search(rf'data-key="{key}">(\d+)<', page).group(1) for key in ("expected", "present", "leave", "missing")] == [  # type: ignore[union-attr]
        "6", "3", "1", "2"]


def test_what_happens_is_on_the_wall_a_second_later_and_many_walls_cost_one_snapshot(
        training: Training, log_in: Any, person_with: Any, clock: SettableClock, site: Site) -> None:
    teacher, watchers = log_in(person_with("class_teacher", training.training_class)), [
        log_in(person_with("instructor", training.training_class, name=f"讲师{n}")) for n in range(3)]
    assert watchers[0].get(place(training, "/wall.json")).json["total"]["present"] == 0
    teacher.post(place(training, f"/people/{training.enrolments[0].uid}/sign-in"), {"uid": new_uid()})
    clock.move(seconds=1)
    asked: list[str] = []
    event.listen(site.database.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    assert [w.get(place(training, "/wall.json")).json["total"]["present"] for w in watchers] == [1, 1, 1]
    assert sum("FROM lms_attendance_event" in statement for statement in asked) == 1
