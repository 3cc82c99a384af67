"""The parts of the rule beyond hours, leave and courses: sessions, marks, quizzes, approval; and who is outstanding."""
from __future__ import annotations

from collections.abc import Callable

import pytest
from certificate_desk import BASE, Desk, statements
from sqlalchemy import select

from lms.core.certificates.completion import Verdict, verdicts
from lms.core.certificates.decisions import decide, latest, outstanding
from lms.core.certificates.models import CompletionEvent
from lms.core.classes.completion import Part
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.classes.rule_values import change_rules
from lms.core.courses.shelf import Shelf
from lms.core.errors import Conflict, Invalid
from lms.core.quizzes.models import Attempt, Paper
from lms.core.reports.plans import Plans
from lms.core.reports.today import overview
from lms.site import Site

MakeDesk = Callable[..., Desk]


def part(verdict: Verdict, code: str) -> Part:
    return next(p for p in verdict.parts if p.code == code)


@pytest.mark.parametrize(("present", "share", "met"), [(3, 667, False), (4, 667, False), (5, 667, True), (4, 666, True), (2, 500, False), (3, 500, True)])
def test_sessions_count_the_same_however_long_they_are(make_desk: MakeDesk, present: int, share: int, met: bool) -> None:
    """Two thirds of six are four; 66.7 % are more than two thirds, and ask for a fifth."""
    desk = make_desk(share_of="sessions", required_share=share, leave_limit="none")
    desk.hours(50, 100, 800, 800, 400, 250)
    desk.mark(["present"] * present + ["absent"] * (6 - present))
    found = part(desk.verdict(), "attendance")
    assert found.met is met and found.final is not met
    assert found.data["earned"] == present and found.data["due"] == 6


def with_marks(desk: Desk, *marks: int, full: int = 100_000, kind: str = "exam", pass_mark: int = 600) -> None:
    """One marked attempt at one paper, for each person in order."""
    now = desk.site.clock.now()
    with desk.site.database.writing() as db:
        paper = Paper(class_id=desk.training.training_class.id, title=f"{kind}一", kind=kind, plan={}, pass_mark=pass_mark, state="published", created_at=now)
        db.add(paper)
        db.flush()
        for person, mark in zip(desk.training.people, marks, strict=False):
            db.add(Attempt(paper_id=paper.id, person_id=person.id, number=1, frozen={}, started_at=now, submitted_at=now, mark=mark, full_mark=full,
                           passed=mark * 1000 >= pass_mark * full))


@pytest.mark.parametrize(("mark", "met"), [(79_999, False), (80_000, True), (80_001, True)])
def test_the_class_may_ask_for_more_than_the_papers_pass_mark(make_desk: MakeDesk, mark: int, met: bool) -> None:
    desk = make_desk(exam_required=True, exam_mark=800)
    desk.finish()
    with_marks(desk, mark)
    found = part(desk.verdict(), "exam")
    assert found.met is met and found.evidence
    assert met or "及格线 80 分" in desk.verdict().sentence("zh_CN")


@pytest.mark.parametrize(("mark", "met"), [(59_990, False), (60_000, True)])
def test_quizzes_count_where_the_class_asks_for_them(make_desk: MakeDesk, mark: int, met: bool) -> None:
    lenient = make_desk("lenient")
    lenient.finish()
    with_marks(lenient, mark, kind="quiz")
    assert lenient.verdict().met
    desk = make_desk(quizzes_required=True)
    with_marks(desk, mark, kind="quiz")
    found = part(desk.verdict(), "quiz")
    assert found.met is met and found.data["mark"] == f"{mark / 1000:g}"


def decided(desk: Desk, kind: str, numbers: list[int], seen: int | None = None) -> int:
    with desk.site.database.writing() as db:
        training_class = db.get_one(TrainingClass, desk.training.training_class.id)
        held = latest(db, training_class.id)
        return decide(db, training_class=training_class, kind=kind, chosen=[desk.training.enrolments[n].uid for n in numbers],
                      among=[db.get_one(Enrolment, e.id) for e in desk.training.enrolments], now=desk.site.clock.now(),
                      seen=max((e.id for e in held.values()), default=0) if seen is None else seen, by_id=desk.training.people[0].id)


def test_an_approval_is_an_event_that_can_be_taken_back_and_stays_on_record(make_desk: MakeDesk, site: Site) -> None:
    desk = make_desk(people=3, approval_required=True)
    desk.finish()
    assert [p.code for p in desk.verdict(0).missing] == ["approval"]
    assert decided(desk, "approval", [0, 1]) == 2
    assert desk.verdict(0).met and not desk.verdict(2).met
    assert decided(desk, "approval", [1, 2]) == 2 and decided(desk, "approval", [1, 2]) == 0
    assert [desk.verdict(n).met for n in range(3)] == [False, True, True]
    for number, enrolment in enumerate(desk.training.enrolments):  # the trainee's own page reads it by another statement
        with site.database.reading() as db, statements(site) as ran:
            own = overview(db, person_id=enrolment.person_id, now=site.clock.now(), plan_of=lambda class_id: Plans(Shelf()).of(db, class_id, 0))
        assert own is not None and own.verdict == desk.verdict(number)
        assert sum("lms_completion_event" in s for s in ran) == 1
    with pytest.raises(Conflict):
        decided(desk, "approval", [], seen=1)  # a page of before
    with site.database.reading() as db:
        assert [e.given for e in db.scalars(select(CompletionEvent).order_by(CompletionEvent.id))] == [True, True, False, True]
    certificate, other = desk.issue()
    assert {p["code"] for p in certificate.verdict["parts"]} == {"attendance", "leave", "approval"}
    decided(desk, "approval", [])
    assert [c.verdict for c in desk.certificates()] == [certificate.verdict, other.verdict]  # what was issued keeps its evidence


def test_what_the_rules_do_not_ask_for_cannot_be_decided(make_desk: MakeDesk) -> None:
    desk = make_desk()
    for kind in ("approval", "outstanding", "x"):
        with pytest.raises(Invalid):
            decided(desk, kind, [0])


@pytest.mark.parametrize("mark", [89_990, 90_000])
def test_outstanding_by_score_is_exact(make_desk: MakeDesk, mark: int) -> None:
    desk = make_desk(exam_required=True, outstanding="score")
    desk.finish()
    with_marks(desk, mark)
    certificate, = desk.issue()
    praised = mark >= 90_000
    assert certificate.snapshot["result"] == ("优秀" if praised else "合格")
    assert ("被评为本班优秀学员。" in certificate.snapshot["notes"]) is praised


def test_outstanding_by_choice_has_a_limit_and_needs_completion(make_desk: MakeDesk, site: Site) -> None:
    desk = make_desk(people=5, outstanding="choice", outstanding_most=200)
    desk.finish()
    with pytest.raises(Invalid) as refusal:
        decided(desk, "outstanding", [0, 1])
    assert refusal.value.data["most"] == 1
    decided(desk, "outstanding", [1])
    assert [c.snapshot["result"] for c in desk.issue()] == ["合格", "优秀", "合格", "合格", "合格"]
    with site.database.reading() as db:
        training_class = db.get_one(TrainingClass, desk.training.training_class.id)
        enrolment = db.get_one(Enrolment, desk.training.enrolments[1].id)
        assert outstanding(db, training_class, {enrolment.id: Verdict((Part("x", False, "", ""),))}) == set()


def test_a_corrected_rule_judges_the_same_events_anew(make_desk: MakeDesk, site: Site) -> None:
    desk = make_desk(required_share=800, leave_limit="none")
    desk.mark(["present"] * 4 + ["absent"] * 2)
    assert not desk.verdict().met
    with site.database.writing() as db:
        training_class = db.get_one(TrainingClass, desk.training.training_class.id)
        change_rules(db, training_class=training_class, values={"required_share": "66.6", "share_of": "sessions"}, version=training_class.version,
                     by_id=None, now=site.clock.now())
    assert desk.verdict().met


def test_trainee_and_staff_read_the_same_verdict(make_desk: MakeDesk, site: Site) -> None:
    desk = make_desk(people=2, share_of="sessions", exam_required=True, quizzes_required=True, exam_mark=700, approval_required=True)
    desk.mark(["present"] * 5 + ["absent"])
    with_marks(desk, 69_999, kind="exam")
    with_marks(desk, 60_000, kind="quiz")
    plans = Plans(Shelf())
    with site.database.reading() as db:
        mine = overview(db, person_id=desk.training.people[0].id, now=site.clock.now(), plan_of=lambda class_id: plans.of(db, class_id, 0))
    assert mine is not None and mine.verdict.stored("zh_CN") == desk.verdict().stored("zh_CN")
    assert [p.code for p in mine.verdict.parts] == ["attendance", "leave", "quiz", "exam", "approval"]
    assert all(p.endpoint for p in mine.verdict.parts if p.code != "approval")


def test_judging_costs_the_same_for_any_number_of_people(make_desk: MakeDesk, site: Site) -> None:
    few, many = (make_desk(slug, people=count, exam_required=True, quizzes_required=True, approval_required=True) for slug, count in (("few", 2), ("many", 30)))
    counted = []
    for desk in (few, many):
        with site.database.reading() as db:
            training_class = db.get_one(TrainingClass, desk.training.training_class.id)
            people = db.scalars(select(Enrolment).where(Enrolment.class_id == training_class.id)).all()
            with statements(site) as ran:
                verdicts(db, training_class=training_class, enrolments=people, now=site.clock.now())
            counted.append(len(ran))
    assert counted[0] == counted[1] and BASE
