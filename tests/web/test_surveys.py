"""A survey over the web: drawn up from the timetable, answered once on a phone, shown as charts with their figures."""
from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from routes import changed, stored
from sqlalchemy import select

from lms.core.surveys.models import Survey
from lms.site import Site


@pytest.fixture
def training(make_training: Any) -> Any:
    return make_training(people=7)


@pytest.fixture
def officer(training: Any, person_with: Any, log_in: Any) -> Any:
    return log_in(person_with("training_officer", training.training_class))


def text(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.get_data(as_text=True)
    return " ".join(answer.get_data(as_text=True).split())


@pytest.fixture
def desk(training: Any, officer: Any) -> str:
    """The address of a survey of two questions that is open."""
    made = officer.post(f"/manage/classes/{training.training_class.uid}/surveys")
    address = str(made.headers["Location"]).rsplit("/", 1)[0]
    page = text(officer.get(f"{address}/edit"))
    version = re.search(r'name="version" value="(\d+)"', page)
    assert "总体满意度" in page and version
    saved = officer.post(f"{address}/edit", {
        "title": "满意度评价", "least": "3", "required": "1", "version": version.group(1), "count": "3", "text-0": "意见", "kind-0": "text",
        "place-0": "30", "text-1": "课程内容", "kind-1": "scale", "required-1": "1", "place-1": "10", "text-2": "  "})
    assert saved.status_code == 303 and officer.post(f"{address}/open").status_code == 303
    return address


def test_from_the_home_page_to_the_charts(site: Site, training: Any, officer: Any, desk: str, log_in: Any) -> None:
    uid = desk.rsplit("/", 1)[1]
    for n, person in enumerate(training.people):
        browser = log_in(person)
        home = text(browser.get("/"))
        assert f"/surveys/{uid}" in home and "“满意度评价”还没有填写" in home
        assert "课程内容" in text(browser.get(f"/surveys/{uid}"))
        before = stored(site)
        assert browser.post(f"/surveys/{uid}", {"q1": str(n % 2), "q2": f"想法{n}"}).status_code == 303
        assert changed(before, stored(site)) == {"lms_survey_participation", "lms_survey_box"}, "nothing else may tell of it"
        assert "已评价" in text(browser.get(f"/surveys/{uid}")) and "还没有填写" not in text(browser.get("/"))
    page = text(officer.get(desk))
    assert "以下是其中 3 份的汇总" in page and "<svg" in page and "想法6" not in page
    officer.post(f"{desk}/close")
    page = text(officer.get(desk))
    assert "4 人，57%" in page and "平均 4.57 分" in page and "想法6" in page
    book = load_workbook(BytesIO(officer.post(f"{desk}/results.xlsx").get_data()))
    assert [c.value for c in book.worksheets[0][2]][:4] == ["课程内容", "打分", "非常满意", 4]


def test_too_few_are_not_shown(training: Any, officer: Any, desk: str, log_in: Any) -> None:
    uid = desk.rsplit("/", 1)[1]
    for person in training.people[:2]:
        log_in(person).post(f"/surveys/{uid}", {"q1": "4", "q2": "不好"})
    assert "还没有评价的 5 人" in text(officer.get(desk))
    officer.post(f"{desk}/close")
    page = text(officer.get(desk))
    assert "不好" not in page and "<svg class=\"bars\"" not in page and "结果不再显示" in page
    book = load_workbook(BytesIO(officer.post(f"{desk}/results.xlsx").get_data()))
    assert book.worksheets[0].max_row == 1


def test_what_was_filled_in_stands_again(training: Any, desk: str, log_in: Any) -> None:
    uid, me = desk.rsplit("/", 1)[1], log_in(training.people[0])
    page = text(me.post(f"/surveys/{uid}", {"q2": "只写了这里"}), 422)
    assert "还有 1 题没有答" in page and "只写了这里" in page and 'href="#q1"' in page
    assert me.post(f"/surveys/{uid}", {"q1": "0"}).status_code == 303
    assert "这次没有再计" in text(me.post(f"/surveys/{uid}", {"q1": "4"}, follow_redirects=True))


def test_a_form_with_faults_is_told_and_changes_nothing(site: Site, training: Any, officer: Any) -> None:
    made = officer.post(f"/manage/classes/{training.training_class.uid}/surveys")
    address = str(made.headers["Location"]).rsplit("/", 1)[0]
    page = text(officer.post(f"{address}/edit", {"title": "新名", "least": "5", "count": "1", "text-0": "只有一个选项", "kind-0": "choice",
                                                 "options-0": "甲", "version": "1"}), 422)
    assert "第 1 题要有 2 到 20 个选项" in page and "只有一个选项" in page
    for odd in ({"count": "x"}, {"count": "99", "least": "²"}, {"version": "9", "title": "题", "least": "5"}):
        assert officer.post(f"{address}/edit", odd).status_code in (409, 422)
    with site.database.reading() as db:
        assert db.scalars(select(Survey)).one().title == "满意度评价"
    assert officer.get(f"{address}/edit").status_code == 200 and officer.post(f"{address}/open").status_code == 303
    assert officer.get(f"{address}/edit").status_code == 409
