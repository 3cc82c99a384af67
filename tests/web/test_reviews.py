"""The review list: what awaits a look, with its evidence; judged one by one and as a chosen set."""
from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from lms.core.attendance.codes import scan_text
from lms.core.attendance.models import AttendanceEvent
from lms.core.attendance.record import class_record
from lms.core.classes.models import TrainingClass
from lms.core.reports.attendance import attendance_book
from lms.site import Site


@pytest.fixture
def training(make_training: Any, site: Site, clock: Any) -> Any:
    """Everybody signed in with the phone of the first; the third tapped six minutes after the scan."""
    made = make_training(people=4)
    clock.move(minutes=25)
    session, now = made.sessions[0], clock.now()
    with site.database.writing() as db:
        for number, person in enumerate(made.people):
            db.add(AttendanceEvent(class_id=session.class_id, session_id=session.id, person_id=person.id, kind="in", at=now, received_at=now,
                                   method="hall", flags=[["shared_device"], ["shared_device", "late_tap"]][number == 2] if number else [],
                                   other_id=made.people[0].id if number else None))
    return made


@pytest.fixture
def teacher(training: Any, person_with: Any, log_in: Any) -> Any:
    return log_in(person_with("class_teacher", training.training_class))


def page(browser: Any, training: Any, query: str = "") -> str:
    answer = browser.get(f"/manage/classes/{training.training_class.uid}/reviews{query}")
    assert answer.status_code == 200
    return " ".join(answer.get_data(as_text=True).split())


def events(text: str) -> list[str]:
    return re.findall(r'name="event" value="(\w+)"', text)


def test_each_stands_with_reason_and_the_other_person(training: Any, teacher: Any) -> None:
    text = page(teacher, training)
    assert len(events(text)) == 3 and text.count("另一人：class-a学员1") == 3
    assert "3 条记录先照常计入" in text and text.count("点签到") == 1


def test_filters_by_session_and_reason(training: Any, teacher: Any) -> None:
    assert len(events(page(teacher, training, "?reason=late_tap"))) == 1
    assert len(events(page(teacher, training, f"?session={training.sessions[0].uid}"))) == 3
    assert "没有符合条件的记录" in page(teacher, training, f"?session={training.sessions[1].uid}")


def test_a_set_is_confirmed_and_the_rest_voided(training: Any, teacher: Any, site: Site) -> None:
    path, listed = f"/manage/classes/{training.training_class.uid}/reviews", events(page(teacher, training))
    answer = teacher.post(path, {"event": listed[:2], "verdict": "confirm", "reason": "当面核实"}, follow_redirects=True)
    assert "已确认 2 条" in answer.get_data(as_text=True)
    teacher.post(path, {"event": listed[2:], "verdict": "void", "reason": "不在场"})
    assert "没有待核的记录" in page(teacher, training)
    with site.database.reading() as db:
        judged = db.execute(select(AttendanceEvent.kind, AttendanceEvent.reason).where(AttendanceEvent.method == "review")).all()
    assert sorted(map(tuple, judged)) == [("confirm", "当面核实"), ("confirm", "当面核实"), ("void", "不在场")]


@pytest.mark.parametrize(("form", "status", "told"), [
    ({"verdict": "confirm", "reason": "当面核实"}, 422, "没有勾选任何记录"), ({"event": True, "verdict": "confirm", "reason": " "}, 422, "请写明核对的依据"),
    ({"event": True, "verdict": "confirm", "reason": "长" * 501}, 422, "请写明核对的依据"),
    ({"event": True, "verdict": "delete", "reason": "当面核实"}, 422, "请选择"), ({"event": ["x"], "verdict": "void", "reason": "当面核实"}, 404, "没有找到")])
def test_bad_input_is_told_and_nothing_is_judged(training: Any, teacher: Any, form: dict[str, Any], status: int, told: str) -> None:
    listed = events(page(teacher, training))
    form = {**form, **({"event": listed} if form.get("event") is True else {})}
    answer = teacher.post(f"/manage/classes/{training.training_class.uid}/reviews", form)
    assert answer.status_code == status and told in answer.get_data(as_text=True)
    assert events(page(teacher, training)) == listed


def test_the_same_form_sent_twice_judges_once_and_says_so(training: Any, teacher: Any) -> None:
    path, listed = f"/manage/classes/{training.training_class.uid}/reviews", events(page(teacher, training))
    form = {"event": listed, "verdict": "confirm", "reason": "当面核实"}
    assert teacher.post(path, form).status_code == 303
    again = teacher.post(path, form)
    assert again.status_code == 409 and "已经核对过" in again.get_data(as_text=True)


def test_a_leader_sees_their_group_and_not_whose_phone_it_was(training: Any, person_with: Any, log_in: Any) -> None:
    text = page(log_in(person_with("group_leader", training.groups[1])), training)  # people 2 and 4; the phone's owner is in group 1
    assert len(events(text)) == 2 and "class-a学员1" not in text and "另一人不在您负责的范围内" in text


def test_every_total_says_how_much_of_it_is_provisional(training: Any, teacher: Any, log_in: Any, clock: Any) -> None:
    uid = training.training_class.uid
    assert f"/manage/classes/{uid}/reviews" in teacher.get(f"/manage/sessions/{training.sessions[0].uid}").get_data(as_text=True)
    assert teacher.get(f"/manage/sessions/{training.sessions[0].uid}/board.json").get_json()["total"]["review"] == 3
    clock.move(hours=4)
    assert "其中 4 学时待核" in log_in(training.people[1]).get("/me").get_data(as_text=True)
    assert "学时待核" not in log_in(training.people[0]).get("/me").get_data(as_text=True)
    assert "其中 4 待核" in " ".join(teacher.get(f"/manage/classes/{uid}/attendance").get_data(as_text=True).split())


@pytest.mark.parametrize(("told", "flags"), [
    (0, []), (11 * 60, ["clock_off"]), (-11 * 60, ["clock_off"]), (None, []), ("yesterday", []), ("9" * 40, []), ("-1783296000000", []), ("１７８３２９６００００００", [])])
def test_what_the_phone_s_clock_says(site: Site, make_training: Any, log_in: Any, clock: Any, told: Any, flags: list[str]) -> None:
    """Seconds off; what is no instant is as if it had said nothing."""
    made = make_training(people=1)
    clock.move(minutes=25)
    code = scan_text(site.key("hall"), made.sessions[0].uid, "in", clock.now(), site.settings.code_step)
    browser = log_in(made.people[0])
    path = re.search(r'action="(/s/t/[^"]+)"', browser.get(f"/s/{code}").get_data(as_text=True))
    assert path is not None
    sent = {} if told is None else {"client_at": told if isinstance(told, str) else str(int((clock.now().timestamp() + told) * 1000))}
    assert browser.post(path.group(1), sent).status_code == 200
    with site.database.reading() as db:
        event = db.scalars(select(AttendanceEvent)).one()
    assert event.flags == flags and (event.client_at is not None) == isinstance(told, int)


def test_a_tap_late_in_its_window(site: Site, make_training: Any, log_in: Any, clock: Any) -> None:
    made = make_training(people=1)
    clock.move(minutes=25)
    code = scan_text(site.key("hall"), made.sessions[0].uid, "in", clock.now(), site.settings.code_step)
    browser = log_in(made.people[0])
    path = re.search(r'action="(/s/t/[^"]+)"', browser.get(f"/s/{code}").get_data(as_text=True))
    assert path is not None
    clock.move(minutes=6)
    assert "会由工作人员核对" in browser.post(path.group(1), {}).get_data(as_text=True)
    with site.database.reading() as db:
        assert db.scalars(select(AttendanceEvent)).one().flags == ["late_tap"]


def test_the_files_say_what_is_provisional_and_what_was_judged(training: Any, teacher: Any, site: Site) -> None:
    first, *_ = events(page(teacher, training))
    teacher.post(f"/manage/classes/{training.training_class.uid}/reviews", {"event": first, "verdict": "confirm", "reason": "当面核实"})
    with site.database.reading() as db:
        made = db.get_one(TrainingClass, training.training_class.id)
        book = attendance_book(db, class_record(db, training_class=made, now=site.clock.now()), locale="zh_CN")
        sheets = {sheet.name: [dict(zip([c.key for c in sheet.columns], row, strict=True)) for row in sheet.rows] for sheet in book.sheets}
    assert sum(row["review"] for row in sheets["考勤表"]) == sheets["按单位汇总"][-1]["review"] == sheets["按组别汇总"][-1]["review"] == 2
    assert [row["confirmed"] for row in sheets["签到记录"] if row["flags"]].count("是") == 1
