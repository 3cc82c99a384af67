"""Guessing certificates leads nowhere, and soon to nobody: by code, by number, by name."""
from __future__ import annotations

from typing import Any

import pytest
from certificate_desk import BY_ATTENDANCE, Desk

from lms.core.clock import SettableClock
from lms.site import Site
from lms.testing import Browser
from lms.web.misses import MOST, Misses


@pytest.fixture
def desk(site: Site, make_training: Any) -> Desk:
    made = Desk(site, make_training(people=2, rules=BY_ATTENDANCE))
    made.finish()
    made.issue()
    return made


def test_codes_that_are_not_there_make_one_wait_and_right_ones_do_not_count(app: Any, desk: Desk, clock: SettableClock) -> None:
    right = f"/v/{desk.code(desk.certificates()[0])}"
    client = app.test_client()  # no cookie is kept: each answer is to somebody new
    assert [client.get(right).status_code for _ in range(MOST + 5)] == [200] * (MOST + 5)
    wrong = [client.get(f"/v/{'a' * 20}{number:06d}").status_code for number in range(MOST + 5)]
    assert wrong == [404] * MOST + [429] * 5
    assert client.get(right).status_code == 429  # else a hit would be told from a miss
    clock.move(seconds=61)
    assert client.get(right).status_code == 200


def test_a_new_browser_for_each_guess_gains_nothing(site: Site, app: Any, make_training: Any) -> None:
    """Whoever has the roster and the numbers still cannot put them together."""
    made = Desk(site, make_training("class-b", people=12, rules=BY_ATTENDANCE))
    made.finish()
    numbers = [c.number for c in made.issue()]
    names = [c.snapshot["name"] for c in made.certificates()]
    answers = [Browser(app.test_client()).post("/v", {"number": number, "name": names[(place + turn) % 12]}).status_code
               for turn in range(1, 12) for place, number in enumerate(numbers)]
    assert answers.count(429) > len(answers) / 2
    typed = [Browser(app.test_client()).post("/v", {"code": f"{'a' * 24}{n // 20 + 1:02}{chr(97 + n % 20)}"}).status_code for n in range(MOST + 40)]
    assert typed[-1] == 429 and typed.count(404) <= MOST


def test_every_number_with_a_name_that_is_not_its_own_finds_nobody(browser: Browser, desk: Desk) -> None:
    names = [c.snapshot["name"] for c in desk.certificates()]
    answers = [browser.post("/v", {"number": f"培结〔2026〕第{serial:03}号", "name": names[serial % 2]}) for serial in range(1, 9)]
    assert {a.status_code for a in answers} <= {404, 429} and answers[-1].status_code == 429
    assert not any(certificate.snapshot["unit"] in a.get_data(as_text=True) for a in answers for certificate in desk.certificates())


def test_addresses_are_counted_apart_and_are_forgotten(clock: SettableClock) -> None:
    misses, now = Misses(), clock.now()
    for _ in range(MOST):
        misses.note("10.0.0.1", now)
    assert misses.seconds_to_wait("10.0.0.1", now) > 0 and misses.seconds_to_wait("10.0.0.2", now) == 0
    for number in range(10_001):
        misses.note(f"x{number}", now)
    assert misses.seconds_to_wait("10.0.0.1", now) == 0 and len(misses._seen) == 10_000
