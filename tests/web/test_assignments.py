"""Reflections over the web: written on a phone, kept while the network is bad, read and returned at the desk, filed in Excel."""
from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from PIL import Image
from sqlalchemy import select

from lms.core.assignments.models import Assignment, HandIn, Submission
from lms.site import Site

LONG = "三天里听了工会财务、经费使用和竭诚服务三讲，" * 4


@pytest.fixture
def training(make_training: Any) -> Any:
    return make_training(people=3)


@pytest.fixture
def me(training: Any, log_in: Any) -> Any:
    return log_in(training.people[0])


@pytest.fixture
def teacher(training: Any, person_with: Any, log_in: Any) -> Any:
    return log_in(person_with("instructor", training.training_class))


@pytest.fixture
def at(training: Any, teacher: Any, site: Site) -> str:
    """The uid of an assignment that the instructor has set and published over the web."""
    made = teacher.post(f"/manage/classes/{training.training_class.uid}/assignments/new", {
        "title": "心得体会", "prompt": "学到了什么\n怎么用", "least_chars": "50", "most_files": "3", "late_ok": "y", "required": "y",
        "needs": "handed_in", "act": "publish"})
    assert made.status_code == 303, made.get_data(as_text=True)
    return str(made.headers["Location"].rsplit("/", 1)[1])


def text(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.get_data(as_text=True)
    return " ".join(answer.get_data(as_text=True).split())


def version(page: str) -> str:
    found = re.search(r'name="version"[^>]*value="(\d+)"', page)
    assert found
    return found.group(1)


def last(site: Site, model: Any) -> Any:
    with site.database.reading() as db:
        return db.scalars(select(model).order_by(model.id.desc())).first()


def test_from_the_home_page_to_the_level(site: Site, me: Any, teacher: Any, training: Any, at: str) -> None:
    home = text(me.get("/"))
    assert f"/assignments/{at}" in home and "“心得体会”还没有交" in home
    page = text(me.get(f"/assignments/{at}"))
    assert "不少于 50 字" in page and "怎么用" in page
    picture = BytesIO()
    Image.new("RGB", (40, 30), "red").save(picture, "PNG")
    sent = me.post(f"/assignments/{at}", {"text": LONG, "version": version(page), "act": "hand_in",
                                          "file": (BytesIO(picture.getvalue()), "手写.png")})
    assert sent.status_code == 303 and "已交" in text(me.get(f"/assignments/{at}"))
    assert "还没有交" not in text(me.get("/"))
    work = last(site, Submission)
    assert me.get(f"/assignments/{at}/files/{work.files[0]}").mimetype == "image/jpeg"
    desk = f"/manage/classes/{training.training_class.uid}/assignments/{at}"
    page = text(teacher.get(f"{desk}/works/{work.uid}"))
    assert LONG[:20] in page and "手写.jpg" in page
    returned = teacher.post(f"{desk}/works/{work.uid}", {"act": "return", "comment": "请写写打算", "version": version(page)})
    assert returned.status_code == 303 and "请写写打算" in text(me.get(f"/assignments/{at}")) and "被退回" in text(me.get("/"))
    page = text(me.get(f"/assignments/{at}"))
    me.post(f"/assignments/{at}", {"text": LONG + "回去以后先查账。", "version": version(page), "act": "hand_in"})
    page = text(teacher.get(f"{desk}/works/{work.uid}"))
    assert teacher.post(f"{desk}/works/{work.uid}", {"act": "mark", "level": "excellent", "mark": "95", "comment": "好",
                                                     "version": version(page)}).status_code == 303
    page = text(me.get(f"/assignments/{at}"))
    assert "优秀" in page and "95 分" in page and 'name="text"' not in page


def test_a_refusal_keeps_the_draft_and_says_so(site: Site, me: Any, at: str) -> None:
    page = text(me.post(f"/assignments/{at}", {"text": "太短的一句", "version": "1", "act": "hand_in"}), 422)
    assert "至少写 50 个字，现在有 5 个" in page and "太短的一句" in page
    assert last(site, Submission).text == "太短的一句" and last(site, HandIn) is None
    page = text(me.post(f"/assignments/{at}", {"text": "旧页面上写的", "version": "1", "act": "save"}), 409)
    assert "旧页面上写的" in page and "别处保存的内容" in page and last(site, Submission).text == "太短的一句"
    assert me.post(f"/assignments/{at}", {"text": "旧页面上写的", "version": version(page), "act": "save"}).status_code == 303
    bad = me.post(f"/assignments/{at}", {"text": "字在文件前", "version": "3", "act": "save", "file": (BytesIO(b"MZ"), "x.exe")})
    assert "只收照片" in text(bad, 422) and "字在文件前" in text(bad, 422)


def test_the_script_saves_while_somebody_writes(site: Site, me: Any, at: str) -> None:
    me.get(f"/assignments/{at}")
    saved = me.post(f"/assignments/{at}", json={"text": "写到一半", "version": 1}).get_json()
    assert saved == {"version": 2, "state": "draft"} and last(site, Submission).text == "写到一半"
    assert me.post(f"/assignments/{at}", json={"text": "写到一半", "version": 1}).get_json() == saved
    assert me.post(f"/assignments/{at}", json={"text": "另一台手机", "version": 1}, headers={"Accept": "application/json"}).status_code in (403, 409)
    for odd in ([], {"text": 5, "version": "x"}, {"version": 2, "text": None}):
        assert me.post(f"/assignments/{at}", json=odd).status_code in (200, 409)


def test_nobody_reads_or_sends_for_another(me: Any, at: str, site: Site, training: Any, log_in: Any) -> None:
    me.post(f"/assignments/{at}", {"text": LONG, "version": "1", "act": "hand_in", "file": (BytesIO(b"%PDF-1.7\n%%EOF\n"), "a.pdf")})
    other, work = log_in(training.people[1]), last(site, Submission)
    assert other.get(f"/assignments/{at}/files/{work.files[0]}").status_code == 404
    assert LONG[:10] not in text(other.get(f"/assignments/{at}"))
    assert other.get(f"/manage/classes/{training.training_class.uid}/assignments/{at}/works/{work.uid}").status_code == 403


def test_the_office_files_it(me: Any, training: Any, at: str, person_with: Any, log_in: Any) -> None:
    me.post(f"/assignments/{at}", {"text": "=1+1 " + LONG, "version": "1", "act": "hand_in"})
    officer = log_in(person_with("class_teacher", training.training_class))
    desk = f"/manage/classes/{training.training_class.uid}/assignments/{at}"
    assert "class-a学员2" in text(officer.get(f"{desk}?state=draft")) and "class-a学员1" not in text(officer.get(f"{desk}?state=draft"))
    sheet = load_workbook(BytesIO(officer.post(f"{desk}/works.xlsx").get_data())).worksheets[0]
    cells = {row[1]: row for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert cells["class-a学员1"][10].startswith("=1+1") and cells["class-a学员2"][4] == "还没有交"
    assert sheet.cell(2, 11).data_type == "s"


def test_settings_are_changed_by_one_at_a_time(site: Site, teacher: Any, training: Any, at: str) -> None:
    desk = f"/manage/classes/{training.training_class.uid}/assignments/{at}"
    page = text(teacher.get(f"{desk}/settings"))
    values = {"title": "体会", "prompt": "", "due_at": "2026-07-08T18:00", "least_chars": "0", "most_files": "0", "needs": "accepted"}
    assert teacher.post(f"{desk}/settings", {**values, "version": version(page)}).status_code == 303
    found = last(site, Assignment)
    assert (found.title, found.late_ok, found.due_at.isoformat()) == ("体会", False, "2026-07-08T10:00:00+00:00")
    assert "2026-07-08" in teacher.get(f"{desk}/settings").get_data(as_text=True)
    assert teacher.post(f"{desk}/settings", {**values, "version": version(page)}).status_code == 409
    assert "请填写作业的名称" in text(teacher.post(f"{desk}/settings", {**values, "title": ""}), 422)
    assert teacher.post(f"{desk}/closed").status_code == 303 and teacher.post(f"{desk}/nonsense").status_code == 404
