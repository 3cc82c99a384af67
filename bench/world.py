"""A class of 300 on a fresh installation, and phones that are logged in: where benchmarks and fault tests play.

The class is on now: eighteen sessions on three days, one of them open for signing in at any hour, and an exam. A second class, of
last month, asks for nothing, so that everybody in it can be certified.
"""
from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.access.grants import grant
from lms.core.attendance.codes import Direction, scan_text
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
from lms.core.quizzes.banks import import_bank
from lms.core.quizzes.files import read_bank
from lms.core.quizzes.models import Paper
from lms.core.quizzes.papers import make_paper
from lms.core.quizzes.papers import publish as publish_paper
from lms.core.quizzes.plans import Cell, Plan
from lms.core.shipped import shipped
from lms.migrations.run import upgrade
from lms.site import Site, make_secret_key
from lms.web.app import create_app

ZONE = "Asia/Shanghai"
_RULES = {"closes_after": 15}  # so that a run across the end of a session is not refused
_LENIENT = {"required_share": 0, "courses_required": False, "exam_required": False, "leave_limit": "none"}


@dataclass
class World:
    """What those who play in it need to know.

    :param people: the trainees, *cookies* those of their phones in the same order
    :param token: a CSRF token that fits every cookie
    :param stranger: the session cookie of a phone on which nobody is logged in
    """

    folder: Path
    site: Site
    training_class: TrainingClass
    past_class: TrainingClass
    session: ClassSession
    exam: Paper
    people: list[Person]
    cookies: list[str]
    staff_cookie: str
    token: str
    stranger: str

    def new_cookie(self) -> str:
        """The cookies of a phone on which nobody is logged in."""
        return f"{self.stranger}; lms_device={secrets.token_urlsafe(20)}"

    def scan_code(self, direction: Direction = "in") -> str:
        """What the hall's screen shows at this moment."""
        return scan_text(self.site.key("hall"), self.session.uid, direction, datetime.now(UTC), self.site.settings.code_step)


def make_world(folder: Path, people: int = 300, *, courses: bool = True, **settings: Any) -> World:
    """Fill a new installation in *folder*.

    :param courses: import the shipped courses and give them to the class
    """
    folder.mkdir(parents=True, exist_ok=True)
    make_secret_key(folder)
    app = create_app(data=str(folder), **settings)
    site: Site = app.extensions["lms"].site
    upgrade(site.database.engine)
    now = datetime.now(UTC)
    with site.database.writing() as db:
        persons = [new_person(db, name=f"测试学员{n}", phone=f"1990001{n:04}", now=now) for n in range(people)]
        staff = new_person(db, name="测试管理员", phone="19900020000", now=now)
        db.flush()
        grant(db, person_id=staff.id, role="administrator", scope_type="site", scope_id=0, by_id=None, now=now)
        present = _make_class(db, "bench", 0, persons, _RULES, now)
        past = _make_class(db, "bench-past", -40, persons, _LENIENT, now)
        here = local(now, ZONE)
        session = db.scalars(select(ClassSession).where(
            ClassSession.class_id == present.id, ClassSession.day == here.date(), ClassSession.starts <= here.time())
            .order_by(ClassSession.starts.desc())).first()
        assert session is not None  # the first one of the day begins at midnight
        logins = [open_login(db, person=p, method="activation", lasts=timedelta(days=1), now=now) for p in (*persons, staff)]
    if courses:
        _give_courses(site, present, now)
    exam = _give_exam(site, present, now)
    cookies, stranger, token = _cookies(app, logins)
    return World(folder, site, present, past, session, exam, persons, cookies[:-1], cookies[-1], token, stranger)


def _make_class(db: Session, slug: str, days: int, people: Sequence[Person], rules: dict[str, Any], now: datetime) -> TrainingClass:
    """A published class of three days that begins in so many *days*, with everybody in one of nine groups."""
    first = local(now, ZONE).date() + timedelta(days=days)
    made = make_class(db, slug=slug, title=f"压力测试培训班（{slug}）", organiser_id=unit_named(db, "测试主办单位").id,
                      starts_on=first, ends_on=first + timedelta(days=2), zone=ZONE, by_id=None, now=now)
    made.rules = rules
    groups = [add_group(db, training_class=made, name=f"第{n}组", by_id=None, now=now) for n in range(1, 10)]
    units = [unit_named(db, f"测试单位{n}") for n in range(100)]
    for n, person in enumerate(people):
        enrol(db, training_class=made, person=person, group=groups[n % 9], unit=units[n % 100], by_id=None, now=now)
    for day in range(3):
        for place in range(6):  # around the clock, so that one is always on
            add_session(db, training_class=made, title=f"第{day + 1}天第{place + 1}节", kind="lecture", day=first + timedelta(days=day),
                        starts=time(place * 4), ends=time(place * 4 + 3, 59), place="报告厅", lecturer="测试老师",
                        credit_hours=100, by_id=None, now=now)
    publish(db, training_class=made, by_id=None, now=now)
    return made


def _give_courses(site: Site, training_class: TrainingClass, now: datetime) -> None:
    for folder in sorted(p for p in shipped("courses").iterdir() if (p / "course.yaml").exists()):
        course, faults = read_course(folder)
        if course is None:
            raise RuntimeError(f"{folder.name}: {faults[0]}")
        assets = store_assets(site.storage, folder, course)
        with site.database.writing() as db:
            version = import_course(db, course=course, assets=assets, origin="shipped", by_id=None, now=now)
            assign_course(db, class_id=training_class.id, course=db.get_one(Course, version.course_id), by_id=None, now=now)


def _give_exam(site: Site, training_class: TrainingClass, now: datetime) -> Paper:
    """Fifty questions of a shipped bank, forty minutes, open now."""
    bank, faults = read_bank(next(shipped("quizzes").glob("finance-rules.yaml")))
    if bank is None:
        raise RuntimeError(str(faults[0]))
    with site.database.writing() as db:
        import_bank(db, bank, now=now)
        plan = Plan(draw=(Cell(bank.id, count=50, mark=2000),))
        exam = make_paper(db, training_class=training_class, plan=plan, by_id=None, now=now, title="结业考试", kind="exam",
                          minutes=40, attempts=1)
        publish_paper(db, paper=exam, by_id=None, now=now)
        return exam


def _cookies(app: Flask, logins: Sequence[str]) -> tuple[list[str], str, str]:
    """The Cookie header of a phone for each login, that of a phone without one, and the CSRF token that all share."""
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    raw = secrets.token_hex(20)
    cookies = [f"lms_session={signer.dumps({'_user_id': login, '_fresh': True, '_permanent': True, 'csrf_token': raw})}; "
               f"lms_device={secrets.token_urlsafe(20)}" for login in logins]
    stranger = f"lms_session={signer.dumps({'csrf_token': raw})}"
    return cookies, stranger, str(URLSafeTimedSerializer(str(app.secret_key), salt="wtf-csrf-token").dumps(raw))
