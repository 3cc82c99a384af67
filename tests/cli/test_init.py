"""``lms init`` and ``lms upgrade``: from nothing to an installation, twice without harm, and clear words where it cannot be."""
from __future__ import annotations

import sqlite3
import stat
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from lms.core.access.models import Grant
from lms.core.courses.models import Course
from lms.core.people.models import Password, Person
from lms.core.people.passwords import check_password
from lms.core.quizzes.models import Bank, Question


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """No folder yet."""
    return tmp_path / "new" / "data"


def test_it_makes_everything_that_serving_needs(lms: Any, data: Path, make_site: Any) -> None:
    answer = lms("init", "--admin-name", "周明", "--admin-phone", "199-0000-9001", "--json")
    assert answer.code == 0
    password = answer.json["administrator"]["password"]
    with make_site().database.reading() as db:
        person = db.scalars(select(Person).where(Person.phone == "19900009001")).one()
        row = db.get_one(Password, person.id)
        assert check_password(password, row.hash) and row.must_change
        assert db.scalars(select(Grant.role).where(Grant.person_id == person.id)).all() == ["administrator"]
        assert db.scalar(select(func.count()).select_from(Course)) == 3
        assert db.scalar(select(func.count()).select_from(Bank)) == 3
        assert db.scalar(select(func.count()).select_from(Question)) >= 60


def test_only_its_owner_may_look_into_the_folder(lms: Any, data: Path) -> None:
    lms("init")
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert stat.S_IMODE((data / "secret.key").stat().st_mode) == 0o600


def test_a_second_time_changes_nothing(lms: Any, data: Path, make_site: Any) -> None:
    lms("init", "--admin-name", "周明", "--admin-phone", "19900009001")
    key = (data / "secret.key").read_bytes()
    answer = lms("init", "--admin-name", "吴晓", "--admin-phone", "19900009002", "--json")
    assert answer.code == 0
    assert answer.json["administrator"] is None  # there is one already; nobody becomes one by the way
    assert (data / "secret.key").read_bytes() == key
    with make_site().database.reading() as db:
        assert db.scalars(select(Person.name)).all() == ["周明"]


def test_a_wrong_phone_number_is_refused_before_anything_is_made(lms: Any, data: Path) -> None:
    answer = lms("init", "--admin-name", "周明", "--admin-phone", "12345")
    assert answer.code == 1 and "12345" in answer.err
    assert not data.exists()


def test_a_name_without_a_phone_number_is_a_wrong_call(lms: Any, data: Path) -> None:
    assert lms("init", "--admin-name", "周明").code == 2
    assert not data.exists()


def test_a_folder_that_cannot_be_written_is_named(lms: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    answer = lms("init", "--data", tmp_path / "file" / "data")
    assert answer.code == 3
    assert str(tmp_path / "file" / "data") in answer.err and "Traceback" not in answer.err


def test_a_short_key_is_refused(lms: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LMS_SECRET_KEY", "short")
    answer = lms("init")
    assert answer.code == 3 and "32" in answer.err


def test_nothing_works_before_init_and_it_says_so(lms: Any) -> None:
    answer = lms("user", "reset", "周明")
    assert answer.code == 3 and "lms init" in answer.err


def test_upgrade_keeps_what_is_there(lms: Any, data: Path, make_site: Any) -> None:
    lms("init", "--admin-name", "周明", "--admin-phone", "19900009001")
    answer = lms("upgrade", "--json")
    assert answer.code == 0
    assert answer.json["before"] == answer.json["after"]
    assert {item["state"] for item in answer.json["content"]} == {"same"}
    with make_site().database.reading() as db:
        assert db.scalar(select(func.count()).select_from(Person)) == 1


@pytest.mark.parametrize("command", [("upgrade",), ("init",), ("serve",), ("user", "reset", "周明")])
def test_a_newer_database_is_refused_untouched(lms: Any, data: Path, command: tuple[str, ...]) -> None:
    lms("init")
    with sqlite3.connect(data / "lms.db") as connection:
        connection.execute("UPDATE lms_alembic_version SET version_num = 'from-the-future'")
    answer = lms(*command)
    assert answer.code == 3
    assert "from-the-future" in answer.err
    with sqlite3.connect(data / "lms.db") as connection:
        assert connection.execute("SELECT version_num FROM lms_alembic_version").fetchall() == [("from-the-future",)]


def test_a_file_that_is_no_database_is_refused_untouched(lms: Any, data: Path) -> None:
    data.mkdir(parents=True)
    (data / "lms.db").write_text("我是一个文本文件" * 200)
    before = (data / "lms.db").read_bytes()
    answer = lms("init")
    assert answer.code == 3 and "Traceback" not in answer.err
    assert (data / "lms.db").read_bytes() == before
