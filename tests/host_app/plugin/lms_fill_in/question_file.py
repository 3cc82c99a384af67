"""Questions from a text file: ``题干 = 答案 | 另一种写法``, one a line; a line that begins with # is the topic."""
from __future__ import annotations

from lms.core.i18n import N_
from lms.core.quizzes.content import QuestionContent
from lms.core.quizzes.formats import ReadQuestions, ReadRow
from lms.core.quizzes.kinds import Flaw


def read_fill_in(data: bytes, filename: str) -> ReadQuestions:
    found, topic = ReadQuestions(), ""
    for number, line in enumerate(data.decode("utf-8-sig", "replace").splitlines(), start=1):
        if line.startswith("#"):
            topic = line.lstrip("# ").strip()
        elif line.strip():
            found.rows.append(_row(number, line, topic))
    return found


def _row(number: int, line: str, topic: str) -> ReadRow:
    stem, equals, answers = line.rpartition("=")
    if not equals:
        return ReadRow(number, reasons=[Flaw("no_answer", N_("没有等号和答案。请写成：题干 = 答案。"))])
    right = [answer.strip() for answer in answers.split("|") if answer.strip()]
    return ReadRow(number, content=QuestionContent("one_word", topic, 1, {"stem": stem.strip()}, {"right": right}))
