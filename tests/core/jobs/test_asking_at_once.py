"""Two who ask for the same work at the same moment get the same job, and neither an error."""
from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from sqlalchemy import select

from lms.core.jobs.models import Job
from lms.core.jobs.service import enqueue


def test_asked_for_six_times_at_once_it_is_one_job(database: Any, clock: Any) -> None:
    start = Barrier(6)

    def ask(_: int) -> str:
        start.wait()
        with database.writing() as db:
            return enqueue(db, kind="nothing", arguments={}, by_id=None, now=clock.now(), key="the same").uid

    for _ in range(5):
        with ThreadPoolExecutor(6) as people:
            assert len(set(people.map(ask, range(6)))) == 1
        with database.writing() as db:
            db.scalars(select(Job).where(Job.state == "queued")).one().state = "done"
