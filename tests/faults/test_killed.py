"""``kill -9`` of the whole server at random moments of a burst: what was acknowledged is there, and only once."""
from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from statistics import median

import pytest
from hall import Hall, cut_off

from lms.core.attendance.codes import DIRECTIONS

pytestmark = pytest.mark.fault


def test_no_acknowledged_sign_in_is_lost_or_doubled(hall: Hall, rounds: int) -> None:
    chance, restarts = random.Random(), []
    for number in range(rounds):
        report = asyncio.run(cut_off(hall, DIRECTIONS[number % 2], chance))
        assert report.acknowledged and len(report.acknowledged) < len(hall.world.people), "the kill missed the burst"
        assert (report.missing, report.doubled, report.lost) == ([], [], [])
        restarts.append(report.restart)
    assert median(restarts) < 5


@pytest.mark.parametrize(("fault", "shows"), [("hasty", "missing"), ("stuttering", "doubled")])
def test_a_broken_server_would_be_noticed(make_hall: Callable[..., Hall], fault: str, shows: str) -> None:
    hall = make_hall(fault)
    hall.start()
    report = asyncio.run(cut_off(hall, "in", random.Random()))
    assert getattr(report, shows)
