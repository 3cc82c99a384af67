"""Each limit in steps of a second, by the class's rules and by a session's own; and the same events in any order, any number of times."""
from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.core.attendance.check_in import counts_from, sign_in_window
from lms.core.attendance.status import Judge
from lms.core.classes.models import ClassSession
from lms.core.classes.rules import ClassRules
from lms.core.classes.session_rules import parse_own_rules, rules_in
from lms.core.errors import Conflict, Invalid

ZONE = "Asia/Shanghai"
BEGIN = datetime(2026, 7, 6, 0, 30, tzinfo=UTC)  # 08:30 in Shanghai
END = BEGIN + timedelta(hours=3)
SECOND = timedelta(seconds=1)


def a_session(**rules: Any) -> ClassSession:
    start = BEGIN + timedelta(hours=8)
    return ClassSession(title="第一课", day=start.date(), starts=start.time(), ends=(END + timedelta(hours=8)).time(), counts=True,
                        cancelled=False, sign_out=True, rules=rules)


@dataclass(frozen=True)
class Event:
    id: int
    kind: str
    at: datetime
    status: str | None = None
    voids_id: int | None = None
    confirms_id: int | None = None
    flags: list[Any] = field(default_factory=list, hash=False)
    method: str = "hall"


def judge(rules: ClassRules, now: datetime = END + timedelta(hours=2), sign_out: bool = True) -> Judge:
    return Judge(start=BEGIN, end=END, takes_sign_out=sign_out, cancelled=False, rules=rules, now=now)


@pytest.mark.parametrize("opens", [0, 30, 45])
@pytest.mark.parametrize("early", [0, 15])
@pytest.mark.parametrize("closes", [0, 20])
def test_opening_and_closing_to_the_second(opens: int, early: int, closes: int) -> None:
    """By the class's rules, and by the same figures as the session's own above other ones of the class."""
    figures = {"opens_before": opens, "scan_early": early, "closes_after": closes}
    for session, rules in ((a_session(), ClassRules(**figures)), (a_session(**figures), ClassRules(opens_before=5, closes_after=7))):
        first, last = BEGIN - timedelta(minutes=opens), END + timedelta(minutes=closes)
        assert sign_in_window(session, rules, ZONE) == (first, last)
        for at in (first, first + SECOND, last - SECOND, last):
            assert counts_from(session, rules, ZONE, at) == at
        waits = first - timedelta(minutes=early)
        assert counts_from(session, rules, ZONE, waits) == first
        if early:
            assert counts_from(session, rules, ZONE, first - SECOND) == counts_from(session, rules, ZONE, waits + SECOND) == first
        for at, code in ((waits - SECOND, "not_open_yet"), (last + SECOND, "closed")):
            with pytest.raises(Conflict) as refused:
                counts_from(session, rules, ZONE, at)
            assert refused.value.code == code


@pytest.mark.parametrize(("late", "absent"), [(0, 0), (10, 30), (15, 15), (0, 5)])
def test_late_and_absent_to_the_second(late: int, absent: int) -> None:
    found = judge(ClassRules(late_after=late, absent_after=absent), sign_out=False)
    for seconds, expected in ((0, "present"), (late * 60, "present"), (late * 60 + 1, "late" if absent > late else "absent"),
                              (absent * 60, "late" if absent > late else "present"), (absent * 60 + 1, "absent")):
        assert found.of([Event(1, "in", BEGIN + seconds * SECOND)]).code == expected, seconds


@pytest.mark.parametrize(("means", "code"), [("left_early", "left_early"), ("absent", "absent")])
@pytest.mark.parametrize("before", [0, 15])
def test_leaving_early_to_the_second_and_what_it_means(means: str, code: str, before: int) -> None:
    rules = ClassRules(sign_out_counts=True, early_before=before, early_means=means)
    arrived, found = Event(1, "in", BEGIN), judge(rules)
    limit = END - timedelta(minutes=before)
    assert found.of([arrived, Event(2, "out", limit)]).code == "present"
    gone = found.of([arrived, Event(2, "out", limit - SECOND)])
    assert gone.code == code and gone.attended == (means == "left_early") and gone.minutes == before + 1
    assert found.of([arrived]).code == code  # never signed out, and it is over
    assert judge(rules, now=END - SECOND).of([arrived]).code == "present"
    assert judge(replace(rules, sign_out_counts=False)).of([arrived, Event(2, "out", limit - SECOND)]).code == "present"


@pytest.mark.parametrize("closes", [0, 20])
def test_nobody_is_absent_a_second_before_it_is_over(closes: int) -> None:
    rules, over = ClassRules(closes_after=closes), END + timedelta(minutes=closes)
    assert [judge(rules, now=at).of([]).code for at in (BEGIN - SECOND, BEGIN, over - SECOND, over)] == [
        "upcoming", "missing", "missing", "absent"]


def test_a_session_s_own_rules_go_above_its_class_s_and_leave_the_rest() -> None:
    rules = ClassRules(late_after=5, absent_after=60)
    assert rules_in(a_session(), rules) is rules
    own = rules_in(a_session(late_after=20), rules)
    assert (own.late_after, own.absent_after, own.opens_before) == (20, 60, 30)


@pytest.mark.parametrize(("typed", "code", "name"), [
    ({"late_after": "61"}, "session_absent_before_late", "absent_after"), ({"absent_after": "4"}, "session_absent_before_late", "absent_after"),
    ({"late_after": "1.5"}, "rule_precision", "late_after"), ({"early_means": "x"}, "rule_choice", "early_means"),
    ({"leave_limit": "none"}, "not_a_session_rule", "leave_limit"), ({"certificate_title": "x"}, "not_a_session_rule", "certificate_title")])
def test_a_rule_that_a_session_cannot_have_is_refused_at_its_field(typed: dict[str, str], code: str, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_own_rules(typed, ClassRules(late_after=5, absent_after=60))
    assert (refused.value.code, refused.value.data["field"]) == (code, name)


KINDS = st.one_of(
    st.tuples(st.sampled_from(["in", "out"]), st.just(""), st.sampled_from(["hall", "staff", "paper"])),
    st.tuples(st.just("status"), st.sampled_from(["absent", "sick_leave", "present", "made_up_sign_in"]),
              st.sampled_from(["correction", "leave", "roll_call"])),
    st.tuples(st.just("check"), st.just(""), st.just("spot_check")),
    st.tuples(st.sampled_from(["void", "confirm"]), st.just(""), st.sampled_from(["correction", "leave", "review"])))
STEPS = st.lists(st.tuples(KINDS, st.integers(-3600, 4 * 3600), st.booleans(), st.integers(0, 5)), max_size=7)


def history(steps: list[Any]) -> list[Event]:
    """Events as they would be on record: a voiding or confirming one names an earlier one."""
    made: list[Event] = []
    for number, ((kind, status, method), seconds, doubtful, target) in enumerate(steps, 1):
        about = made[target % len(made)].id if kind in ("void", "confirm") and made else None
        made.append(Event(number, kind, BEGIN + seconds * SECOND, status or None, about if kind == "void" else None,
                          about if kind == "confirm" else None, ["shared_device"] if doubtful and kind == "in" else [], method))
    return made


@settings(deadline=None)
@given(STEPS, st.randoms(use_true_random=False), st.booleans())
def test_any_history_in_any_order_and_doubled_gives_one_status(steps: list[Any], chance: Any, sign_out: bool) -> None:
    events, found = history(steps), judge(ClassRules(sign_out_counts=True), sign_out=sign_out)
    expected = found.of(events)
    for _ in range(4):
        again = events + chance.sample(events, chance.randint(0, len(events)))
        chance.shuffle(again)
        assert found.of(again) == expected


@given(st.integers(-7200, 5 * 3600), st.booleans(), st.booleans())
def test_the_short_way_for_one_signature_is_the_long_way(seconds: int, sign_out: bool, counts: bool) -> None:
    found = judge(ClassRules(sign_out_counts=counts), sign_out=sign_out)
    event = Event(1, "in", BEGIN + seconds * SECOND)
    assert found.of([event]) == found._of_many([event])
