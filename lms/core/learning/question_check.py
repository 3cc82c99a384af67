"""Checks that questions ask only what the course has read and teaches."""
from __future__ import annotations

import re

from lms.core.courses.facts import RECALL, Amount, amount_text
from lms.core.courses.files import CourseFile
from lms.core.courses.marks import without_marks
from lms.core.courses.words import module_text, with_amounts
from lms.core.documents.faults import FaultLog
from lms.core.learning import fault_kinds as kinds
from lms.core.quizzes.files import BankFile
from lms.core.quizzes.question_files import QuestionFile

SHORTEST_TEACHES = 8  # characters; less is found in any text


def check_questions(bank: BankFile, course: CourseFile, log: FaultLog) -> None:
    """Note in *log* each question of *bank* that rests on what was not read, or that its module does not teach."""
    teaching = {module.slug: teaching_variants(module.body, course.amounts) for module in course.modules}
    for question in bank.questions:
        _check_facts(bank.file, question, course, log)
        if question.topic in teaching and question.review.teaches:
            _check_teaches(bank.file, question, teaching[question.topic], course, log)


def teaching_variants(text: str, amounts: dict[str, Amount]) -> tuple[str, ...]:
    """The words of *text* without spaces, once for each way in which a reviewer may have copied an amount:
    as the reader sees it, as bare value and unit, and left out."""
    words = module_text(text)
    written = {key: amount_text(amount) for key, amount in amounts.items()}
    bare = {key: amount.value + amount.unit for key, amount in amounts.items()}
    return tuple(_condensed(with_amounts(words, way)) for way in (written, bare, dict.fromkeys(amounts, "")))


def _condensed(text: str) -> str:
    """*text* as it is compared: a line break or a space in the file says nothing."""
    return re.sub(r"\s+", "", text)


def _check_facts(file: str, question: QuestionFile, course: CourseFile, log: FaultLog) -> None:
    line = question.lines.get("facts", question.line)
    if not course.facts:  # an unreadable register is one fault, not one for every question
        return
    for fact_id in question.facts:
        fact = course.facts.get(fact_id)
        if fact is None:
            log.add(kinds.QUESTION_FACT_UNKNOWN, file, line, id=fact_id)
        elif fact.confidence == RECALL:
            log.add(kinds.QUESTION_RECALL, file, line, id=fact_id)
        elif not fact.gradable:
            log.add(kinds.QUESTION_SECONDARY, file, line, id=fact_id)


def _check_teaches(file: str, question: QuestionFile, teaching: tuple[str, ...], course: CourseFile,
                   log: FaultLog) -> None:
    teaches = question.review.teaches
    line = question.lines.get("review", question.line)
    if len(_condensed(without_marks(teaches))) < SHORTEST_TEACHES:
        log.add(kinds.TEACHES_SHORT, file, line)
        return
    copies = teaching_variants(teaches, course.amounts)
    if not any(copy in text for copy, text in zip(copies, teaching, strict=True)):
        log.add(kinds.TEACHES_NOT_FOUND, file, line, module=question.topic)
