"""The hall's code: right for its session and its moment only."""
from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lms.core.attendance.codes import (
    TYPED_LENGTH,
    Scan,
    give_ticket,
    hall_code,
    judge_scan,
    judge_typed,
    read_ticket,
    scan_text,
    step_of,
)
from lms.core.errors import Conflict, Invalid

KEY, STEP = b"k" * 32, 10
NOW = datetime(2026, 7, 6, 0, 45, 3, tzinfo=UTC)
HALL = "a" * 32


def shown(at: datetime = NOW, session: str = HALL, key: bytes = KEY) -> str:
    return scan_text(key, session, "in", at, STEP)


def test_the_code_on_the_screen_is_right():
    assert judge_scan(KEY, shown(), NOW, STEP) == Scan(HALL, "in", NOW)


def test_it_stays_right_for_one_more_step_because_phones_are_slow():
    text = shown()
    last = NOW.replace(second=19, microsecond=999_999)
    assert judge_scan(KEY, text, last, STEP).session_uid == HALL
    with pytest.raises(Conflict) as refusal:
        judge_scan(KEY, text, NOW.replace(second=20), STEP)
    assert refusal.value.code == "code_expired"


@pytest.mark.parametrize("text", [
    shown(NOW + timedelta(seconds=20)), shown(NOW + timedelta(days=1)), shown(key=b"other installation" * 2),
    shown().replace("-in-", "-out-"), shown().replace(HALL, "b" * 32), shown()[:-1] + ("2" if shown()[-1] != "2" else "3"),
    shown()[:-4], "", "--", "💥", "a-in-" + "A" * 5000])
def test_anything_else_is_refused_with_a_sentence(text):
    with pytest.raises(Invalid) as refusal:
        judge_scan(KEY, text, NOW, STEP)
    assert refusal.value.code == "wrong_code"


def test_yesterdays_code_has_expired():
    with pytest.raises((Conflict, Invalid)):
        judge_scan(KEY, shown(NOW - timedelta(days=1)), NOW, STEP)


def test_every_session_direction_and_step_has_a_code_of_its_own():
    codes = {hall_code(KEY, s, d, step_of(NOW, STEP) + i) for s in ("a", "b") for d in ("in", "out") for i in range(50)}
    assert len(codes) == 200


def test_the_typed_code_finds_its_session_among_those_that_are_open():
    typed = shown().rsplit("-", 1)[1][:TYPED_LENGTH]
    assert judge_typed(KEY, f" {typed[:3].lower()} {typed[3:]} ", ["c" * 32, HALL], NOW, STEP).session_uid == HALL
    for wrong, sessions in ((typed, ["c" * 32]), (typed[:-1], [HALL]), ("", [HALL])):
        with pytest.raises(Invalid):
            judge_typed(KEY, wrong, sessions, NOW, STEP)


def test_a_ticket_lasts_ten_minutes_and_cannot_be_altered():
    ticket = give_ticket(KEY, Scan(HALL, "in", NOW), "phone")
    lasts = timedelta(minutes=10)
    opened = read_ticket(KEY, ticket, NOW + lasts - timedelta(seconds=1), lasts)
    assert (opened.session_uid, opened.device) == (HALL, "phone")
    assert abs(opened.seen_at - NOW) < timedelta(milliseconds=1)
    with pytest.raises(Conflict):
        read_ticket(KEY, ticket, NOW + lasts + timedelta(seconds=1), lasts)
    for altered in (ticket.replace("phone", "other"), ticket.replace(HALL, "b" * 32), ticket + "x", ticket[1:], "", "....." * 9):
        with pytest.raises(Invalid):
            read_ticket(KEY, altered, NOW, lasts)
    with pytest.raises(Invalid):
        read_ticket(b"another key" * 3, ticket, NOW, lasts)


def test_two_tickets_for_one_code_are_two():
    scan = Scan(HALL, "in", NOW)
    assert give_ticket(KEY, scan, "p") != give_ticket(KEY, scan, "p")
