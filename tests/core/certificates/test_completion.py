"""Every part of the verdict at its limit, one hundredth to either side, and after a correction."""
from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from certificate_desk import Desk, statements
from exam_room import Room

from lms.core.attendance.corrections import correct
from lms.core.certificates.completion import Verdict, verdicts
from lms.core.classes.completion import Part
from lms.core.classes.models import ClassSession, Enrolment, TrainingClass
from lms.core.clock import SettableClock
from lms.core.courses.models import ClassCourse, Course, CourseVersion, Module
from lms.core.courses.shelf import Shelf
from lms.core.ids import new_uid
from lms.core.learning.models import ModuleProgress
from lms.core.quizzes.closing import has_passed
from lms.core.quizzes.models import Attempt, Paper
from lms.core.reports.plans import Plans
from lms.core.reports.today import overview
from lms.site import Site

MakeDesk = Callable[..., Desk]


def part(verdict: Verdict, code: str) -> Part:
    return next(p for p in verdict.parts if p.code == code)


@pytest.mark.parametrize(("attended", "met"), [(1919, False), (1920, True), (1921, True)])
def test_four_fifths_of_24_hours_are_19_20(make_desk: MakeDesk, attended: int, met: bool) -> None:
    desk = make_desk(leave_limit="none")
    desk.hours(attended, 2400 - attended)
    desk.mark(["present", "absent"])
    found = part(desk.verdict(), "attendance")
    assert found.met is met
    assert found.data == {"earned": f"{attended / 100:g}", "needed": "19.2", "due": "24", "share": "80"}


def test_59_99_percent_are_not_60(make_desk: MakeDesk) -> None:
    desk = make_desk(required_share=600, leave_limit="none")
    desk.hours(5999, 4001)
    desk.mark(["present", "absent"])
    assert desk.verdict().sentence("zh_CN") == "未结业：出勤 59.99 学时，要求不少于 60 学时（应学 100 学时的 60%）"


def test_a_figure_that_is_not_met_is_never_shown_as_if_it_were(make_desk: MakeDesk) -> None:
    """66.7 % of 12 hours are 8.004: eight are too few, and what is asked for is rounded up."""
    desk = make_desk(required_share=667, leave_limit="none")
    desk.hours(800, 400)
    desk.mark(["present", "absent"])
    part = desk.verdict().parts[0]
    assert not part.met and part.figure == "8 / 8.01" and "要求不少于 8.01 学时" in desk.verdict().sentence("zh_CN")


@pytest.mark.parametrize(("taken", "met"), [(399, True), (400, True), (401, False)])
def test_leave_of_one_seventh_exactly_is_within_the_limit(make_desk: MakeDesk, taken: int, met: bool) -> None:
    desk = make_desk(required_share=0)
    desk.hours(taken, 2800 - taken)
    desk.mark(["personal_leave", "present"])
    found = part(desk.verdict(), "leave")
    assert found.met is met and found.final is not met
    assert (found.data["allowed"], found.data["fraction"]) == ("4", "1/7")


def test_half_a_day_of_24_hours_exceeds_one_seventh_and_says_so(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.finish()
    desk.mark(["sick_leave"])
    assert desk.verdict().sentence("zh_CN") == "未结业：请假 4 学时，超过总学时的 1/7（3.43）"


@pytest.mark.parametrize(("taken", "met"), [(800, True), (801, False)])
def test_a_limit_of_one_day_is_eight_hours(make_desk: MakeDesk, taken: int, met: bool) -> None:
    desk = make_desk(required_share=0, leave_limit="days", leave_days=100)
    desk.hours(taken, 3000 - taken)
    desk.mark(["sick_leave", "present"])
    assert part(desk.verdict(), "leave").met is met


def test_official_leave_counts_only_where_the_class_says_so(make_desk: MakeDesk) -> None:
    statuses = ["official_leave"] * 2 + ["present"] * 4
    lenient = make_desk("lenient", required_share=0)
    lenient.mark(statuses)
    strict = make_desk("strict", required_share=0, leave_kinds=["personal_leave", "sick_leave", "official_leave"])
    strict.mark(statuses)
    assert part(lenient.verdict(), "leave").met and not part(strict.verdict(), "leave").met


def test_a_correction_changes_the_verdict_and_back(make_desk: MakeDesk, site: Site) -> None:
    desk = make_desk(leave_limit="none")
    desk.finish()
    for status, met in (("absent", True), ("unexcused", False), ("made_up_sign_in", True)):
        for session in desk.training.sessions[:2 if status == "unexcused" else 1]:
            with site.database.writing() as db:
                correct(db, session=db.get_one(ClassSession, session.id), person_id=desk.training.people[0].id,
                        status=status, reason="经班主任核实", by_id=desk.training.people[0].id, now=site.clock.now(), uid=new_uid())
        assert desk.verdict().met is met, status


def test_what_can_still_be_reached_is_not_final(make_desk: MakeDesk) -> None:
    desk = make_desk(leave_limit="none")
    before = part(desk.verdict(), "attendance")
    assert not before.met and not before.final
    desk.mark(["absent", "absent"])
    assert part(desk.verdict(), "attendance").final  # 16 of 24 hours are left, 19.2 are needed


def test_a_cancelled_session_is_due_to_nobody(make_desk: MakeDesk, site: Site) -> None:
    desk = make_desk(required_share=1000)
    desk.finish()
    desk.mark(["absent"])
    assert not desk.verdict().met
    with site.database.writing() as db:
        db.get_one(ClassSession, desk.training.sessions[0].id).cancelled = True
    assert desk.verdict().met


def test_without_any_condition_everybody_completes(make_desk: MakeDesk) -> None:
    verdict = make_desk(required_share=0, leave_limit="none").verdict()
    assert verdict.met and verdict.parts == ()


def test_the_evidence_is_enough_to_compute_the_figures_again(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.finish()
    desk.mark(["personal_leave"])
    stored = {p["code"]: p["evidence"] for p in desk.verdict().stored("zh_CN")["parts"]}
    assert stored["attendance"]["earned"] == 2000 and stored["attendance"]["due"] == 2400
    assert {k: n for k, n in stored["attendance"]["statuses"].items() if n} == {"present": 5, "personal_leave": 1}
    assert (stored["leave"]["taken"], stored["leave"]["fraction"]) == (400, "1/7")


@pytest.fixture
def sit(site: Site) -> Callable[..., None]:
    """``sit(desk, 59_990)``: an attempt at the class's exam that was given so many thousandths of 100 marks."""

    def put(desk: Desk, *marks: int | None) -> None:
        now = site.clock.now()
        with site.database.writing() as db:
            paper = Paper(class_id=desk.training.training_class.id, title="结业考试", kind="exam", plan={}, state="published",
                          created_at=now)
            db.add(paper)
            db.flush()
            for number, mark in enumerate(marks, 1):
                db.add(Attempt(paper_id=paper.id, person_id=desk.training.people[0].id, number=number, frozen={}, started_at=now,
                               submitted_at=None if mark is None else now, mark=mark, full_mark=100_000,
                               passed=None if mark is None else has_passed(mark, 100_000, paper.pass_mark)))

    return put


@pytest.mark.parametrize(("mark", "met"), [(59_990, False), (59_999, False), (60_000, True), (60_001, True)])
def test_59_99_marks_are_not_60(make_desk: MakeDesk, sit: Callable[..., None], mark: int, met: bool) -> None:
    desk = make_desk(exam_required=True, required_share=0, leave_limit="none")
    sit(desk, mark)
    assert desk.verdict().met is met


def test_a_failed_exam_is_told_with_marks_and_pass_mark(make_desk: MakeDesk, sit: Callable[..., None]) -> None:
    desk = make_desk(exam_required=True, required_share=0, leave_limit="none")
    sit(desk, 59_990)
    assert desk.verdict().sentence("zh_CN") == "未结业：“结业考试”59.99 分，及格线 60 分"


def test_the_best_attempt_counts_and_an_unfinished_one_is_no_zero(make_desk: MakeDesk, sit: Callable[..., None]) -> None:
    desk = make_desk(exam_required=True, required_share=0, leave_limit="none")
    sit(desk, 40_000, 75_000, None)
    assert desk.verdict().sentence("zh_CN") == "符合结业条件"
    other = make_desk("class-b", exam_required=True, required_share=0, leave_limit="none")
    sit(other, None)
    assert other.verdict().sentence("zh_CN") == "未结业：“结业考试”还没有成绩"


def test_every_exam_must_be_passed(make_desk: MakeDesk, sit: Callable[..., None]) -> None:
    desk = make_desk(exam_required=True, required_share=0, leave_limit="none")
    sit(desk, 90_000)
    sit(desk, 10_000)
    assert not desk.verdict().met


def test_a_real_attempt_is_judged_by_its_own_marks(site: Site, clock: SettableClock) -> None:
    """Through the quizzes' own services: 3 of 6 questions right are 30 of 60 marks, and 36 are needed."""
    room = Room(site, clock)
    person, paper = room.person(), room.paper()
    with site.database.writing() as db:
        db.get_one(TrainingClass, room.training_class.id).rules = {"required_share": 0, "leave_limit": "none"}
    attempt = room.start(paper, person)
    room.answer_all(attempt, {1, 2, 3})
    clock.move(minutes=1)
    room.submit(attempt)
    with site.database.reading() as db:
        training_class = db.get_one(TrainingClass, room.training_class.id)
        enrolment = db.query(Enrolment).one()
        found = verdicts(db, training_class=training_class, enrolments=[enrolment], now=clock.now())[enrolment.id]
    assert found.sentence("zh_CN") == "未结业：“结业考试”30 分，及格线 36 分"


@pytest.fixture
def course(site: Site) -> Callable[[Desk, int], Course]:
    """``course(desk, 3)``: a required course of the class with three modules."""

    def make(desk: Desk, modules: int) -> Course:
        now = site.clock.now()
        with site.database.writing() as db:
            made = Course(slug=f"course-{desk.training.training_class.slug}", titles={"zh": "财务制度"}, created_at=now)
            db.add(made)
            db.flush()
            version = CourseVersion(course_id=made.id, number=1, content_hash="x" * 64, titles={"zh": "财务制度"}, summaries={},
                                    created_at=now)
            db.add(version)
            db.flush()
            made.current_version_id = version.id
            db.add_all(Module(version_id=version.id, slug=f"m{n}", position=n, titles={"zh": f"模块{n}"}, summaries={}, body="")
                       for n in range(modules))
            db.add(ClassCourse(class_id=desk.training.training_class.id, course_id=made.id, required=True, position=0))
        return made

    return make


def read(site: Site, desk: Desk, course: Course, *modules: int, person: int = 0) -> None:
    now = site.clock.now()
    with site.database.writing() as db:
        db.add_all(ModuleProgress(person_id=desk.training.people[person].id, course_id=course.id, module_slug=f"m{n}",
                                  opened_at=now, last_at=now, completed_at=now) for n in modules)


def test_the_last_module_completes_the_courses(make_desk: MakeDesk, site: Site, course: Callable[..., Course]) -> None:
    desk = make_desk(people=2, courses_required=True, required_share=0, leave_limit="none")
    finance = course(desk, 3)
    read(site, desk, finance, 0, 1)
    read(site, desk, finance, 0, 1, 2, person=1)  # somebody else's reading is not one's own
    assert desk.verdict().sentence("zh_CN") == "未结业：必修模块学完 2 个，共 3 个"
    read(site, desk, finance, 2)
    assert desk.verdict().met


def test_a_whole_class_is_judged_as_each_of_its_people_is(make_desk: MakeDesk, site: Site, clock: SettableClock,
                                                          sit: Callable[..., None], course: Callable[..., Course]) -> None:
    """Staff's table, the certificate and the trainee's own page read the same rules by different statements."""
    desk = make_desk(people=4, courses_required=True, exam_required=True)
    finance = course(desk, 2)
    read(site, desk, finance, 0, 1)
    sit(desk, 75_000)
    desk.mark(["present", "late", "absent"], desk.training.people[:1])
    desk.mark(["sick_leave"] * 3, desk.training.people[1:2])
    clock.move(days=2)
    with site.database.reading() as db:
        training_class = db.get_one(TrainingClass, desk.training.training_class.id)
        people = [db.get_one(Enrolment, e.id) for e in desk.training.enrolments]
        together = verdicts(db, training_class=training_class, enrolments=people, now=clock.now())
        for number, enrolment in enumerate(people):
            own = overview(db, person_id=enrolment.person_id, now=clock.now(), plan_of=lambda class_id: Plans(Shelf()).of(db, class_id, 0))
            assert own is not None
            assert own.verdict == together[enrolment.id] == desk.verdict(number)


def test_many_people_cost_as_many_statements_as_few(make_desk: MakeDesk, site: Site, course: Callable[..., Course],
                                                    sit: Callable[..., None]) -> None:
    counts = []
    for slug, people in (("few", 2), ("many", 40)):
        desk = make_desk(slug, people=people, courses_required=True, exam_required=True)
        course(desk, 2)
        sit(desk, 75_000)
        with site.database.reading() as db:
            training_class = db.get_one(TrainingClass, desk.training.training_class.id)
            enrolments = [db.get_one(Enrolment, e.id) for e in desk.training.enrolments]
            with statements(site) as ran:
                verdicts(db, training_class=training_class, enrolments=enrolments, now=site.clock.now() + timedelta(days=1))
        counts.append(len(ran))
    parts = len(list(site.registry.all("completion_part")))
    assert counts[0] == counts[1] <= parts  # one for each part, attendance two; the approval, which nobody asks for here, none

