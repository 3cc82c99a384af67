"""The office uploads a file of attendance, looks, saves, and takes it back."""
from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select

from lms.core.attendance.models import AttendanceEvent
from lms.core.paperwork.models import AttendanceImport
from lms.site import Site


@pytest.fixture
def training(make_training: Any, clock: Any) -> Any:
    made = make_training(people=4)
    clock.move(hours=12)
    return made


@pytest.fixture
def teacher(log_in: Any, person_with: Any, training: Any) -> Any:
    return log_in(person_with("class_teacher", training.training_class))


def base(training: Any) -> str:
    return f"/manage/classes/{training.training_class.uid}/attendance"


def text(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.get_data(as_text=True)[:2000]
    return answer.get_data(as_text=True)  # type: ignore[no-any-return]


def send(browser: Any, training: Any, data: bytes | str, name: str = "名单.csv", **fields: str) -> Any:
    content = data.encode() if isinstance(data, str) else data
    return browser.post(f"{base(training)}/import", {"file": (io.BytesIO(content), name), **fields}, content_type="multipart/form-data")


def events(site: Site) -> int:
    with site.database.reading() as db:
        return db.scalar(select(func.count(AttendanceEvent.id))) or 0


def test_preview_save_undo(teacher: Any, training: Any, site: Site) -> None:
    data = "姓名,课次,时间\nclass-a学员1,7月6日上午,8:25\nclass-a学员2,7月6日上午,13:00\n没有的人,7月6日上午,8:25\n"
    where = send(teacher, training, data).headers["Location"]
    page = text(teacher.get(where))
    assert "还没有保存任何内容" in page and "签到 08:25" in page and "不在本班的名册里" in page
    assert "时间在这一课次的签到时间之外" in page and events(site) == 0
    assert teacher.post(where, {"import": "3"}).status_code == 303
    assert events(site) == 2 and "撤销这次导入" in text(teacher.get(where))
    assert "名单.csv" in text(teacher.get(f"{base(training)}/import"))
    teacher.post(f"{where}/undo")
    assert events(site) == 4 and "这次导入已撤销" in text(teacher.get(where))


def test_the_exported_matrix_comes_back_through_the_browser(teacher: Any, training: Any, site: Site) -> None:
    data = teacher.post(f"{base(training)}.xlsx").get_data()
    assert "文件与系统里的考勤没有差别" in text(teacher.get(send(teacher, training, data, "考勤.xlsx").headers["Location"]))
    book = openpyxl.load_workbook(io.BytesIO(data))
    page = book.worksheets[0]
    assert page.column_dimensions[openpyxl.utils.get_column_letter(page.max_column)].hidden and book["_lms"].sheet_state == "hidden"
    page.cell(2, 7).value = "公假"
    out = io.BytesIO()
    book.save(out)
    where = send(teacher, training, out.getvalue(), "考勤.xlsx").headers["Location"]
    shown = text(teacher.get(where))
    assert '<span class="was">缺勤</span>' in shown and "公假" in shown
    teacher.post(where)
    assert events(site) == 1
    record = text(teacher.get(f"/manage/sessions/{training.sessions[0].uid}/people/{training.enrolments[0].uid}"))
    assert "考勤.xlsx" in record and "导入" in record


def test_an_undo_that_would_hide_a_later_change_is_told_by_name(teacher: Any, training: Any, site: Site) -> None:
    where = send(teacher, training, "姓名,课次,状态\nclass-a学员1,7月6日上午,公假\n").headers["Location"]
    teacher.post(where)
    teacher.post(f"/manage/sessions/{training.sessions[0].uid}/people/{training.enrolments[0].uid}/correct",
                 {"status": "present", "reason": "其实到了", "uid": "a" * 32})
    teacher.post(f"{where}/undo")
    page = text(teacher.get(where))
    assert "没有撤销任何内容：class-a学员1" in page and "撤销这次导入" in page and events(site) == 2


def test_what_changed_after_the_preview_is_shown_anew(teacher: Any, training: Any, site: Site) -> None:
    where = send(teacher, training, "姓名,课次,状态\nclass-a学员1,7月6日上午,公假\n").headers["Location"]
    teacher.post(f"/manage/sessions/{training.sessions[0].uid}/people/{training.enrolments[0].uid}/correct",
                 {"status": "official_leave", "reason": "已有公函", "uid": "b" * 32})
    teacher.post(where)
    page = text(teacher.get(where))
    assert "考勤已有变动，没有保存任何内容" in page and "没有要保存的内容" in page and events(site) == 1


@pytest.mark.parametrize(("data", "said"), [
    (b"\x89PNG\r\n\x1a\n\x00", "这不是表格文件"), ("题目,答案\n一,二\n", "没有找到表头"), ("姓名,状态\n", "只有表头"), (b"", "是空文件")])
def test_what_is_no_attendance_is_told_on_the_page(teacher: Any, training: Any, site: Site, data: Any, said: str) -> None:
    assert said in text(send(teacher, training, data), 422)
    with site.database.reading() as db:
        assert db.scalar(select(func.count(AttendanceImport.id))) == 0


def test_no_file_is_told_and_the_template_is_a_list(teacher: Any, training: Any) -> None:
    assert "请选择一个文件" in text(teacher.post(f"{base(training)}/import", {}, content_type="multipart/form-data"), 422)
    book = openpyxl.load_workbook(io.BytesIO(teacher.get(f"{base(training)}/import-template.xlsx").data))
    assert "没有要保存的内容" not in [c.value for c in book.worksheets[0][1]] and book.worksheets[0]["B1"].value == "姓名"
