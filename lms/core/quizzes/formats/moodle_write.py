"""Writes questions as Moodle XML. A case, which it does not know, goes as a description with the whole question in a comment.

Format: https://docs.moodle.org/en/Moodle_XML_format
"""
from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import IO
from xml.sax.saxutils import escape, quoteattr

from lms.core.documents.tables import plain_text
from lms.core.quizzes.content import QuestionContent
from lms.core.quizzes.formats.extras import extras_of, whole_of
from lms.core.quizzes.formats.protocol import BankOut
from lms.core.quizzes.formats.topics import path_of
from lms.core.quizzes.formats.weighed import decimals_of
from lms.core.quizzes.kinds.fill_in import number_in
from lms.core.quizzes.kinds.matching import pairs_of

Made = tuple[str, str] | None  # the type's name, and what follows the question's text


def write_moodle(bank: BankOut, file: IO[bytes]) -> None:
    """Write *bank* in UTF-8, a category for each topic."""
    file.write(b'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n')
    topic: str | None = None
    for code, content in bank.questions:
        if content.topic != topic:
            topic = content.topic
            file.write(f'<question type="category"><category>{_text(path_of(topic))}</category></question>\n'.encode())
        file.write(_question(code, content).encode())
    file.write(b"</quiz>\n")


def _question(code: str, content: QuestionContent) -> str:
    write = _WRITERS.get(content.kind)
    kind, rest = (write(content) if write else None) or ("description", "")
    extras = whole_of(content) if kind == "description" else extras_of(content, key=("rubric",))
    tags = "".join(f"<tag>{_text(tag)}</tag>" for tag in content.tags)
    mark = Decimal(content.mark or 1000) / 1000
    return (f'<question type="{kind}">\n<!-- lms {plain_text(extras)} -->\n<name>{_text(code)}</name>'
            f'<questiontext format="plain_text">{_text(content.stem)}</questiontext>'
            f'<generalfeedback format="plain_text">{_text(content.explanation)}</generalfeedback>'
            f"<defaultgrade>{mark.normalize():f}</defaultgrade><idnumber>{escape(code)}</idnumber>\n{rest}"
            f"{f'<tags>{tags}</tags>' if tags else ''}</question>\n")


def _text(text: str) -> str:
    return f"<text>{escape(plain_text(text))}</text>"


def _answer(text: str, fraction: Decimal | int, more: str = "") -> str:
    return f"<answer fraction={quoteattr(f'{Decimal(fraction).normalize():f}')} format=\"plain_text\">{_text(text)}{more}</answer>\n"




def _single(content: QuestionContent) -> Made:
    right = content.key["right"]
    return "multichoice", "<single>true</single><shuffleanswers>true</shuffleanswers>\n" + "".join(
        _answer(o["text"], 100 if o["id"] in right else 0) for o in content.body["options"])


def _multiple(content: QuestionContent) -> Made:
    weights = decimals_of(content.body, content.key)
    return "multichoice", "<single>false</single><shuffleanswers>true</shuffleanswers>\n" + "".join(
        _answer(o["text"], weights[o["id"]]) for o in content.body["options"])


def _truefalse(content: QuestionContent) -> Made:
    right = content.key["right"]
    return "truefalse", _answer("true", 100 if right else 0) + _answer("false", 0 if right else 100)


def _fill_in(content: QuestionContent) -> Made:
    if content.body["blanks"] != 1:
        return None
    variants = content.key["blanks"][0]
    numbers = [number_in(variant) for variant in variants]
    if all(number is not None for number in numbers):
        return "numerical", "".join(_answer(f"{number[0]:f}", 100, f"<tolerance>{number[1]:f}</tolerance>")
                                    for number in numbers if number)
    return "shortanswer", "<usecase>0</usecase>\n" + "".join(_answer(variant, 100) for variant in variants)


def _matching(content: QuestionContent) -> Made:
    return "matching", "<shuffleanswers>true</shuffleanswers>\n" + "".join(
        f'<subquestion format="plain_text">{_text(left)}<answer>{_text(right)}</answer></subquestion>\n'
        for left, right in pairs_of(content.body, content.key))


def _ordering(content: QuestionContent) -> Made:
    texts = {entry["id"]: entry["text"] for entry in content.body["items"]}
    return "ordering", "<layouttype>VERTICAL</layouttype>\n" + "".join(
        _answer(texts[name], place) for place, name in enumerate(content.key["order"], start=1))


def _short_answer(content: QuestionContent) -> Made:
    return "essay", f'<graderinfo format="plain_text">{_text(content.key["reference"])}</graderinfo>\n'


_WRITERS: dict[str, Callable[[QuestionContent], Made]] = {
    "single": _single, "multiple": _multiple, "truefalse": _truefalse, "fill_in": _fill_in, "matching": _matching,
    "ordering": _ordering, "short_answer": _short_answer}
