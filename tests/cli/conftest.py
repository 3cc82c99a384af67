"""Commands are called as people call them; what is slow to set up is made once and copied."""
from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lms.cli import main

ADMINISTRATOR = ("--admin-name", "周明", "--admin-phone", "19900009001")


@dataclass
class Answer:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def lms(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, data: Path) -> Callable[..., Answer]:
    """``lms("check", "config")`` runs a command on the installation in ``data``."""
    monkeypatch.setenv("LMS_DATA", str(data))

    def run(*arguments: object) -> Answer:
        capsys.readouterr()
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as end:
            code = int(end.code or 0)
        printed = capsys.readouterr()
        return Answer(code, printed.out, printed.err)

    return run


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as ``lms init`` leaves it."""
    folder = tmp_path_factory.mktemp("cli") / "data"
    done = subprocess.run([sys.executable, "-m", "lms.cli", "init", "--data", str(folder), *ADMINISTRATOR],
                          capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def data(installation: Path, tmp_path: Path) -> Path:
    """A copy of that folder for one test."""
    return Path(shutil.copytree(installation, tmp_path / "data"))


@pytest.fixture
def make_site(data: Path) -> Any:
    """The installation in ``data``, opened beside the commands."""
    from lms.core.settings import load_settings
    from lms.site import open_site

    opened = []

    def make() -> Any:
        opened.append(open_site(load_settings({"data": str(data)})))
        return opened[-1]

    yield make
    for site in opened:
        site.database.close()


@pytest.fixture
def training_class(make_site: Any) -> Any:
    """A published class with the short name ``first``, with three days of sessions and nobody in it."""
    from datetime import timedelta

    from lms.core.classes.service import make_class, publish
    from lms.core.classes.timetable_template import add_three_days
    from lms.core.people.units import unit_named

    site = make_site()
    now = site.clock.now()
    with site.database.writing() as db:
        day = now.date()
        made = make_class(db, slug="first", title="测试班", organiser_id=unit_named(db, "测试主办单位").id, starts_on=day,
                          ends_on=day + timedelta(days=2), zone="Asia/Shanghai", by_id=None, now=now)
        add_three_days(db, training_class=made, by_id=None, now=now)
        db.refresh(made)
        publish(db, training_class=made, by_id=None, now=now)
    return made


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as ``lms demo`` leaves it. Do not change it; copy it."""
    folder = tmp_path_factory.mktemp("demo") / "demo-data"
    done = subprocess.run([sys.executable, "-m", "lms.cli", "demo", "--data", str(folder), "--no-serve"],
                          capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return folder
