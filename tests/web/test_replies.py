"""A liaison names people through the link, the office gathers them: as pages, without script."""
from __future__ import annotations

import io
import re
from typing import Any

import openpyxl

from lms.testing import Browser


def test_from_quota_to_roster(make_training: Any, person_with: Any, log_in: Any, browser: Browser) -> None:
    made = make_training(people=0)
    staff, uid = log_in(person_with("training_officer", made.training_class)), made.training_class.uid
    staff.get(f"/manage/classes/{uid}/replies")
    assert staff.post(f"/manage/classes/{uid}/replies", {"quotas": "城关镇总工会 2", "closes": "2026-07-20T18:00"}).status_code == 303
    book = openpyxl.load_workbook(io.BytesIO(staff.post(f"/manage/classes/{uid}/replies/links.xlsx").data))
    link = str(list(book.active.iter_rows(values_only=True))[1][3])  # type: ignore[union-attr]
    path = "/r/" + link.rsplit("/", 1)[-1]
    page = browser.get(path).get_data(as_text=True)
    assert "城关镇总工会" in page and page.count('name="name"') == 2
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version
    wrong = browser.post(path, {"version": version[1], "name": ["张三丰"], "phone": ["123"]})
    assert wrong.status_code == 422 and "第 1 位" in wrong.get_data(as_text=True) and "张三丰" in wrong.get_data(as_text=True)
    sent = browser.post(path, {"version": version[1], "name": ["张三丰", ""], "phone": ["19900007001", ""], "position": ["主席", ""]})
    assert sent.status_code == 303
    again = browser.get(path).get_data(as_text=True)
    assert "199****7001" in again and "19900007001" not in again
    preview = staff.post(f"/manage/classes/{uid}/replies/gather")
    assert preview.status_code == 303 and "张三丰" in staff.get(preview.location).get_data(as_text=True)
    assert staff.post(preview.location).status_code == 303
    assert "张三丰" in staff.get(f"/manage/classes/{uid}/roster").get_data(as_text=True)


def test_many_workbooks_in_one_form(make_training: Any, person_with: Any, log_in: Any) -> None:
    made = make_training(people=0)
    staff, uid = log_in(person_with("training_officer", made.training_class)), made.training_class.uid
    staff.get(f"/manage/classes/{uid}/replies")
    nothing = staff.post(f"/manage/classes/{uid}/replies/workbooks", {})
    assert nothing.status_code == 422
    files = [(io.BytesIO(f"姓名,手机号\n学员{c},1990000{n:04}\n".encode()), f"{c}单位.csv") for n, c in enumerate("甲乙丙丁")]
    answer = staff.post(f"/manage/classes/{uid}/replies/workbooks", {"files": files})
    page = staff.get(answer.location).get_data(as_text=True)
    assert "合并了 4 个文件" in page and "丁单位" in page


def test_a_wrong_link_says_nothing(browser: Browser) -> None:
    answer = browser.get("/r/" + "a" * 32)
    assert answer.status_code == 404 and "noindex" in answer.headers["X-Robots-Tag"]
