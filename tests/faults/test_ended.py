"""SIGTERM while a hall signs in: whoever reached the server is answered, and what was answered is on record."""
from __future__ import annotations

import asyncio

import pytest
from hall import Hall

pytestmark = pytest.mark.fault


def test_requests_that_run_are_finished(hall: Hall) -> None:
    asyncio.run(_end_in_mid_burst(hall))


async def _end_in_mid_burst(hall: Hall) -> None:
    people = hall.world.people
    phones = [hall.phone(n) for n in range(len(people))]
    tickets = await hall.tickets(phones)
    taps = [asyncio.create_task(hall.tap(p, t)) for p, t in zip(phones, tickets, strict=True)]
    await asyncio.wait(taps, return_when=asyncio.FIRST_COMPLETED)
    code = await asyncio.to_thread(hall.stop)
    answers = await asyncio.gather(*taps, return_exceptions=True)
    assert code == 0
    answered = {people[n].id for n, answer in enumerate(answers) if not isinstance(answer, BaseException)}
    assert all(answer.status == 200 for answer in answers if not isinstance(answer, BaseException))
    assert answered == set(hall.events("in")), "on record is exactly who was told so"
    assert len(answered) == len(people), "all of them had reached the server"
