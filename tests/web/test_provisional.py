"""What awaits a look counts for the time being, and every total says that it does, on every page and in every file."""
from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest

from lms.core.access.service import load_viewer
from lms.core.attendance.models import AttendanceEvent
from lms.core.attendance.reviews import judge
from lms.core.classes.models import TrainingClass
from lms.core.people.models import Unit
from lms.site import Site


@pytest.fixture
def training(make_training: Any, site: Site, clock: Any) -> Any:
    made = make_training(people=4)
    clock.move(minutes=25)
    session, now = made.sessions[0], clock.now()
    with site.database.writing() as db:
        for person, flags in zip(made.people, ([], ["shared_device"]), strict=False):
            db.add(AttendanceEvent(class_id=session.class_id, session_id=session.id, person_id=person.id, kind="in", at=now, received_at=now,
                                   method="hall", flags=flags))
    clock.move(hours=1)
    return made


@pytest.fixture
def look(training: Any, person_with: Any, log_in: Any, site: Site) -> Callable[[], dict[str, bool]]:
    """Where it says that something is under review: every page and file with a total, by name."""
    teacher = log_in(person_with("class_teacher", training.training_class))
    with site.database.reading() as db:
        unit = log_in(person_with("unit_hr", db.get_one(Unit, training.enrolments[1].unit_id)))
    trainee = log_in(training.people[1])
    place, session = f"/manage/classes/{training.training_class.uid}", f"/manage/sessions/{training.sessions[0].uid}"

    def page(browser: Any, path: str) -> str:
        return " ".join(browser.get(path).get_data(as_text=True).split())

    def column(path: str, sheet: int, title: str) -> list[Any]:
        table = openpyxl.load_workbook(io.BytesIO(teacher.post(path).get_data())).worksheets[sheet]
        at = [cell.value for cell in table[1]].index(title)
        return [row[at].value for row in table.iter_rows(min_row=2)]

    def found() -> dict[str, bool]:
        board, wall = teacher.get(f"{session}/board.json").json, teacher.get(f"{session}/wall.json").json
        screen = log_in(person_with("administrator")).get(f"{session}/screen.json").json
        shown = page(teacher, session)
        return {
            "board": board["total"]["review"] == 1, "board groups": [g["review"] for g in board["groups"]] == [0, 1],
            "board page": "待核 <b>1</b>" in shown, "hall": (screen["review"], [g["review"] for g in screen["groups"]]) == (1, [0, 1]),
            "wall": (wall["total"]["review"], [g["review"] for g in wall["groups"]]) == (1, [0, 1]),
            "wall page": 'data-key="present">2*' in page(teacher, f"{session}/wall"),
            "matrix": "其中 4 待核" in page(teacher, f"{place}/attendance"),
            "people": "其中 1 次待核，含 4 学时" in page(teacher, f"{place}/attendance/people"),
            "notice": "其中 1 人待核" in page(teacher, f"{place}/attendance/notice?day=all"),
            "unit": "其中 1 次待核，含 4 学时" in page(unit, "/manage/unit"),
            "trainee": "其中 4 学时待核" in page(trainee, "/"), "own record": "其中 4 学时待核" in page(trainee, "/me"),
            "certificates": "其中 4 学时待核" in page(teacher, f"{place}/certificates"),
            "matrix file": column(f"{place}/attendance.xlsx", 0, "其中待核学时") == [0, 4, 0, 0],
            "unit file": sum(column(f"{place}/attendance.xlsx", 1, "其中待核学时")) == 8,  # each unit, and all of them
            "group file": column(f"{place}/attendance.xlsx", 2, "其中待核学时")[-1] == 4,
            "people file": "是" in column(f"{place}/attendance/people.xlsx", 1, "待核"),
            "notice file": column(f"{place}/attendance/notice.xlsx", 1, "待核")[0] == 1}

    return found


def test_every_total_says_so_until_somebody_has_looked(training: Any, look: Callable[[], dict[str, bool]], site: Site, person_with: Any,
                                                       clock: Any) -> None:
    assert [name for name, says in look().items() if not says] == []
    staff = person_with("training_officer", training.training_class)
    with site.database.writing() as db:
        event = db.query(AttendanceEvent).filter(AttendanceEvent.person_id == training.people[1].id).one()
        judge(db, training_class=db.get_one(TrainingClass, event.class_id), event_uids=[event.uid], verdict="confirm", reason="当面核实",
              by=load_viewer(db, staff.id), now=clock.now())
    clock.move(seconds=2)
    assert [name for name, says in look().items() if says] == []
