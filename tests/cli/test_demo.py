"""The demonstration: complete, of today, the same when called again, and never on top of real data."""
from __future__ import annotations

import json
import re
import shutil
import stat
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from lms.core.access.roles import ROLE_ACTIONS
from lms.core.attendance.check_in import sign_in_window
from lms.core.attendance.models import AttendanceEvent
from lms.core.attendance.record import class_record
from lms.core.certificates.models import Certificate
from lms.core.classes.models import ClassSession, Enrolment, Group, TrainingClass
from lms.core.classes.rules import rules_of
from lms.core.classes.timetable import instants
from lms.core.clock import SettableClock, local, local_instant
from lms.core.courses.models import ClassCourse
from lms.core.people.models import Password, Person
from lms.core.people.passwords import check_password
from lms.core.quizzes.models import Attempt, Paper
from lms.core.settings import load_settings
from lms.demo.build import ensure
from lms.demo.fiction import STATIONS, trainees
from lms.demo.roster import roster_csv
from lms.migrations.run import upgrade
from lms.site import Site, make_secret_key, open_site


@pytest.fixture
def data(demonstration: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(demonstration, tmp_path / "demo-data"))


@pytest.fixture
def told(data: Path) -> dict[str, Any]:
    return dict(json.loads((data / "demo-accounts.json").read_text("utf-8")))


def present(site: Site, told: dict[str, Any], db: Any) -> TrainingClass:
    return db.scalars(select(TrainingClass).where(TrainingClass.uid == told["class"]["uid"])).one()  # type: ignore[no-any-return]


def test_what_is_told_is_for_its_owner_and_complete(data: Path, told: dict[str, Any]) -> None:
    assert stat.S_IMODE((data / "demo-accounts.json").stat().st_mode) == 0o600
    assert {account["role"] for account in told["accounts"]} == {*ROLE_ACTIONS, "trainee"}
    assert len({account["password"] for account in told["accounts"]}) == len(told["accounts"])
    assert len(told["activation"]) == 5
    assert all("/a/" in link["link"] and "/c/" in link["card"] for link in told["activation"])
    assert len(told["sessions"]) >= 10 and len(told["papers"]) == 4 and told["certificates"]


def test_the_passwords_open_the_accounts(make_site: Any, told: dict[str, Any]) -> None:
    with make_site().database.reading() as db:
        for account in told["accounts"]:
            person = db.scalars(select(Person).where(Person.phone == account["login"])).one()
            row = db.get_one(Password, person.id)
            assert check_password(account["password"], row.hash) and not row.must_change


def test_three_hundred_people_in_nine_groups(make_site: Any, told: dict[str, Any]) -> None:
    site = make_site()
    with site.database.reading() as db:
        training_class = present(site, told, db)
        people = db.scalars(select(Enrolment).where(Enrolment.class_id == training_class.id)).all()
        assert len(people) == 300 and len({e.unit_id for e in people}) >= 90
        assert db.scalar(select(func.count()).where(Group.class_id == training_class.id)) == 9
        assert {e.name for e in people} >= {"赵𠮷安", "林㛃", "高䶮", "郑赟", "阿依努尔·买买提", "努尔兰·哈力克"}
        phones = db.scalars(select(Person.phone).join(Enrolment, Enrolment.person_id == Person.id)
                            .where(Enrolment.class_id == training_class.id)).all()
        assert sum(phone is None for phone in phones) == 1
        assert all(re.fullmatch(r"1990000\d{4}", phone) for phone in phones if phone)
        assert db.scalar(select(func.count()).where(ClassCourse.class_id == training_class.id, ClassCourse.required)) == 3


def test_the_class_is_on_today_with_yesterday_on_record(make_site: Any, told: dict[str, Any]) -> None:
    site = make_site()
    with site.database.reading() as db:
        training_class = present(site, told, db)
        yesterday = training_class.starts_on
        assert {s.kind for s in training_class.sessions} == {"opening_ceremony", "lecture", "discussion", "field_visit", "exam",
                                                             "closing_ceremony"}
        record = class_record(db, training_class=training_class, now=site.clock.now())
        first = [n for n, session in enumerate(record.sessions) if session.day == yesterday]
        codes = {person.statuses[n].code for person in record.people for n in first}
        assert {"present", "late", "absent", "personal_leave", "sick_leave", "official_leave"} <= codes


def test_somebody_can_sign_in_and_sit_a_quiz_right_now(make_site: Any, told: dict[str, Any]) -> None:
    site = make_site()
    now = site.clock.now()
    with site.database.reading() as db:
        session = db.scalars(select(ClassSession).where(ClassSession.uid == told["sign_in"]["session"])).one()
        assert next(s for s in told["sessions"] if s["uid"] == session.uid)["sign_in_open"]
        opens, closes = sign_in_window(session, rules_of(session.training_class), session.training_class.zone)
        assert opens <= now <= closes + timedelta(minutes=5)
        trainee = next(a for a in told["accounts"] if a["role"] == "trainee")
        held = select(AttendanceEvent).join(Person, Person.id == AttendanceEvent.person_id).where(
            AttendanceEvent.session_id == session.id, Person.uid.in_([trainee["person"], *(p["person"] for p in told["activation"])]))
        assert db.scalars(held).all() == []
        quizzes = db.scalars(select(Paper).where(Paper.uid.in_([p["uid"] for p in told["papers"]]), Paper.kind == "quiz")).all()
        assert len(quizzes) == 3 and all(quiz.state == "published" and quiz.attempts == 0 for quiz in quizzes)
        exam = db.scalars(select(Paper).where(Paper.uid.in_([p["uid"] for p in told["papers"]]), Paper.kind == "exam")).one()
        assert (exam.minutes, exam.attempts, exam.state) == (40, 1, "published")
        assert local(exam.opens_at, "Asia/Shanghai").date() == session.training_class.ends_on
        assert db.scalar(select(func.count()).select_from(Attempt)) > 24


def test_certificates_of_the_class_before_are_samples(lms: Any, data: Path, make_site: Any, tmp_path: Path) -> None:
    site = make_site()
    with site.database.reading() as db:
        certificates = db.scalars(select(Certificate)).all()
        assert certificates and all(c.state == "valid" and c.snapshot["sample"] for c in certificates)
        assert [c.serial for c in certificates] == list(range(1, len(certificates) + 1))
        with site.storage.open(certificates[0].pdf_sha256) as stored:
            pdf = stored.read()
    file = tmp_path / "certificate.pdf"
    file.write_bytes(pdf)
    answer = lms("verify", file, "--json")
    assert answer.code == 0
    assert answer.json["sample"] is True and answer.json["certificate"]["name"] == certificates[0].snapshot["name"]
    file.write_bytes(pdf[:-1] + bytes([pdf[-1] ^ 1]))
    assert lms("verify", file).code == 1  # one bit is enough


def test_issuing_again_gives_nobody_a_second_certificate(lms: Any, make_site: Any) -> None:
    answer = lms("certificates", "issue", "--class", "demo-1", "--address", "http://127.0.0.1:8000", "--json")
    assert answer.code == 0
    site = make_site()
    with site.database.reading() as db:
        assert db.scalar(select(func.count()).select_from(Certificate)) == answer.json["valid"]
    assert answer.json["valid"] + answer.json["incomplete"] == 24
    assert len(answer.json["not_yet"]) == answer.json["incomplete"]


def test_certificates_need_an_address(lms: Any) -> None:
    answer = lms("certificates", "issue", "--class", "demo-1")
    assert answer.code == 1 and "public_address" in answer.err


def test_called_again_on_the_same_day_it_changes_nothing(lms: Any, data: Path, told: dict[str, Any], make_site: Any) -> None:
    def counts() -> list[int]:
        with make_site().database.reading() as db:
            return [db.scalar(select(func.count()).select_from(model)) or 0
                    for model in (Person, TrainingClass, Enrolment, ClassSession, AttendanceEvent, Paper, Certificate)]

    before = counts()
    assert lms("demo", "--no-serve", "--json").code == 0
    again = json.loads((data / "demo-accounts.json").read_text("utf-8"))
    assert again["accounts"] == told["accounts"]
    assert again["activation"] == told["activation"]
    assert again["class"] == told["class"]
    assert counts() == before


def test_it_says_what_it_wrote(lms: Any, data: Path, told: dict[str, Any]) -> None:
    answer = lms("demo", "--no-serve")
    for account in told["accounts"]:
        assert account["login"] in answer.out and account["password"] in answer.out
    assert told["addresses"]["here"] in answer.out and str(data) in answer.out


def test_reset_asks_and_then_begins_anew(lms: Any, data: Path, told: dict[str, Any]) -> None:
    assert lms("demo", "--no-serve", "--reset").code == 1  # nobody is there to say yes
    assert json.loads((data / "demo-accounts.json").read_text("utf-8")) == told
    (data / "notes.txt").write_text("not ours")
    assert lms("demo", "--no-serve", "--reset", "--yes", "--json").code == 0
    assert json.loads((data / "demo-accounts.json").read_text("utf-8"))["class"]["uid"] != told["class"]["uid"]
    assert (data / "notes.txt").exists()


def test_it_does_not_touch_the_data_of_a_real_installation(lms: Any, installation: Path, tmp_path: Path) -> None:
    real = Path(shutil.copytree(installation, tmp_path / "real"))
    before = (real / "lms.db").read_bytes()
    for extra in ((), ("--reset", "--yes")):
        answer = lms("demo", "--no-serve", "--data", real, *extra)
        assert answer.code == 3 and str(real) in answer.err
    assert (real / "lms.db").read_bytes() == before
    assert not (real / "lms.toml").exists()


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return local_instant(day, time(hour, minute), "Asia/Shanghai")


@pytest.fixture
def demo_at(tmp_path: Path) -> Any:
    """``demo_at(instant)`` runs the demonstration as of then, on one and the same folder."""
    opened: list[Site] = []

    def run(now: datetime) -> tuple[Site, TrainingClass]:
        folder = tmp_path / "demo"
        folder.mkdir(exist_ok=True)
        make_secret_key(folder)
        site = open_site(load_settings({"data": str(folder), "demo": True}), clock=SettableClock(now))
        opened.append(site)
        upgrade(site.database.engine)
        made = ensure(site, passwords={}, here="http://127.0.0.1:8000", now=now)
        with site.database.reading() as db:
            training_class = db.get_one(TrainingClass, made.class_id)
            _ = training_class.sessions
        return site, training_class

    yield run
    for site in opened:
        site.database.close()


def test_at_any_hour_there_is_a_session_to_sign_in_to(demo_at: Any) -> None:
    for hour, minute in ((0, 1), (6, 0), (9, 45), (12, 30), (16, 40), (17, 25), (22, 10), (23, 59)):
        now = at(date(2026, 7, 7), hour, minute) + timedelta(seconds=30)
        _, training_class = demo_at(now)
        rules = rules_of(training_class)
        in_time = []
        for session in training_class.sessions:
            opens, closes = sign_in_window(session, rules, training_class.zone)
            start, _ = instants(session, training_class.zone)
            in_time.append(opens <= now <= closes and now <= start + timedelta(minutes=rules.late_after))
        assert any(in_time), (hour, minute)


def test_when_the_class_is_over_the_next_one_is_made_and_the_old_stays(demo_at: Any) -> None:
    _, first = demo_at(at(date(2026, 7, 7), 9))
    assert (first.starts_on, first.ends_on) == (date(2026, 7, 6), date(2026, 7, 8))
    _, same = demo_at(at(date(2026, 7, 8), 23))
    assert same.id == first.id
    site, following = demo_at(at(date(2026, 7, 9), 8))
    assert following.id != first.id and following.intake == first.intake + 1
    assert following.starts_on <= date(2026, 7, 9) <= following.ends_on
    with site.database.reading() as db:
        for training_class in (first, following):
            assert db.scalar(select(func.count()).where(Enrolment.class_id == training_class.id)) == 300
        assert db.scalar(select(func.count()).select_from(Person)) == 300 + 24 + 5  # the same people come again


def test_the_roster_has_the_awkward_cases_and_no_real_number() -> None:
    text = roster_csv().decode("utf-8-sig")
    assert text.count("\r\n") == 302  # the heading and 301 rows
    for case in ("•", "・", "\u200b", "\u3000", "\u00a0", "+86", "1.99E+10", "女性", "\"\"靠前\"\"", "有限公司,第二厂区"):
        assert case in text
    assert len(STATIONS) == 28
    people = trainees()
    assert len(people) == 300 and len({person.phone for person in people}) == 300
    assert people == trainees()  # a fixed seed
