"""Somebody is told on the front page that something waits, opens it, and it leads to what was decided."""
from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select

from lms.core.notices.models import Notice
from lms.core.notices.own import KINDS, tell
from lms.site import Site


def text(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.get_data(as_text=True)
    return " ".join(answer.get_data(as_text=True).split())


@pytest.fixture
def training(make_training: Any) -> Any:
    return make_training(people=2)


def tell_of(site: Site, person: Any, count: int = 1) -> None:
    with site.database.writing() as db:
        for n in range(count):
            tell(db, "sign_in.confirm", person_id=person.id, cause=f"c{n}", now=site.clock.now() + timedelta(minutes=n), title=f"第{n + 1:02}课")


def test_opened_it_is_read_and_leads_to_what_it_tells_of(site: Site, training: Any, log_in: Any) -> None:
    me, other = (log_in(person) for person in training.people)
    assert "未读" not in text(me.get("/")) and "还没有消息" in text(me.get("/notices")) and "我的消息" in text(me.get("/me"))
    tell_of(site, training.people[0])
    assert "1 条未读" in text(me.get("/"))
    page = text(me.get("/notices"))
    [address] = re.findall(r"/notices/[0-9a-f]{32}/open", page)
    assert "您在“第01课”的签到已核对，计入考勤" in page and "全部标为已读" in page and "第01课" not in text(other.get("/notices"))
    assert text(other.post(address), 404) and "1 条未读" in text(me.get("/"))
    for _ in range(2):
        assert (opened := me.post(address)).status_code == 303 and opened.headers["Location"] == "/me"
        site.clock.move(hours=1)
    with site.database.reading() as db:
        notice = db.scalars(select(Notice)).one()
        assert notice.read_at == notice.at  # the first time counts
    assert "条未读" not in text(me.get("/")) and "全部标为已读" not in text(me.get("/notices"))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_many_are_paged_and_read_at_one_tap_in_ones_language(site: Site, training: Any, log_in: Any) -> None:
    me = log_in(training.people[0])
    tell_of(site, training.people[0], 23)
    first, second = text(me.get("/notices")), text(me.get("/notices?page=2"))
    assert first.index("第23课") < first.index("第04课") and "第03课" not in first and "第01课" in second and "23 条未读" in second
    me.post("/language", {"locale": "en", "next": "/"})
    assert "Your sign-in to “第23课” was reviewed and counts" in text(me.get("/notices"))
    assert me.post("/notices/read").status_code == 303 and "unread" not in text(me.get("/notices")).lower()
    book = openpyxl.load_workbook(io.BytesIO(me.post("/me/data.xlsx").get_data()))
    assert "Your sign-in to “第01课” was reviewed and counts" in [row[1] for row in book["Notices"].iter_rows(values_only=True)]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_each_kind_leads_to_a_page(app: Flask) -> None:
    """Its address takes only what the acts give it."""
    given = {"lms.leave.show": {"uid"}, "lms.assignments.show": {"uid"}, "lms.papers.show": {"uid"}, "lms.discussion.show": {"slug", "module"}}
    rules = {rule.endpoint: set(rule.arguments) for rule in app.url_map.iter_rules()}
    assert all(rules[kind.endpoint] == given.get(kind.endpoint, set()) for kind in KINDS.values())
