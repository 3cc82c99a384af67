"""The rules that a question bank must keep by itself: enough questions, and none to be guessed from its form."""
from __future__ import annotations

import re
from collections import Counter
from datetime import date

from lms.core.documents.faults import FaultLog
from lms.core.quizzes import fault_kinds as kinds
from lms.core.quizzes.files import BankFile
from lms.core.quizzes.question_files import MULTIPLE, SINGLE, TRUEFALSE, QuestionFile

_LETTER = re.compile(r"(?<![A-Za-z0-9])[A-H](?![A-Za-z0-9])")
FEWEST = 20
MOST_SHARE = 40  # percent
MULTIPLE_SHARES = (15, 85)  # percent of the questions that offer a letter
ENOUGH = 8  # fewer questions of a kind than this say nothing about its balance


def check_bank(bank: BankFile, log: FaultLog, *, today: date) -> None:
    """Note in *log* whatever breaks a rule of the content format in *bank*.

    :param today: review dates before it have passed
    """
    at = bank.lines.get("questions", 1)
    if bank.review_by < today:
        log.add(kinds.BANK_REVIEW_PASSED, bank.file, bank.lines.get("review_by", 1), day=bank.review_by.isoformat())
    if len(bank.questions) < FEWEST:
        log.add(kinds.TOO_FEW, bank.file, at, count=len(bank.questions), low=FEWEST)
    _check_stems(bank, log)
    _check_explanations(bank, log)
    asked = {question.topic for question in bank.questions}
    for topic in bank.topics:
        if topic.id not in asked:
            log.add(kinds.TOPIC_EMPTY, bank.file, topic.line, topic=topic.id)
    _check_single([q for q in bank.questions if q.kind == SINGLE and q.answer], bank.file, at, log)
    _check_multiple([q for q in bank.questions if q.kind == MULTIPLE], bank.file, at, log)
    _check_truefalse([q for q in bank.questions if q.kind == TRUEFALSE], bank.file, at, log)


def right_is_longest(question: QuestionFile) -> bool:
    """Whether the right option of a single choice is longer than every other."""
    if not isinstance(question.answer, tuple):
        return False
    right, others = _lengths(question, question.answer[0])
    return right > max(others, default=right)


def right_is_shortest(question: QuestionFile) -> bool:
    """Whether the right option of a single choice is shorter than every other."""
    if not isinstance(question.answer, tuple):
        return False
    right, others = _lengths(question, question.answer[0])
    return right < min(others, default=right)


def _lengths(question: QuestionFile, letter: str) -> tuple[int, list[int]]:
    """How long the option *letter* is, and how long the others are."""
    lengths = {key: len(text) for key, text in question.options.items()}
    return lengths.pop(letter, 0), list(lengths.values())


def _check_explanations(bank: BankFile, log: FaultLog) -> None:
    """Everybody gets the options in an order of their own: a letter would name another option."""
    for question in bank.questions:
        found = _LETTER.search(question.explanation) if question.options else None
        if found:
            log.add(kinds.EXPLANATION_LETTER, bank.file, question.lines.get("explanation", question.line), letter=found[0])


def _check_stems(bank: BankFile, log: FaultLog) -> None:
    first: dict[str, int] = {}
    for question in bank.questions:
        stem = "".join(question.stem.split())
        if stem and stem in first:
            log.add(kinds.STEM_TWICE, bank.file, question.lines.get("stem", question.line), first=first[stem])
        first.setdefault(stem, question.line)


def _check_single(questions: list[QuestionFile], file: str, line: int, log: FaultLog) -> None:
    if len(questions) < ENOUGH:
        return
    letters = Counter(question.answer[0] for question in questions if isinstance(question.answer, tuple))
    for letter, count in letters.items():
        if count * 100 > MOST_SHARE * len(questions):
            log.add(kinds.LETTER_BALANCE, file, line, letter=letter, percent=count * 100 // len(questions))
    longest = sum(map(right_is_longest, questions))
    if longest * 100 > MOST_SHARE * len(questions):
        log.add(kinds.LONGEST_RIGHT, file, line, percent=longest * 100 // len(questions))
    shortest = sum(map(right_is_shortest, questions))
    if shortest * 100 > MOST_SHARE * len(questions):
        log.add(kinds.SHORTEST_RIGHT, file, line, percent=shortest * 100 // len(questions))


def _check_multiple(questions: list[QuestionFile], file: str, line: int, log: FaultLog) -> None:
    counts = {len(question.answer) for question in questions if isinstance(question.answer, tuple)}
    if len(questions) >= 3 and len(counts) == 1:
        log.add(kinds.MULTIPLE_SAME, file, line, count=counts.pop())
    offered = Counter(letter for question in questions for letter in question.options)
    right = Counter(letter for question in questions if isinstance(question.answer, tuple) for letter in question.answer)
    low, high = MULTIPLE_SHARES
    for letter, times in offered.items():
        if times >= ENOUGH and not low * times <= right[letter] * 100 <= high * times:
            log.add(kinds.MULTIPLE_LETTER, file, line, letter=letter, percent=right[letter] * 100 // times)


def _check_truefalse(questions: list[QuestionFile], file: str, line: int, log: FaultLog) -> None:
    true = sum(question.answer is True for question in questions)
    false = len(questions) - true
    share = true * 100 // len(questions) if questions else 50
    # Of three questions none can be 40 to 60 percent; one more than the other is balanced.
    if abs(true - false) > 1 and not (true * 100 >= 40 * len(questions) and true * 100 <= 60 * len(questions)):
        log.add(kinds.TRUE_BALANCE, file, line, percent=share)
