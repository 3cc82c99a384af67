"""Every minute the job child closes what is over, so that no exam waits for somebody to look at it."""
from __future__ import annotations

from datetime import timedelta

from lms.core.jobs.service import Workplace
from lms.core.quizzes.closing import AT_ONCE, close_overdue, mark_left, work_left


def close_what_is_over(place: Workplace) -> None:
    """Close and mark every attempt whose time is over, a few at a time in short transactions."""
    grace = timedelta(seconds=place.settings.answer_grace)
    with place.database.reading() as db:
        overdue, unmarked = work_left(db, now=place.clock.now(), grace=grace)
    while overdue:
        with place.database.writing() as db:
            overdue = close_overdue(db, now=place.clock.now(), grace=grace) == AT_ONCE
    if unmarked:
        with place.database.writing() as db:
            mark_left(db, now=place.clock.now())
