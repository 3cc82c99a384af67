"""Many issue at once: threads on SQLite, processes on PostgreSQL. Numbers run without a gap, and nobody gets two.

The long form (``make test-faults``) has 300 people.
"""
from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from certificate_desk import Desk

from lms.core.certificates.issue import reserve
from lms.core.classes.models import Enrolment, TrainingClass
from lms.site import Site
from lms.testing import KEY

MakeDesk = Callable[..., Desk]
SCRIPT = Path(__file__).with_name("issuing_process.py")
PEOPLE = 300 if os.environ.get("LMS_TEST_LONG") else 36


@pytest.mark.fault
def test_everybody_at_once_gets_one_number_each_without_a_gap(make_desk: MakeDesk, site: Site, database_url: str, tmp_path: Path) -> None:
    desk = make_desk(people=PEOPLE)
    desk.finish()
    if site.database.engine.dialect.name == "sqlite":
        with ThreadPoolExecutor(8) as pool:  # each for somebody, and everybody twice
            list(pool.map(lambda number: one_number(desk, number % PEOPLE), range(2 * PEOPLE)))
    command = [sys.executable, str(SCRIPT), str(tmp_path / "data"), database_url, desk.training.training_class.uid, site.clock.now().isoformat()]
    running = [subprocess.Popen(command, env={**os.environ, "LMS_SECRET_KEY": KEY}, stdout=subprocess.DEVNULL) for _ in range(2)]
    assert [process.wait(300) for process in running] == [0, 0]
    found = desk.certificates()
    assert [c.serial for c in found] == list(range(1, PEOPLE + 1))
    assert len({c.enrolment_id for c in found}) == len({c.number for c in found}) == len({c.pdf_sha256 for c in found}) == PEOPLE
    assert {c.state for c in found} == {"valid"}


def one_number(desk: Desk, number: int) -> None:
    with desk.site.database.writing() as db:
        training_class = db.get_one(TrainingClass, desk.training.training_class.id)
        reserve(db, training_class=training_class, enrolments=[db.get_one(Enrolment, desk.training.enrolments[number].id)],
                key=desk.site.key("certificate"), by_id=None, now=desk.site.clock.now(), sample=False)
