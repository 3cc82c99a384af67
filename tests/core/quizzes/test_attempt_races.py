"""Many requests at once: one attempt begins, one handing in counts, no acknowledged answer is left out of the mark."""
from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any

import pytest
from exam_room import Room, right_answer
from sqlalchemy import Select, func, select

from lms.core.errors import Conflict
from lms.core.quizzes.models import Attempt, JournalEntry, Mark


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


ROUNDS = 200 if os.environ.get("LMS_TEST_LONG") else 20


def one_round(room: Room, number: int) -> None:
    """Ten starts with one attempt allowed; then handing in twice beside three answers, one of them sent twice."""
    paper, person = room.paper(attempts=1, title=f"第{number}轮"), room.person(f"学员{number}")
    begun = at_once(*[lambda: room.start(paper, person)] * 10)
    assert all(isinstance(one, Attempt) for one in begun), begun
    assert len({one.uid for one in begun}) == 1
    attempt = begun[0]
    outcomes = at_once(*[lambda: room.submit(attempt)] * 2, *[
        lambda n=n: room.answer(attempt, {"sequence": n, "item": n, "given": right_answer(attempt, n)}) for n in (1, 2, 3, 3)])
    assert all(isinstance(one, Attempt) for one in outcomes[:2]), outcomes
    assert all(isinstance(one, (int, Conflict)) for one in outcomes[2:]), outcomes
    assert len({(one.mark, one.submitted_at) for one in outcomes[:2]}) == 1
    kept = {n for n, one in zip((1, 2, 3, 3), outcomes[2:], strict=True) if isinstance(one, int)}
    assert room.fresh(attempt).mark == 10_000 * len(kept), "what was acknowledged is in the mark, and nothing else"
    with room.site.database.reading() as db:
        count = {model: db.scalar(select(func.count()).select_from(model).where(column)) for model, column in (
            (Attempt, Attempt.paper_id == paper.id), (Mark, Mark.attempt_id == attempt.id),
            (JournalEntry, JournalEntry.attempt_id == attempt.id))}
    assert count == {Attempt: 1, Mark: 6, JournalEntry: len(kept)}


@pytest.mark.fault
def test_races_have_one_effect_however_often_they_are_run(room: Room) -> None:
    """Two hundred times with ``make test-faults``."""
    for number in range(ROUNDS):
        one_round(room, number)


def test_the_rounds_find_a_version_that_forgot_its_locks(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same rounds on a database without its write lock and on statements without theirs: they do not pass."""
    monkeypatch.setattr(room.site.database, "_one_writer", False)
    monkeypatch.setattr(room.site.database, "_writer", room.site.database.engine)
    monkeypatch.setattr(Select, "with_for_update", lambda self, **_: self)
    with pytest.raises(AssertionError):
        for number in range(100):
            one_round(room, number)


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


def test_the_same_batch_at_once_is_kept_once(room: Room) -> None:
    attempt = room.start(room.paper(), room.person())
    batch = [{"sequence": n, "item": n, "given": right_answer(attempt, n)} for n in range(1, 7)]
    assert at_once(*[lambda: room.answer(attempt, *batch)] * 8) == [6] * 8
    assert room.submit(attempt).mark == 60_000
