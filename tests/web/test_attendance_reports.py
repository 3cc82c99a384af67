"""The notice and the pages person by person: what hangs on the wall and what leaves as a file say the same."""
from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select

from lms.core.attendance.corrections import correct
from lms.core.audit.models import AuditEntry
from lms.core.classes.models import ClassSession
from lms.core.ids import new_uid
from lms.site import Site


@pytest.fixture
def training(make_training: Any, clock: Any, site: Site, person_with: Any) -> Any:
    made = make_training(people=4)
    teacher = person_with("class_teacher", made.training_class)
    clock.move(hours=12)
    with site.database.writing() as db:
        session = db.get_one(ClassSession, made.sessions[0].id)
        for n, status in enumerate(("sick_leave", "late", "present")):
            correct(db, session=session, person_id=made.people[n].id, status=status, reason="<b>核实</b>", by_id=teacher.id,
                    now=clock.now(), uid=new_uid())
    return made


@pytest.fixture
def teacher(log_in: Any, person_with: Any, training: Any) -> Any:
    return log_in(person_with("class_teacher", training.training_class))


def base(training: Any) -> str:
    return f"/manage/classes/{training.training_class.uid}/attendance"


def test_the_notice_names_who_and_never_the_kind_of_leave(teacher: Any, training: Any) -> None:
    page = teacher.get(f"{base(training)}/notice").get_data(as_text=True)
    assert "class-a学员1" in page and "应到 4，实到 2" in page and "请假" in page
    assert "病假" not in page and "核实" not in page
    data = teacher.post(f"{base(training)}/notice.xlsx?day=all").get_data()
    rows = list(openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].iter_rows(min_row=2, values_only=True))
    assert [(r[2], r[3]) for r in rows][:3] == [("迟到", "class-a学员2"), ("缺勤", "class-a学员4"), ("请假", "class-a学员1")]
    assert len(rows) == 3 + 4, "nobody came in the afternoon"


@pytest.mark.parametrize("day", ["2026-07-07", "1999-01-01"])
def test_a_day_without_sessions_says_so(teacher: Any, training: Any, day: str) -> None:
    assert "还没有开始的课次" in teacher.get(f"{base(training)}/notice?day={day}").get_data(as_text=True)


def test_what_is_no_day_is_the_latest(teacher: Any, training: Any) -> None:
    assert "class-a学员1" in teacher.get(f"{base(training)}/notice?day=<b>").get_data(as_text=True)


def test_person_by_person_as_filtered_and_each_file_stands_in_the_log(teacher: Any, training: Any, site: Site) -> None:
    page = teacher.get(f"{base(training)}/people?q=学员1").get_data(as_text=True)
    assert "class-a学员1的考勤" in page and "class-a学员2" not in page
    assert "病假" in page and "&lt;b&gt;核实" in page
    data = teacher.post(f"{base(training)}/people.xlsx?q=学员1").get_data()
    assert openpyxl.load_workbook(io.BytesIO(data)).sheetnames == ["class-a学员1"]
    teacher.post(f"{base(training)}/notice.csv")
    with site.database.reading() as db:
        assert db.scalar(select(func.count()).where(AuditEntry.action == "attendance.export")) == 2
