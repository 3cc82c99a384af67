"""Many requests at once: one attempt begins, one handing in counts, no acknowledged answer is left out of the mark."""
from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any

import pytest
from exam_room import Room, right_answer
from sqlalchemy import func, select

from lms.core.errors import Conflict
from lms.core.quizzes.models import Attempt, Mark


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run every call in a thread of its own, as nearly at the same moment as can be; results or errors, in order."""
    gate, found = threading.Barrier(len(calls)), [None] * len(calls)

    def run(place: int) -> None:
        gate.wait()
        try:
            found[place] = calls[place]()
        except Exception as error:
            found[place] = error  # type: ignore[call-overload]

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found


LONG = bool(os.environ.get("LMS_TEST_LONG"))


@pytest.mark.fault
def test_races_have_one_effect_however_often_they_are_run(room: Room) -> None:
    """Ten starts with one attempt allowed, answers beside a double hand-in: two hundred times with ``make test-faults``."""
    for round_ in range(200 if LONG else 2):
        paper, person = room.paper(attempts=1, title=f"第{round_}轮"), room.person(f"学员{round_}")
        begun = at_once(*[lambda p=paper, w=person: room.start(p, w)] * 10)
        assert len({attempt.uid for attempt in begun}) == 1
        attempt = begun[0]
        outcomes = at_once(*[lambda a=attempt: room.submit(a)] * 2, *[
            lambda a=attempt, n=n: room.answer(a, {"sequence": n, "item": n, "given": right_answer(a, n)}) for n in (1, 2, 3)])
        assert all(isinstance(outcome, (Attempt, int, Conflict)) for outcome in outcomes), outcomes
        assert len({outcome.mark for outcome in outcomes[:2]}) == 1
        assert room.fresh(attempt).mark == 10_000 * sum(isinstance(outcome, int) for outcome in outcomes[2:])
        with room.site.database.reading() as db:
            assert db.scalar(select(func.count(Attempt.id)).where(Attempt.paper_id == paper.id)) == 1
            assert db.scalar(select(func.count(Mark.id)).where(Mark.attempt_id == attempt.id)) == 6


def test_ten_starts_make_one_attempt(room: Room) -> None:
    paper, person = room.paper(attempts=1), room.person()
    begun = at_once(*[lambda: room.start(paper, person)] * 10)
    assert len({attempt.uid for attempt in begun}) == 1
    with room.site.database.reading() as db:
        assert db.scalar(select(func.count(Attempt.id))) == 1


def test_ten_people_at_once_get_an_attempt_each(room: Room) -> None:
    paper = room.paper()
    people = [room.person(f"学员{n}") for n in range(10)]
    begun = at_once(*[lambda p=person: room.start(paper, p) for person in people])
    assert len({attempt.uid for attempt in begun}) == 10


def test_handing_in_ten_times_at_once_marks_once(room: Room) -> None:
    attempt = room.start(room.paper(), room.person())
    room.answer_all(attempt, (1, 2, 3))
    handed_in = at_once(*[lambda: room.submit(attempt)] * 10)
    assert {(a.mark, a.submitted_at) for a in handed_in} == {(30_000, room.clock.now())}
    with room.site.database.reading() as db:
        assert db.scalar(select(func.count(Mark.id))) == 6


@pytest.mark.parametrize("round_", range(5))
def test_an_answer_beside_the_handing_in_is_in_the_mark_or_refused(room: Room, round_: int) -> None:
    attempt = room.start(room.paper(), room.person())
    outcomes = at_once(
        lambda: room.submit(attempt),
        *[lambda n=n: room.answer(attempt, {"sequence": n, "item": n, "given": right_answer(attempt, n)})
          for n in range(1, 7)])
    saved = sum(isinstance(outcome, int) for outcome in outcomes[1:])
    assert all(isinstance(o, (int, Conflict)) for o in outcomes[1:])
    assert room.fresh(attempt).mark == saved * 10_000


def test_the_same_batch_at_once_is_kept_once(room: Room) -> None:
    attempt = room.start(room.paper(), room.person())
    batch = [{"sequence": n, "item": n, "given": right_answer(attempt, n)} for n in range(1, 7)]
    assert at_once(*[lambda: room.answer(attempt, *batch)] * 8) == [6] * 8
    assert room.submit(attempt).mark == 60_000
