"""What goes out comes back equal, in every format, for questions of every kind and any text."""
from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from exam_room import Room
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from question_samples import REGISTRY, content

from lms.core.events import Events
from lms.core.quizzes import formats
from lms.core.quizzes.content import QuestionContent
from lms.core.quizzes.exports import bank_out, write_bank
from lms.core.quizzes.formats import BankOut
from lms.core.quizzes.models import Bank
from lms.core.quizzes.preview import preview_questions

formats.register(REGISTRY, Events())
WRITTEN = [name for name, _ in REGISTRY.all("question_writer")]


def out_and_in(ending: str, questions: list[tuple[str, QuestionContent]]) -> list[Any]:
    file = BytesIO()
    REGISTRY.get("question_writer", ending).write(BankOut({"id": "sample", "titles": {}, "course": "", "topics": []}, questions), file)
    read = REGISTRY.get("question_format", ending)(file.getvalue(), f"题库.{ending}")
    assert not [flaw.text("zh_CN") for row in read.rows for flaw in row.reasons]
    return [(row.code, row.content) for row in read.rows]


@pytest.mark.parametrize("ending", WRITTEN)
@settings(max_examples=30, suppress_health_check=list(HealthCheck), deadline=None)
@given(contents=some.lists(content(), min_size=1, max_size=4))
def test_what_goes_out_comes_back_equal(ending: str, contents: list[QuestionContent]) -> None:
    questions = [(f"q-{number:04d}", one) for number, one in enumerate(contents, start=1)]
    assert out_and_in(ending, questions) == questions


@pytest.mark.parametrize("ending", WRITTEN)
def test_a_whole_bank_out_and_in_again_changes_nothing(room: Room, ending: str) -> None:
    with room.site.database.reading() as db:
        bank = db.get_one(Bank, room.bank.id)
        out = bank_out(db, bank)
        data = write_bank(room.site.registry, out, ending).getvalue()
        shown = preview_questions(db, bank="sample", data=data, filename=f"题库.{ending}")
    assert len(out.questions) == 30 and shown.counts == {"new": 0, "changed": 0, "same": 30, "duplicate": 0, "refused": 0}


def test_our_own_file_keeps_who_wrote_and_reviewed_a_question_and_until_when() -> None:
    one = QuestionContent("truefalse", "", 1, {"stem": "对吗？"}, {"right": True}, "", author="程一苇", reviewer="方知行", review_by=date(2027, 6, 30))
    [(_, back)] = out_and_in("yaml", [("q-1", one)])
    assert (back.author, back.reviewer, back.review_by) == ("程一苇", "方知行", date(2027, 6, 30))
