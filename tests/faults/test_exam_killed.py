"""``kill -9`` of the whole server again and again during an exam: each acknowledged answer is there, time goes on, one attempt each."""
from __future__ import annotations

import asyncio
import dataclasses
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from exam import sit_exam
from hall import Hall

from bench.world import make_world

LONG = bool(os.environ.get("LMS_TEST_LONG"))

pytestmark = pytest.mark.fault


@pytest.fixture
def exam_hall(tmp_path: Path, make_hall: Callable[..., Hall]) -> Iterator[Hall]:
    """A running server: three hundred people with ``make test-faults``, the first twelve of sixty in the short form."""
    if LONG:
        world = make_world(tmp_path / "exam", 300, courses=False)
        world.site.database.close()
        hall = Hall(world)
    else:
        hall = few(make_hall())
    hall.start()
    yield hall
    hall.close()


def few(hall: Hall) -> Hall:
    hall.world = dataclasses.replace(hall.world, people=hall.world.people[:12], cookies=hall.world.cookies[:12])
    return hall


def test_an_exam_survives_its_server(exam_hall: Hall) -> None:
    questions, pace, every = (50, 1.5, 7.0) if LONG else (10, 0.25, 1.2)
    report = asyncio.run(sit_exam(exam_hall, questions=questions, pace=pace, every=every))
    people = exam_hall.world.people
    assert report.kills >= (8 if LONG else 2), "the server was not killed in the middle of it"
    assert len(report.acknowledged) == questions * len(people) and report.handed_in == {p.id for p in people}
    assert (report.missing(exam_hall), report.doubled(exam_hall), report.reset(exam_hall)) == ([], [], [])
    assert exam_hall.rows("SELECT count(*) FROM lms_attempt WHERE mark IS NULL") == [(0,)]
    marks, = exam_hall.rows("SELECT count(*), count(DISTINCT attempt_id || '-' || item) FROM lms_mark WHERE replaced_at IS NULL")
    assert marks[0] == marks[1] == 50 * len(people)


def test_a_server_that_answers_before_it_has_stored_would_be_noticed(make_hall: Callable[..., Hall]) -> None:
    hall = few(make_hall("forgetful"))
    hall.start()
    report = asyncio.run(sit_exam(hall, questions=10, pace=0.25, every=1.2))
    assert report.missing(hall)
