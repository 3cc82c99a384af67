"""A changed rule says whom it changes before it is saved; a session may have rules of its own."""
from __future__ import annotations

import html
import re
from typing import Any

import pytest
from sqlalchemy import select

from lms.core.attendance.models import AttendanceEvent
from lms.core.audit.models import AuditEntry
from lms.core.classes.models import ClassSession, TrainingClass
from lms.core.classes.rules import rules_of
from lms.core.clock import SettableClock
from lms.core.ids import new_uid
from lms.site import Site
from lms.testing import Training


@pytest.fixture
def admin(log_in: Any, person_with: Any) -> Any:
    return log_in(person_with("administrator"))


@pytest.fixture
def training(make_training: Any, admin: Any, clock: SettableClock) -> Training:
    """The first of three came twelve minutes late; the first session is over."""
    made: Training = make_training(people=3)
    clock.move(minutes=42)
    session = made.sessions[0]
    for enrolment in made.enrolments[:1]:
        admin.post(f"/manage/sessions/{session.uid}/people/{enrolment.uid}/sign-in", {"uid": new_uid()})
    clock.move(hours=4)
    return made


def page(answer: Any, status: int = 200) -> str:
    text: str = answer.get_data(as_text=True)
    assert answer.status_code == status, text[:3000]
    return text


def fields(text: str, action: str) -> dict[str, list[str]]:
    """What a browser would send of the form that leads to *action*."""
    form = next(f for f in re.findall(r"<form.*?</form>", text, re.S) if f'action="{action}"' in f or (not action and "action=" not in f))
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        values = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if values.get("type") in ("radio", "checkbox") and " checked" not in tag:
            continue
        if values.get("name") not in (None, "csrf_token"):
            found.setdefault(values["name"], []).append(html.unescape(values.get("value", "y")))
    for name, body in re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>\s*(.*?)</textarea>', form, re.S):
        found[name] = [html.unescape(body)]
    for name, body in re.findall(r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = [tag for tag in re.findall(r"<option[^>]*>", body) if "selected" in tag]
        found[name] = re.findall(r'value="([^"]*)"', "".join(chosen)) or [""]
    return found


def the_class(site: Site) -> TrainingClass:
    with site.database.reading() as db:
        return db.scalars(select(TrainingClass)).one()


def test_who_changes_is_shown_first_and_saved_only_when_confirmed(training: Training, admin: Any, site: Site) -> None:
    rules = f"/manage/classes/{training.training_class.uid}/rules"
    sent = fields(page(admin.get(f"/manage/classes/{training.training_class.uid}/settings")), rules)
    asked = page(admin.post(rules, {**sent, "late_after": "15"}))
    assert "迟到 变为 出勤：1 人次" in asked and training.people[0].name in asked and training.people[1].name not in asked
    assert "上课多少分钟以后签到算迟到" in asked and the_class(site).rules == {}
    page(admin.post(rules, fields(asked, rules)), 303)
    assert rules_of(the_class(site)).late_after == 15
    with site.database.reading() as db:
        assert db.scalar(select(AuditEntry.id).where(AuditEntry.action == "class.rules")) is not None
        assert db.scalars(select(AttendanceEvent)).one().kind == "in"  # events are what they were


def test_a_changed_verdict_is_named_with_its_sentence(training: Training, admin: Any, site: Site) -> None:
    rules = f"/manage/classes/{training.training_class.uid}/rules"
    sent = fields(page(admin.get(f"/manage/classes/{training.training_class.uid}/settings")), rules)
    lenient = {name: value for name, value in sent.items() if name not in ("exam_required", "courses_required")}
    asked = page(admin.post(rules, {**lenient, "share_consequence": "warn", "required_share": "100"}))
    assert asked.count("变为可以结业") == 3
    assert "按本班规则不影响结业" not in asked and "符合结业条件" in asked


def test_a_running_class_is_told_whose_completion_a_stricter_rule_ends(training: Training, admin: Any, site: Site) -> None:
    """Nobody has completed yet, so no verdict turns from met to not met; but leave that was within the limit is beyond it."""
    training_class = f"/manage/classes/{training.training_class.uid}"
    with site.database.writing() as db:
        db.get_one(TrainingClass, training.training_class.id).rules = {"leave_limit": "days"}
    place = f"/manage/sessions/{training.sessions[2].uid}/people/{training.enrolments[0].uid}"
    admin.post(f"{place}/correct", {"uid": new_uid(), "status": "sick_leave", "reason": "已交假条"})
    sent = fields(page(admin.get(f"{training_class}/settings")), f"{training_class}/rules")
    asked = page(admin.post(f"{training_class}/rules", {**sent, "leave_limit": "fraction"}))
    assert training.people[0].name in asked and training.people[2].name not in asked
    assert "变为不能结业" in asked and "请假 4 学时，超过总学时的 1/7（3.43）" in asked
    page(admin.post(f"{training_class}/rules", fields(asked, f"{training_class}/rules")), 303)
    sent = fields(page(admin.get(f"{training_class}/settings")), f"{training_class}/rules")
    assert "又有可能结业" in page(admin.post(f"{training_class}/rules", {**sent, "leave_limit": "none"}))


def test_what_changes_nobody_is_saved_at_once(training: Training, admin: Any, site: Site) -> None:
    rules = f"/manage/classes/{training.training_class.uid}/rules"
    sent = fields(page(admin.get(f"/manage/classes/{training.training_class.uid}/settings")), rules)
    page(admin.post(rules, {**sent, "certificate_title": "培训证书"}), 303)
    assert rules_of(the_class(site)).certificate_title == "培训证书"


def test_the_second_of_two_who_confirm_is_told(training: Training, admin: Any, site: Site) -> None:
    rules = f"/manage/classes/{training.training_class.uid}/rules"
    sent = fields(page(admin.get(f"/manage/classes/{training.training_class.uid}/settings")), rules)
    first, second = (fields(page(admin.post(rules, {**sent, "late_after": minutes})), rules) for minutes in ("15", "20"))
    page(admin.post(rules, first), 303)
    assert "别人已保存了新的内容" in page(admin.post(rules, second), 409)
    assert rules_of(the_class(site)).late_after == 15


def test_a_wrong_rule_is_told_before_anybody_is_asked(training: Training, admin: Any, site: Site) -> None:
    rules = f"/manage/classes/{training.training_class.uid}/rules"
    sent = fields(page(admin.get(f"/manage/classes/{training.training_class.uid}/settings")), rules)
    assert "请从给出的选项中选择" in page(admin.post(rules, {**sent, "late_after": "15", "leave_consequence": "shame"}), 422)
    assert the_class(site).rules == {}


def test_the_rules_laid_over_the_timetable_say_that_half_a_day_is_too_much(training: Training, admin: Any) -> None:
    text = page(admin.get(f"/manage/classes/{training.training_class.uid}/rules"))
    assert "半天 4 学时，上限只有 3.43 学时：任何人请假一次半天就超过" in text
    assert "80%，即 19.2 学时，最多缺（含请假）4.8 学时" in text and "最多可以缺 1 个半天" in text
    assert text.count("08:40") >= 3 and "13:30–17:00" in text


def test_a_session_s_own_rules_hold_in_that_session_alone(training: Training, admin: Any, site: Site) -> None:
    session = training.sessions[0]
    place = f"/manage/classes/{training.training_class.uid}/timetable/{session.uid}"
    sent = fields(page(admin.get(place)), "")
    asked = page(admin.post(place, {**sent, "late_after": "15", "opens_before": "60"}))
    assert "迟到 变为 出勤：1 人次" in asked
    page(admin.post(place, fields(asked, place)), 303)
    with site.database.reading() as db:
        stored = {s.title: s.rules for s in db.scalars(select(ClassSession))}
    assert stored.pop(session.title) == {"late_after": 15, "opens_before": 60} and not any(stored.values())
    text = page(admin.get(f"/manage/classes/{training.training_class.uid}/rules"))
    assert "有自己的规则" in text and "07:30–11:30" in text and "08:45" in text
    assert 'value="15"' in page(admin.get(place))
    # Emptied, the class's rule holds again.
    sent = fields(page(admin.get(place)), "")
    asked = page(admin.post(place, {**sent, "late_after": "", "opens_before": ""}))
    page(admin.post(place, fields(asked, place)), 303)
    with site.database.reading() as db:
        assert db.get_one(ClassSession, session.id).rules == {}


@pytest.mark.parametrize(("wrong", "said"), [
    ({"late_after": "很久"}, "请填写数字"), ({"late_after": "45"}, "不能少于算迟到的（45）"), ({"opens_before": "-1"}, "请填写 0 到 1440"),
    ({"early_means": "shame"}, ""), ({"late_after": "9" * 400}, "")])
def test_a_wrong_rule_of_a_session_is_told_at_its_field(training: Training, admin: Any, site: Site, wrong: dict[str, str],
                                                        said: str) -> None:
    place = f"/manage/classes/{training.training_class.uid}/timetable/{training.sessions[1].uid}"
    sent = fields(page(admin.get(place)), "")
    assert said in page(admin.post(place, {**sent, **wrong}), 422)
    with site.database.reading() as db:
        assert db.get_one(ClassSession, training.sessions[1].id).rules == {}
