"""What is posted into a chat group: the day's timetable, who is still missing, and what comes next."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from certificate_desk import Desk

from lms.core.classfile.chat import messages, not_signed_in, picture, reminder, today
from lms.site import Site

OpenFile = Callable[..., Any]


@pytest.fixture
def morning(site: Site, make_training: Any) -> Desk:
    """The first session is on; three of four have signed in or are on leave."""
    made = Desk(site, make_training(people=4))
    for person, status in zip(made.training.people, ("present", "sick_leave", "late"), strict=False):
        made.mark([status], [person])
    site.clock.move(minutes=90)  # type: ignore[attr-defined]
    return made


def test_the_day_s_timetable(morning: Desk, open_file: OpenFile) -> None:
    with open_file(morning) as file:
        assert today(file).text == "【7月6日 周一 课程安排】\n08:30–11:30  class-a第1天上午\n14:00–17:00  class-a第1天下午"


def test_who_is_missing_by_group_and_nobody_on_leave(morning: Desk, open_file: OpenFile) -> None:
    with open_file(morning) as file:
        text = not_signed_in(file).text
        there = {row.enrolment.name for row in file.record.people if row.statuses[0].code in ("missing", "absent")}
    assert there == {"class-a学员4"} and "共 1 人" in text and "第2组：class-a学员4" in text
    assert not any(f"学员{n}" in text for n in (1, 2, 3)) and "假" not in text.replace("请假", "")


def test_what_comes_next(morning: Desk, site: Site, open_file: OpenFile) -> None:
    with open_file(morning) as file:
        assert "今天 14:00 class-a第1天下午" in reminder(file).text
    site.clock.move(hours=8)  # type: ignore[attr-defined]
    with open_file(morning) as file:
        assert "明天 08:30 class-a第2天上午" in reminder(file).text
    site.clock.move(days=9)  # type: ignore[attr-defined]
    with open_file(morning) as file:
        assert "已全部结束" in reminder(file).text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_each_is_a_picture_too(morning: Desk, open_file: OpenFile) -> None:
    with open_file(morning) as file:
        for code, _, message in messages(file):
            assert picture(message, sample=True).startswith(b"\x89PNG"), code
