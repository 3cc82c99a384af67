"""Every kind is answered without script; nothing that tells what is right is in any byte before it may be."""
from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from exam_room import Room, case_with_blanks
from sqlalchemy import select

from lms.core.clock import SettableClock
from lms.core.people.models import Person
from lms.core.quizzes.answers import answers_of
from lms.core.quizzes.content import QuestionContent
from lms.core.quizzes.kinds import fill_in, matching, ordering
from lms.core.quizzes.models import Attempt
from lms.core.quizzes.plans import Cell
from lms.core.quizzes.versions import add_questions
from lms.site import Site
from lms.testing import Browser

LogIn = Callable[[Person], Browser]
QUESTIONS = {"fill_in": fill_in.from_lines("拨缴____", ["密钥甲|500±5"]), "matching": matching.from_lines("配对", ["左一 → 右一", "左二 → 右二"]),
             "ordering": ordering.from_lines("排序", ["先", "中", "后"]), "short_answer": ({"stem": "谈谈"}, {"reference": "密钥丙", "rubric": ["密钥丁"]})}


@pytest.fixture
def room(site: Site, clock: SettableClock) -> Room:
    room = Room(site, clock)
    contents = {kind: QuestionContent(kind, "one", 1, *made, "密钥乙") for kind, made in QUESTIONS.items()}
    with site.database.writing() as db:
        add_questions(db, bank_id=room.bank.id, contents=contents, origin="file", by_id=None, now=clock.now())
    case_with_blanks(room)
    return room


def begin(room: Room, phone: Browser, kind: str) -> tuple[Attempt, str]:
    paper = room.paper(Cell("sample", kind=kind, count=1, mark=10_000), review="after_submit")
    phone.get(f"/papers/{paper.uid}")
    address = phone.post(f"/papers/{paper.uid}/start").headers["Location"]
    with room.site.database.reading() as db:
        return db.scalars(select(Attempt).where(Attempt.uid == address.rsplit("/", 1)[-1])).one(), address


ANSWERS: dict[str, Callable[[Attempt], dict[str, Any]]] = {
    "fill_in": lambda attempt: {"a-1": ["497"]},
    "matching": lambda attempt: {"a-1": attempt.frozen["items"][0]["key"]["right"]},
    "ordering": lambda attempt: {"a-1": attempt.frozen["items"][0]["key"]["right"]},
    "case": lambda attempt: {"a-1.1": ["true"], "a-1.2": ["百分之二", "密钥甲"]}}


@pytest.mark.parametrize("kind", list(ANSWERS))
def test_answered_by_form_and_marked_in_full(room: Room, log_in: LogIn, kind: str) -> None:
    phone = log_in(room.person())
    attempt, address = begin(room, phone, kind)
    page = phone.get(f"{address}?q=1").get_data(as_text=True)
    assert "密钥" not in page and '"right"' not in page
    assert phone.post(f"{address}/answer", {"item": "1", "go": "check", **ANSWERS[kind](attempt)}).status_code == 303
    again = phone.get(f"{address}?q=1").get_data(as_text=True)
    assert re.search(r'value="497"|selected|checked', again), "what was answered is on the page again"
    phone.post(f"{address}/submit")
    assert room.fresh(attempt).mark == 10_000
    assert "密钥乙" in phone.get(f"{address}/result").get_data(as_text=True)


def test_a_short_answer_is_kept_and_waits_for_a_marker(room: Room, log_in: LogIn) -> None:
    phone = log_in(room.person())
    attempt, address = begin(room, phone, "short_answer")
    assert "密钥" not in phone.get(f"{address}?q=1").get_data(as_text=True)
    phone.post(f"{address}/answer", {"item": "1", "go": "check", "a-1": "我的\r\n看法"})
    phone.post(f"{address}/submit")
    with room.site.database.reading() as db:
        assert answers_of(db, attempt.id) == {1: {"given": "我的\n看法"}}
    assert room.fresh(attempt).mark is None, "no mark is not 0"


@pytest.mark.parametrize(("kind", "form"), [("case", {"a-1.9": "true"}), ("case", {"a-1": "true"}), ("matching", {"a-1": ["1"]}),
                                            ("ordering", {"a-1": ["1", "2", "7"]}), ("fill_in", {"a-1": ["a", "b"]})])
def test_a_form_that_fits_no_question_is_refused_and_changes_nothing(room: Room, log_in: LogIn, kind: str, form: dict[str, Any]) -> None:
    phone = log_in(room.person())
    attempt, address = begin(room, phone, kind)
    assert phone.post(f"{address}/answer", {"item": "1", "go": "check", **form}).status_code == 422
    with room.site.database.reading() as db:
        assert answers_of(db, attempt.id) == {}
