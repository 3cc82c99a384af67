"""A faulty question: whom it changes is known before anything is saved, old marks stay, later attempts follow."""
from __future__ import annotations

import pytest
from exam_room import Room, single
from sqlalchemy import func, select

from lms.core.classes.models import TrainingClass
from lms.core.errors import Conflict
from lms.core.quizzes.corrections import Effects, correct, effects
from lms.core.quizzes.frozen import items_of
from lms.core.quizzes.models import Attempt, Mark, Paper, Question
from lms.core.quizzes.papers import make_paper, publish
from lms.core.quizzes.plans import Cell, Pick, Plan
from lms.core.quizzes.questions import content_now, edit_question


@pytest.fixture
def paper(room: Room) -> Paper:
    """Two single choices that everybody has, of 10 分 each; the options are shuffled for each person."""
    paper = room.paper(Cell("sample", kind="single", count=2, mark=10_000), drawn="once")
    assert Plan.of(paper.plan).seed
    return paper


def faulty(room: Room, paper: Paper) -> Question:
    """The question that stands first on the first attempt."""
    with room.site.database.reading() as db:
        attempt = db.scalars(select(Attempt).order_by(Attempt.id)).first()
        assert attempt is not None
        stem = items_of(attempt.frozen)[0].shown["stem"]
        return next(q for q in db.scalars(select(Question)) if content_now(q).stem == stem)


def option(attempt: Attempt, stem: str, letter: str) -> tuple[int, str]:
    """Where this attempt has the author's option *letter*: item and place."""
    item = next(i for i in items_of(attempt.frozen) if i.shown["stem"] == stem)
    return item.number, str(item.key["order"].index(letter) + 1)


def sit(room: Room, paper: Paper, name: str, letters: dict[str, str]) -> Attempt:
    """Answer the questions with the author's letters, by stem; the others rightly."""
    attempt = room.start(paper, room.person(name))
    for place, item in enumerate(items_of(attempt.frozen), start=1):
        stem = item.shown["stem"]
        number, value = option(attempt, stem, letters.get(stem, "A"))
        room.answer(attempt, {"sequence": place, "item": number, "given": value})
    return room.submit(attempt)


def new_key(room: Room, question: Question, letter: str) -> None:
    with room.site.database.writing() as db:
        row = db.get_one(Question, question.id)
        content = content_now(row)
        edit_question(db, question=row, version=row.version, content=type(content)(**{**vars(content), "key": {"right": [letter]}}),
                      by_id=None, now=room.clock.now())


def look(room: Room, paper: Paper, question: Question, action: str) -> Effects:
    with room.site.database.reading() as db:
        return effects(db, paper=db.get_one(Paper, paper.id), question=db.get_one(Question, question.id), action=action)


def put_right(room: Room, paper: Paper, question: Question, action: str, seal: str = "") -> Effects:
    seal = seal or look(room, paper, question, action).seal
    with room.site.database.writing() as db:
        return correct(db, paper=db.get_one(Paper, paper.id), question=db.get_one(Question, question.id), action=action,
                       reason="答案有误", seal=seal, by_id=None, now=room.clock.now())


@pytest.mark.parametrize(("action", "marks"), [
    ("key", [(10_000, 20_000), (20_000, 20_000)]), ("accept", [(20_000, 20_000), (20_000, 20_000)]),
    ("give", [(20_000, 20_000), (20_000, 20_000)]), ("drop", [(10_000, 10_000), (10_000, 10_000)])])
def test_each_way_to_put_a_question_right(room: Room, paper: Paper, action: str, marks: list[tuple[int, int]]) -> None:
    """王芳 answered A, as the key had it; 李明 answered B, which was right."""
    first = sit(room, paper, "王芳", {})
    question = faulty(room, paper)
    stem = items_of(first.frozen)[0].shown["stem"]
    second = sit(room, paper, "李明", {stem: "B"})
    assert (first.mark, second.mark) == (20_000, 10_000)
    new_key(room, question, "B")
    before = look(room, paper, question, action)
    assert [room.fresh(a).mark for a in (first, second)] == [20_000, 10_000], "looking changes nothing"
    assert [(c.mark[1], c.full_mark[1]) for c in before.changes] == marks
    put_right(room, paper, question, action)
    assert [(room.fresh(a).mark, room.fresh(a).full_mark) for a in (first, second)] == marks
    with room.site.database.reading() as db:
        kept = db.scalar(select(func.count(Mark.id)).where(Mark.replaced_at.is_not(None)))
        live = db.execute(select(Mark.attempt_id, func.sum(Mark.mark)).where(Mark.replaced_at.is_(None)).group_by(Mark.attempt_id)).all()
        versions = set(db.scalars(select(Mark.question_version_id).where(Mark.replaced_at.is_(None))))
        current = db.get_one(Question, question.id).current_version_id
    assert kept == 2 and {mark for _, mark in live} == {mark for mark, _ in marks}
    assert (current in versions) is (action in ("key", "accept")), "a mark names the version by whose key it was given"


def test_who_hands_in_later_is_marked_by_the_correction(room: Room, paper: Paper) -> None:
    late = room.start(paper, room.person("还在答"))
    first = sit(room, paper, "王芳", {})
    question, stem = faulty(room, paper), items_of(late.frozen)[0].shown["stem"]
    assert first.mark == 20_000
    new_key(room, question, "B")
    put_right(room, paper, question, "key")
    number, value = option(late, stem, "B")
    room.answer(late, {"sequence": 1, "item": number, "given": value})
    assert room.submit(late).mark == 10_000


def test_every_correction_of_a_question_counts(room: Room, paper: Paper) -> None:
    """B was accepted beside A, then C beside both; also for whoever hands in after that, and for one after the other."""
    first = sit(room, paper, "王芳", {})
    question, stem = faulty(room, paper), items_of(first.frozen)[0].shown["stem"]
    late = {letter: room.start(paper, room.person(f"还在答{letter}")) for letter in "ABCD"}
    early = {letter: sit(room, paper, f"选{letter}", {stem: letter}) for letter in "BCD"}

    def marks() -> list[int | None]:
        return [room.fresh(early[letter]).mark for letter in "BCD"]

    for letter, expected in (("B", [20_000, 10_000, 10_000]), ("C", [20_000, 20_000, 10_000])):
        new_key(room, question, letter)
        put_right(room, paper, question, "accept")
        assert marks() == expected and room.fresh(first).mark == 20_000
    for letter, attempt in late.items():
        number, value = option(attempt, stem, letter)
        room.answer(attempt, {"sequence": 1, "item": number, "given": value})
        assert room.submit(attempt).mark == (0 if letter == "D" else 10_000), "the other question was left empty"
    put_right(room, paper, question, "drop")
    assert marks() == [10_000] * 3
    new_key(room, question, "D")
    put_right(room, paper, question, "accept")
    assert marks() == [20_000] * 3, "it counts again, with all that was accepted"
    put_right(room, paper, question, "key")
    assert marks() == [10_000, 10_000, 20_000], "a new key alone begins anew"


def test_what_was_seen_is_what_is_saved(room: Room, paper: Paper) -> None:
    first = sit(room, paper, "王芳", {})
    question = faulty(room, paper)
    seal = look(room, paper, question, "give").seal
    sit(room, paper, "李明", {items_of(first.frozen)[0].shown["stem"]: "B"})
    with pytest.raises(Conflict, match="effects_changed"):
        put_right(room, paper, question, "give", seal)
    assert put_right(room, paper, question, "give").changes


def test_other_options_cannot_be_marked_by(room: Room, paper: Paper) -> None:
    """A version with other options says nothing about what was asked; the old wording is posed with the new key."""
    sit(room, paper, "王芳", {})
    question = faulty(room, paper)
    with room.site.database.writing() as db:
        row = db.get_one(Question, question.id)
        content = content_now(row)
        body = {**content.body, "options": content.body["options"][:3] + [{"id": "E", "text": "新加的"}]}
        edit_question(db, question=row, version=row.version, content=type(content)(**{**vars(content), "body": body, "key": {"right": ["E"]}}),
                      by_id=None, now=room.clock.now())
    with pytest.raises(Conflict, match="options_differ"):
        look(room, paper, question, "key")


def test_a_picked_question_is_put_right_too(room: Room) -> None:
    with room.site.database.reading() as db:
        question = db.scalars(select(Question).where(Question.code == "single-1")).one()
    assert single(1).key == {"right": ["A"]}
    with room.site.database.writing() as db:
        paper = make_paper(db, training_class=db.get_one(TrainingClass, room.training_class.id), plan=Plan((Pick(question.uid, 5000),)),
                           by_id=None, now=room.clock.now(), title="一题", kind="exam")
        publish(db, paper=paper, by_id=None, now=room.clock.now())
    attempt = sit(room, paper, "王芳", {})
    put_right(room, paper, question, "drop")
    assert (room.fresh(attempt).mark, room.fresh(attempt).full_mark) == (0, 0)
