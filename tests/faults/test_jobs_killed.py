"""The job child, or all of it, is killed in the middle of issuing certificates: numbers 1…N, each once, each with its bytes."""
from __future__ import annotations

import asyncio
import hashlib
import os
import random
import signal
import time
from collections.abc import Callable

import pytest
from hall import Hall

from bench.load import Answer

pytestmark = pytest.mark.fault
PATIENCE = 90.0  # seconds; sixty certificates take two on an idle machine


def ask_for_certificates(hall: Hall) -> Answer:
    answer = asyncio.run(hall.staff().post(f"/manage/classes/{hall.world.past_class.uid}/certificates/issue",
                                           {"csrf_token": hall.world.token, "address_ok": "1"}))
    assert answer.status == 303, answer
    return answer


def valid(hall: Hall) -> int:
    (count,), = hall.rows("SELECT count(*) FROM lms_certificate WHERE state = 'valid'")
    return int(str(count))


def wait_for(hall: Hall, certificates: int) -> None:
    until = time.monotonic() + PATIENCE
    while valid(hall) < certificates:
        assert time.monotonic() < until, f"{valid(hall)} certificates after {PATIENCE} s"
        time.sleep(0.02)


def kill_the_child(hall: Hall) -> None:
    for pid in hall.children():
        os.kill(pid, signal.SIGKILL)


def kill_everything(hall: Hall) -> None:
    hall.kill()
    hall.start()


@pytest.mark.parametrize("strike", [kill_the_child, kill_everything])
def test_issuing_goes_on_where_it_was(hall: Hall, strike: Callable[[Hall], None], rounds: int) -> None:
    people = len(hall.world.people)
    ask_for_certificates(hall)
    for already in sorted(random.sample(range(1, people - 5), 1 + rounds // 10)):
        wait_for(hall, already)
        strike(hall)
    wait_for(hall, people)
    assert_complete(hall, people)


def assert_complete(hall: Hall, people: int) -> None:
    """Serials without gap or double, a person once, a log entry each, and the bytes that were hashed."""
    rows = hall.rows("SELECT serial, person_id, uid, pdf_sha256 FROM lms_certificate WHERE state = 'valid' ORDER BY serial")
    assert [serial for serial, *_ in rows] == list(range(1, people + 1))
    assert len({person for _, person, *_ in rows}) == people
    logged = hall.rows("SELECT thing_uid FROM lms_audit_entry WHERE action = 'certificate.issue'")
    assert sorted(uid for uid, in logged) == sorted(str(uid) for _, _, uid, _ in rows)
    stored = {hashlib.sha256(file.read_bytes()).hexdigest() for file in (hall.world.folder / "files").rglob("*") if file.is_file()}
    assert {str(sha256) for *_, sha256 in rows} <= stored
