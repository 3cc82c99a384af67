"""A room whose bank also has short answers: for the tests of marking by people, corrections and re-sits."""
from __future__ import annotations

from typing import Any

from exam_room import Room, right_answer

from lms.core.quizzes.content import QuestionContent
from lms.core.quizzes.frozen import items_of
from lms.core.quizzes.models import Attempt, Paper
from lms.core.quizzes.plans import Cell
from lms.core.quizzes.versions import add_questions

WRITTEN = "我认为应当集体研究。"


def short(number: int, topic: str = "two") -> QuestionContent:
    return QuestionContent("short_answer", topic, 2, {"stem": f"简答第{number}题"},
                           {"reference": f"参考答案-{number}", "rubric": [f"要点-{number}"]}, f"解析-{number}")


def with_short_answers(room: Room) -> Room:
    with room.site.database.writing() as db:
        add_questions(db, bank_id=room.bank.id, contents={f"short-{n}": short(n) for n in (1, 2)}, origin="file", by_id=None,
                      now=room.clock.now())
    return room


def written_paper(room: Room, **values: Any) -> Paper:
    """Two single choices of 10 分 and one short answer of 20 分."""
    return room.paper(Cell("sample", kind="single", count=2, mark=10_000), Cell("sample", kind="short_answer", count=1, mark=20_000),
                      **values)


def hand_in_written(room: Room, paper: Paper, name: str, *, right: int = 2, text: str = WRITTEN) -> Attempt:
    """Somebody answers so many single choices rightly, writes *text*, and hands in."""
    attempt = room.start(paper, room.person(name))
    given = [{"sequence": n, "item": n, "given": right_answer(attempt, n)} for n in range(1, right + 1)]
    written = next(item.number for item in items_of(attempt.frozen) if item.kind == "short_answer")
    room.answer(attempt, *given, {"sequence": 9, "item": written, "given": [text] if text else []})
    return room.submit(attempt)
