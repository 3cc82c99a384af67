"""What stands for the things of an exam in the matrix: rooms, marking, re-sits, corrections, mistakes."""
from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from lms.core.quizzes.corrections import effects
from lms.core.quizzes.models import Paper, Question, QuestionVersion

from .world import Things, World

Form = dict[str, Any]


_ASKED: dict[str, str] = {}  # looked up once: what an address asks the database is none of the page's statements


def asked_first(world: World, things: Things) -> str:
    """The first question of the attempt that was handed in; nothing was answered there."""
    if things.submitted.uid not in _ASKED:
        with world.site.database.reading() as db:
            _ASKED[things.submitted.uid] = str(db.scalar(
                select(Question.uid).join(QuestionVersion, QuestionVersion.question_id == Question.id).where(
                    QuestionVersion.id == things.submitted.frozen["items"][0]["version"])))
    return _ASKED[things.submitted.uid]


def pictured(world: World, things: Things) -> str:
    """The picture of the class's bank, which stands in none of its questions."""
    return hashlib.sha256(f"picture of {things.bank.slug}".encode()).hexdigest()


def correction(world: World, things: Things, role: str) -> Form:
    """Everybody gets the full mark, by whoever has seen what that changes."""
    with world.site.database.reading() as db:
        found = effects(db, paper=db.get_one(Paper, things.paper.id), question=db.get_one(Question, things.question.id), action="give")
        return {"action": "give", "reason": "题目有误", "seal": found.seal}


EXAM_PARAMETERS: dict[tuple[str, str], Callable[[World, Things], str]] = {
    ("manage_exam_room", "uid"): lambda w, t: t.training_class.uid,
    ("manage_marking", "uid"): lambda w, t: t.training_class.uid,
    ("manage_resits", "uid"): lambda w, t: t.training_class.uid,
    ("manage_corrections", "uid"): lambda w, t: t.training_class.uid,
    ("manage_bank_questions", "number"): lambda w, t: "1",
    ("manage_statistics", "uid"): lambda w, t: t.training_class.uid,
    ("manage_statistics", "question_uid"): asked_first,
    ("practice", "uid"): lambda w, t: t.running.uid,
    ("practice", "question_uid"): asked_first,
    ("question_pictures", "sha256"): pictured,
}
EXAM_FORMS: dict[str, Form | Callable[[World, Things, str], Form]] = {
    "lms.manage_exam_room.do": {"reason": "消防演练"},
    "lms.manage_paper_plan.sections": lambda w, t, role: {"sections": "一、单项选择题\n二、判断题", "version": t.draft.version},
    "lms.manage_resits.make": lambda w, t, role: {"person": t.enrolment.uid, "title": "补考"},
    "lms.manage_corrections.save": correction,
}
