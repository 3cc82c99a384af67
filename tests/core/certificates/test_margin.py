"""When completion has become impossible, or one absence makes it so: to the hundredth of an hour."""
from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from certificate_desk import Desk
from hypothesis import given
from hypothesis import strategies as st

from lms.core.attendance.record import Attended, class_record, totals
from lms.core.attendance.status import Status
from lms.core.certificates.completion import attendance_parts
from lms.core.certificates.exams import sittings
from lms.core.certificates.margin import Alarm, alarms
from lms.core.classes.models import ClassSession, Enrolment, TrainingClass
from lms.core.classes.rules import ClassRules
from lms.core.clock import SettableClock
from lms.core.quizzes.models import Attempt, Paper
from lms.site import Site

MakeDesk = Callable[..., Desk]


def told(desk: Desk, site: Site, number: int = 0) -> tuple[Alarm, ...]:
    with site.database.reading() as db:
        training_class = db.get_one(TrainingClass, desk.training.training_class.id)
        record = class_record(db, training_class=training_class, now=site.clock.now(),
                              enrolments=[db.get_one(Enrolment, desk.training.enrolments[number].id)])
        exams = sittings(db, training_class, [desk.training.people[number].id]).get(desk.training.people[number].id, ())
        return alarms(record.sessions, record.people[0], record.rules, exams, record.now)


def test_four_fifths_of_24_hours_bear_one_half_day_and_not_two(make_desk: MakeDesk, site: Site) -> None:
    desk = make_desk(leave_limit="none")
    assert told(desk, site) == ()  # 4.8 hours may be missed, a half-day is 4
    desk.mark(["absent"])
    alarm, = told(desk, site)
    assert alarm.code == "last_absence"
    assert (alarm.data["lost"], alarm.data["margin"], alarm.data["hours"], alarm.data["count"]) == ("4", "0.8", "4", 5)
    desk.mark(["absent", "absent"])
    alarm, = told(desk, site)
    assert alarm.code == "impossible"
    assert (alarm.data["due"], alarm.data["lost"], alarm.data["most"], alarm.data["needed"]) == ("24", "8", "16", "19.2")


def test_once_everything_is_over_nobody_is_one_absence_away(make_desk: MakeDesk, site: Site) -> None:
    desk = make_desk(leave_limit="none")
    desk.mark(["absent"] + ["present"] * 5)
    assert told(desk, site) == ()


def test_leave_over_the_limit_is_final_and_the_rest_of_it_is_told(make_desk: MakeDesk, site: Site) -> None:
    desk = make_desk(leave_limit="days", leave_days=100, required_share=500)  # one day is 8 hours
    desk.mark(["personal_leave"])
    assert told(desk, site) == ()
    desk.mark(["personal_leave", "sick_leave"])
    alarm, = told(desk, site)
    assert (alarm.code, alarm.data["taken"], alarm.data["room"]) == ("last_leave", "8", "0")
    desk.mark(["personal_leave", "sick_leave", "sick_leave"])
    assert [(a.code, a.part) for a in told(desk, site)] == [("impossible", "leave")]


def test_a_consequence_that_only_warns_closes_nothing(make_desk: MakeDesk, site: Site) -> None:
    desk = make_desk(leave_consequence="warn", share_consequence="warn")
    desk.finish()
    desk.mark(["sick_leave", "sick_leave", "absent"])
    verdict = desk.verdict()
    assert verdict.met and [part.warns for part in verdict.parts] == [True, True] and told(desk, site) == ()
    assert "按本班规则只作提醒，不影响结业" in verdict.parts[1].sentence


CODES = ["present", "late", "absent", "personal_leave", "upcoming", "missing", "cancelled"]


@given(st.lists(st.tuples(st.sampled_from(CODES), st.integers(0, 800)), min_size=1, max_size=8), st.integers(1, 1000),
       st.sampled_from(["none", "days", "fraction"]))
def test_the_alarm_is_true(sessions: list[tuple[str, int]], share: int, limit: str) -> None:
    """Told "impossible" if and only if coming to all that is left does not help; told "one away" only if missing one ends it."""
    rules = ClassRules(required_share=share, leave_limit=limit)
    meetings = [ClassSession(title=f"课{n}", credit_hours=hours) for n, (_, hours) in enumerate(sessions)]

    def with_rest(rest: str, but: int | None = None, otherwise: str = "") -> bool:
        codes = [(otherwise if n == but else rest) if code in ("upcoming", "missing") else code for n, (code, _) in enumerate(sessions)]
        statuses = tuple(Status(code) for code in codes)
        return all(part.met for part in attendance_parts(meetings, Attended(statuses, totals(meetings, statuses)), rules))

    now = tuple(Status(code) for code, _ in sessions)
    found = alarms(meetings, Attended(now, totals(meetings, now)), rules, (), datetime.now(UTC))
    assert any(a.code == "impossible" for a in found) == (not with_rest("present"))
    open_ones = [n for n, (code, _) in enumerate(sessions) if code in ("upcoming", "missing")]
    if with_rest("present"):
        assert any(a.code == "last_absence" for a in found) == any(not with_rest("present", n, "absent") for n in open_ones)
    if any(a.code == "last_leave" for a in found):
        assert any(not with_rest("present", n, "sick_leave") for n in open_ones)


@pytest.mark.parametrize("hours", [timedelta(hours=2), timedelta(hours=4)])
def test_a_running_session_is_not_lost_before_it_is_over(make_desk: MakeDesk, site: Site, hours: timedelta) -> None:
    desk = make_desk(required_share=1000, leave_limit="none")
    site.clock.move(seconds=hours.total_seconds())  # type: ignore[attr-defined]
    assert [a.code for a in told(desk, site)] == (["last_absence"] if hours == timedelta(hours=2) else ["impossible"])


@pytest.fixture
def sat(site: Site) -> Callable[..., int]:
    """``sat(desk, 45, attempts=1)``: the first trainee at an exam of 100 marks, one attempt for each mark; None is not marked yet."""

    def put(desk: Desk, *marks: int | None, **about: Any) -> int:
        now = site.clock.now()
        with site.database.writing() as db:
            paper = Paper(class_id=desk.training.training_class.id, title="结业考试", kind="exam", plan={}, created_at=now,
                          **{"state": "published", **about})
            db.add(paper)
            db.flush()
            db.add_all(Attempt(paper_id=paper.id, person_id=desk.training.people[0].id, number=number, frozen={}, started_at=now,
                               submitted_at=now, mark=None if mark is None else mark * 1000, full_mark=100_000,
                               passed=None if mark is None else mark >= 60) for number, mark in enumerate(marks, 1))
            return paper.id

    return put


@pytest.mark.parametrize(("marks", "about", "sentence"), [
    ([45], {"attempts": 1}, "“结业考试”可以作答 1 次，已用完；最好成绩 45 分，及格线 60 分。"),
    ([59, 45], {"attempts": 2}, "“结业考试”可以作答 2 次，已用完；最好成绩 59 分，及格线 60 分。"),
    ([45], {"attempts": 2}, ""), ([45], {"attempts": 0}, ""), ([45, 60], {"attempts": 2}, ""), ([45, None], {"attempts": 2}, ""), ([], {}, ""),
    ([45], {"attempts": 0, "state": "closed"}, "“结业考试”已经结束；最好成绩 45 分，及格线 60 分。"),
    ([], {"state": "closed"}, "“结业考试”已经结束，没有参加。"), ([None], {"state": "closed"}, ""), ([60], {"state": "closed"}, "")])
def test_an_exam_that_can_no_longer_be_passed_makes_completion_impossible(
        make_desk: MakeDesk, site: Site, sat: Callable[..., int], marks: list[int | None], about: dict[str, Any], sentence: str) -> None:
    desk = make_desk(exam_required=True, leave_limit="none")
    sat(desk, *marks, **about)
    assert [(a.code, a.part, a.sentence.format(**a.data)) for a in told(desk, site)] == ([("impossible", "exam", sentence)] if sentence else [])
    assert told(make_desk("class-b", exam_required=False, leave_limit="none"), site) == ()


def test_to_the_second_an_exam_is_over_and_more_attempts_open_the_way_again(make_desk: MakeDesk, site: Site, clock: SettableClock,
                                                                           sat: Callable[..., int]) -> None:
    desk = make_desk(exam_required=True, leave_limit="none", required_share=0)
    paper = sat(desk, 45, attempts=0, closes_at=site.clock.now() + timedelta(hours=1))
    clock.move(minutes=59, seconds=59)
    assert told(desk, site) == ()
    clock.move(seconds=1)
    assert [a.part for a in told(desk, site)] == ["exam"]
    with site.database.writing() as db:
        db.get_one(Paper, paper).closes_at = None
    assert told(desk, site) == ()
