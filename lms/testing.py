"""Pytest fixtures for this project, for hosts and for plugins: ``pytest_plugins = ["lms.testing"]``.

Everything is real: the application, a database in a temporary folder (and one on PostgreSQL where one answers),
files. Only the clock stands still until a test moves it.
"""
from __future__ import annotations

import os
import re
import uuid
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from lms.core.access.grants import grant
from lms.core.classes.enrolments import enrol
from lms.core.classes.groups import add_group
from lms.core.classes.models import ClassSession, Enrolment, Group, TrainingClass
from lms.core.classes.service import make_class, publish
from lms.core.classes.timetable import add_session
from lms.core.clock import SettableClock, local
from lms.core.people.logins import open_login
from lms.core.people.models import Person
from lms.core.people.names import name_key
from lms.core.people.service import new_person
from lms.core.people.units import unit_named
from lms.migrations.run import upgrade
from lms.site import Site
from lms.web.ext import create_application
from lms.worker import run_waiting

KEY = "a-key-for-tests-only-0123456789-abcdefghij"
# Monday, 6 July 2026, 08:00 in Shanghai.
START = datetime(2026, 7, 6, 0, 0, tzinfo=UTC)


def postgres_url() -> str | None:
    """The address of a PostgreSQL server for tests, or None where none answers.

    ``LMS_TEST_POSTGRES`` names it; where ``LMS_REQUIRE_POSTGRES`` is set, a missing one is an error, not a skip.
    """
    url = os.environ.get("LMS_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
    try:
        engine = create_engine(url, connect_args={"connect_timeout": 3})
        with engine.connect():
            return url
    except Exception:
        if os.environ.get("LMS_REQUIRE_POSTGRES"):
            raise
        return None


_ENGINES = ["sqlite"] + (["postgresql"] if postgres_url() else [])


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[str | None]:
    """A migrated PostgreSQL database that tests copy, made once per test process."""
    server = postgres_url()
    if server is None:
        yield None
        return
    name = f"lms_template_{uuid.uuid4().hex[:12]}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine = create_engine(make_url(server).set(database=name))
    upgrade(engine)
    engine.dispose()
    yield name
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(params=_ENGINES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty, migrated database: every test that needs one runs on each engine."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'data' / 'lms.db'}"
        return
    server, template = postgres_url(), request.getfixturevalue("postgres_template")
    assert server is not None
    name = f"lms_test_{uuid.uuid4().hex[:12]}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(START)


@pytest.fixture
def app(database_url: str, tmp_path: Path, clock: SettableClock) -> Iterator[Flask]:
    """The ready application on an empty database."""
    (tmp_path / "data").mkdir(exist_ok=True)
    made = create_application({"data": str(tmp_path / "data"), "database_url": database_url, "secret_key": KEY},
                              clock=clock)
    made.testing = True
    site: Site = made.extensions["lms"].site
    upgrade(site.database.engine)
    yield made
    site.database.close()


@pytest.fixture
def site(app: Flask) -> Site:
    return app.extensions["lms"].site  # type: ignore[no-any-return]


@pytest.fixture
def database(site: Site) -> Any:
    return site.database


class Browser:
    """One person's browser: keeps cookies, sends the CSRF token that the last page carried, as a form would."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self._token = ""

    def get(self, path: str, **options: Any) -> Any:
        return self._keep(self.client.get(path, **options))

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> Any:
        if not self._token:
            self.get("/s")  # a page with a form for whoever asks
        if "json" in options:
            options.setdefault("headers", {})["X-CSRFToken"] = self._token
            return self._keep(self.client.post(path, **options))
        return self._keep(self.client.post(path, data={"csrf_token": self._token, **(data or {})}, **options))

    def _keep(self, response: Any) -> Any:
        if response.mimetype == "text/html":
            found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', response.get_data(as_text=True))
            self._token = found.group(1) if found else self._token
        return response


@pytest.fixture
def browser(app: Flask) -> Browser:
    """Somebody who is not logged in."""
    return Browser(app.test_client())


@pytest.fixture
def log_in(app: Flask, site: Site) -> Any:
    """``log_in(person)`` gives a browser in which the person is logged in, through a real login row."""

    def make(person: Person) -> Browser:
        with site.database.writing() as db:
            secret = open_login(db, person=person, method="password", lasts=timedelta(days=30), now=site.clock.now())
        client = app.test_client()
        with client.session_transaction() as session:
            session["_user_id"], session["_fresh"] = secret, True
        return Browser(client)

    return make


@pytest.fixture
def person_with(site: Site) -> Any:
    """``person_with("administrator")`` or ``person_with("class_teacher", training_class)``: a person with that role."""

    def make(role: str | None = None, scope: Any = None, *, name: str = "", phone: str | None = None) -> Person:
        name = name or f"测试{role or '人员'}"
        with site.database.writing() as db:
            person = Person(name=name, name_key=name_key(name), phone=phone, created_at=site.clock.now())
            db.add(person)
            db.flush()
            if role:
                kind = {"TrainingClass": "class"}.get(type(scope).__name__, type(scope).__name__.lower())
                grant(db, person_id=person.id, role=role, scope_type="site" if scope is None else kind,
                      scope_id=0 if scope is None else scope.id, by_id=None, now=site.clock.now())
        return person

    return make



@dataclass
class Training:
    """A published class for tests: 08:30–11:30 and 14:00–17:00 on each of its days, people spread over two groups."""

    training_class: TrainingClass
    sessions: list[ClassSession]
    groups: list[Group]
    enrolments: list[Enrolment]
    people: list[Person]


@pytest.fixture
def make_training(site: Site) -> Any:
    """``make_training("class-a", people=3)``: through the real services; names carry the slug, so that leaks show."""

    def make(slug: str = "class-a", *, people: int = 3, days: int = 3, rules: dict[str, Any] | None = None) -> Training:
        now = site.clock.now()
        start = local(now, "Asia/Shanghai").date()
        with site.database.writing() as db:
            organiser = unit_named(db, f"{slug}主办单位")
            made = make_class(db, slug=slug, title=f"{slug}培训班", organiser_id=organiser.id, starts_on=start,
                              ends_on=start + timedelta(days=days - 1), zone="Asia/Shanghai", by_id=None, now=now)
            made.rules = rules or {}
            sessions = [add_session(db, training_class=made, title=f"{slug}第{d + 1}天{half}", kind="lecture",
                                    day=start + timedelta(days=d), starts=begin, ends=end, credit_hours=400, by_id=None, now=now)
                        for d in range(days) for half, begin, end in (("上午", time(8, 30), time(11, 30)),
                                                                      ("下午", time(14), time(17)))]
            groups = [add_group(db, training_class=made, name=f"第{n}组", by_id=None, now=now) for n in (1, 2)]
            persons = [new_person(db, name=f"{slug}学员{n}", phone=f"139{zlib.crc32(slug.encode()) % 10000:04}{n:04}", now=now)
                       for n in range(1, people + 1)]
            enrolments = [enrol(db, training_class=made, person=p, group=groups[n % 2], unit=unit_named(db, f"{slug}单位{n % 5}"),
                                by_id=None, now=now) for n, p in enumerate(persons)]
            publish(db, training_class=made, by_id=None, now=now)
        return Training(made, sessions, groups, enrolments, persons)

    return make


@pytest.fixture
def run_jobs(site: Site) -> Any:
    """``run_jobs()`` does what the job child would do, here and now; gives how many jobs it ran."""
    return lambda: run_waiting(site)
