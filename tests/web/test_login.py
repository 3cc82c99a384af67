"""Logging in and out as people do it on their phones."""
from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.core.audit.models import AuditEntry
from lms.core.people import passwords
from lms.core.people.activation import activation_link
from lms.core.people.logins import end_all_logins
from lms.core.people.models import ActivationLink, LoginSession, Person
from lms.core.people.passwords import hash_password, set_password
from lms.core.people.service import new_person
from lms.testing import Browser

PASSWORD = "mianbao-yueliang"


@pytest.fixture(scope="session")
def password_hash():
    return hash_password(PASSWORD)


@pytest.fixture
def zhang(database, clock, password_hash):
    with database.writing() as db:
        person = new_person(db, name="张赟", phone="19900000001", now=clock.now())
        set_password(db, person, password_hash, now=clock.now())
    return person


@pytest.fixture
def token(site, clock, zhang):
    with site.database.writing() as db:
        return activation_link(db, db.get(Person, zhang.id), key=site.key("activation"), lasts=timedelta(days=30),
                               now=clock.now())


@pytest.fixture
def phone(app):
    """``phone()`` is another browser that nobody has used yet."""
    return lambda: Browser(app.test_client())


def log_in(browser, password=PASSWORD, number="199-0000-0001", **further):
    browser.get("/login")
    return browser.post("/login", {"phone": number, "password": password, **further})


def is_in(browser):
    return browser.get("/password").status_code == 200


def logins(database):
    with database.reading() as db:
        return db.scalars(select(LoginSession).order_by(LoginSession.id)).all()


# --- by password


def test_phone_number_and_password_lead_to_today(browser, zhang):
    answer = log_in(browser)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert is_in(browser)


def test_a_wrong_password_says_so_and_keeps_the_number_but_not_the_password(browser, zhang):
    answer = log_in(browser, "nicht-das")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "手机号或密码不正确" in text and "199-0000-0001" in text and "nicht-das" not in text
    assert not is_in(browser)


def test_an_unknown_number_gets_the_same_answer(browser, zhang):
    known, unknown = log_in(browser, "x").get_data(as_text=True), log_in(browser, "x", "19900000077").get_data(as_text=True)
    strip = str.maketrans("", "", "0123456789-")
    token_free = [page.split("error-summary")[1].split("</ul>")[0].translate(strip) for page in (known, unknown)]
    assert token_free[0] == token_free[1]


def test_an_empty_form_says_what_is_missing(browser):
    answer = log_in(browser, "", "")
    assert answer.status_code == 422
    assert "请填写手机号。" in answer.get_data(as_text=True) and "请填写密码。" in answer.get_data(as_text=True)


def test_after_five_wrong_passwords_this_phone_waits_and_another_does_not(phone, zhang, clock):
    guesser, owner = phone(), phone()
    assert [log_in(guesser, "x").status_code for _ in range(5)] == [422] * 4 + [429]
    refused = log_in(guesser)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
    assert "60 秒后再试" in refused.get_data(as_text=True)
    assert log_in(owner).status_code == 303
    clock.move(seconds=60)
    assert log_in(guesser).status_code == 303


def test_the_owners_phone_gets_in_however_many_others_guess(phone, zhang, clock):
    owner = phone()
    log_in(owner)
    owner.post("/logout")
    for _ in range(60):
        log_in(phone(), "x")
    assert log_in(phone()).status_code == 429, "unknown devices wait together"
    assert log_in(owner).status_code == 303
    clock.move(hours=1)
    assert log_in(phone()).status_code == 303, "and not for ever"


@pytest.mark.parametrize("evil", ["//evil.example", "https://evil.example/", "\\\\evil.example", "/\\evil.example",
                                  "javascript:alert(1)", "/\t/evil.example", "http:evil.example", "evil.example"])
def test_next_never_leads_to_another_host(browser, zhang, evil):
    assert log_in(browser, next=evil).headers["Location"] == "/"
    assert browser.get("/login", query_string={"next": evil}).headers["Location"] == "/"


def test_next_leads_back_to_where_one_came_from(browser, zhang):
    asked = browser.get("/password")
    assert asked.headers["Location"] == "/login?next=/password"
    assert 'name="next" value="/password"' in browser.get(asked.headers["Location"]).get_data(as_text=True)
    assert log_in(browser, next="/password?x=1").headers["Location"] == "/password?x=1"


def test_html_in_a_number_is_shown_as_text(browser):
    text = log_in(browser, "x", '"><script>alert(1)</script>').get_data(as_text=True)
    assert "<script>alert" not in text and "&lt;script&gt;alert" in text


def test_sql_in_a_number_finds_nobody(browser, zhang):
    assert log_in(browser, "x", "19900000001' OR '1'='1").status_code == 422


def test_without_this_browsers_token_nothing_happens(app, zhang):
    answer = app.test_client().post("/login", data={"phone": "19900000001", "password": PASSWORD})
    assert answer.status_code == 403


# --- ends of a login


def test_logging_out_ends_the_login_on_the_server_too(app, browser, zhang):
    log_in(browser)
    cookie = browser.client.get_cookie("lms_session").value
    assert browser.post("/logout").status_code == 303
    assert not is_in(browser)
    stolen = app.test_client()
    stolen.set_cookie("lms_session", cookie)
    assert stolen.get("/password").status_code == 302, "the old cookie is worth nothing"


def test_a_deactivated_person_is_out_with_the_next_request(browser, database, zhang):
    log_in(browser)
    with database.writing() as db:
        db.get(Person, zhang.id).state = "deactivated"
    assert not is_in(browser)


def test_a_reset_ends_the_login_with_the_next_request(browser, database, clock, zhang):
    log_in(browser)
    with database.writing() as db:
        end_all_logins(db, db.get(Person, zhang.id), now=clock.now())
    assert not is_in(browser)


def test_trainees_stay_logged_in_for_weeks_and_staff_for_a_day(browser, phone, clock, person_with, database, password_hash):
    officer = person_with("administrator", phone="19900000002")
    leader = person_with(phone="19900000003")
    with database.writing() as db:
        for person in (officer, leader):
            set_password(db, db.get(Person, person.id), password_hash, now=clock.now())
    other = phone()
    log_in(browser, number="19900000002")
    log_in(other, number="19900000003")
    clock.move(hours=13)
    assert (is_in(browser), is_in(other)) == (False, True)
    clock.move(days=29)
    assert is_in(other)
    clock.move(days=1)
    assert not is_in(other)


def test_another_person_on_the_same_phone_takes_the_logins_place(browser, database, clock, zhang, password_hash):
    with database.writing() as db:
        other = new_person(db, name="李梅", phone="19900000002", now=clock.now())
        set_password(db, other, password_hash, now=clock.now())
    log_in(browser)
    log_in(browser, number="19900000002")
    assert [login.ended_at is None for login in logins(database)] == [False, True]


# --- by activation link


def test_a_link_shows_the_name_and_one_tap_logs_in(browser, token, clock):
    page = browser.get(f"/a/{token}").get_data(as_text=True)
    assert "张赟" in page and 'method="post"' in page
    assert browser.post(f"/a/{token}").headers["Location"] == "/"
    clock.move(days=29)
    assert is_in(browser)


def test_opening_a_link_uses_nothing_up(phone, database, token):
    for _ in range(3):
        phone().get(f"/a/{token}")
    with database.reading() as db:
        assert db.scalar(select(ActivationLink.used_at)) is None
    assert logins(database) == []


def test_activation_needs_no_slow_hash(browser, token, monkeypatch):
    monkeypatch.setattr(passwords, "_room", None)  # whoever hashes now fails
    browser.get(f"/a/{token}")
    assert browser.post(f"/a/{token}").status_code == 303


def test_a_second_phone_is_refused_with_what_to_do(browser, phone, token):
    browser.get(f"/a/{token}")
    browser.post(f"/a/{token}")
    other = phone()
    for answer in (other.get(f"/a/{token}"), other.post(f"/a/{token}")):
        assert answer.status_code == 409
        assert "已经用过" in answer.get_data(as_text=True) and "工作人员" in answer.get_data(as_text=True)
    assert not is_in(other)


def test_the_same_phone_reads_that_it_is_logged_in(browser, token):
    browser.get(f"/a/{token}")
    browser.post(f"/a/{token}")
    answer = browser.get(f"/a/{token}")
    assert answer.status_code == 200 and "您已登录" in answer.get_data(as_text=True)


def test_a_second_tap_after_a_lost_answer_logs_in(app, token):
    client = app.test_client()
    browser = Browser(client)
    browser.get(f"/a/{token}")
    before = client.get_cookie("lms_session").value
    browser.post(f"/a/{token}")
    client.set_cookie("lms_session", before)  # the answer with the new cookie never arrived
    assert browser.post(f"/a/{token}").status_code == 303
    assert is_in(browser)


@pytest.mark.parametrize("change", [lambda t: t[:-1] + ("a" if t[-1] != "a" else "b"), lambda t: t[:8], lambda t: "x" * 500,
                                    lambda t: "'%20OR%201=1", lambda t: "<script>alert(1)</script>"])
def test_an_altered_link_is_unknown(browser, token, change):
    browser.get("/login")
    for answer in (browser.get(f"/a/{change(token)}"), browser.post(f"/a/{change(token)}")):
        assert answer.status_code == 404 and "<script>alert" not in answer.get_data(as_text=True)


def test_an_expired_link_is_refused(browser, clock, token):
    clock.move(days=30)
    answer = browser.get(f"/a/{token}")
    assert answer.status_code == 409 and "有效期" in answer.get_data(as_text=True)


def test_whoever_is_logged_in_is_told_before_another_takes_the_phone(browser, database, clock, token, password_hash):
    with database.writing() as db:
        other = new_person(db, name="李梅", phone="19900000002", now=clock.now())
        set_password(db, other, password_hash, now=clock.now())
    log_in(browser, number="19900000002")
    assert "李梅" in browser.get(f"/a/{token}").get_data(as_text=True)
    browser.post(f"/a/{token}")
    assert [login.ended_at is None for login in logins(database)] == [False, True]


def test_no_secret_of_a_link_stands_in_the_log(app, database, token):
    app.test_client().post(f"/a/{token}")  # refused: no token of this browser
    with database.reading() as db:
        entry = db.scalars(select(AuditEntry)).one()
    assert token not in str(vars(entry))


def test_staff_who_come_by_link_are_asked_for_a_password(browser, site, clock, person_with):
    officer = person_with("administrator", phone="19900000002")
    with site.database.writing() as db:
        link = activation_link(db, db.get(Person, officer.id), key=site.key("activation"), lasts=timedelta(days=1),
                               now=clock.now())
    browser.get(f"/a/{link}")
    assert browser.post(f"/a/{link}").headers["Location"] == "/password"


# --- passwords of one's own


def first_password(database, clock, zhang, password_hash):
    with database.writing() as db:
        set_password(db, db.get(Person, zhang.id), password_hash, must_change=True, now=clock.now())


def test_a_first_password_must_be_changed_before_anything_else(browser, database, clock, zhang, password_hash):
    first_password(database, clock, zhang, password_hash)
    answer = log_in(browser, next="/me")
    assert answer.headers["Location"] == "/password?next=/me"
    assert browser.get("/").status_code == 302, "nothing else opens"
    assert "现在的密码" not in browser.get("/password").get_data(as_text=True)
    done = browser.post("/password", {"new": "xk3m7pqr2n", "again": "xk3m7pqr2n", "next": "/me"})
    assert done.headers["Location"] == "/me"
    assert is_in(browser)
    assert log_in(Browser(browser.client.application.test_client()), "xk3m7pqr2n").headers["Location"] == "/"


def test_the_first_password_may_not_stay(browser, database, clock, zhang, password_hash):
    first_password(database, clock, zhang, password_hash)
    log_in(browser)
    answer = browser.post("/password", {"new": PASSWORD, "again": PASSWORD})
    assert answer.status_code == 422 and "和现在的密码一样" in answer.get_data(as_text=True)


def test_who_waits_too_long_logs_in_again(browser, database, clock, zhang, password_hash):
    first_password(database, clock, zhang, password_hash)
    log_in(browser)
    clock.move(minutes=16)
    answer = browser.post("/password", {"new": "xk3m7pqr2n", "again": "xk3m7pqr2n"})
    assert answer.status_code == 302 and answer.headers["Location"].startswith("/login")
    assert "等待时间过长" in browser.get("/login").get_data(as_text=True)


def test_changing_the_password_takes_the_old_one_and_ends_other_logins(browser, phone, zhang):
    other = phone()
    log_in(browser)
    log_in(other)
    wrong = browser.post("/password", {"old": "falsch", "new": "xk3m7pqr2n", "again": "xk3m7pqr2n"})
    assert wrong.status_code == 422 and "现在的密码不正确" in wrong.get_data(as_text=True)
    right = browser.post("/password", {"old": PASSWORD, "new": "xk3m7pqr2n", "again": "xk3m7pqr2n"})
    assert right.status_code == 303
    assert (is_in(browser), is_in(other)) == (True, False)
    assert log_in(phone()).status_code == 422 and log_in(phone(), "xk3m7pqr2n").status_code == 303


def test_a_stolen_session_cannot_guess_the_old_password_for_ever(browser, zhang):
    log_in(browser)
    answers = [browser.post("/password", {"old": f"guess {n}", "new": "xk3m7pqr2n", "again": "xk3m7pqr2n"}).status_code
               for n in range(6)]
    assert answers == [422] * 4 + [429] * 2


@pytest.mark.parametrize(("new", "again", "told"), [
    ("xk3m7pqr2n", "xk3m7pqr2m", "不一样"), ("kurz", "kurz", "至少要有 8 位"), ("12345678", "12345678", "太常见"),
    ("19900000001", "19900000001", "手机号或姓名"), ("", "", "请填写新密码"), ("x" * 1000, "x" * 1000, "")])
def test_a_weak_new_password_is_refused_with_the_reason(browser, zhang, new, again, told):
    log_in(browser)
    answer = browser.post("/password", {"old": PASSWORD, "new": new, "again": again})
    assert answer.status_code == 422 and told in answer.get_data(as_text=True)
    assert log_in(browser).status_code == 303, "the old one still works"


def test_who_came_by_link_sets_a_password_without_an_old_one(browser, site, clock, database):
    with database.writing() as db:
        person = new_person(db, name="李梅", phone="19900000002", now=clock.now())
        link = activation_link(db, person, key=site.key("activation"), lasts=timedelta(days=1), now=clock.now())
    browser.get(f"/a/{link}")
    browser.post(f"/a/{link}")
    assert browser.post("/password", {"new": "xk3m7pqr2n", "again": "xk3m7pqr2n"}).status_code == 303
    assert is_in(browser)
    assert log_in(Browser(browser.client.application.test_client()), "xk3m7pqr2n", "19900000002").status_code == 303


def test_without_a_phone_number_a_password_is_of_no_use(log_in, person_with):
    answer = log_in(person_with()).get("/password")
    assert answer.status_code == 409 and "没有登记手机号" in answer.get_data(as_text=True)
