"""The same form, sent ten times at the same moment: it has one effect, and nobody is told otherwise."""
from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Sequence

import pytest
from hall import Hall

from bench.load import Answer, Phone

pytestmark = pytest.mark.fault
UID = "0123456789abcdef0123456789abcdef"


def ten_times(hall: Hall, send: Callable[[Phone], Awaitable[Answer]], *, staff: bool = False) -> Sequence[Answer]:
    """Ten connections of one browser send the same at once."""
    phones = [hall.staff() if staff else hall.phone(0) for _ in range(10)]

    async def all_at_once() -> Sequence[Answer]:
        await asyncio.gather(*(phone.get("/healthz") for phone in phones))
        return await asyncio.gather(*(send(phone) for phone in phones))

    return asyncio.run(all_at_once())


def statuses(answers: Sequence[Answer]) -> set[int]:
    return {answer.status for answer in answers}


def test_a_tap(hall: Hall) -> None:
    ticket, = asyncio.run(hall.tickets([hall.phone(0)]))
    assert statuses(ten_times(hall, lambda phone: hall.tap(phone, ticket))) == {200}
    assert set(hall.events("in").values()) == {1}


def test_taps_with_ten_tickets_of_one_person(hall: Hall) -> None:
    """Somebody scanned again and again before tapping."""
    tickets = iter(asyncio.run(hall.tickets([hall.phone(0)] * 10)))
    assert statuses(ten_times(hall, lambda phone: hall.tap(phone, next(tickets)))) == {200}
    assert set(hall.events("in").values()) == {1}


def test_signing_somebody_in_from_the_board(hall: Hall) -> None:
    (enrolment,), = hall.rows("SELECT uid FROM lms_enrolment WHERE person_id = ? AND class_id = ?",
                              hall.world.people[0].id, hall.world.training_class.id)
    address = f"/manage/sessions/{hall.world.session.uid}/people/{enrolment}/sign-in"
    form = {"csrf_token": hall.world.token, "uid": UID, "direction": "in"}
    assert statuses(ten_times(hall, lambda phone: phone.post(address, form), staff=True)) == {303}
    assert set(hall.events("in").values()) == {1}


def test_an_exam_begun_answered_and_handed_in(hall: Hall) -> None:
    token = hall.world.token
    begun = ten_times(hall, lambda phone: phone.post(f"/papers/{hall.world.exam.uid}/start", {"csrf_token": token}))
    assert statuses(begun) == {303}
    address, = {answer.headers["location"] for answer in begun}
    assert hall.rows("SELECT count(*) FROM lms_attempt") == [(1,)]

    changes = json.dumps({"answers": [{"sequence": n, "item": n, "given": None} for n in (1, 2, 3)]}).encode()
    assert statuses(ten_times(hall, lambda phone: phone.post(f"{address}/answers", json=changes, token=token))) == {200}
    assert hall.rows("SELECT sequence FROM lms_journal_entry ORDER BY sequence") == [(1,), (2,), (3,)]

    assert statuses(ten_times(hall, lambda phone: phone.post(f"{address}/submit", {"csrf_token": token}))) == {303}
    assert hall.rows("SELECT count(*) FROM lms_attempt WHERE submitted_at IS NOT NULL") == [(1,)]
    assert hall.rows("SELECT count(*), count(DISTINCT item) FROM lms_mark WHERE replaced_at IS NULL") == [(50, 50)]


def test_a_roster_committed(hall: Hall) -> None:
    folder = f"/manage/classes/{hall.world.training_class.uid}/roster"
    lines = [f"王{'甲乙丙'[n // 10]}{'子丑寅卯辰巳午未申酉'[n % 10]},测试单位{n % 9},1990003{n:04}" for n in range(30)]
    roster = "\n".join(["姓名,单位,手机号", *lines]).encode()
    uploaded = asyncio.run(hall.staff().upload(f"{folder}/import", {"csrf_token": hall.world.token}, "file", "r.csv", roster))
    assert uploaded.status == 303, uploaded
    before, = hall.rows("SELECT count(*) FROM lms_enrolment")[0]
    answers = ten_times(hall, lambda phone: phone.post(uploaded.headers["location"], {"csrf_token": hall.world.token}), staff=True)
    assert statuses(answers) == {303}
    assert hall.rows("SELECT count(*) FROM lms_enrolment") == [(int(str(before)) + 30,)]
    assert hall.rows("SELECT count(*) FROM lms_person WHERE name LIKE '王%'") == [(30,)]


def test_certificates_asked_for(hall: Hall) -> None:
    address = f"/manage/classes/{hall.world.past_class.uid}/certificates/issue"
    form = {"csrf_token": hall.world.token, "address_ok": "1"}
    answers = ten_times(hall, lambda phone: phone.post(address, form), staff=True)
    assert statuses(answers) == {303}
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert re.fullmatch(r"/manage/jobs/[0-9a-f]{32}", answers[0].headers["location"])
    assert hall.rows("SELECT count(*) FROM lms_job") == [(1,)]
