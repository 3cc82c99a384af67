"""A class of 300 on a fresh installation, its server, and phones that are logged in."""
from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from datetime import time as wall_time
from pathlib import Path

from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer

from lms.core.access.grants import grant
from lms.core.classes.enrolments import enrol
from lms.core.classes.groups import add_group
from lms.core.classes.models import ClassSession, TrainingClass
from lms.core.classes.service import make_class, publish
from lms.core.classes.timetable import add_session
from lms.core.clock import local
from lms.core.courses.files import read_course
from lms.core.courses.library import assign_course, import_course, store_assets
from lms.core.courses.models import Course
from lms.core.people.logins import open_login
from lms.core.people.models import Person
from lms.core.people.service import new_person
from lms.core.people.units import unit_named
from lms.core.shipped import shipped
from lms.migrations.run import upgrade
from lms.site import make_secret_key
from lms.web.app import create_app

ZONE = "Asia/Shanghai"


@dataclass
class World:
    """What the measurements need to know of the installation."""

    folder: Path
    training_class: TrainingClass
    session: ClassSession
    people: list[Person]
    cookies: list[str]  # of the trainees
    staff_cookie: str
    token: str  # a CSRF token that fits every cookie

    def scan_code(self) -> str:
        from lms.core.attendance.codes import scan_text

        site = self.app_site
        return scan_text(site.key("hall"), self.session.uid, "in", datetime.now(UTC), site.settings.code_step)

    app_site: object = None


def make_world(folder: Path, people: int = 300, database_url: str = "") -> World:
    """Fill a new installation in *folder*: a class that is on now, three courses, everybody logged in on a phone."""
    folder.mkdir(parents=True, exist_ok=True)
    make_secret_key(folder)
    app = create_app(data=str(folder), database_url=database_url)
    site = app.extensions["lms"].site
    upgrade(site.database.engine)
    now = datetime.now(UTC)
    today = local(now, ZONE).date()
    with site.database.writing() as db:
        made = make_class(db, slug="bench", title="压力测试培训班", organiser_id=unit_named(db, "测试主办单位").id, starts_on=today,
                          ends_on=today + timedelta(days=2), zone=ZONE, by_id=None, now=now)
        sessions = [add_session(db, training_class=made, title=f"第{d + 1}天第{h + 1}节", kind="lecture",
                                day=today + timedelta(days=d), starts=wall_time(h * 4), ends=wall_time(h * 4 + 3, 59),
                                credit_hours=100, by_id=None, now=now) for d in range(3) for h in range(6)]
        publish(db, training_class=made, by_id=None, now=now)
        groups = [add_group(db, training_class=made, name=f"第{n}组", by_id=None, now=now) for n in range(1, 10)]
        persons = [new_person(db, name=f"测试学员{n}", phone=f"1990001{n:04}", now=now) for n in range(people)]
        for n, person in enumerate(persons):
            enrol(db, training_class=made, person=person, group=groups[n % 9], unit=unit_named(db, f"测试单位{n % 100}"),
                  by_id=None, now=now)
        staff = new_person(db, name="测试管理员", now=now)
        grant(db, person_id=staff.id, role="administrator", scope_type="site", by_id=None, now=now)
    for course_folder in sorted(p for p in shipped("courses").iterdir() if (p / "course.yaml").exists()):
        course, _ = read_course(course_folder)
        if course is None:
            continue
        assets = store_assets(site.storage, course_folder, course)
        with site.database.writing() as db:
            version = import_course(db, course=course, assets=assets, origin="shipped", by_id=None, now=now)
            assign_course(db, class_id=made.id, course=db.get_one(Course, version.course_id), by_id=None, now=now)
    with site.database.writing() as db:
        logins = [open_login(db, person=p, method="activation", lasts=timedelta(days=1), now=now) for p in [*persons, staff]]
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    raw = secrets.token_hex(20)
    cookies = [f"lms_session={signer.dumps({'_user_id': s, '_fresh': True, '_permanent': True, 'csrf_token': raw})}; "
               f"lms_device={secrets.token_urlsafe(20)}" for s in logins]
    token = URLSafeTimedSerializer(str(app.secret_key), salt="wtf-csrf-token").dumps(raw)
    local_now = local(now, ZONE).time()
    session = next(s for s in sessions if s.day == today and s.starts <= local_now <= s.ends)
    return World(folder, made, session, persons, cookies[:-1], cookies[-1], str(token), site)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: list[str], port: int, path: str, environ: dict[str, str] | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """A server process, ready; ended when the measurement is over."""
    process = subprocess.Popen(command, env={**os.environ, **(environ or {})}, stdout=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 30
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=2).read()
                break
            except OSError:
                if time.monotonic() > until or process.poll() is not None:
                    raise RuntimeError(f"{command} did not start") from None
                time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()


def floor_command(folder: Path, port: int, threads: int) -> list[str]:
    return [sys.executable, "-m", "bench.floor", str(folder), str(port), str(threads)]


def system_command(folder: Path, port: int) -> list[str]:
    return [sys.executable, "-m", "lms.cli", "serve", "--data", str(folder), "--host", "127.0.0.1", "--port", str(port)]
