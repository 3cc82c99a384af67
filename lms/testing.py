"""Pytest fixtures for this project, for hosts and for plugins: ``pytest_plugins = ["lms.testing"]``.

Everything is real: the application, a database in a temporary folder (and one on PostgreSQL where one answers),
files. Only the clock stands still until a test moves it.
"""
from __future__ import annotations

import os
import re
import shutil
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
from sqlalchemy import Dialect, Engine, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool
from sqlalchemy.util import LRUCache

from lms.core.access.grants import grant
from lms.core.classes.enrolments import enrol
from lms.core.classes.groups import add_group
from lms.core.classes.models import ClassSession, Enrolment, Group, TrainingClass
from lms.core.classes.service import make_class, publish
from lms.core.classes.timetable import add_session
from lms.core.clock import SettableClock, local
from lms.core.db import make_engine
from lms.core.people.logins import open_login
from lms.core.people.models import Person
from lms.core.people.names import name_key
from lms.core.people.service import new_person
from lms.core.people.units import unit_named
from lms.core.registry import SLOTS
from lms.core.settings import load_settings
from lms.migrations.run import upgrade
from lms.site import Site, open_site
from lms.web.context import Installed
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


class PostgresDatabase:
    """One migrated PostgreSQL database for a test process, emptied before each test: copying a new one takes a tenth of
    a second, emptying this one a hundredth. A test that has changed the schema leaves it to be copied anew.

    :param server: the address of any database on the server
    """

    _SHAPE = text("SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
                  "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 ORDER BY 1, 2")
    _KEPT = ("lms_alembic_version", "lms_plan_stamp")  # what migrations have written

    def __init__(self, server: str) -> None:
        self._admin = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        self._server = server
        self._name = self._template = ""
        self._shape: list[Any] = []

    def empty(self) -> str:
        """The address of the database, with no row in it."""
        if not self._name or not self._emptied():
            self._make()
        return self._url(self._name)

    def drop(self) -> None:
        self._drop(self._name)
        self._drop(self._template)
        self._name = self._template = ""

    def _drop(self, name: str) -> None:
        if name:
            with self._admin.connect() as connection:
                connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))

    def _create(self, copied_from: str = "template1") -> str:
        name = f"lms_test_{uuid.uuid4().hex[:12]}"
        with self._admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {copied_from}"))
        return name

    def _url(self, name: str) -> str:
        return make_url(self._server).set(database=name).render_as_string(hide_password=False)

    def _make(self) -> None:
        self._drop(self._name)
        if not self._template:
            self._template = self._create()
            engine = create_engine(self._url(self._template), poolclass=NullPool)
            upgrade(engine)
            with engine.connect() as connection:
                self._shape = list(connection.execute(self._SHAPE))
        self._name = self._create(self._template)

    def _emptied(self) -> bool:
        with self._admin.connect() as connection:  # what a test has left running writes no more
            connection.execute(text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"), {"name": self._name})
        try:
            with create_engine(self._url(self._name), isolation_level="AUTOCOMMIT", poolclass=NullPool).connect() as connection:
                if list(connection.execute(self._SHAPE)) != self._shape:
                    return False
                tables = dict.fromkeys(name for name, _ in self._shape if name not in self._KEPT)
                connection.execute(text("SET session_replication_role = replica; "  # in any order of tables
                                        + "; ".join(f'DELETE FROM "{name}"' for name in tables)))
        except OperationalError:  # the test has dropped it
            return False
        return True


@pytest.fixture(scope="session")
def postgres_database() -> Iterator[PostgresDatabase | None]:
    server = postgres_url()
    made = PostgresDatabase(server) if server else None
    yield made
    if made is not None:
        made.drop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that tests copy."""
    path = tmp_path_factory.mktemp("template") / "lms.db"
    engine = make_engine(f"sqlite:///{path}")
    upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture(params=_ENGINES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a test's database is: every test that needs one runs on each engine. On PostgreSQL it is migrated and empty,
    on SQLite there is no file yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'data' / 'lms.db'}"
    return str(request.getfixturevalue("postgres_database").empty())


# A statement is compiled once in a test process rather than once in each test: SQLAlchemy keeps it by the dialect and by
# what is asked, and both are the same for every database of a kind.
_DIALECTS: dict[str, Dialect] = {}
_COMPILED: LRUCache[Any, Any] = LRUCache(4000)


def _engine(url: str) -> Engine:
    made = make_engine(url)
    if made.dialect.name not in _DIALECTS:
        made.connect().close()  # a dialect learns from its first connection which server it speaks to
        _DIALECTS[made.dialect.name] = made.dialect
    made.dialect = _DIALECTS[made.dialect.name]
    made.update_execution_options(compiled_cache=_COMPILED)
    return made


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(START)


# The applications of this test process. Routes and templates are the same for every test with the same plugins; what
# belongs to one installation lies in ``Installed``, which each test has anew.
_APPLICATIONS: dict[tuple[str, ...], Flask] = {}


@pytest.fixture
def app(database_url: str, tmp_path: Path, clock: SettableClock, sqlite_template: Path) -> Iterator[Flask]:
    """The ready application on an empty database."""
    (tmp_path / "data").mkdir(exist_ok=True)
    if database_url.startswith("sqlite") and not (tmp_path / "data" / "lms.db").exists():
        shutil.copyfile(sqlite_template, tmp_path / "data" / "lms.db")
    settings = {"data": str(tmp_path / "data"), "database_url": database_url, "secret_key": KEY}
    site = open_site(load_settings(settings, os.environ), engine=_engine(database_url), clock=clock)
    plugged = tuple(f"{slot}:{name}" for slot in SLOTS for name, _ in site.registry.all(slot))
    if plugged not in _APPLICATIONS:
        _APPLICATIONS[plugged] = create_application(settings, clock=clock)
        _APPLICATIONS[plugged].extensions["lms"].site.database.close()
    made = _APPLICATIONS[plugged]
    known = made.extensions["lms"]
    made.extensions["lms"] = Installed(site, known.prefix, known.identify, known.host_login, known.host_locale,
                                       environments=known.environments, addresses=known.addresses)
    config = dict(made.config)
    made.testing = True
    yield made
    made.extensions["lms"].site.database.close()
    made.config.clear()
    made.config.update(config)


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

    def send(self, method: str, path: str, **options: Any) -> Any:
        """Any method, with the token in a header as scripts send it."""
        if not self._token:
            self.get("/s")
        options["headers"] = {"X-CSRFToken": self._token, **options.get("headers", {})}
        return self._keep(self.client.open(path, method=method, **options))

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
