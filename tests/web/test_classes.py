"""Staff make a class, lay its timetable, set its rules and publish it; others see what is theirs."""
from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event, select

from lms.core.classes.models import ClassSession, Group, TrainingClass
from lms.core.classes.rules import rules_of
from lms.site import Site

NEW = {"title": "工会干部培训班", "organiser": "样例区总工会", "starts_on": "2026-07-06", "ends_on": "2026-07-08",
       "zone": "Asia/Shanghai", "intake": "3", "place": "大学堂"}
SESSION = {"title": "答疑", "kind": "lecture", "day": "2026-07-06", "starts": "18:30", "ends": "19:30",
           "credit_hours": "0.5", "counts": "y"}


@pytest.fixture
def admin(log_in: Any, person_with: Any) -> Any:
    return log_in(person_with("administrator"))


def text(response: Any, status: int = 200) -> str:
    assert response.status_code == status, response.get_data(as_text=True)[:2000]
    return response.get_data(as_text=True)  # type: ignore[no-any-return]


def path(training_class: TrainingClass, rest: str = "") -> str:
    return f"/manage/classes/{training_class.uid}{rest}"


def the_class(site: Site) -> TrainingClass:
    with site.database.reading() as db:
        return db.scalars(select(TrainingClass)).one()


def statements(site: Site) -> list[str]:
    seen: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            seen.append(statement)

    event.listen(site.database.engine, "before_cursor_execute", note)
    return seen


def test_a_class_is_made_with_its_timetable_and_published(site: Site, admin: Any) -> None:
    assert "新建培训班" in text(admin.get("/manage"))
    text(admin.get("/manage/classes/new"))
    made = admin.post("/manage/classes/new", {**NEW, "three_days": "y"})
    assert made.status_code == 303
    training_class = the_class(site)
    assert training_class.slug == "2026-ghgbpxb-3"
    page = text(admin.get(made.headers["Location"]))
    assert "已排 10 个课次" in page and "筹备中" in page
    assert admin.post(path(training_class, "/state"), {"to": "publish"}).status_code == 303
    assert "已发布" in text(admin.get(path(training_class)))
    assert "工会干部培训班" in text(admin.get("/manage"))


@pytest.mark.parametrize(("wrong", "said"), [
    ({"title": ""}, "请填写培训班的名称"), ({"ends_on": "2026-07-05"}, "结束日期不能早于开始日期"),
    ({"zone": "Mars/Base"}, "没有名为 Mars/Base 的时区"), ({"slug": "A B"}, "短名只能用小写字母"),
    ({"ends_on": "2026-07-07", "three_days": "y"}, "三天课程表模板至少需要三天"),
])
def test_a_wrong_field_is_told_and_what_was_typed_stays(
        site: Site, admin: Any, wrong: dict[str, str], said: str) -> None:
    answer = admin.post("/manage/classes/new", {**NEW, **wrong})
    page = answer.get_data(as_text=True)
    assert answer.status_code in (409, 422) and said in page
    with site.database.reading() as db:
        assert db.scalars(select(TrainingClass)).all() == []


def test_settings_show_each_rule_with_its_meaning_and_default_and_save(
        site: Site, admin: Any, make_training: Any) -> None:
    training_class = make_training().training_class
    page = text(admin.get(path(training_class, "/settings")))
    assert "上课多少分钟以后签到算迟到" in page and "默认：10 分钟" in page
    assert "总学时 24，请假上限 3.43 学时；请假半天计 4 学时" in page
    filled = form_values(page)
    saved = admin.post(path(training_class, "/rules"), {**filled, "late_after": "15", "leave_limit": "days"})
    assert saved.status_code == 303
    rules = rules_of(the_class(site))
    assert (rules.late_after, rules.leave_limit, rules.leave_kinds) == (
        15, "days", ("personal_leave", "sick_leave"))


def test_a_wrong_rule_is_told_at_its_field(site: Site, admin: Any, make_training: Any) -> None:
    training_class = make_training().training_class
    filled = form_values(text(admin.get(path(training_class, "/settings"))))
    page = text(admin.post(path(training_class, "/rules"), {**filled, "leave_fraction": "七分之一"}), 422)
    assert "请写成分数，例如 1/7" in page and "七分之一" in page
    assert the_class(site).rules == {}


def test_the_second_of_two_editors_is_told(site: Site, admin: Any, make_training: Any) -> None:
    training_class = make_training().training_class
    filled = form_values(text(admin.get(path(training_class, "/settings"))))
    text(admin.post(path(training_class, "/rules"), {**filled, "late_after": "15"}), 303)
    page = text(admin.post(path(training_class, "/rules"), {**filled, "late_after": "20"}), 409)
    assert "别人已保存了新的内容" in page
    assert rules_of(the_class(site)).late_after == 15


def form_values(page: str) -> dict[str, Any]:
    """What a browser would send of the rules' form if nothing were touched."""
    import re

    form = page.split('action="')[[part.split('"')[0].endswith("/rules") for part in page.split('action="')].index(True)]
    values: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form.split("</form>")[0]):
        found = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if found.get("type") in ("radio", "checkbox") and " checked" not in tag:
            continue
        if "name" in found and found["name"] != "csrf_token":
            values.setdefault(found["name"], []).append(found.get("value", "y"))
    for name, body in re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>\s*(.*?)</textarea>', form, re.S):
        values[name] = [body]
    return values


def test_sessions_are_added_changed_cancelled_and_restored(site: Site, admin: Any, make_training: Any) -> None:
    training_class = make_training().training_class
    where = path(training_class, "/timetable")
    text(admin.get(where + "/new"))
    text(admin.post(where + "/new", SESSION), 303)
    with site.database.reading() as db:
        session = db.scalars(select(ClassSession).where(ClassSession.title == "答疑")).one()
    assert (session.credit_hours, session.counts, session.sign_out) == (50, True, False)
    one = f"{where}/{session.uid}"
    assert 'value="18:30' in text(admin.get(one))
    text(admin.post(one, {**SESSION, "title": "集中答疑", "version": "1"}), 303)
    assert "时间重叠" in text(admin.post(one, {**SESSION, "starts": "16:30", "version": "2"}), 422)
    text(admin.post(one + "/cancel", {"reason": "讲师有事"}), 303)
    page = text(admin.get(where))
    assert "集中答疑" in page and "已取消" in page
    text(admin.post(one + "/restore"), 303)
    assert "已取消" not in text(admin.get(where))


@pytest.mark.parametrize("wrong", [{"credit_hours": "4.005"}, {"credit_hours": "-1"}, {"credit_hours": "NaN"},
                                   {"starts": "25:00"}, {"day": "2026-02-30"}, {"kind": "party"}, {"title": " "}])
def test_an_impossible_session_is_told(admin: Any, make_training: Any, wrong: dict[str, str]) -> None:
    training_class = make_training().training_class
    text(admin.post(path(training_class, "/timetable/new"), {**SESSION, **wrong}), 422)


def test_groups_are_added_renamed_and_removed_when_empty(site: Site, admin: Any, make_training: Any) -> None:
    training = make_training()
    where = path(training.training_class, "/groups")
    text(admin.post(where, {"name": "第3组"}), 303)
    assert "本班已有名为" in text(admin.post(where, {"name": "第3组"}), 422)
    with site.database.reading() as db:
        made = db.scalars(select(Group).where(Group.name == "第3组")).one()
    text(admin.post(f"{where}/{made.uid}", {"name": "机动组", "version": "1"}), 303)
    assert "机动组" in text(admin.get(where))
    assert "还有 2 人" in text(admin.post(f"{where}/{training.groups[0].uid}/remove"), 409)
    text(admin.post(f"{where}/{made.uid}/remove"), 303)
    assert "机动组" not in text(admin.get(where))


def test_a_session_or_group_of_another_class_is_not_found_under_this_one(admin: Any, make_training: Any) -> None:
    own, other = make_training("class-a"), make_training("class-b")
    text(admin.get(path(own.training_class, f"/timetable/{other.sessions[0].uid}")), 404)
    text(admin.post(path(own.training_class, f"/timetable/{other.sessions[0].uid}/cancel")), 404)
    text(admin.post(path(own.training_class, f"/groups/{other.groups[0].uid}/remove")), 404)


def test_a_trainee_reads_the_timetable_of_published_classes_only(
        site: Site, log_in: Any, make_training: Any) -> None:
    own, _ = make_training("class-a"), make_training("class-b")
    trainee = log_in(own.people[0])
    page = text(trainee.get("/timetable"))
    assert "class-a第1天上午" in page and "class-b" not in page
    text(trainee.get(path(own.training_class)), 403)
    text(trainee.get("/manage"), 403)
    with site.database.writing() as db:
        db.get_one(TrainingClass, own.training_class.id).state = "draft"
    assert "class-a第1天" not in text(trainee.get("/timetable"))


def test_a_cancelled_session_says_so_to_the_trainee(site: Site, log_in: Any, make_training: Any) -> None:
    own = make_training()
    with site.database.writing() as db:
        db.get_one(ClassSession, own.sessions[0].id).cancelled = True
    assert "已取消" in text(log_in(own.people[0]).get("/timetable"))


@pytest.mark.parametrize("role", ["class_teacher", "class_monitor", "instructor"])
def test_who_only_works_in_a_class_sees_it_without_the_ways_to_change_it(
        log_in: Any, person_with: Any, make_training: Any, role: str) -> None:
    own, other = make_training("class-a"), make_training("class-b")
    browser = log_in(person_with(role, own.training_class))
    page = text(browser.get(path(own.training_class)))
    assert "发布" not in page.replace("已发布", "") and "/settings" not in page
    assert "添加课次" not in text(browser.get(path(own.training_class, "/timetable")))
    assert "添加一组" not in text(browser.get(path(own.training_class, "/groups")))
    for rest in ("/settings", "/timetable/new"):
        text(browser.get(path(own.training_class, rest)), 403)
    assert "class-b" not in text(browser.get("/manage"))
    text(browser.get(path(other.training_class)), 404)


def test_pages_keep_to_their_budget_whatever_the_size(
        site: Site, log_in: Any, person_with: Any, make_training: Any) -> None:
    training = make_training(people=40)
    admin, trainee = log_in(person_with("administrator")), log_in(training.people[0])
    for browser, where, most in (
            (admin, "/manage", 8), (admin, path(training.training_class), 8),
            (admin, path(training.training_class, "/settings"), 8),
            (admin, path(training.training_class, "/timetable"), 8),
            (admin, path(training.training_class, "/groups"), 8), (trainee, "/timetable", 4)):
        text(browser.get(where))  # what is the same for everybody is made once
        seen = statements(site)
        text(browser.get(where))
        assert len(seen) <= most, (where, seen)
