"""Aiken: a question on one line, its options, then ``ANSWER: B``. One option is right; nothing else can be said in it.

Format: https://docs.moodle.org/en/Aiken_format
"""
from __future__ import annotations

import re
from collections.abc import Sequence

from lms.core.i18n import N_
from lms.core.quizzes.content import QuestionContent
from lms.core.quizzes.formats.protocol import ReadQuestions, ReadRow
from lms.core.quizzes.kinds.options import LETTERS
from lms.core.quizzes.kinds.protocol import Flaw

_OPTION = re.compile(r"([A-Z])[.)]\s+(.*)")
_ANSWER = re.compile(r"ANSWER:\s*(.*)")


def is_aiken(lines: Sequence[str]) -> bool:
    return any(_ANSWER.match(line) for line in lines)


def read_aiken(lines: Sequence[str]) -> ReadQuestions:
    """The questions in *lines*, each with the line where it begins; what is wrong has the line where it is."""
    found = ReadQuestions()
    stem, begins, options = "", 0, dict[str, str]()
    for number, raw in enumerate(lines, start=1):
        line = raw.strip()
        option, answer = _OPTION.fullmatch(line), _ANSWER.fullmatch(line)
        if not line:
            continue
        if answer:
            found.rows.append(_row(begins or number, stem, options, answer[1].strip(), number))
            stem, begins, options = "", 0, {}
        elif option and stem:
            options[option[1]] = option[2]
        else:
            if stem and options:
                found.rows.append(_row(begins, stem, options, "", number))
                options = {}
            elif stem:
                found.rows.append(ReadRow(begins, reasons=[Flaw(
                    "aiken_no_options", N_("第 {line} 行的题没有选项。每个选项写一行，以 A. 或 A) 开头。"), "options", {"line": begins})]))
            stem, begins = line, number
    if stem:
        found.rows.append(_row(begins, stem, options, "", len(lines)))
    return found


def _row(line: int, stem: str, options: dict[str, str], answer: str, at: int) -> ReadRow:
    if not stem:
        return ReadRow(line, reasons=[Flaw("aiken_no_stem", N_("第 {line} 行有答案，前面没有题目。"), "stem", {"line": at})])
    if "".join(options) != LETTERS[:len(options)]:
        return ReadRow(line, reasons=[Flaw("option_letters_gap", N_("第 {line} 行的题，选项要依次以 A、B、C 开头。"), "options",
                                           {"line": line})])
    if answer not in options:
        return ReadRow(line, reasons=[Flaw(
            "aiken_answer", N_("第 {line} 行应是“ANSWER: ”加一个选项字母，写的是“{answer}”。"), "answer", {"line": at, "answer": answer[:40]})])
    body = {"stem": stem, "options": [{"id": letter, "text": text} for letter, text in options.items()]}
    return ReadRow(line, content=QuestionContent("single", "", 2, body, {"right": [answer]}))
