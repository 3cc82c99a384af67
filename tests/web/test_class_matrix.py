"""The class matrix: filtered by group, unit and status, a page at a time, at the same price for any size."""
from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event

from lms.core.clock import SettableClock
from lms.core.ids import new_uid
from lms.site import Site
from lms.testing import Training
from lms.web.manage import attendance


def names(page: str) -> list[str]:
    """The people in the matrix, in its order."""
    return re.findall(r'<th scope="row">([^<]+)', page.split('id="matrix"')[1]) if 'id="matrix"' in page else []


@pytest.fixture
def open_matrix(log_in: Any, person_with: Any) -> Callable[..., Any]:
    """``open_matrix(training)("status=late")`` is the page's text, for the class teacher."""

    def browse(training: Training) -> Callable[[str], str]:
        browser = log_in(person_with("class_teacher", training.training_class))

        def read(query: str = "") -> str:
            answer = browser.get(f"/manage/classes/{training.training_class.uid}/attendance?{query}")
            assert answer.status_code == 200
            return str(answer.get_data(as_text=True))

        read.browser = browser  # type: ignore[attr-defined]
        return read

    return browse


def test_pages_follow_each_other_and_every_filter_narrows(make_training: Any, open_matrix: Any, clock: SettableClock,
                                                          monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attendance, "PER_PAGE", 4)
    training = make_training(people=10)
    read = open_matrix(training)
    everybody = [e.name for e in training.enrolments]
    assert [names(read(f"page={n}")) for n in (1, 2, 3, 4)] == [everybody[:4], everybody[4:8], everybody[8:], []]
    assert "第 1 页，共 3 页" in read() and "10 人" in read()
    assert names(read(f"group={training.groups[1].uid}")) == everybody[1::2][:4]
    assert names(read("unit=class-a单位3")) == [everybody[3], everybody[8]]
    clock.move(minutes=45)
    for enrolment in training.enrolments[5:]:
        read.browser.post(f"/manage/sessions/{training.sessions[0].uid}/people/{enrolment.uid}/sign-in", {"uid": new_uid()})
    assert names(read("status=late")) == everybody[5:9] and names(read("status=late&page=2")) == everybody[9:]
    assert "status=late&amp;page=2" in read("status=late").replace("&page", "&amp;page").replace("&amp;amp;", "&amp;")
    assert names(read("status=late&unit=class-a单位3")) == [everybody[8]]


@pytest.mark.parametrize("query", ["page=0", "page=-3", "page=x", "page=999999999999", "status=nonsense", "group=nobody", "q=%25"])
def test_an_odd_address_shows_a_page(make_training: Any, open_matrix: Any, query: str) -> None:
    open_matrix(make_training())(query)


def test_many_people_cost_as_many_statements_as_few(make_training: Any, open_matrix: Any, site: Site) -> None:
    counts = {}
    for people in (3, 30):
        training = make_training(f"class-{people}", people=people)
        read, asked = open_matrix(training), []
        read()
        event.listen(site.database.engine, "before_cursor_execute", lambda *a, asked=asked: asked.append(a[2]))
        for query in ("", "status=missing"):
            asked.clear()
            read(query)
            counts[people, query] = len([s for s in asked if not s.startswith(("BEGIN", "PRAGMA", "COMMIT"))])
    assert counts[3, ""] == counts[30, ""] <= 8 and counts[3, "status=missing"] == counts[30, "status=missing"] <= 8
