"""What examiners set: sections, one draw for all, who may take it, which attempt counts, the door, and a room that stands still."""
from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from exam_room import GRACE, Room, right_answer
from sqlalchemy import select

from lms.core.attendance.models import AttendanceEvent
from lms.core.certificates.exams import judge_exam
from lms.core.classes.groups import add_group
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.errors import Conflict, Forbidden, Invalid
from lms.core.learning.exam_door import STEP, door_code, require_code, require_signed_in
from lms.core.notices.models import Notice
from lms.core.quizzes.closing import close_overdue
from lms.core.quizzes.counting import counting
from lms.core.quizzes.devices import Signs, note_device, signs_of
from lms.core.quizzes.extra_time import add_time_to_all
from lms.core.quizzes.frozen import items_of
from lms.core.quizzes.models import Attempt, Paper
from lms.core.quizzes.paper_check import check_paper
from lms.core.quizzes.papers import make_paper, publish
from lms.core.quizzes.plans import Cell, Plan
from lms.core.quizzes.resits import candidates, make_resit
from lms.core.quizzes.results import idle_minutes, paper_results, progress_of
from lms.core.quizzes.room import end, pause, resume
from lms.core.quizzes.takers import for_groups, for_people


def act(room: Room, do: Any, paper: Paper, **more: Any) -> Any:
    return room.in_database(lambda db: do(db, paper=db.get_one(Paper, paper.id), by_id=None, now=room.clock.now(), **more))


def give_last(room: Room, attempt: Attempt, number: int = 1) -> int:
    return room.answer(attempt, {"sequence": 1000 + number, "item": number, "given": right_answer(attempt, number)})


def test_sections_stand_in_their_order_and_questions_change_places_within_one(room: Room) -> None:
    cells = (Cell("sample", kind="truefalse", count=4, mark=1000, section="二、判断题"), Cell("sample", kind="single", count=4, mark=1000, section="一、单选题"))
    orders = set()
    with room.site.database.writing() as db:
        paper = make_paper(db, training_class=db.get_one(TrainingClass, room.training_class.id), by_id=None, now=room.clock.now(),
                           plan=Plan(draw=cells, sections=("一、单选题", "二、判断题")), title="分部分", kind="exam", drawn="once")
        publish(db, paper=paper, by_id=None, now=room.clock.now())
    for number in range(4):
        items = items_of(room.start(paper, room.person(f"学员{number}")).frozen)
        assert [i.section for i in items] == ["一、单选题"] * 4 + ["二、判断题"] * 4
        orders.add(tuple(i.version_id for i in items))
    assert len({frozenset(order) for order in orders}) == 1, "drawn once: the same questions for everybody"
    assert len(orders) > 1, "in an order of their own"


def test_without_a_draw_for_all_everybody_gets_questions_of_their_own(room: Room) -> None:
    paper = room.paper(Cell("sample", kind="single", count=3, mark=1000))
    drawn = {frozenset(i.version_id for i in items_of(room.start(paper, room.person(f"学员{n}")).frozen)) for n in range(8)}
    assert len(drawn) > 1


def test_marks_have_to_add_up_before_a_paper_is_published(room: Room) -> None:
    paper = room.paper(published=False, full_mark=100_000)
    with room.site.database.reading() as db:
        flaw, = check_paper(db, db.get_one(Paper, paper.id), now=room.clock.now())
    assert flaw.code == "marks_add_up" and "合起来是 60 分，试卷满分应为 100 分" in flaw.text("zh_CN")
    assert room.paper(full_mark=60_000).state == "published"


@pytest.mark.parametrize(("values", "code"), [({"door": "signed_in"}, "door_without_session"), ({"takers": {"people": []}}, "no_takers")])
def test_nobody_could_begin_such_a_paper(room: Room, values: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid, match=code):
        room.paper(**values)


def test_only_the_groups_that_it_is_for_take_a_paper(room: Room) -> None:
    inside, outside = room.person("一组的"), room.person("二组的")
    with room.site.database.writing() as db:
        group = add_group(db, training_class=db.get_one(TrainingClass, room.training_class.id), name="第一组", by_id=None, now=room.clock.now())
        db.scalars(select(Enrolment).where(Enrolment.person_id == inside.id)).one().group_id = group.id
    paper = room.paper(takers=for_groups([group.id]))
    assert room.start(paper, inside).number == 1
    with pytest.raises(Forbidden, match="not_a_taker"):
        room.start(paper, outside)
    with room.site.database.reading() as db:
        one = db.scalars(select(Enrolment).where(Enrolment.person_id == outside.id)).one()
        assert judge_exam(db, db.get_one(TrainingClass, room.training_class.id), [one], room.clock.now()) == {}, "not asked of them"


@pytest.mark.parametrize(("how", "mark"), [("best", 50_000), ("last", 10_000), ("first", 30_000)])
def test_which_attempt_counts(room: Room, how: str, mark: int) -> None:
    paper, person = room.paper(attempts=3, counting=how), room.person()
    for right in ((1, 2, 3), (1, 2, 3, 4, 5), (1,)):
        attempt = room.start(paper, person)
        room.answer_all(attempt, right)
        room.submit(attempt)
        room.clock.move(minutes=1)
    with room.site.database.reading() as db:
        people = db.scalars(select(Enrolment)).all()
        row, = paper_results(db, paper=db.get_one(Paper, paper.id), enrolments=people, now=room.clock.now(), grace=GRACE)
        assert row.best is not None and row.best.mark == mark and row.passed is (mark >= 36_000)
        part, = judge_exam(db, db.get_one(TrainingClass, room.training_class.id), people, room.clock.now())[people[0].id]
    assert part.met is (mark >= 36_000) and part.data["mark"] == f"{mark // 1000}"


def test_a_last_attempt_that_waits_for_its_mark_counts_as_none() -> None:
    class Sat:
        def __init__(self, number: int, mark: int | None) -> None:
            self.number, self.mark, self.full_mark, self.submitted_at = number, mark, 10, object()

    first, last = Sat(1, 9), Sat(2, None)
    assert counting([first, last], "last") is None  # type: ignore[type-var]
    assert counting([first, last], "best") is first  # type: ignore[type-var]


def test_a_pause_takes_nobodys_time(room: Room) -> None:
    closes = room.clock.now() + timedelta(minutes=40)
    paper = room.paper(closes_at=closes)
    attempt, late = room.start(paper, room.person("王芳")), room.person("李明")
    room.clock.move(minutes=10)
    act(room, pause, paper, reason="消防演练")
    act(room, pause, paper, reason="又按一次")
    room.clock.move(seconds=20)
    assert give_last(room, attempt) == 1001, "what was on its way is still taken"
    room.clock.move(minutes=60)
    with pytest.raises(Conflict, match="attempt_paused"):
        give_last(room, attempt, 2)
    with pytest.raises(Conflict, match="paper_paused"):
        room.start(paper, late)
    assert room.in_database(close_overdue, now=room.clock.now(), grace=GRACE) == 0, "nobody's time is over meanwhile"
    assert act(room, resume, paper) == 1
    assert act(room, resume, paper) == 0
    stood = timedelta(minutes=60, seconds=20)
    assert attempt.deadline_at is not None
    assert room.fresh(attempt).deadline_at == attempt.deadline_at + stood
    with room.site.database.reading() as db:
        assert db.get_one(Paper, paper.id).closes_at == closes + stood
    room.clock.move(minutes=19)
    give_last(room, attempt, 2)
    assert room.submit(attempt).mark == 20_000


@pytest.mark.parametrize("do", [pause, end])
def test_the_room_is_stopped_with_a_reason(room: Room, do: Any) -> None:
    paper = room.paper()
    with pytest.raises(Invalid, match="reason_missing"):
        act(room, do, paper, reason=" ")


def test_an_end_during_a_pause_collects_everything(room: Room) -> None:
    paper = room.paper()
    attempt = room.start(paper, room.person())
    give_last(room, attempt)
    act(room, pause, paper, reason="停电")
    act(room, end, paper, reason="改日再考")
    room.in_database(close_overdue, now=room.clock.now(), grace=GRACE)
    assert (room.fresh(attempt).closed_by, room.fresh(attempt).mark) == ("staff", 10_000)


def test_devices_and_absences_are_shown_as_they_are(room: Room) -> None:
    paper = room.paper()
    attempt, calm = room.start(paper, room.person("王芳")), room.start(paper, room.person("李明"))
    for device, away in (("phone", 2), ("phone", 1), ("tablet", 0)):
        room.in_database(note_device, attempt=attempt, device=device, away=away, now=room.clock.now())
    room.in_database(note_device, attempt=calm, device="phone", away=0, now=room.clock.now())
    room.clock.move(minutes=7)
    give_last(room, calm)
    with room.site.database.reading() as db:
        fresh = db.get_one(Paper, paper.id)
        assert signs_of(db, fresh) == {attempt.id: Signs(2, 2), calm.id: Signs(1, 0)}
        rows = paper_results(db, paper=fresh, enrolments=db.scalars(select(Enrolment)).all(), now=room.clock.now(), grace=GRACE)
        assert idle_minutes(rows, progress_of(db, fresh), room.clock.now()) == {attempt.id: 7}


def test_the_code_on_the_projector_lives_for_some_minutes(room: Room) -> None:
    key, paper, other = room.site.key("exam"), room.paper(door="code"), room.paper(door="code")
    shown = door_code(key, paper, room.clock.now())
    require_code(key, paper, f" {shown[:3].lower()} {shown[3:]}", room.clock.now())
    room.clock.move(seconds=2 * STEP)
    require_code(key, paper, shown, room.clock.now())
    for wrong, asked in ((shown, other), ("", paper), ("AAAAAA", paper)):
        with pytest.raises(Invalid, match="exam_code"):
            require_code(key, asked, wrong, room.clock.now())
    room.clock.move(seconds=STEP)
    with pytest.raises(Invalid, match="exam_code"):
        require_code(key, paper, shown, room.clock.now())


def test_the_door_opens_to_those_who_signed_in(room: Room, make_training: Any) -> None:
    training = make_training("class-a")
    session, person = training.sessions[0], training.people[0]
    with room.site.database.writing() as db:
        paper = Paper(title="考试", session_id=session.id)
        with pytest.raises(Conflict, match="not_signed_in"):
            require_signed_in(db, paper, person.id)
        event = AttendanceEvent(class_id=session.class_id, session_id=session.id, person_id=person.id, kind="in", at=room.clock.now(),
                                received_at=room.clock.now(), method="hall")
        db.add(event)
        db.flush()
        require_signed_in(db, paper, person.id)
        db.add(AttendanceEvent(class_id=session.class_id, session_id=session.id, person_id=person.id, kind="void", at=room.clock.now(),
                               received_at=room.clock.now(), method="staff", voids_id=event.id))
        db.flush()
        with pytest.raises(Conflict, match="not_signed_in"):
            require_signed_in(db, paper, person.id)


def test_a_resit_is_for_who_failed_and_makes_up_for_the_exam(room: Room) -> None:
    paper = room.paper()
    for name, right in (("及格的", range(1, 7)), ("没及格的", (1,))):
        attempt = room.start(paper, room.person(name))
        room.answer_all(attempt, right)
        room.submit(attempt)
    room.person("没来的")
    with room.site.database.writing() as db:
        fresh = db.get_one(Paper, paper.id)
        people = db.scalars(select(Enrolment).order_by(Enrolment.id)).all()
        rows = paper_results(db, paper=fresh, enrolments=people, now=room.clock.now(), grace=GRACE)
        listed = candidates(rows)
        assert [(c.enrolment.name, c.why, c.mark) for c in listed] == [("没及格的", "failed", 10_000), ("没来的", "absent", None)]
        made = make_resit(db, paper=fresh, people=[listed[0].enrolment.person_id], title="补考", by_id=None, now=room.clock.now())
        assert (made.state, made.takers, made.resit_of_id) == ("draft", for_people([listed[0].enrolment.person_id]), paper.id)
        publish(db, paper=made, by_id=None, now=room.clock.now())
    with room.site.database.reading() as db:
        failed = db.get_one(Enrolment, listed[0].enrolment.id).person
        assert [(n.person_id, n.kind, n.way) for n in db.scalars(select(Notice))] == [(failed.id, "paper.resit", {"uid": made.uid})]
    with pytest.raises(Forbidden, match="not_a_taker"):
        room.start(made, room.person("别人"))
    again = room.start(made, failed)
    room.answer_all(again, range(1, 7))
    room.submit(again)
    with room.site.database.reading() as db:
        judged = judge_exam(db, db.get_one(TrainingClass, room.training_class.id), people, room.clock.now())
    assert [judged[e.id][0].met for e in people] == [True, True, False]
    assert judged[people[1].id][0].sentence == "“{title}”{mark} 分，及格"


def test_nobody_to_resit_is_no_resit(room: Room) -> None:
    paper = room.paper()
    with pytest.raises(Invalid, match="nobody_to_resit"):
        act(room, make_resit, paper, people=[], title="补考")


def test_minutes_given_during_a_pause_are_the_minutes_and_no_more(room: Room) -> None:
    paper = room.paper(minutes=30)
    attempt = room.start(paper, room.person())
    room.clock.move(minutes=10)
    act(room, pause, paper, reason="停电")
    room.clock.move(minutes=60)
    act(room, add_time_to_all, paper, minutes=5, reason="停电")
    act(room, resume, paper)
    assert room.fresh(attempt).deadline_at - room.clock.now() == timedelta(minutes=25)
