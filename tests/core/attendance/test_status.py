"""Statuses at their limits, in one-second steps, and in any order of events."""
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core.attendance.status import SETTABLE, status_of
from lms.core.classes.rules import ClassRules

BEGIN = datetime(2026, 7, 6, 0, 30, tzinfo=UTC)
END = BEGIN + timedelta(hours=3)
RULES = ClassRules(sign_out_counts=True)


@dataclass
class Event:
    id: int
    kind: str
    at: datetime
    status: str | None = None
    voids_id: int | None = None
    flags: list[Any] = field(default_factory=list)
    method: str = "hall"
    confirms_id: int | None = None


def judge(*events: Event, now: datetime = END + timedelta(hours=1), sign_out: bool = False, rules: ClassRules = RULES):
    return status_of(events, start=BEGIN, end=END, takes_sign_out=sign_out, cancelled=False, rules=rules, now=now)


@pytest.mark.parametrize(("seconds", "expected"), [
    (-1, "present"), (0, "present"), (10 * 60, "present"), (10 * 60 + 1, "late"), (30 * 60, "late"), (30 * 60 + 1, "absent")])
def test_arrival_is_judged_to_the_second(seconds, expected):
    assert judge(Event(1, "in", BEGIN + timedelta(seconds=seconds))).code == expected


@pytest.mark.parametrize(("seconds", "expected"), [(-15 * 60, "present"), (-15 * 60 - 1, "left_early"), (0, "present")])
def test_departure_is_judged_to_the_second_where_it_is_signed(seconds, expected):
    events = Event(1, "in", BEGIN), Event(2, "out", END + timedelta(seconds=seconds))
    assert judge(*events, sign_out=True).code == expected
    assert judge(*events, sign_out=False).code == "present"


def test_who_came_late_says_by_how_many_minutes_and_against_which_limit():
    status = judge(Event(7, "in", BEGIN + timedelta(minutes=12, seconds=5)))
    assert (status.minutes, status.data["limit"], status.events) == (13, 10, (7,))


@pytest.mark.parametrize(("now", "expected"), [
    (BEGIN - timedelta(seconds=1), "upcoming"), (BEGIN, "missing"), (END - timedelta(seconds=1), "missing"), (END, "absent")])
def test_nobody_is_absent_before_the_session_is_over(now, expected):
    assert judge(now=now).code == expected


def test_leaving_and_coming_back_is_not_leaving_early():
    events = [Event(1, "in", BEGIN), Event(2, "out", BEGIN + timedelta(hours=1)), Event(3, "in", BEGIN + timedelta(hours=2))]
    during = judge(*events, sign_out=True, now=END - timedelta(minutes=1))
    assert during.code == "present" and during.signed_out_at is None
    assert judge(*events, Event(4, "out", END), sign_out=True).code == "present"


def test_no_sign_out_is_left_early_only_once_the_session_is_over():
    arrived = Event(1, "in", BEGIN)
    assert judge(arrived, sign_out=True, now=END - timedelta(seconds=1)).code == "present"
    assert judge(arrived, sign_out=True).code == "left_early"


def test_a_voided_signature_counts_no_longer():
    assert judge(Event(1, "in", BEGIN), Event(2, "void", END, voids_id=1)).code == "absent"


@pytest.mark.parametrize("code", SETTABLE)
def test_the_latest_correction_stands_above_signatures(code):
    events = Event(1, "in", BEGIN), Event(2, "status", END, "absent"), Event(3, "status", END, code)
    assert judge(*events).code == code


def test_an_event_that_awaits_review_counts_and_says_so():
    status = judge(Event(1, "in", BEGIN, flags=["shared_device"]))
    assert (status.code, status.review) == ("present", ("shared_device",))


def test_a_changed_rule_recomputes_the_same_events():
    event = Event(1, "in", BEGIN + timedelta(minutes=12))
    assert judge(event).code == "late"
    assert judge(event, rules=ClassRules(late_after=15)).code == "present"


@given(st.lists(st.tuples(st.sampled_from(["in", "out"]), st.integers(-3600, 4 * 3600)), max_size=5), st.booleans())
def test_order_and_doubling_change_nothing(steps, sign_out):
    events = [Event(i, kind, BEGIN + timedelta(seconds=s)) for i, (kind, s) in enumerate(steps, 1)]
    expected = judge(*events, sign_out=sign_out)
    for order in list(permutations(events))[:24]:
        assert judge(*order, sign_out=sign_out) == expected


@pytest.mark.parametrize("method", ["leave", "roll_call"])
def test_a_signature_stands_above_leave_and_roll_call(method):
    said = Event(1, "status", BEGIN, status="personal_leave", method=method)
    assert judge(said).code == "personal_leave"
    assert judge(said, Event(2, "in", BEGIN)).code == "present"
    assert judge(Event(1, "in", BEGIN), Event(2, "status", END, status="personal_leave", method=method)).code == "present"


def test_leave_stands_above_roll_call_and_a_correction_above_both():
    leave = Event(1, "status", BEGIN, status="sick_leave", method="leave")
    called = Event(2, "status", BEGIN, status="absent", method="roll_call")
    assert judge(leave, called).code == "sick_leave"
    assert judge(leave, called, Event(3, "status", END, status="unexcused", method="correction")).code == "unexcused"


@given(st.lists(st.sampled_from(["present", "absent", "late"]), min_size=1, max_size=3), st.integers(-20, 60), st.booleans())
def test_roll_calls_a_scan_and_leave_give_one_status_in_any_order(called, minutes, leave):
    said = [Event(i, "status", BEGIN, status, method="roll_call") for i, status in enumerate(called, 1)]
    said += [Event(11, "status", BEGIN, "sick_leave", method="leave")] if leave else []
    scan = Event(10, "in", BEGIN + timedelta(minutes=minutes))
    for order in list(permutations([*said, scan]))[:24]:
        assert (judge(*order).code, judge(*order).signed_in_at) == (judge(scan).code, scan.at)
    for order in permutations(said):
        assert judge(*order).code == ("sick_leave" if leave else called[-1])


@given(st.sampled_from(["present", "absent"]), st.booleans(), st.booleans())
def test_a_spot_check_moves_no_status_and_puts_who_was_away_under_review(found, signed, called):
    check = Event(9, "check", END, status=found, flags=["spot_absent"] if found == "absent" else [], method="spot_check")
    others = [Event(1, "in", BEGIN)] * signed + [Event(2, "status", BEGIN, "late", method="roll_call")] * called
    with_check, without = judge(*others, check), judge(*others)
    assert with_check.code == without.code and with_check.signed_in_at == without.signed_in_at
    assert with_check.review == (("spot_absent",) if found == "absent" else ())
    assert judge(*others, check, Event(10, "status", END, "present", method="correction")).review == ()
    assert judge(*others, Event(8, "status", END, "present", method="correction"), check).review == with_check.review


@given(st.lists(st.tuples(st.sampled_from(["in", "out", "leave", "roll_call", "correction", "check", "void", "confirm"]),
                          st.integers(-3600, 4 * 3600), st.integers(1, 8), st.booleans()), max_size=6), st.booleans(), st.randoms())
def test_leave_reviews_and_judgements_in_any_order_give_one_status(steps, sign_out, chance):
    """*refers* names the event that is voided or confirmed, which may be none, itself, or one that is yet to come."""
    said = {"leave": "sick_leave", "roll_call": "absent", "correction": "late"}
    events = [Event(i, "status" if kind in said else kind, BEGIN + timedelta(seconds=s), status=said.get(kind),
                    voids_id=refers if kind == "void" else None, confirms_id=refers if kind == "confirm" else None,
                    flags=["shared_device"] if flagged else [], method=kind if kind in said else "hall")
              for i, (kind, s, refers, flagged) in enumerate(steps, 1)]
    expected = judge(*events, sign_out=sign_out)
    for _ in range(12):
        order = chance.sample(events, len(events)) + [e for e in events if chance.random() < 0.3]  # some arrive twice
        assert judge(*order, sign_out=sign_out) == expected
    assert expected.review == tuple(dict.fromkeys(flag for _, flags in expected.awaiting for flag in flags))


def test_a_confirmed_event_awaits_nothing_until_the_confirmation_is_voided():
    doubtful, seen = Event(1, "in", BEGIN, flags=["shared_device"]), Event(2, "confirm", END, confirms_id=1)
    assert judge(doubtful).awaiting == ((1, ("shared_device",)),)
    assert (judge(doubtful, seen).code, judge(doubtful, seen).review) == ("present", ())
    assert judge(doubtful, seen, Event(3, "void", END, voids_id=2)).review == ("shared_device",)


def test_a_doubtful_sign_out_that_keeps_somebody_from_having_left_early_awaits_a_look():
    events = Event(1, "in", BEGIN), Event(2, "out", END, flags=["shared_device"])
    assert judge(*events, sign_out=True).review == ("shared_device",) and judge(*events).review == ()


def test_who_is_back_from_leave_and_stays_away_is_told_apart():
    leave, back = Event(1, "status", BEGIN, status="sick_leave", method="leave"), Event(2, "void", BEGIN, voids_id=1, method="leave")
    assert (judge(leave, back).code, judge(leave, back).reason) == ("absent", "已销假，但没有签到记录")
    assert judge(leave, back, now=BEGIN - timedelta(seconds=1)).reason == ""
    assert judge(leave, back, Event(3, "in", BEGIN)).code == "present"
