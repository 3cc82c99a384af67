"""A class is told something on the front page, and asks under a module."""
from __future__ import annotations

import re
from typing import Any

import pytest
from matrix.world import World, world  # noqa: F401  (fixture)

from lms.site import Site


def text(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.get_data(as_text=True)
    return " ".join(answer.get_data(as_text=True).split())


@pytest.fixture
def training(make_training: Any) -> Any:
    return make_training(people=3)


def test_told_on_the_front_page_until_it_is_confirmed(site: Site, training: Any, log_in: Any, person_with: Any) -> None:
    teacher, me = log_in(person_with("class_teacher", training.training_class)), log_in(training.people[0])
    desk = f"/manage/classes/{training.training_class.uid}/announcements"
    assert "请填写通知的标题" in text(teacher.post(desk, {"title": "", "body": "写好的内容"}), 422)
    assert teacher.post(desk, {"title": "集合", "body": "八点在大厅\n带身份证"}).status_code == 303
    home = text(me.get("/"))
    address = re.search(r"/announcements/[0-9a-f]{32}", home)
    assert "新通知" in home and address
    assert "带身份证" in text(me.get(address[0])) and "未读" in text(me.get("/announcements"))
    assert "0 / 3" in text(teacher.get(desk))
    for _ in range(2):
        assert me.post(f"{address[0]}/read").status_code == 303
    assert "新通知" not in text(me.get("/")) and "1 / 3" in text(teacher.get(desk))
    page = text(teacher.get(f"{desk}/{address[0].rsplit('/', 1)[1]}"))
    assert "还没有确认的 2 人" in page and "class-a学员2" in page
    assert teacher.post(f"{desk}/{address[0].rsplit('/', 1)[1]}/withdraw").status_code == 303
    assert me.get(address[0]).status_code == 404 and "还没有通知" in text(me.get("/announcements"))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_asked_under_a_module_and_shown_without_a_name(world: World, log_in: Any) -> None:  # noqa: F811
    things = world.a
    at = f"/courses/{things.course.slug}/{things.version.modules[0].slug}"
    me, other, teacher = world.browsers["trainee"], log_in(things.training.people[1]), world.browsers["instructor"]
    assert f"{at}/questions" in text(me.get(at))
    assert me.post(f"{at}/questions", {"text": "出差能坐高铁一等座吗"}).status_code == 303
    assert "请写下您的问题" in text(me.post(f"{at}/questions", {"text": " "}), 422)
    desk = f"/manage/classes/{things.training_class.uid}/questions"
    page = text(teacher.get(desk))
    form = re.search(r"一等座吗.*?action=\"([^\"]+)\".*?name=\"version\" value=\"(\d+)\"", page)
    assert form and "class-a学员1" in page
    assert "请写下解答" in text(teacher.post(form[1], {"answer": " ", "act": "show", "version": form[2]}), 422)
    assert "一等座" not in text(other.get(f"{at}/questions"))
    assert teacher.post(form[1], {"answer": "按规定乘坐二等座。", "act": "show", "version": form[2]}).status_code == 303
    seen = text(other.get(f"{at}/questions"))
    assert "按规定乘坐二等座" in seen and "class-a学员1" not in seen
