"""A class is closed only when nothing in it is left open; the page says what is, with the way there."""
from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from lms.core.classes.closing import Blocker
from lms.core.classes.models import TrainingClass
from lms.site import Site


@pytest.fixture
def admin(log_in: Any, person_with: Any) -> Any:
    return log_in(person_with("administrator"))


def state(site: Site) -> str:
    with site.database.reading() as db:
        return db.scalars(select(TrainingClass.state)).one()


def leave_open(site: Site, count: int = 2) -> dict[str, int]:
    """A feature that has *count* things open; the figure may be changed in what is returned."""
    left = {"count": count}
    site.registry.add("closing_check", "diaries", lambda db, training_class, now: (
        Blocker("diaries_unread", "还有 {count} 篇日记没有看", dict(left), "lms.manage_attendance.matrix", {"status": "review"}),
    ) if left["count"] else ())
    return left


def test_what_is_open_is_listed_with_the_way_there_and_the_class_stays(site: Site, admin: Any, make_training: Any) -> None:
    uid, left = make_training().training_class.uid, leave_open(site)
    page = admin.get(f"/manage/classes/{uid}/closing").get_data(as_text=True)
    assert "还有 2 篇日记没有看" in page and f"/manage/classes/{uid}/attendance?status=review" in page
    assert 'value="close"' not in page
    refused = admin.post(f"/manage/classes/{uid}/state", {"to": "close"})
    assert refused.status_code == 409 and "培训班没有结束" in refused.get_data(as_text=True)
    assert state(site) == "published"
    left["count"] = 0
    assert 'value="close"' in admin.get(f"/manage/classes/{uid}/closing").get_data(as_text=True)
    assert admin.post(f"/manage/classes/{uid}/state", {"to": "close"}).status_code == 303
    assert state(site) == "closed"


def test_a_class_that_is_closed_already_is_not_judged_again(site: Site, admin: Any, make_training: Any) -> None:
    uid = make_training().training_class.uid
    admin.post(f"/manage/classes/{uid}/state", {"to": "close"})
    leave_open(site)
    assert admin.post(f"/manage/classes/{uid}/state", {"to": "close"}).status_code == 303
    assert "培训班已经结束" in admin.get(f"/manage/classes/{uid}/closing").get_data(as_text=True)


def test_a_program_is_told_the_code(site: Site, admin: Any, make_training: Any) -> None:
    uid, _ = make_training().training_class.uid, leave_open(site)
    admin.get(f"/manage/classes/{uid}")
    answer = admin.post(f"/manage/classes/{uid}/state", {"to": "close"}, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (409, "class_still_open")


def test_the_ways_within_attendance_stand_above_its_pages(admin: Any, make_training: Any, log_in: Any, person_with: Any) -> None:
    training = make_training()
    path = f"/manage/classes/{training.training_class.uid}/attendance"
    page = admin.get(path).get_data(as_text=True)
    assert "考勤的各部分" in page and "总表" in page
    leader = log_in(person_with("group_leader", training.groups[0]))
    assert f"{path}/export" not in leader.get(path).get_data(as_text=True)
