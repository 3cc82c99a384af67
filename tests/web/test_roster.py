"""The office imports a roster in the browser, decides what is doubtful, finds and corrects people."""
from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import event, func, select

from lms.core.access.grants import grant
from lms.core.audit.models import AuditEntry
from lms.core.classes.models import Enrolment, RosterImport, TrainingClass
from lms.core.people.models import Person
from lms.core.people.phones import mask_phone
from lms.core.people.strokes import stroke_key
from lms.site import Site

ROSTER = (Path(__file__).parents[1] / "data" / "roster-300.csv").read_bytes()
HEAD = "姓名,手机号,单位,职务,分组\n"
FORM = {"gender": "", "group": "", "unit": "", "position": "", "station": "", "number": "", "note": ""}


@pytest.fixture
def training(make_training: Any) -> Any:
    return make_training("class-a")


@pytest.fixture
def admin(log_in: Any, person_with: Any) -> Any:
    return log_in(person_with("administrator"))


def text(response: Any, status: int = 200) -> str:
    assert response.status_code == status, response.get_data(as_text=True)[:3000]
    return response.get_data(as_text=True)  # type: ignore[no-any-return]


def path(training_class: TrainingClass, rest: str = "") -> str:
    return f"/manage/classes/{training_class.uid}/roster{rest}"


def upload(browser: Any, training_class: TrainingClass, data: str | bytes, name: str = "名册.csv") -> Any:
    content = data.encode() if isinstance(data, str) else data
    return browser.post(path(training_class, "/import"), {"file": (io.BytesIO(content), name)},
                        content_type="multipart/form-data")


def count(site: Site, model: type[Any]) -> int:
    with site.database.reading() as db:
        return db.scalar(select(func.count()).select_from(model)) or 0


def statements(site: Site) -> list[str]:
    seen: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            seen.append(statement)

    event.listen(site.database.engine, "before_cursor_execute", note)
    return seen


def test_three_hundred_people_come_in_through_the_browser(site: Site, admin: Any, training: Any) -> None:
    made = training.training_class
    assert "认得的列：序号、姓名" in text(admin.get(path(made, "/import")))
    sent = upload(admin, made, ROSTER)
    assert sent.status_code == 303
    seen = statements(site)
    page = text(admin.get(sent.headers["Location"]))
    assert len(seen) <= 8
    assert "名册.csv，301 行。还没有保存任何内容" in page
    assert "已被 Excel 改成科学计数" in page and "与第 151 行完全相同" in page
    assert "姓名：“叶尔兰•赛力克”已整理为“叶尔兰·赛力克”" in page
    assert count(site, Enrolment) == 3
    text(admin.post(sent.headers["Location"]), 303)
    result = text(admin.get(sent.headers["Location"]))
    assert ">299<" in result and "暂缓的行" in result and "1 人没有手机号" in result
    assert count(site, Enrolment) == 302


def test_the_same_form_sent_twice_has_one_effect(site: Site, admin: Any, training: Any) -> None:
    where = upload(admin, training.training_class, HEAD + "甲某,19900005001,,,\n").headers["Location"]
    text(admin.post(where), 303)
    text(admin.post(where), 303)
    assert count(site, Enrolment) == 4


def test_a_workbook_comes_in_too_and_the_template_has_the_headings(admin: Any, training: Any) -> None:
    answer = admin.get(path(training.training_class, "/template.xlsx"))
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    sheet = book.worksheets[0]
    assert [cell.value for cell in next(sheet.iter_rows())][:2] == ["序号", "姓名"]
    sheet.append([1, "甲某", "男", "汉族", "群众", "区测绘院工会", "", "主席", "19900005001", "", "第1组", ""])
    out = io.BytesIO()
    book.save(out)
    page = text(admin.get(upload(admin, training.training_class, out.getvalue(), "模板.xlsx").headers["Location"]))
    assert "甲某" in page and "新增 1 人" in page


@pytest.mark.parametrize(("data", "name", "status", "said"), [
    (b"\x89PNG\r\n\x1a\n\x00\x00", "照片.xlsx", 422, "这不是表格文件"),
    ("题目,答案\n一,二\n", "名册.csv", 422, "没有找到表头：要有一行写着 姓名、手机号、单位"),
    (b"PK\x03\x04cut", "名册.xlsx", 422, "文件已损坏"),
    (b"", "名册.csv", 422, "是空文件"),
])
def test_what_is_no_roster_is_told_on_the_page_and_keeps_nothing(
        site: Site, admin: Any, training: Any, data: Any, name: str, status: int, said: str) -> None:
    assert said in text(upload(admin, training.training_class, data, name), status)
    assert count(site, RosterImport) == 0


def test_no_file_is_told(admin: Any, training: Any) -> None:
    page = text(admin.post(path(training.training_class, "/import"), {}, content_type="multipart/form-data"), 422)
    assert "请选择一个文件" in page


def test_doubtful_rows_wait_for_a_choice(site: Site, admin: Any, training: Any) -> None:
    known = training.people[0]
    where = upload(admin, training.training_class, HEAD + f"甲某,{known.phone},,,\n").headers["Location"]
    page = text(admin.get(where))
    assert "这个手机号已登记在另一个姓名下" in page and f"就是{known.name}" in page
    text(admin.post(where, {"decide-2": f"merge:{known.uid}"}), 303)
    with site.database.reading() as db:
        assert db.get_one(Person, known.id).name == "甲某"


def test_a_forged_choice_is_refused(site: Site, admin: Any, training: Any, make_training: Any) -> None:
    stranger = make_training("class-b").people[0]
    where = upload(admin, training.training_class, HEAD + f"甲某,{training.people[0].phone},,,\n").headers["Location"]
    text(admin.post(where, {"decide-2": f"merge:{stranger.uid}"}), 422)
    with site.database.reading() as db:
        assert db.get_one(Person, stranger.id).name == stranger.name


def test_rows_may_be_left_out(site: Site, admin: Any, training: Any) -> None:
    where = upload(admin, training.training_class,
                   HEAD + "甲某,19900005001,,,\n乙某,19900005002,,,\n").headers["Location"]
    text(admin.post(where, {"skip-3": "1"}), 303)
    with site.database.reading() as db:
        assert db.scalars(select(Enrolment.name).where(Enrolment.name.in_(["甲某", "乙某"]))).all() == ["甲某"]


def test_a_preview_that_has_become_stale_is_shown_anew_and_saves_nothing(
        site: Site, admin: Any, training: Any) -> None:
    where = upload(admin, training.training_class, HEAD + "甲某,19900005001,,,\n").headers["Location"]
    with site.database.writing() as db:
        db.add(Person(name="丙某", name_key="丙某", phone="19900005001", created_at=site.clock.now()))
    text(admin.post(where), 303)
    page = text(admin.get(where))
    assert "预览以后，名册或人员资料已有变动，没有保存任何内容" in page
    assert "这个手机号已登记在另一个姓名下" in page
    assert count(site, Enrolment) == 3


def test_one_person_is_added_by_a_form_that_cleans_and_doubts_like_an_import(
        site: Site, admin: Any, training: Any) -> None:
    made = training.training_class
    text(admin.get(path(made, "/new")))
    text(admin.post(path(made, "/new"), {**FORM, "name": "樊　丹", "phone": "199-0000-5001",
                                         "unit": "区测绘院工会", "group": "第1组", "gender": "女"}), 303)
    with site.database.reading() as db:
        seat = db.scalars(select(Enrolment).where(Enrolment.name == "樊丹")).one()
        assert (seat.person.phone, seat.number, seat.group.name) == ("19900005001", 4, "第1组")  # type: ignore[union-attr]
    assert "不是 11 位" in text(admin.post(path(made, "/new"), {**FORM, "name": "甲某", "phone": "123"}), 422)
    doubtful = admin.post(path(made, "/new"), {**FORM, "name": "甲某", "phone": "19900005001"})
    assert "/roster/imports/" in doubtful.headers["Location"]
    assert "存疑" in text(admin.get(doubtful.headers["Location"]))


def test_a_person_is_corrected_withdrawn_and_taken_back(site: Site, admin: Any, training: Any) -> None:
    made, seat = training.training_class, training.enrolments[0]
    one = path(made, f"/{seat.uid}")
    assert seat.name in text(admin.get(one))
    changed = {**FORM, "name": "甲明", "phone": "19900005001", "unit": "区测绘院工会", "number": "7"}
    text(admin.post(one, changed), 303)
    with site.database.reading() as db:
        kept = db.get_one(Enrolment, seat.id)
        assert (kept.name, kept.person.phone, kept.number, kept.group_id) == ("甲明", "19900005001", 7, None)
    assert "已登记在另一个人名下" in text(
        admin.post(one, {**changed, "phone": training.people[1].phone}), 422)
    assert "请写明退班的原因" in text(admin.post(one + "/withdraw", {"reason": ""}), 422)
    text(admin.post(one + "/withdraw", {"reason": "工作调动"}), 303)
    assert "已退班，原有记录保留" in text(admin.get(one))
    assert "甲明" not in text(admin.get(path(made)))
    assert "甲明" in text(admin.get(path(made, "?state=withdrawn")))
    text(admin.post(one + "/reinstate"), 303)
    assert "甲明" in text(admin.get(path(made)))


def test_people_are_found_by_name_unit_group_initials_and_phone_tail(admin: Any, training: Any) -> None:
    made = training.training_class
    where = upload(admin, made, HEAD + "欧阳天林,19900005001,区测绘院工会,主席,第9组\n").headers["Location"]
    text(admin.post(where), 303)
    for query in ("q=欧阳", "q=测绘", "q=oytl", "q=5001", "unit=区测绘院工会"):
        page = text(admin.get(path(made, "?" + query)))
        assert "欧阳天林" in page and "class-a学员1" not in page, query
    assert "没有符合条件的人" in text(admin.get(path(made, "?q=nobody")))
    for sort in ("name", "-name", "unit", "group", "number", "phone", "'"):
        text(admin.get(path(made, f"?sort={sort}")))


def test_ticked_people_move_to_another_group(site: Site, admin: Any, training: Any) -> None:
    seat, target = training.enrolments[0], training.groups[1]
    text(admin.post(path(training.training_class, "/move"), {"seat": [seat.uid], "to": target.uid}), 303)
    with site.database.reading() as db:
        assert db.get_one(Enrolment, seat.id).group_id == target.id


def test_a_move_cannot_reach_into_another_class(site: Site, admin: Any, training: Any, make_training: Any) -> None:
    other = make_training("class-b")
    text(admin.post(path(training.training_class, "/move"),
                    {"seat": [training.enrolments[0].uid], "to": other.groups[0].uid}), 404)
    text(admin.post(path(training.training_class, "/move"),
                    {"seat": [other.enrolments[0].uid], "to": training.groups[1].uid}), 303)
    with site.database.reading() as db:
        assert db.get_one(Enrolment, other.enrolments[0].id).group_id == other.enrolments[0].group_id


def test_a_person_or_preview_of_another_class_is_not_found_under_this_one(
        admin: Any, training: Any, make_training: Any) -> None:
    other = make_training("class-b")
    where = upload(admin, other.training_class, HEAD + "甲某,19900005001,,,\n").headers["Location"]
    text(admin.get(path(training.training_class, f"/{other.enrolments[0].uid}")), 404)
    text(admin.get(path(training.training_class, f"/imports/{where.rsplit('/', 1)[1]}")), 404)


def test_the_list_pages_and_keeps_to_its_budget(site: Site, admin: Any, training: Any) -> None:
    made = training.training_class
    text(admin.post(upload(admin, made, ROSTER).headers["Location"]), 303)
    seen = statements(site)
    page = text(admin.get(path(made)))
    assert len(seen) <= 8
    assert "共 302 人" in page and "第 1 页，共 4 页" in page
    assert len(re.findall(r'name="seat"', page)) == 100


def asked(browser: Any, training: Any) -> list[str]:
    """Whose numbers the browser is given when it asks for each."""
    made, given = training.training_class, []
    for seat, person in zip(training.enrolments, training.people, strict=True):
        answer = browser.post(path(made, "/phone"), {"show": seat.uid})
        given += [seat.uid] if answer.status_code == 200 else []
        assert (person.phone in answer.get_data(as_text=True)) == (answer.status_code == 200)
    return given


def test_one_number_is_shown_to_whoever_asks_and_the_log_says_who(log_in: Any, person_with: Any, site: Site, training: Any) -> None:
    made, leader, seat = training.training_class, person_with("group_leader", training.groups[0]), training.enrolments[0]
    browser = log_in(leader)
    page = text(browser.get(path(made)))
    assert not any(person.phone in page for person in training.people) and mask_phone(training.people[0].phone) in page
    page = text(browser.post(path(made, "/phone?q=" + seat.name), {"show": seat.uid}))
    assert training.people[0].phone in page and training.people[2].phone not in page and seat.name in page
    with site.database.reading() as db:
        entry = db.scalars(select(AuditEntry).where(AuditEntry.action == "person.show_phone")).one()
        assert (entry.actor_id, entry.thing_uid, entry.class_id) == (leader.id, training.people[0].uid, made.id)


def test_a_form_that_shows_a_masked_number_keeps_the_number(admin: Any, site: Site, training: Any) -> None:
    seat = training.enrolments[0]
    one = path(training.training_class, f"/{seat.uid}")
    assert training.people[0].phone not in text(admin.get(one))
    text(admin.post(one, {**FORM, "name": seat.name, "unit": seat.unit_name, "phone": mask_phone(training.people[0].phone)}), 303)
    with site.database.reading() as db:
        assert db.get_one(Person, training.people[0].id).phone == training.people[0].phone


def test_a_leader_sees_the_own_group_and_an_instructor_no_phone_numbers(
        log_in: Any, person_with: Any, training: Any, make_training: Any) -> None:
    make_training("class-b")
    made = training.training_class
    leader = log_in(person_with("group_leader", training.groups[0]))
    page = text(leader.get(path(made)))
    names = [seat.name for seat in training.enrolments if seat.group_id == training.groups[0].id]
    others = [seat.name for seat in training.enrolments if seat.group_id != training.groups[0].id]
    assert all(name in page for name in names) and not any(name in page for name in others)
    assert "class-b" not in page
    instructor = log_in(person_with("instructor", made))
    page = text(instructor.get(path(made)))
    assert training.people[0].phone not in page and "添加一人" not in page
    for rest in ("/import", "/new", f"/{training.enrolments[0].uid}"):
        text(instructor.get(path(made, rest)), 403)


def test_an_instructor_who_leads_a_group_has_the_numbers_of_that_group_only(
        log_in: Any, person_with: Any, site: Site, training: Any, make_training: Any) -> None:
    made, elsewhere = training.training_class, make_training("class-b").groups[0]
    instructor = person_with("instructor", made)
    with site.database.writing() as db:
        grant(db, person_id=instructor.id, role="group_leader", scope_type="group", scope_id=elsewhere.id, by_id=None,
              now=site.clock.now())
    assert asked(log_in(instructor), training) == []
    with site.database.writing() as db:
        grant(db, person_id=instructor.id, role="group_leader", scope_type="group", scope_id=training.groups[0].id, by_id=None,
              now=site.clock.now())
    assert asked(log_in(instructor), training) == [seat.uid for seat in training.enrolments if seat.group_id == training.groups[0].id]


@pytest.mark.parametrize("role", ["training_officer", "class_teacher", "group_leader", "instructor"])
def test_planted_names_of_another_class_appear_nowhere(
        log_in: Any, person_with: Any, make_training: Any, role: str) -> None:
    own, other = make_training("class-a"), make_training("class-b")
    scope = own.groups[0] if role == "group_leader" else own.training_class
    browser = log_in(person_with(role, scope))
    base = f"/manage/classes/{own.training_class.uid}"
    for where in ("/manage", base, base + "/timetable", base + "/groups", base + "/roster",
                  base + "/roster?q=class-b", base + "/roster?state=withdrawn"):
        page = text(browser.get(where)).replace('value="class-b"', "").replace("q=class-b", "")
        assert page.count("class-b") == 0, where
    foreign = f"/manage/classes/{other.training_class.uid}"
    for where in ("", "/timetable", "/groups", "/roster", "/settings", "/roster/import", "/roster/new",
                  f"/roster/{other.enrolments[0].uid}", "/roster/template.xlsx"):
        answer = browser.get(foreign + where)
        assert answer.status_code == 404 and "class-b" not in answer.get_data(as_text=True), where


def test_an_officers_preview_does_not_name_people_of_another_class(
        log_in: Any, person_with: Any, make_training: Any) -> None:
    own, other = make_training("class-a"), make_training("class-b")
    officer = log_in(person_with("training_officer", own.training_class))
    where = upload(officer, own.training_class, HEAD + f"甲某,{other.people[0].phone},,,\n").headers["Location"]
    page = text(officer.get(where))
    assert "这个手机号已登记在另一个姓名下" in page and "class-b" not in page


def test_the_phone_of_somebody_with_a_higher_role_is_not_the_officers_to_change(
        site: Site, log_in: Any, person_with: Any, make_training: Any) -> None:
    own = make_training("class-a")
    chief = person_with("administrator", name="管理某", phone="19900005999")
    officer = log_in(person_with("training_officer", own.training_class))
    where = upload(officer, own.training_class, HEAD + "管理某,19900005999,,,\n").headers["Location"]
    text(officer.post(where), 303)
    with site.database.reading() as db:
        seat = db.scalars(select(Enrolment).where(Enrolment.person_id == chief.id)).one()
    page = text(officer.post(path(own.training_class, f"/{seat.uid}"),
                             {**FORM, "name": "管理某", "phone": "19900005000"}), 422)
    assert "只能由系统管理员更改" in page
    with site.database.reading() as db:
        assert db.get_one(Person, chief.id).phone == "19900005999"


def test_the_roster_stands_in_the_order_of_strokes_page_by_page(admin: Any, site: Site, training: Any) -> None:
    made = training.training_class
    text(admin.post(upload(admin, made, ROSTER).headers["Location"]), 303)
    seen = statements(site)
    first = text(admin.get(path(made, "?sort=strokes")))
    assert len(seen) <= 8
    last = text(admin.get(path(made, "?sort=strokes&page=4")))
    shown = [re.findall(r'<th scope="row"><a href="[^"]+">([^<]+)</a>', page) for page in (first, last)]
    assert len(shown[0]) == 100 and [stroke_key(name) for name in shown[0]] == sorted(stroke_key(name) for name in shown[0])
    assert stroke_key(shown[0][-1]) < stroke_key(shown[1][0])
    found = text(admin.get(path(made, "?sort=-strokes&q=" + shown[0][0])))
    assert shown[0][0] in found
