"""A good guest: the host's pages, errors, tables and templates stay the host's, ours stand in its frame."""
from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, g, session
from flask_login import LoginManager
from host import COLLEAGUES, Colleague, HostBase, make_host, mount_training, training
from jinja2 import StrictUndefined
from sqlalchemy import create_engine, inspect, select, text

from lms import LMS, create_app
from lms.core.errors import Invalid
from lms.core.models import Base
from lms.core.people.models import Person
from lms.core.search.index import TABLE as SEARCH_INDEX
from lms.migrations.run import VERSION_TABLE, upgrade
from lms.site import Site, make_secret_key
from lms.testing import Browser

Enter = Callable[..., Colleague]


def test_the_host_s_pages_and_errors_stay_its_own(host: Flask, colleague: Enter) -> None:
    browser = colleague("wang")
    assert "内网首页" in browser.get("/").get_data(as_text=True)
    assert "王芳的工作台" in browser.get("/desk").get_data(as_text=True)
    for path in ("/missing", "/nowhere", "/training-elsewhere"):
        answer = browser.get(path)
        assert (answer.status_code, answer.get_data(as_text=True)) == (404, "内网没有这一页")
    assert browser.get("/fails").get_data(as_text=True) == "内网自己的错误页"
    assert "Content-Security-Policy" not in browser.get("/").headers, "our headers are for our answers"


def test_our_errors_are_ours_only_within_our_prefix(colleague: Enter) -> None:
    answer = colleague("wang").get("/training/courses/no-such-course")
    assert answer.status_code == 404 and "没有找到您要的内容" in answer.get_data(as_text=True)
    assert answer.headers["Content-Security-Policy"]


def test_our_pages_stand_in_the_host_s_frame(colleague: Enter) -> None:
    page = colleague("wang").get("/training/courses").get_data(as_text=True)
    assert '<nav class="host-bar" aria-label="区总工会内网"><a href="/">' in page, "its layout, with its context processor"
    assert 'id="lms-main"' in page and "/training/static/lms.css" in page, "extends ours by the prefix shipped:"


def test_every_address_in_our_pages_lies_under_the_prefix(colleague: Enter) -> None:
    page = colleague("zhao").get("/training/courses").get_data(as_text=True)
    links = re.findall(r'(?:href|src|action)="(/[^"]*)"', page)
    assert links and all(link.startswith("/training/") or link == "/" for link in links), links


def test_a_host_without_a_frame_of_its_own_gets_ours(tmp_path: Path, training_data: Path) -> None:
    app = Flask("bare", root_path=str(tmp_path))
    app.secret_key = "dev"
    LMS(app, settings={"data": str(training_data)})
    upgrade(training(app).database.engine)
    page = app.test_client().get("/lms/login").get_data(as_text=True)
    assert "lms-bare" in page and 'name="phone"' in page
    training(app).database.close()


def test_the_host_s_jinja_stays_as_it_is_and_ours_does_not_depend_on_it(tmp_path: Path, training_data: Path) -> None:
    """Other delimiters, strict names, no escaping: a host's taste in templates is not ours."""
    app = Flask("strict", root_path=str(tmp_path))
    app.secret_key = "dev"
    app.jinja_options = {"variable_start_string": "[[", "variable_end_string": "]]", "undefined": StrictUndefined,
                         "autoescape": False}
    LMS(app, settings={"data": str(training_data)})
    upgrade(training(app).database.engine)
    names = set(app.jinja_env.globals)
    page = app.test_client().get("/lms/v?number=1").get_data(as_text=True)
    assert 'name="number"' in page and "{{" not in page
    said = Browser(app.test_client())
    said.get("/lms/v")
    assert "&lt;b&gt;" in said.post("/lms/v", {"number": "<b>", "name": "<b>"}).get_data(as_text=True)
    assert set(app.jinja_env.globals) == names and app.jinja_env.variable_start_string == "[["
    training(app).database.close()


def test_migrations_leave_the_host_s_tables_alone(host: Flask) -> None:
    """Ours stand beside them on a shared PostgreSQL, and nowhere near them on SQLite."""
    theirs, ours = host.extensions["host_engine"], training(host).database.engine
    before = inspect(theirs).get_columns("colleague")
    upgrade(ours)
    assert inspect(theirs).get_columns("colleague") == before or str(inspect(theirs).get_columns("colleague")) == str(before)
    with theirs.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM colleague")) == len(COLLEAGUES)
    mine = {name for name in inspect(ours).get_table_names() if name.startswith("lms_") and not name.startswith(SEARCH_INDEX)}
    assert mine == set(Base.metadata.tables) | {VERSION_TABLE}
    assert set(HostBase.metadata.tables) == {"colleague"} and "colleague" not in Base.metadata.tables
    if ours.dialect.name == "sqlite":
        assert not [name for name in inspect(theirs).get_table_names() if name.startswith("lms_")]
    else:
        assert ours is theirs, "the host lends its engine"


def test_the_host_s_engine_is_not_changed(tmp_path: Path, training_data: Path) -> None:
    """No pragmas, no listeners: the host's SQLite file stays as the host opened it."""
    app = make_host(tmp_path)
    with app.extensions["host_engine"].connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "delete"
    training(app).database.close()


def test_a_sqlite_engine_is_refused_with_the_reason(tmp_path: Path, training_data: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'host.db'}")
    with pytest.raises(Invalid) as refused:
        make_host(tmp_path, engine=engine, mount=mount_training(tmp_path, engine=engine))
    assert refused.value.code == "engine_not_shared" and "data" not in refused.value.data


def test_a_host_with_a_login_must_say_who_its_users_are(training_data: Path) -> None:
    app = Flask("forgetful")
    app.secret_key = "dev"
    LoginManager(app)
    with pytest.raises(Invalid) as refused:
        LMS(app, settings={"data": str(training_data)})
    assert refused.value.code == "host_user_missing" and "docs/host-contract.md" in str(refused.value)
    assert "lms" not in app.extensions and not app.blueprints, "nothing was mounted by half"


def test_a_host_with_a_login_of_another_make_gets_a_page_that_says_so(tmp_path: Path, training_data: Path) -> None:
    """Not every host has Flask-Login: then we cannot know where its people log in."""
    app = Flask("other", root_path=str(tmp_path))
    app.secret_key = "dev"
    LMS(app, host_user=lambda: None, settings={"data": str(training_data)})
    upgrade(training(app).database.engine)
    answer = app.test_client().get("/lms/courses")
    assert answer.status_code == 401 and "请先登录" in answer.get_data(as_text=True)
    training(app).database.close()


def test_it_is_mounted_once(host: Flask, tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refused:
        mount_training(tmp_path)(host)
    assert refused.value.code == "mounted_twice"


def test_the_host_s_key_is_not_ours(tmp_path: Path, training_data: Path) -> None:
    """Ours comes from ``lms init``: command line and job child must derive the same codes, and they know no host."""
    app = make_host(tmp_path)
    assert training(app).secret_key == (training_data / "secret.key").read_text() != app.secret_key
    assert app.secret_key == "dev"
    training(app).database.close()


def test_without_a_key_of_our_own_nothing_is_mounted(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refused:
        make_host(tmp_path)
    assert refused.value.code == "secret_key_missing" and "lms init" in str(refused.value)


def test_an_act_needs_the_token_also_where_the_host_forgets_to_check(host: Flask, colleague: Enter) -> None:
    browser = colleague("wang")
    for host_checks in (True, False):
        host.config["WTF_CSRF_CHECK_DEFAULT"] = host_checks
        assert browser.client.post("/training/courses/x/y/read", data={}).status_code in (400, 403)
        page = browser.client.post("/training/courses/x/y/read", data={"csrf_token": browser._token})
        assert page.status_code == 404, "with the host's token it is only the course that is not there"


def test_the_host_s_forms_work_beside_ours(colleague: Enter) -> None:
    browser = colleague("wang")
    browser.get("/")
    assert browser.post("/note").get_data(as_text=True) == "记下了"
    assert browser.client.post("/note").status_code == 400


def test_the_host_says_which_language_it_is(host: Flask, colleague: Enter) -> None:
    browser = colleague("wang")
    assert '<html lang="zh-CN">' in browser.get("/training/courses").get_data(as_text=True)
    for said, lang in (("en_GB", "en"), ("zh-Hans-CN", "zh-CN"), ("fr", "zh-CN")):
        with browser.client.session_transaction() as cookie:
            cookie["language"] = said
        page = browser.get("/training/courses", headers={"Accept-Language": "zh-CN"}).get_data(as_text=True)
        assert f'<html lang="{lang}">' in page
        assert "/training/language" not in page, "where the host chooses, ours offers no choice"


def test_two_apps_in_one_process_know_nothing_of_each_other(host: Flask, colleague: Enter, tmp_path: Path) -> None:
    other_data = tmp_path / "other"
    other_data.mkdir()
    make_secret_key(other_data)
    other = create_app(data=str(other_data))
    upgrade(training(other).database.engine)
    colleague("wang").get("/training/courses")
    stranger = other.test_client()
    assert stranger.get("/courses").location == "/login?next=/courses"
    assert "/static/lms.css" in stranger.get("/login").get_data(as_text=True)
    assert "/training/static/lms.css" in colleague("wang").get("/training/courses").get_data(as_text=True)
    assert [p.name for p in _persons(training(host))] == ["王芳"] and not _persons(training(other))
    assert training(host).registry is not training(other).registry
    assert training(host).key("ticket") != training(other).key("ticket")
    training(other).database.close()


def _persons(site: Site) -> list[Person]:
    with site.database.reading() as db:
        return list(db.scalars(select(Person)))


def test_nothing_is_left_open_after_a_request(host: Flask, colleague: Enter) -> None:
    browser = colleague("wang")
    browser.get("/training/courses")
    pool: Any = training(host).database.engine.pool
    assert pool.checkedout() == 0


def test_the_extension_keeps_no_app(host: Flask, tmp_path: Path) -> None:
    """One LMS object, made before any app, can be given to several."""
    lms = LMS(prefix="/again", settings={"data": str(tmp_path / "training")}, host_user=lambda: None)
    assert not [value for value in vars(lms).values() if isinstance(value, Flask)]
    apps = [Flask(name) for name in ("one", "two")]
    for app in apps:
        app.secret_key = "dev"
        lms.init_app(app)
        assert app.test_client().get("/again/healthz").status_code in (200, 503)
        training(app).database.close()


def test_a_request_of_the_host_costs_us_nothing(host: Flask) -> None:
    with host.test_client() as client:
        client.get("/")
        assert "lms_here" not in g and not [k for k in session if k.startswith("lms")]
