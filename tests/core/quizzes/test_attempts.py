"""An exam on the server's clock: begun once, every answer journalled, closed and marked exactly."""
from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from exam_room import GRACE, Room, right_answer
from sqlalchemy import func, select

from lms.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms.core.quizzes.answers import answers_of
from lms.core.quizzes.attempts import own_attempt, seconds_left
from lms.core.quizzes.closing import close_overdue, provisional
from lms.core.quizzes.extra_time import add_time, add_time_to_all
from lms.core.quizzes.frozen import items_of, prepare, shown_items
from lms.core.quizzes.journal import Saved, answer, read_entries
from lms.core.quizzes.models import Attempt, JournalEntry, Mark, Paper
from lms.core.quizzes.overdue import close_what_is_over
from lms.core.quizzes.papers import change_paper, close_paper
from lms.core.quizzes.plans import Cell


def test_full_marks_half_marks_and_none(room: Room) -> None:
    paper = room.paper()
    for name, right, mark, passed in (("甲一", range(1, 7), 60_000, True), ("乙二", range(1, 4), 30_000, False),
                                      ("丙三", (), 0, False)):
        attempt = room.start(paper, room.person(name))
        room.answer_all(attempt, right)
        handed_in = room.submit(attempt)
        assert (handed_in.mark, handed_in.full_mark, handed_in.passed) == (mark, 60_000, passed)


def test_the_pass_mark_is_compared_as_a_fraction(room: Room) -> None:
    exact = room.paper(Cell("sample", kind="truefalse", count=3, mark=1000), pass_mark=667)
    attempt = room.start(exact, room.person())
    room.answer_all(attempt, (1, 2))
    assert room.submit(attempt).passed is False  # 2/3 is 666.67 of 1000


def test_an_unfinished_attempt_has_no_mark_instead_of_0(room: Room) -> None:
    attempt = room.start(room.paper(), room.person())
    assert (attempt.mark, attempt.passed, attempt.submitted_at) == (None, None, None)


def test_what_was_set_stays_as_it_was_frozen(room: Room) -> None:
    paper, first, second = room.paper(), room.person("王芳"), room.person("李明")
    attempt, other = room.start(paper, first), room.start(paper, second)
    assert attempt.frozen != other.frozen
    assert prepare_again(room, paper, attempt) == attempt.frozen
    assert [item.mark for item in items_of(attempt.frozen)] == [10_000] * 6


def prepare_again(room: Room, paper: Paper, attempt: Attempt) -> dict[str, Any]:
    with room.site.database.reading() as db:
        return prepare(db, db.get_one(Paper, paper.id), seed=attempt.frozen["seed"]).frozen


def test_the_same_attempt_goes_on_from_any_device(room: Room) -> None:
    paper, person = room.paper(), room.person()
    assert room.start(paper, person).uid == room.start(paper, person).uid


def test_attempts_are_counted(room: Room) -> None:
    paper, person = room.paper(attempts=2), room.person()
    for number in (1, 2):
        attempt = room.start(paper, person)
        assert attempt.number == number
        room.submit(attempt)
    with pytest.raises(Conflict, match="attempts_used"):
        room.start(paper, person)


def test_who_is_not_in_the_class_cannot_begin(room: Room) -> None:
    with pytest.raises(Forbidden, match="not_enrolled"):
        room.start(room.paper(), room.person("路人", enrolled=False))


@pytest.mark.parametrize(("minutes", "code"), [(-1, "paper_not_yet"), (60, "paper_over")])
def test_a_paper_is_begun_only_in_its_window(room: Room, minutes: int, code: str) -> None:
    opens = room.clock.now() + timedelta(hours=1)
    paper = room.paper(opens_at=opens, closes_at=opens + timedelta(minutes=60))
    room.clock.set(opens + timedelta(minutes=minutes))
    with pytest.raises(Conflict, match=code):
        room.start(paper, room.person())


def test_a_draft_cannot_be_begun(room: Room) -> None:
    with pytest.raises(Conflict, match="paper_not_open"):
        room.start(room.paper(published=False), room.person())


def test_the_deadline_is_the_earlier_of_time_limit_and_closing_time(room: Room) -> None:
    closes = room.clock.now() + timedelta(minutes=40)
    paper = room.paper(closes_at=closes)
    early = room.start(paper, room.person("早早"))
    room.clock.move(minutes=20)
    late = room.start(paper, room.person("迟迟"))
    assert early.deadline_at == early.started_at + timedelta(minutes=30)
    assert late.deadline_at == closes and seconds_left(late, room.clock.now()) == 20 * 60


@pytest.mark.parametrize(("second", "taken"), [(-1, True), (0, True), (1, True), (30, True), (31, False)])
def test_an_answer_is_taken_until_the_deadline_and_the_grace(room: Room, second: int, taken: bool) -> None:
    attempt = room.start(room.paper(), room.person())
    assert attempt.deadline_at is not None
    room.clock.set(attempt.deadline_at + timedelta(seconds=second))
    if taken:
        room.answer(attempt, {"sequence": 1, "item": 1, "given": right_answer(attempt, 1)})
        assert room.submit(attempt).mark == 10_000
        return
    with pytest.raises(Conflict) as refusal:
        room.answer(attempt, {"sequence": 1, "item": 1, "given": right_answer(attempt, 1)})
    assert refusal.value.code == "attempt_over" and "都有效" in refusal.value.message
    assert room.submit(attempt).mark == 0


def test_the_newest_sequence_counts_whatever_order_it_arrives_in(room: Room) -> None:
    attempt = room.start(room.paper(), room.person())
    right = right_answer(attempt, 1)
    wrong = next(o["id"] for o in attempt.frozen["items"][0]["shown"]["options"] if [o["id"]] != right)
    room.answer(attempt, {"sequence": 9, "item": 1, "given": right})
    room.answer(attempt, {"sequence": 5, "item": 1, "given": wrong})
    with room.site.database.reading() as db:
        assert answers_of(db, attempt.id)[1] == {"given": right[0]}
        assert db.scalar(select(func.count(JournalEntry.id))) == 2  # the older one stays as history
    assert room.submit(attempt).mark == 10_000


def test_the_same_sequence_twice_has_one_effect(room: Room) -> None:
    attempt = room.start(room.paper(), room.person())
    batch = [{"sequence": n, "item": n, "given": right_answer(attempt, n)} for n in (1, 2, 3)]
    assert [room.answer(attempt, *batch) for _ in range(2)] == [3, 3]
    room.answer(attempt, {"sequence": 3, "item": 3, "given": []})
    with room.site.database.reading() as db:
        assert db.scalar(select(func.count(JournalEntry.id))) == 3
    assert room.submit(attempt).mark == 30_000


def test_an_answer_can_be_taken_back(room: Room) -> None:
    attempt = room.start(room.paper(), room.person())
    room.answer(attempt, {"sequence": 1, "item": 3, "given": right_answer(attempt, 3)},
                {"sequence": 2, "item": 3, "given": []})
    assert room.submit(attempt).mark == 0


def test_a_flag_is_kept_and_is_no_answer(room: Room) -> None:
    attempt = room.start(room.paper(), room.person())
    room.answer(attempt, {"sequence": 1, "item": 1, "given": right_answer(attempt, 1), "flag": True},
                {"sequence": 2, "item": 2, "given": [], "flag": True})
    assert room.submit(attempt).mark == 10_000


@pytest.mark.parametrize("given", [
    "x", {"a": 1}, [1], [{}], [{"sequence": 0, "item": 1, "given": []}], [{"sequence": -4, "item": 1, "given": []}],
    [{"sequence": 1.5, "item": 1, "given": []}], [{"sequence": True, "item": 1, "given": []}],
    [{"sequence": "1", "item": 1, "given": []}], [{"sequence": 2 ** 53, "item": 1, "given": []}],
    [{"sequence": 1, "item": 0, "given": []}], [{"sequence": 1, "item": 7, "given": []}], [{"sequence": 1, "item": True, "given": []}],
    [{"sequence": 1, "item": 1, "given": ["9"]}], [{"sequence": 1, "item": 1, "given": [{}]}],
    [{"sequence": 1, "item": 1, "given": "1" * 5000}], [{"sequence": 1, "item": [1], "given": []}],
    [{"sequence": n, "item": 1, "given": []} for n in range(1, 1002)]])
def test_what_is_no_answer_is_refused_before_anything_is_written(room: Room, given: Any) -> None:
    attempt = room.start(room.paper(), room.person())
    with pytest.raises(Invalid):
        read_entries(room.site.registry, attempt, given)


def test_another_person_has_no_such_attempt(room: Room) -> None:
    attempt, other = room.start(room.paper(), room.person("王芳")), room.person("李明")
    with room.site.database.reading() as db, pytest.raises(NotFound):
        own_attempt(db, person_id=other.id, uid=attempt.uid)


def test_handing_in_twice_is_handing_in_once(room: Room) -> None:
    attempt = room.start(room.paper(), room.person())
    room.answer_all(attempt, (1, 2))
    first = room.submit(attempt)
    room.clock.move(minutes=1)
    second = room.submit(attempt)
    assert (second.submitted_at, second.mark) == (first.submitted_at, 20_000)
    with room.site.database.reading() as db:
        assert db.scalar(select(func.count(Mark.id))) == 6


def test_nothing_is_taken_after_handing_in(room: Room) -> None:
    attempt = room.start(room.paper(), room.person())
    room.submit(attempt)
    with pytest.raises(Conflict, match="attempt_submitted"):
        room.answer(attempt, {"sequence": 1, "item": 1, "given": ["1"]})


def test_the_minutes_work_closes_what_is_over_with_what_was_saved(room: Room) -> None:
    paper = room.paper()
    people = [room.start(paper, room.person(name)) for name in ("甲一", "乙二", "丙三")]
    room.answer_all(people[0], (1, 2, 3, 4, 5, 6))
    room.submit(people[2])
    room.clock.move(minutes=30, seconds=31)
    with room.site.database.reading() as db:
        assert provisional(db, db.get_one(Attempt, people[0].id)) == (60_000, True)
    close_what_is_over(room.site)
    closed = [room.fresh(attempt) for attempt in people]
    assert [(a.closed_by, a.mark) for a in closed] == [("deadline", 60_000), ("deadline", 0), ("person", 0)]
    assert closed[0].submitted_at == closed[0].deadline_at


def test_nothing_is_closed_before_its_time(room: Room) -> None:
    room.start(room.paper(), room.person())
    room.clock.move(minutes=30, seconds=30)
    assert room.in_database(close_overdue, now=room.clock.now(), grace=GRACE) == 0


def test_closing_the_paper_ends_what_is_running(room: Room) -> None:
    paper = room.paper()
    attempt = room.start(paper, room.person())
    room.answer_all(attempt, (1,))
    room.clock.move(minutes=5)
    with room.site.database.writing() as db:
        close_paper(db, paper=db.get_one(Paper, paper.id), by_id=None, now=room.clock.now())
    with pytest.raises(Conflict, match="attempt_over"):
        room.answer(attempt, {"sequence": 99, "item": 2, "given": ["1"]})
    close_what_is_over(room.site)
    ended = room.fresh(attempt)
    assert (ended.closed_by, ended.mark, ended.submitted_at) == ("staff", 10_000, room.clock.now())


def test_more_minutes_for_the_whole_room(room: Room) -> None:
    closes = room.clock.now() + timedelta(minutes=35)
    paper = room.paper(closes_at=closes)
    attempt, done = room.start(paper, room.person("王芳")), room.start(paper, room.person("李明"))
    room.submit(done)
    with room.site.database.writing() as db:
        assert add_time_to_all(db, paper=db.get_one(Paper, paper.id), minutes=10, reason="停电", by_id=None,
                               now=room.clock.now()) == 1
    assert room.fresh(attempt).deadline_at == attempt.started_at + timedelta(minutes=40)
    assert room.fresh(done).deadline_at == done.deadline_at
    with room.site.database.reading() as db:
        assert db.get_one(Paper, paper.id).closes_at == closes + timedelta(minutes=10)
    room.clock.move(minutes=39)
    room.answer(attempt, {"sequence": 1, "item": 1, "given": ["1"]})


def test_more_minutes_bring_back_an_attempt_that_time_closed(room: Room) -> None:
    paper = room.paper()
    attempt = room.start(paper, room.person())
    room.answer_all(attempt, (1, 2))
    room.clock.move(minutes=40)
    close_what_is_over(room.site)
    with room.site.database.writing() as db:
        add_time(db, attempt=db.get_one(Attempt, attempt.id), minutes=10, reason="手机没电", by_id=None, now=room.clock.now())
    going_on = room.fresh(attempt)
    assert (going_on.mark, going_on.submitted_at) == (None, None)
    assert going_on.deadline_at == room.clock.now() + timedelta(minutes=10)
    room.answer(attempt, {"sequence": 100, "item": 3, "given": right_answer(attempt, 3)})
    assert room.submit(attempt).mark == 30_000
    with room.site.database.reading() as db:
        assert db.scalar(select(func.sum(Mark.mark)).where(Mark.replaced_at.is_(None))) == 30_000
        assert db.scalar(select(func.count(Mark.id)).where(Mark.replaced_at.is_not(None))) == 6


def test_time_is_not_given_to_who_has_seen_the_answers(room: Room) -> None:
    paper = room.paper(review="after_submit")
    attempt = room.start(paper, room.person())
    room.submit(attempt)
    with room.site.database.writing() as db, pytest.raises(Conflict, match="review_released"):
        add_time(db, attempt=db.get_one(Attempt, attempt.id), minutes=10, reason="误交", by_id=None, now=room.clock.now())


@pytest.mark.parametrize(("minutes", "reason"), [(0, "停电"), (241, "停电"), (10, " ")])
def test_time_needs_minutes_and_a_reason(room: Room, minutes: int, reason: str) -> None:
    paper = room.paper()
    with room.site.database.writing() as db, pytest.raises(Invalid):
        add_time_to_all(db, paper=db.get_one(Paper, paper.id), minutes=minutes, reason=reason, by_id=None,
                        now=room.clock.now())


def test_a_kind_that_fails_keeps_nobody_from_handing_in(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    attempt = room.start(room.paper(), room.person())
    room.answer_all(attempt, range(1, 7))
    kind = room.site.registry.get("question_kind", "multiple")
    whole = kind.grade
    monkeypatch.setattr(kind, "grade", lambda key, answer, full_mark: 1 // 0, raising=False)
    handed_in = room.submit(attempt)
    assert handed_in.submitted_at is not None and handed_in.mark is None
    monkeypatch.setattr(kind, "grade", whole, raising=False)
    close_what_is_over(room.site)
    assert room.fresh(attempt).mark == 60_000


def test_the_browser_gets_no_key(room: Room) -> None:
    attempt = room.start(room.paper(), room.person())
    for item in shown_items(room.site.registry, attempt.frozen, {}):
        assert set(item.shown) <= {"stem", "options"} and not hasattr(item, "key")


def test_others_hear_of_a_mark_in_the_same_transaction(room: Room) -> None:
    heard: list[dict[str, Any]] = []
    room.site.events.on("attempt.marked", lambda db, **data: heard.append(data))
    attempt = room.start(room.paper(), room.person())
    room.answer_all(attempt, range(1, 7))
    room.submit(attempt)
    assert [(h["attempt_id"], h["mark"], h["passed"]) for h in heard] == [(attempt.id, 60_000, True)]


def test_a_subscriber_that_fails_takes_the_handing_in_back(room: Room) -> None:
    def refuse(db: Any, **data: Any) -> None:
        raise RuntimeError("a consequence failed")

    attempt = room.start(room.paper(), room.person())
    room.site.events.on("attempt.marked", refuse)
    with pytest.raises(RuntimeError):
        room.submit(attempt)
    assert room.fresh(attempt).submitted_at is None


def test_a_published_paper_keeps_its_rules(room: Room) -> None:
    paper = room.paper()
    with room.site.database.writing() as db:
        row = db.get_one(Paper, paper.id)
        change_paper(db, paper=row, version=row.version, by_id=None, now=room.clock.now(), title="结业考试（下午场）")
        with pytest.raises(Conflict, match="paper_published"):
            change_paper(db, paper=row, version=row.version, by_id=None, now=room.clock.now(), title="x", pass_mark=100)


def told(room: Room, attempt: Attempt, known: int, *given: dict[str, Any]) -> Saved:
    entries = read_entries(room.site.registry, attempt, list(given))
    return room.in_database(answer, attempt=attempt, entries=entries, now=room.clock.now(), grace=GRACE, known=known)  # type: ignore[no-any-return]


def test_the_older_page_is_told_what_counts_in_place_of_what_it_sent(room: Room) -> None:
    attempt = room.start(room.paper(), room.person())
    assert told(room, attempt, 0, {"sequence": 9, "item": 1, "given": ["1"]}) == Saved(9, 9)
    assert told(room, attempt, 0, {"sequence": 5, "item": 1, "given": ["2"]}) == Saved(5, 9, (1,))
    assert told(room, attempt, 9, {"sequence": 12, "item": 2, "given": ["1"]}) == Saved(12, 12), "it knows of the first"
    assert told(room, attempt, 9) == Saved(0, 12, (2,)), "a page on which nothing happened learns of it when it asks"
    assert told(room, attempt, 12) == Saved(0, 12)


def test_a_batch_that_is_sent_again_is_news_to_nobody(room: Room) -> None:
    attempt = room.start(room.paper(), room.person())
    batch = [{"sequence": n, "item": n, "given": right_answer(attempt, n)} for n in (1, 2)]
    assert [told(room, attempt, 0, *batch) for _ in range(2)] == [Saved(2, 2)] * 2
