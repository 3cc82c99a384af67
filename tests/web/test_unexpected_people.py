"""Walk-ins, substitutes and spot checks on their pages: refused with a sentence, saved once, shown with what came of it."""
from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from lms.core.attendance.models import AttendanceEvent, SpotCheck, Substitution, WalkIn
from lms.core.audit.models import AuditEntry
from lms.core.classes.models import Enrolment
from lms.core.ids import new_uid


@pytest.fixture
def training(make_training: Any, clock: Any) -> Any:
    made = make_training(people=4)
    clock.move(minutes=40)  # 08:40
    return made


@pytest.fixture
def officer(training: Any, person_with: Any, log_in: Any) -> Any:
    return log_in(person_with("training_officer", training.training_class))


def rows(site: Any, model: Any) -> list[Any]:
    with site.database.reading() as db:
        return list(db.scalars(select(model).order_by(model.id)))


def text(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


def test_a_walk_in_is_noted_suggested_and_matched(training: Any, officer: Any, site: Any) -> None:
    place, name = f"/manage/sessions/{training.sessions[0].uid}/walk-ins", training.people[2].name
    sent = {"uid": new_uid(), "name": f" {name} ", "unit": "某单位", "phone": ""}
    for _ in range(2):
        assert officer.post(place, sent).status_code == 303
    noted, = rows(site, WalkIn)
    index = f"/manage/classes/{training.training_class.uid}/walk-ins"
    page = text(officer.get(index))
    assert re.findall(r'<option value="(\w+)"', page)[0] == training.enrolments[2].uid  # the namesake stands first
    match = f"{index}/{noted.uid}/match"
    assert officer.post(match, {"enrolment": training.enrolments[2].uid, "version": noted.version}).status_code == 303
    assert officer.post(match, {"enrolment": training.enrolments[1].uid, "version": noted.version}).status_code == 409
    assert [(e.person_id, e.method, e.at) for e in rows(site, AttendanceEvent)] == [(training.people[2].id, "walk_in", noted.at)]


def test_a_walk_in_is_put_on_the_roster_by_whoever_may_change_it(training: Any, officer: Any, site: Any, person_with: Any, log_in: Any) -> None:
    officer.post(f"/manage/sessions/{training.sessions[0].uid}/walk-ins", {"uid": new_uid(), "name": "新来的", "unit": "新单位", "phone": "13811110000"})
    noted, = rows(site, WalkIn)
    enrol = f"/manage/classes/{training.training_class.uid}/walk-ins/{noted.uid}/enrol"
    teacher = log_in(person_with("class_teacher", training.training_class))
    assert teacher.post(enrol, {"group": "", "version": noted.version}).status_code == 403
    assert officer.post(enrol, {"group": training.groups[0].uid, "version": noted.version}).status_code == 303
    made = rows(site, Enrolment)[-1]
    assert (made.name, made.unit_name, made.group_id) == ("新来的", "新单位", training.groups[0].id)
    assert [(e.person_id, e.kind) for e in rows(site, AttendanceEvent)] == [(made.person_id, "in")]


def test_a_walk_in_without_a_name_or_with_half_a_phone_is_refused_and_logged(training: Any, officer: Any, site: Any) -> None:
    place = f"/manage/sessions/{training.sessions[0].uid}/walk-ins"
    for wrong, words in (({"name": "  "}, "姓名应为"), ({"name": "张三", "phone": "138"}, "不是 11 位")):
        answer = officer.post(place, {"uid": new_uid(), "name": "", "unit": "", "phone": "", **wrong})
        assert answer.status_code == 422 and words in text(answer)
    assert not rows(site, WalkIn) and len([e for e in rows(site, AuditEntry) if e.outcome == "refused"]) == 2


def test_a_substitute_from_beyond_the_roster_comes_into_the_original_s_group_once(training: Any, officer: Any, site: Any) -> None:
    place = f"/manage/classes/{training.training_class.uid}/substitutes"
    sent = {"uid": new_uid(), "original": training.enrolments[0].uid, "substitute": "", "name": "替班的", "unit": "某单位", "phone": "",
            "all": "1", "there": "1", "reason": "单位另有任务"}
    for _ in range(2):
        assert officer.post(place, sent).status_code == 303
    made, = rows(site, Substitution)
    newcomer = rows(site, Enrolment)[-1]
    assert (newcomer.name, newcomer.group_id, len(rows(site, Enrolment))) == ("替班的", training.groups[0].id, 5)
    assert [e.status for e in rows(site, AttendanceEvent)] == ["substituted"] * 6 + ["present"]
    assert "替班的" in text(officer.get(place))
    assert officer.post(f"{place}/{made.uid}/take-back", {"reason": ""}).status_code == 422
    assert officer.post(f"{place}/{made.uid}/take-back", {"reason": "登记错了"}).status_code == 303
    assert "已取消" in text(officer.get(place))


def test_a_substitution_that_is_refused_leaves_no_newcomer_behind(training: Any, officer: Any, site: Any) -> None:
    answer = officer.post(f"/manage/classes/{training.training_class.uid}/substitutes", {
        "uid": new_uid(), "original": training.enrolments[0].uid, "name": "替班的", "reason": ""})
    assert answer.status_code == 422 and "原因" in text(answer)
    assert len(rows(site, Enrolment)) == 4 and not rows(site, Substitution)


def test_a_draw_is_made_marked_and_shown_with_its_seed(training: Any, officer: Any, site: Any) -> None:
    place = f"/manage/sessions/{training.sessions[0].uid}/spot-checks"
    sent = {"uid": new_uid(), "size": "2"}
    for _ in range(2):
        assert officer.post(place, sent).status_code == 303
    check, = rows(site, SpotCheck)
    page = text(officer.get(place))
    names = list(dict.fromkeys(re.findall(r'name="(found-\w+)"', page)))
    assert len(names) == 2 and check.seed in page
    assert officer.post(f"{place}/{check.uid}", {"uid": new_uid(), names[0]: "absent", names[1]: "present"}).status_code == 303
    assert sorted((e.kind, e.status, tuple(e.flags)) for e in rows(site, AttendanceEvent)) == [
        ("check", "absent", ("spot_absent",)), ("check", "present", ())]
    absent = re.search(rf'name="{names[0]}" value="absent"( checked)?', text(officer.get(place)))
    assert absent is not None and absent.group(1)


@pytest.mark.parametrize("size", ["0", "5", "-1", "许多", "", "1e9", "99999999999"])
def test_a_draw_of_an_impossible_size_is_refused(training: Any, officer: Any, site: Any, size: str) -> None:
    answer = officer.post(f"/manage/sessions/{training.sessions[0].uid}/spot-checks", {"uid": new_uid(), "size": size})
    assert answer.status_code == 422 and "1 到 4 之间" in text(answer) and not rows(site, SpotCheck)


def test_a_group_leader_is_shown_no_way_that_is_closed_to_them(training: Any, person_with: Any, log_in: Any) -> None:
    leader = log_in(person_with("group_leader", training.groups[0]))
    page = text(leader.get(f"/manage/sessions/{training.sessions[0].uid}")) + text(leader.get(
        f"/manage/classes/{training.training_class.uid}/attendance"))
    assert "roll-call" in page and not any(way in page for way in ("walk-ins", "spot-checks", "substitutes", "/vehicles"))
