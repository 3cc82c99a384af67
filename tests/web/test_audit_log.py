"""The log in words: kinds and classes to choose from, values before and after as people read them."""
from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from lms.core.audit.chain import CHAIN
from lms.core.audit.service import record
from lms.core.seals.sealing import head_of, printed_head
from lms.site import Site
from lms.testing import Training
from lms.worker import do_every_minute


@pytest.fixture
def admin(log_in: Any, person_with: Any) -> Any:
    return log_in(person_with("administrator"))


@pytest.fixture
def training(make_training: Any) -> Training:
    made: Training = make_training()
    return made


def note(site: Site, thing: Any, action: str, class_id: int | None = None, **more: Any) -> None:
    with site.database.writing() as db:
        record(db, actor_id=None, action=action, thing=thing, now=site.clock.now(), class_id=class_id, **more)


def log(browser: Any, query: str = "") -> str:
    """The table, without the choices above it."""
    answer = browser.get(f"/manage/audit{query}")
    assert answer.status_code == 200
    text: str = answer.get_data(as_text=True)
    return text.split("</thead>")[-1] if "</thead>" in text else ""


def test_a_change_is_told_in_words(admin: Any, site: Site, training: Training) -> None:
    person, session = training.enrolments[0].person_id, training.sessions[0]
    note(site, session, "attendance.correct", training.training_class.id, after={"person_id": person, "status": "sick_leave"})
    note(site, training.training_class, "class.closed", before={"state": "published"}, after={"state": "closed"})
    note(site, session, "session.change", before={"credit_hours": 200, "place": "甲"}, after={"credit_hours": 350, "place": "甲"})
    text = log(admin)
    assert "更正考勤" in text and training.enrolments[0].name in text and "病假" in text
    assert '状态：<span class="was">已发布</span> → 已结束' in text
    assert '学时：<span class="was">2</span> → 3.5' in text and "甲" not in text  # what stayed is not told
    assert "attendance.correct" not in text and "person_id" not in text


def test_english_readers_get_english_words(admin: Any, site: Site, training: Training) -> None:
    note(site, training.sessions[0], "attendance.correct", after={"status": "sick_leave"})
    admin.post("/language", {"locale": "en", "next": "/"})
    assert "Attendance corrected" in log(admin)


def test_the_log_is_filtered_by_kind_and_class(admin: Any, site: Site, training: Training, make_training: Any) -> None:
    other = make_training("class-b")
    for made in (training, other):
        note(site, made.training_class, "class.update", made.training_class.id, reason=f"班 {made.training_class.slug}")
    note(site, training.training_class, "classic.act", reason="插件")
    assert "班 class-a" in log(admin, "?kind=class") and "插件" not in log(admin, "?kind=class")
    only = log(admin, f"?kind=class&class={training.training_class.uid}")
    assert "班 class-a" in only and "班 class-b" not in only
    assert log(admin, "?class=nosuchclass") == ""
    assert "插件" in log(admin, "?kind=nonsense")  # a kind that there is not does not filter


@pytest.mark.parametrize("after", [{"strange": {"deep": [1, {"x": None}]}}, {"closes_at": None}, {"people": list(range(400))},
                                   {"state": "unheard-of"}, {"opens_at": "not a date"}, {"person_id": "x"}, {"person_id": 999_999}])
def test_whatever_was_recorded_can_be_read(admin: Any, site: Site, training: Training, after: dict[str, Any]) -> None:
    note(site, training.training_class, "plugin.did", after=after)
    assert "plugin.did" in log(admin)


def test_the_log_is_filtered_by_person_and_day(admin: Any, site: Site, training: Training, clock: Any) -> None:
    clock.move(days=-1)
    note(site, training.training_class, "class.update", reason="昨天的事")
    clock.move(days=1)
    with site.database.writing() as db:
        record(db, actor_id=training.people[1].id, action="leave.ask", thing=training.training_class, now=clock.now(), reason="他自己的事")
    assert "昨天的事" not in log(admin, "?since=2026-07-06") and "他自己的事" in log(admin, "?since=2026-07-06")
    assert "昨天的事" in log(admin, "?until=2026-07-05") and "他自己的事" not in log(admin, "?until=2026-07-05")
    assert "他自己的事" in log(admin, "?who=class-a学员2") and "昨天的事" not in log(admin, "?who=class-a学员2")
    for odd in ("?since=tomorrow", "?until=9999-99-99", "?since=0001-01-01", "?until=9999-12-31", "?who=%25", "?who=" + "x" * 500):
        assert admin.get(f"/manage/audit{odd}").status_code == 200


def test_what_the_filter_shows_leaves_as_a_file(admin: Any, site: Site, training: Training) -> None:
    note(site, training.training_class, "class.closed", training.training_class.id, before={"state": "published"}, after={"state": "closed"},
         reason="=1+1")
    note(site, training.sessions[0], "session.change", reason="别的事")
    answer = admin.post("/manage/audit.xlsx?kind=class")
    [sheet] = openpyxl.load_workbook(io.BytesIO(answer.get_data())).worksheets
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    closed = next(row for row in rows if row[2] == "结束培训班")
    assert closed[6] == training.training_class.title and closed[7] == "状态：已发布 → 已结束" and closed[8] == "=1+1"
    assert "别的事" not in str(rows) and admin.post("/manage/audit.exe").status_code == 404
    assert "导出日志" in log(admin)


def test_the_page_and_the_file_tell_how_far_the_log_is_sealed(admin: Any, site: Site, training: Training) -> None:
    assert "链首" not in admin.get("/manage/audit").get_data(as_text=True)
    do_every_minute(site)
    with site.database.reading() as db:
        head = head_of(db, CHAIN)
    assert head is not None
    assert printed_head(head.hash) in admin.get("/manage/audit").get_data(as_text=True)
    _, notes = openpyxl.load_workbook(io.BytesIO(admin.post("/manage/audit.xlsx").get_data())).worksheets
    assert printed_head(head.hash) in str([cell.value for row in notes.iter_rows() for cell in row])
