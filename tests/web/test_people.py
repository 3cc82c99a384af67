"""Staff finds people, helps with their logins, and gives roles."""
import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event, select

from lms.core.access.models import Grant
from lms.core.access.service import load_viewer
from lms.core.audit.models import AuditEntry
from lms.core.people.logins import open_login
from lms.core.people.models import Person
from lms.core.people.service import affiliate, new_person
from lms.core.people.units import unit_named
from lms.migrations.run import upgrade
from lms.testing import KEY, Browser
from lms.web.ext import LMS, HostUser


@pytest.fixture
def training(make_training):
    return make_training()


@pytest.fixture
def administrator(log_in, person_with):
    return log_in(person_with("administrator"))


@pytest.fixture
def officer(log_in, person_with, training):
    return log_in(person_with("training_officer", training.training_class))


@pytest.fixture
def liu(database, clock):
    """Two namesakes of one unit, as in real rosters."""
    with database.writing() as db:
        people = [new_person(db, name="刘静", phone=phone, now=clock.now()) for phone in ("19900000016", "19900000203")]
        for person in people:
            affiliate(db, person, unit_named(db, "区司法局机关工会"), on=clock.now().date())
    return people


def text(answer):
    return answer.get_data(as_text=True)


def names(answer):
    return re.findall(r'<th scope="row"><a href="/manage/people/\w+">([^<]*)', text(answer))


def reload(database, model, row):
    with database.reading() as db:
        return db.get(model, row.id)


# --- finding


def test_one_number_is_shown_to_whoever_asks_and_the_log_says_who(administrator, liu, database, person_with, log_in):
    lists = administrator.post(f"/manage/people/{liu[0].uid}/number?q=刘静", {"back": "list"})
    assert "19900000016" in text(lists) and "199****0203" in text(lists) and "19900000203" not in text(lists)
    assert "19900000203" in text(administrator.post(f"/manage/people/{liu[1].uid}/number"))
    assert "199****0203" in text(administrator.get(f"/manage/people/{liu[1].uid}"))
    with database.reading() as db:
        entries = db.scalars(select(AuditEntry).where(AuditEntry.action == "person.show_phone").order_by(AuditEntry.id)).all()
    assert [entry.thing_uid for entry in entries] == [person.uid for person in liu] and all(entry.actor_id for entry in entries)


def test_the_form_shows_the_number_masked_and_keeps_it(administrator, liu, database):
    page = text(administrator.get(f"/manage/people/{liu[0].uid}/edit"))
    assert "199****0016" in page and "19900000016" not in page
    assert administrator.post(f"/manage/people/{liu[0].uid}/edit", {"name": "刘静", "phone": "199****0016", "version": "1"}).status_code == 303
    assert reload(database, Person, liu[0]).phone == "19900000016"


def test_namesakes_are_told_apart_by_their_masked_numbers(administrator, liu):
    answer = administrator.get("/manage/people", query_string={"q": "刘静"})
    assert names(answer) == ["刘静", "刘静"]
    assert "199****0016" in text(answer) and "199****0203" in text(answer) and "区司法局机关工会" in text(answer)
    assert "19900000016" not in text(answer)


@pytest.mark.parametrize("asked", ["lj", "liu jing", "0203", "司法局", "１９９０００００２０３"])
def test_people_are_found_by_pinyin_number_and_unit(administrator, liu, asked):
    assert "刘静" in names(administrator.get("/manage/people", query_string={"q": asked}))


def test_names_come_in_the_order_of_their_pinyin(administrator, database, clock):
    with database.writing() as db:
        for name in ("翟明", "张赟", "单晓", "安然"):
            new_person(db, name=name, now=clock.now())
    found = names(administrator.get("/manage/people"))
    assert [name for name in found if len(name) == 2] == ["安然", "单晓", "翟明", "张赟"]


@pytest.mark.parametrize("asked", ["无此人", "'; DROP TABLE lms_person; --", "<script>alert(1)</script>", "%", "x" * 5000])
def test_a_search_without_result_says_so(administrator, liu, asked):
    answer = administrator.get("/manage/people", query_string={"q": asked})
    assert answer.status_code == 200 and names(answer) == [] and "没有找到" in text(answer)
    assert "<script>alert" not in text(answer)


@pytest.mark.parametrize("page", ["0", "-1", "9999999999999999999999", "x"])
def test_a_page_that_is_not_there_is_no_fault(administrator, page):
    assert administrator.get("/manage/people", query_string={"page": page}).status_code == 200


def test_an_officer_finds_the_people_of_their_own_class_only(officer, make_training, liu):
    make_training("class-b")
    for asked in ("", "class-b", "刘静", "0016", "学员"):
        page = text(officer.get("/manage/people", query_string={"q": asked}))
        assert "class-b学员" not in page and ">刘静<" not in page
    assert len(names(officer.get("/manage/people"))) == 3


def test_html_in_a_name_is_shown_as_text(administrator, database, clock):
    with database.writing() as db:
        person = new_person(db, name="<script>alert(1)</script>", phone="19900000001", now=clock.now())
    for path in ("/manage/people", f"/manage/people/{person.uid}", f"/manage/people/{person.uid}/edit",
                 f"/manage/people/{person.uid}/roles"):
        page = text(administrator.get(path))
        assert "<script>alert" not in page and "&lt;script&gt;alert" in page


@pytest.mark.parametrize("path", ["/manage/people", "/manage/people/{uid}"])
def test_a_page_takes_at_most_eight_statements_whatever_the_size(administrator, site, make_training, path):
    training = make_training("class-big", people=60)
    administrator.get("/manage/people")
    ran = []
    listener = lambda *given: ran.append(given[2])  # noqa: E731
    event.listen(site.database.engine, "before_cursor_execute", listener)
    administrator.get(path.format(uid=training.people[0].uid))
    event.remove(site.database.engine, "before_cursor_execute", listener)
    assert len([s for s in ran if not s.startswith(("BEGIN", "PRAGMA", "COMMIT", "ROLLBACK"))]) <= 8, ran


# --- helping


def test_a_lost_phone_is_mended_with_one_button(administrator, app, database, clock, liu):
    with database.writing() as db:
        secret = open_login(db, person=liu[0], method="activation", lasts=timedelta(days=30), now=clock.now())
    lost = Browser(app.test_client())
    with lost.client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = secret, True
    assert lost.get("/password").status_code == 200
    shown = administrator.post(f"/manage/people/{liu[0].uid}/phone")
    link = re.search(r"http://localhost(/a/\w+)", text(shown)).group(1)
    assert "<svg" in text(shown)
    assert lost.get("/password").status_code == 302
    new = Browser(app.test_client())
    new.get(link)
    assert new.post(link).status_code == 303
    again = re.search(r"http://localhost(/a/\w+)", text(administrator.post(f"/manage/people/{liu[0].uid}/phone"))).group(1)
    assert again != link
    assert new.get("/password").status_code == 302


def test_showing_the_link_again_leaves_logins_and_paper_alive(administrator, liu):
    links = {re.search(r"/a/\w+", text(administrator.post(f"/manage/people/{liu[0].uid}/link"))).group(0) for _ in range(2)}
    assert len(links) == 1


def test_a_forgotten_password_is_shown_once_and_works(administrator, app, liu):
    page = text(administrator.post(f"/manage/people/{liu[0].uid}/password"))
    first = re.search(r'secret-once">(\w+)<', page).group(1)
    assert first not in text(administrator.get(f"/manage/people/{liu[0].uid}"))
    browser = Browser(app.test_client())
    browser.get("/login")
    answer = browser.post("/login", {"phone": "19900000016", "password": first})
    assert answer.headers["Location"].startswith("/password")


def test_a_lost_card_gets_a_new_serial(administrator, database, liu):
    administrator.post(f"/manage/people/{liu[0].uid}/card")
    assert reload(database, Person, liu[0]).card_serial == 2


def test_a_deactivated_account_is_out_and_can_come_back(administrator, database, log_in, liu):
    trainee = log_in(liu[0])
    assert trainee.get("/password").status_code == 200
    administrator.post(f"/manage/people/{liu[0].uid}/deactivate")
    assert trainee.get("/password").status_code == 302
    assert "已停用" in text(administrator.get(f"/manage/people/{liu[0].uid}"))
    administrator.post(f"/manage/people/{liu[0].uid}/reactivate")
    assert reload(database, Person, liu[0]).state == "active"
    assert trainee.get("/password").status_code == 302, "old logins stay ended"


def test_all_devices_can_be_logged_out(administrator, log_in, liu):
    trainee = log_in(liu[0])
    administrator.post(f"/manage/people/{liu[0].uid}/end-logins")
    assert trainee.get("/password").status_code == 302


@pytest.mark.parametrize("act", ["phone", "link", "password", "card", "end-logins", "deactivate", "reactivate", "edit"])
def test_an_officer_cannot_touch_the_login_of_an_administrator_in_their_class(officer, database, training, person_with, act):
    with database.writing() as db:
        boss = db.get(Person, training.people[0].id)
        db.add(Grant(person_id=boss.id, role="administrator", scope_type="site", created_at=boss.created_at))
    page = text(officer.get(f"/manage/people/{boss.uid}"))
    assert "由管理员处理" in page and "换手机" not in page and "停用" not in page
    answer = officer.post(f"/manage/people/{boss.uid}/{act}", {"name": "换", "phone": "19900000009", "version": "1"})
    assert answer.status_code == 403 and "工作人员权限" in text(answer)
    assert "/a/" not in text(answer) and "secret-once" not in text(answer)


@pytest.mark.parametrize("act", ["phone", "link", "password", "card", "end-logins", "deactivate", "edit", "roles"])
def test_a_person_of_another_class_does_not_exist_for_an_officer(officer, make_training, act):
    stranger = make_training("class-b").people[0]
    assert officer.get(f"/manage/people/{stranger.uid}").status_code == 404
    assert officer.post(f"/manage/people/{stranger.uid}/{act}", {"name": "x"}).status_code == 404


# --- adding and correcting


def test_an_administrator_adds_an_instructor(administrator, database):
    answer = administrator.post("/manage/people/new", {"name": "钱　教授", "phone": "199 0000 0500", "unit": "市委党校",
                                                       "position": "教授"})
    assert answer.status_code == 303
    with database.reading() as db:
        person = db.scalars(select(Person).where(Person.phone == "19900000500")).one()
        assert (person.name, person.initials, person.affiliations[0].unit.name) == ("钱教授", "qjs", "市委党校")


@pytest.mark.parametrize(("values", "told"), [
    ({"name": ""}, "请填写姓名"), ({"name": "　"}, "姓名"), ({"name": "甲", "phone": "1.99E+10"}, "科学计数"),
    ({"name": "甲", "phone": "123"}, "11 位"), ({"name": "甲", "phone": "19900000016"}, "已登记在“刘静”名下"),
    ({"name": "甲" * 121}, ""), ({"name": "甲", "gender": "其它"}, "")])
def test_what_cannot_be_saved_comes_back_with_the_reason(administrator, liu, values, told):
    answer = administrator.post("/manage/people/new", values)
    assert answer.status_code in (409, 422) and told in text(answer)
    assert values["name"] in text(answer)


def test_a_correction_keeps_what_it_does_not_touch(administrator, database, liu):
    path = f"/manage/people/{liu[0].uid}/edit"
    assert 'value="199****0016"' in text(administrator.get(path))
    answer = administrator.post(path, {"name": "刘菁", "phone": "19900000016", "pinyin": "liu jing", "gender": "女",
                                       "version": "1"})
    assert answer.status_code == 303
    person = reload(database, Person, liu[0])
    assert (person.name, person.pinyin, person.gender) == ("刘菁", "liu jing", "女")
    again = administrator.post(path, {"name": "刘精", "phone": "", "pinyin": "", "version": "1"})
    assert again.status_code == 409 and "别人已保存" in text(again)


def test_a_new_name_gets_a_new_reading_unless_one_is_given(administrator, database, liu):
    administrator.post(f"/manage/people/{liu[0].uid}/edit", {"name": "盖明", "pinyin": "liu jing", "version": "1"})
    assert reload(database, Person, liu[0]).pinyin == "ge ming"
    administrator.post(f"/manage/people/{liu[0].uid}/edit", {"name": "盖明", "pinyin": "gai ming", "version": "2"})
    assert reload(database, Person, liu[0]).pinyin == "gai ming"


def test_fields_that_are_not_in_the_form_change_nothing(administrator, database, liu):
    administrator.post(f"/manage/people/{liu[0].uid}/edit", {"name": "刘静", "version": "1", "state": "deactivated",
                                                             "card_serial": "9", "id": "1", "host_key": "x"})
    person = reload(database, Person, liu[0])
    assert (person.state, person.card_serial, person.host_key) == ("active", 1, None)


def test_only_administrators_add_people(officer):
    assert officer.get("/manage/people/new").status_code == 403
    assert officer.post("/manage/people/new", {"name": "甲"}).status_code == 403


# --- roles


def grants_of(database, person):
    with database.reading() as db:
        return [(role, kind) for role, kind, _ in load_viewer(db, person.id).grants]


def test_an_officer_makes_a_group_leader_and_takes_it_back(officer, database, training):
    person, group = training.people[0], training.groups[0]
    page = text(officer.get(f"/manage/people/{person.uid}/roles"))
    assert f'value="group:{group.uid}"' in page and 'value="site"' not in page and "管理全站" not in page
    officer.post(f"/manage/people/{person.uid}/roles", {"role": "group_leader", "scope": f"group:{group.uid}"})
    assert grants_of(database, person) == [("group_leader", "group")]
    shown = text(officer.get(f"/manage/people/{person.uid}"))
    assert "组长" in shown and "第1组" in shown
    officer.post(re.search(r"/manage/people/\w+/roles/\w+/end", shown).group(0))
    assert grants_of(database, person) == []


@pytest.mark.parametrize(("role", "scope", "status"), [
    ("administrator", "site", 422), ("training_officer", "site", 403), ("class_teacher", "class:other", 404),
    ("group_leader", "group:other", 404), ("class_teacher", "class:" + "0" * 32, 404), ("class_teacher", "", 422),
    ("", "class:own", 422), ("class_teacher", "planet:own", 422), ("class_teacher", "group:own", 422)])
def test_an_officer_gives_nothing_beyond_their_class(officer, database, training, make_training, role, scope, status):
    other = make_training("class-b")
    uids = {"class:own": training.training_class, "class:other": other.training_class, "group:own": training.groups[0],
            "group:other": other.groups[0]}
    value = f"{scope.split(':')[0]}:{uids[scope].uid}" if scope in uids else scope
    answer = officer.post(f"/manage/people/{training.people[0].uid}/roles", {"role": role, "scope": value})
    assert answer.status_code == status
    assert grants_of(database, training.people[0]) == []


def test_an_administrator_gives_every_kind_of_role(administrator, database, training, liu):
    with database.reading() as db:
        unit = db.get(Person, liu[0].id).affiliations[0].unit.uid
    for role, scope in (("administrator", "site"), ("instructor", f"class:{training.training_class.uid}"),
                        ("unit_hr", f"unit:{unit}")):
        assert administrator.post(f"/manage/people/{liu[0].uid}/roles", {"role": role, "scope": scope}).status_code == 303
    assert [role for role, _ in grants_of(database, liu[0])] == ["administrator", "instructor", "unit_hr"]


def test_a_role_is_ended_only_under_its_own_person(administrator, database, training, liu):
    administrator.post(f"/manage/people/{liu[0].uid}/roles", {"role": "administrator", "scope": "site"})
    with database.reading() as db:
        made = db.scalars(select(Grant).where(Grant.person_id == liu[0].id)).one()
    assert administrator.post(f"/manage/people/{liu[1].uid}/roles/{made.uid}/end").status_code == 404
    assert grants_of(database, liu[0]) == [("administrator", "site")]


def test_every_help_stands_in_the_log_without_a_secret(administrator, database, liu):
    uid = liu[0].uid
    secrets = [re.search(r"/a/(\w+)", text(administrator.post(f"/manage/people/{uid}/phone"))).group(1),
               re.search(r'secret-once">(\w+)<', text(administrator.post(f"/manage/people/{uid}/password"))).group(1)]
    administrator.post(f"/manage/people/{uid}/card")
    administrator.post(f"/manage/people/{uid}/deactivate")
    with database.reading() as db:
        entries = db.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [entry.action for entry in entries] == ["person.reset_phone", "person.reset_password", "person.reset_card",
                                                   "person.deactivate"]
    assert all(entry.actor_id and entry.thing_uid == uid for entry in entries)
    assert not any(secret in str(vars(entry)) for entry in entries for secret in secrets)


# --- in a host with a login of its own


def test_where_the_host_logs_people_in_there_is_no_help_with_logins(tmp_path, clock):
    host = Flask("host")
    host.secret_key = KEY
    (tmp_path / "host").mkdir()
    LMS(host, prefix="/lms", settings={"data": str(tmp_path / "host"), "secret_key": KEY}, clock=clock,
        host_user=lambda: HostUser("boss", "主管", roles=("administrator",)))
    site = host.extensions["lms"].site
    upgrade(site.database.engine)
    with site.database.writing() as db:
        person = new_person(db, name="刘静", phone="19900000016", now=clock.now())
    client = host.test_client()
    page = text(client.get(f"/lms/manage/people/{person.uid}"))
    assert "刘静" in page and "挂失" in page and "换手机" not in page and "修改密码" not in page
    assert client.get("/lms/login").status_code == 404
    assert client.get("/lms/manage/people").status_code == 200


# --- units


def test_units_are_renamed_moved_and_merged_on_their_page(administrator, liu, database):
    with database.writing() as db:
        top = unit_named(db, "区总工会")
    page = text(administrator.get("/manage/units"))
    assert "区总工会" in page and "区司法局机关工会" in page
    assert "区总工会" not in text(administrator.get("/manage/units?q=司法"))
    one = f"/manage/units/{top.uid}"
    assert administrator.post(f"{one}/rename", {"name": "区总", "version": "1"}).status_code == 303
    wrong = administrator.post(f"{one}/move", {"parent": "没有的单位", "version": "2"})
    assert wrong.status_code == 422 and "没有叫“没有的单位”" in text(wrong)
    assert administrator.post(f"{one}/merge", {"other": "区司法局机关工会", "version": "2"}).status_code == 303
    page = text(administrator.get(one))
    assert "已并入：区司法局机关工会" in page
    assert names(administrator.get("/manage/people?q=区总")) == ["刘静", "刘静"]
