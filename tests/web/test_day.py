"""The class day at a glance: its figures are those of the record, and it says what waits for somebody."""
from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from lms.core.attendance.check_in import check_in_by_staff
from lms.core.attendance.models import AttendanceEvent
from lms.core.clock import SettableClock
from lms.core.ids import new_uid
from lms.core.leave.asking import ask
from lms.site import Site
from lms.testing import Browser, Training


@pytest.fixture
def training(make_training: Any, site: Site, person_with: Any, clock: SettableClock) -> Training:
    """Six people; three came to the first session, one of them by name and digits; one has asked for leave of the second day."""
    made: Training = make_training(people=6)
    officer = person_with("administrator", name="签到的人")
    clock.move(minutes=25)
    with site.database.writing() as db:
        for enrolment in made.enrolments[:2]:
            check_in_by_staff(db, session=made.sessions[0], person_id=enrolment.person_id, direction="in", by_id=officer.id, method="card",
                              uid=new_uid(), now=clock.now())
        db.add(AttendanceEvent(class_id=made.training_class.id, session_id=made.sessions[0].id, person_id=made.people[2].id, kind="in",
                               at=clock.now(), received_at=clock.now(), method="hall", flags=["name_and_digits"]))
        ask(db, training_class=made.training_class, person_id=made.people[3].id, kind="personal_leave", session_uids=[made.sessions[3].uid],
            reason="家里有事", uid=new_uid(), now=clock.now())
    clock.move(hours=4)
    return made


@pytest.fixture
def teacher(training: Training, person_with: Any, log_in: Any) -> Browser:
    made: Browser = log_in(person_with("class_teacher", training.training_class))
    return made


def day(browser: Browser, training: Training, query: str = "") -> str:
    answer = browser.get(f"/manage/classes/{training.training_class.uid}/day{query}")
    assert answer.status_code == 200
    return str(answer.get_data(as_text=True))


def test_it_says_what_waits_and_how_today_stands(teacher: Browser, training: Training) -> None:
    text = day(teacher, training)
    assert "1 份请假待批" in text and "1 条签到待核" in text and "现场登记" not in text.split("现在要处理的")[1].split("当天课次")[0]
    assert "实到 3 / 6" in text and "未到 3 / 6" in text and "第1组" in text
    tomorrow = day(teacher, training, "?day=2026-07-07")
    assert "还没有开始，应到 6 人" in tomorrow and "未到" not in tomorrow


def test_a_day_outside_the_class_is_the_nearest_of_its_days(teacher: Browser, training: Training) -> None:
    for odd in ("2020-01-01", "yesterday", "", "9999-12-31"):
        day(teacher, training, f"?day={odd}")
    assert "7月8日" in day(teacher, training, "?day=2030-01-01").split("lead")[1][:80]


def test_the_workbook_has_the_same_figures(teacher: Browser, training: Training) -> None:
    answer = teacher.post(f"/manage/classes/{training.training_class.uid}/day.xlsx?day=2026-07-06")
    sheets = {s.title: list(s.iter_rows(values_only=True)) for s in openpyxl.load_workbook(io.BytesIO(answer.get_data())).worksheets}
    assert sheets["要处理的事"][1:] == [("1 份请假待批", 1), ("1 条签到待核", 1)]
    assert sheets["当天课次"][1][1:] == (6, 3, 0, 0, 3, 1)
    assert sum(row[1] for row in sheets["各组"][1:]) == 6 == sum(row[1] for row in sheets["各单位"][1:])
    assert sum(row[3] for row in sheets["各组"][1:]) == 3 * 4


def test_a_class_without_people_has_a_page_too(make_training: Any, person_with: Any, log_in: Any) -> None:
    empty = make_training("empty", people=0)
    assert "没有要处理的事" in day(log_in(person_with("class_teacher", empty.training_class)), empty)
