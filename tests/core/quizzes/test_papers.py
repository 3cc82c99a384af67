"""A paper is published only when every question that could come up is there and sound."""
from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from exam_room import Room, single
from sqlalchemy import select, update

from lms.core.audit.models import AuditEntry
from lms.core.classes.models import TrainingClass
from lms.core.errors import Conflict, Invalid
from lms.core.quizzes.content import QuestionContent
from lms.core.quizzes.frozen import items_of
from lms.core.quizzes.models import Bank, Paper, Question, QuestionVersion
from lms.core.quizzes.paper_check import check_paper
from lms.core.quizzes.papers import change_paper, module_quiz, publish, set_plan, withdraw
from lms.core.quizzes.plans import Cell, Pick, Plan
from lms.core.quizzes.questions import content_now, edit_question
from lms.core.quizzes.versions import add_questions


def codes(room: Room, paper: Paper) -> list[str]:
    with room.site.database.reading() as db:
        return [flaw.code for flaw in check_paper(db, db.get_one(Paper, paper.id), now=room.clock.now())]


def draft(room: Room, *cells: Cell, fixed: tuple[Pick, ...] = (), **values: object) -> Paper:
    paper = room.paper(published=False, **values)
    with room.site.database.writing() as db:
        set_plan(db, paper=db.get_one(Paper, paper.id), version=1, plan=Plan(fixed, cells), by_id=None, now=room.clock.now())
    return paper


def uid_of(room: Room, code: str) -> str:
    with room.site.database.reading() as db:
        return db.scalars(select(Question.uid).where(Question.code == code)).one()


@pytest.mark.parametrize(("cells", "code"), [
    ((), "no_questions"), ((Cell("sample", count=31),), "cell_short"), ((Cell("sample", topic="two", count=11),), "cell_short"),
    ((Cell("sample", difficulty=1, count=10), Cell("sample", kind="single", count=1)), "cells_share"),
    ((Cell("nowhere"),), "cell_short"), ((Cell("sample", mark=0),), "mark_missing")])
def test_what_is_missing_is_named(room: Room, cells: tuple[Cell, ...], code: str) -> None:
    paper = draft(room, *cells)
    assert codes(room, paper) == [code]
    with room.site.database.writing() as db, pytest.raises(Invalid, match=code):
        publish(db, paper=db.get_one(Paper, paper.id), by_id=None, now=room.clock.now())


def test_a_retired_question_is_not_drawn(room: Room) -> None:
    with room.site.database.writing() as db:
        db.execute(update(Question).where(Question.code == "single-1").values(state="retired"))
    assert codes(room, draft(room, Cell("sample", kind="single", count=10))) == ["cell_short"]
    assert codes(room, draft(room, fixed=(Pick(uid_of(room, "single-1")),))) == ["picks_gone"]


def test_a_question_without_a_key_keeps_the_paper_back(room: Room) -> None:
    with room.site.database.writing() as db:
        broken = db.scalars(select(Question).where(Question.code == "multiple-1")).one()
        db.execute(update(QuestionVersion).where(QuestionVersion.question_id == broken.id).values(key={}))
    paper = draft(room, Cell("sample", kind="multiple", count=2))
    with room.site.database.reading() as db:
        flaw, = check_paper(db, db.get_one(Paper, paper.id), now=room.clock.now())
    assert (flaw.code, flaw.data["codes"]) == ("questions_flawed", ["multiple-1"])


def test_a_window_that_is_over_keeps_the_paper_back(room: Room) -> None:
    assert codes(room, room.paper(published=False, closes_at=room.clock.now())) == ["closes_past"]


def test_questions_picked_by_hand_stand_first_and_are_not_drawn_again(room: Room) -> None:
    picks = tuple(Pick(uid_of(room, f"single-{n}"), 5000) for n in (1, 2))
    paper = draft(room, Cell("sample", kind="single", count=8, mark=1000), fixed=picks, shuffle=False)
    with room.site.database.writing() as db:
        publish(db, paper=db.get_one(Paper, paper.id), by_id=None, now=room.clock.now())
    items = items_of(room.start(paper, room.person()).frozen)
    assert [i.mark for i in items] == [5000] * 2 + [1000] * 8
    assert [i.shown["stem"] for i in items][:2] == ["单选第1题", "单选第2题"]
    assert len({i.version_id for i in items}) == 10


def test_an_edit_after_publishing_does_not_change_the_paper(room: Room) -> None:
    paper = room.paper(Cell("sample", kind="single", count=10))
    with room.site.database.writing() as db:
        question = db.scalars(select(Question).where(Question.code == "single-1")).one()
        edit_question(db, question=question, version=1, content=single(99), by_id=None, now=room.clock.now())
        assert content_now(question).stem == "单选第99题"
    stems = [i.shown["stem"] for i in items_of(room.start(paper, room.person()).frozen)]
    assert "单选第1题" in stems and "单选第99题" not in stems


def test_only_an_untouched_paper_is_withdrawn(room: Room) -> None:
    paper, begun = room.paper(), room.paper()
    room.start(begun, room.person())
    with room.site.database.writing() as db:
        withdraw(db, paper=db.get_one(Paper, paper.id), by_id=None, now=room.clock.now())
        assert db.get_one(Paper, paper.id).state == "draft"
        with pytest.raises(Conflict, match="paper_begun"):
            withdraw(db, paper=db.get_one(Paper, begun.id), by_id=None, now=room.clock.now())


def test_two_editors(room: Room) -> None:
    paper = room.paper(published=False)
    with room.site.database.writing() as db:
        row = db.get_one(Paper, paper.id)
        change_paper(db, paper=row, version=1, title="一", by_id=None, now=room.clock.now())
        with pytest.raises(Conflict, match="edited_meanwhile"):
            change_paper(db, paper=row, version=1, title="二", by_id=None, now=room.clock.now())


@pytest.mark.parametrize("values", [{"title": ""}, {"pass_mark": 1001}, {"minutes": -1}, {"attempts": 101}, {"kind": "test"},
                                    {"review": "at_once"}, {"layout": "two"}, {"partial": "some"}])
def test_values_that_make_no_paper(room: Room, values: dict[str, object]) -> None:
    with pytest.raises(Invalid) as refusal:
        room.paper(published=False, **values)
    assert refusal.value.data["field"] == next(iter(values))


def test_it_cannot_close_before_it_opens(room: Room) -> None:
    now = room.clock.now()
    with pytest.raises(Invalid, match="closes_early"):
        room.paper(published=False, opens_at=now, closes_at=now - timedelta(minutes=1))


def test_the_quiz_of_a_module_is_made_once(room: Room) -> None:
    def quiz(topic: str) -> Paper | None:
        with room.site.database.writing() as db:
            return module_quiz(db, training_class=db.get_one(TrainingClass, room.training_class.id),
                               bank=db.get_one(Bank, room.bank.id), topic=topic, title="第一模块测验", count=15, by_id=None,
                               now=room.clock.now())

    first, again = quiz("one"), quiz("one")
    assert first is not None and again is not None and first.id == again.id
    assert (first.state, first.attempts, first.review, Plan.of(first.plan).questions) == ("published", 0, "after_submit", 15)
    second = quiz("two")
    assert second is not None and Plan.of(second.plan).questions == 10  # as many as there are
    assert quiz("three") is None


def test_every_change_is_in_the_log(room: Room) -> None:
    paper = room.paper()
    change: Callable[..., None] = change_paper
    with room.site.database.writing() as db:
        change(db, paper=db.get_one(Paper, paper.id), version=2, title="新名称", by_id=None, now=room.clock.now())
    with room.site.database.reading() as db:
        assert db.scalars(select(AuditEntry.action).where(AuditEntry.thing_uid == paper.uid).order_by(AuditEntry.id)).all() == [
            "paper.make", "paper.published", "paper.change"]


def test_a_topic_draws_from_the_topics_below_it_too(room: Room) -> None:
    with room.site.database.writing() as db:
        bank = db.get_one(Bank, room.bank.id)
        bank.topics = [*bank.topics, {"id": "money", "title": {"zh": "经费"}}, {"id": "fees", "title": {"zh": "收缴"}, "parent": "money"}]
        add_questions(db, bank_id=bank.id, contents={"fees-1": QuestionContent("truefalse", "fees", 1, {"stem": "收缴？"}, {"right": True}, "")},
                      origin="file", by_id=None, now=room.clock.now())
    for topic, enough in (("money", True), ("fees", True), ("one", False)):
        paper = draft(room, Cell("sample", topic=topic, kind="truefalse", count=1, mark=1000))
        with room.site.database.reading() as db:
            flaws = {flaw.code for flaw in check_paper(db, db.get_one(Paper, paper.id), now=room.clock.now())}
        assert ("cell_short" not in flaws) is enough or topic == "one", (topic, flaws)
