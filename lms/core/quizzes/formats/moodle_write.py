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
from lms.core.quizzes.formats.moodle_pictures import PictureOf, files_of, formatted
from lms.core.quizzes.formats.protocol import BankOut
from lms.core.quizzes.formats.topics import path_of
from lms.core.quizzes.formats.weighed import decimals_of
from lms.core.quizzes.kinds.fill_in import number_in
from lms.core.quizzes.kinds.matching import pairs_of

Made = tuple[str, str] | None  # the type's name, and what follows the question's text
Text = Callable[[str], str]
"""A text as the rest of an element that may hold pictures: `` format="…"><text>…</text>`` and the files of its pictures."""


def write_moodle(bank: BankOut, file: IO[bytes]) -> None:
    """Write *bank* in UTF-8, a category for each topic."""
    file.write(b'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n')
    topic: str | None = None
    for code, content in bank.questions:
        if content.topic != topic:
            topic = content.topic
            file.write(f'<question type="category"><category>{_text(path_of(topic))}</category></question>\n'.encode())
        file.write(_question(code, content, bank.picture).encode())
    file.write(b"</quiz>\n")


def _question(code: str, content: QuestionContent, picture: PictureOf) -> str:
    def text(words: str) -> str:
        return formatted(words, picture)

    write = _WRITERS.get(content.kind)
    kind, rest = (write(content, text) if write else None) or ("description", "")
    whole = whole_of(content)
    extras = extras_of(content, key=("rubric",))
    if kind == "description" or "](picture:" in whole:  # HTML does not say what stands between pictures, space by space
        extras = whole
    tags = "".join(f"<tag>{_text(tag)}</tag>" for tag in content.tags)
    mark = Decimal(content.mark or 1000) / 1000
    files = files_of(whole, picture) if kind == "description" else ""
    return (f'<question type="{kind}">\n<!-- lms {plain_text(extras)} -->\n<name>{_text(code)}</name>'
            f"<questiontext{text(content.stem)}{files}</questiontext>"
            f"<generalfeedback{text(content.explanation)}</generalfeedback>"
            f"<defaultgrade>{mark.normalize():f}</defaultgrade><idnumber>{escape(code)}</idnumber>\n{rest}"
            f"{f'<tags>{tags}</tags>' if tags else ''}</question>\n")


def _text(text: str) -> str:
    return f"<text>{escape(plain_text(text))}</text>"


def _answer(text: str, fraction: Decimal | int, more: str = "") -> str:
    return f"<answer fraction={quoteattr(f'{Decimal(fraction).normalize():f}')}{text}{more}</answer>\n"


def _single(content: QuestionContent, text: Text) -> Made:
    right = content.key["right"]
    return "multichoice", "<single>true</single><shuffleanswers>true</shuffleanswers>\n" + "".join(
        _answer(text(o["text"]), 100 if o["id"] in right else 0) for o in content.body["options"])


def _multiple(content: QuestionContent, text: Text) -> Made:
    weights = decimals_of(content.body, content.key)
    return "multichoice", "<single>false</single><shuffleanswers>true</shuffleanswers>\n" + "".join(
        _answer(text(o["text"]), weights[o["id"]]) for o in content.body["options"])


def _truefalse(content: QuestionContent, text: Text) -> Made:
    right = content.key["right"]
    return "truefalse", _answer(text("true"), 100 if right else 0) + _answer(text("false"), 0 if right else 100)


def _fill_in(content: QuestionContent, text: Text) -> Made:
    if content.body["blanks"] != 1:
        return None
    variants = content.key["blanks"][0]
    numbers = [number_in(variant) for variant in variants]
    if all(number is not None for number in numbers):
        return "numerical", "".join(_answer(text(f"{number[0]:f}"), 100, f"<tolerance>{number[1]:f}</tolerance>")
                                    for number in numbers if number)
    return "shortanswer", "<usecase>0</usecase>\n" + "".join(_answer(text(variant), 100) for variant in variants)


def _matching(content: QuestionContent, text: Text) -> Made:
    return "matching", "<shuffleanswers>true</shuffleanswers>\n" + "".join(
        f"<subquestion{text(left)}<answer>{_text(right)}</answer></subquestion>\n"
        for left, right in pairs_of(content.body, content.key))


def _ordering(content: QuestionContent, text: Text) -> Made:
    texts = {entry["id"]: entry["text"] for entry in content.body["items"]}
    return "ordering", "<layouttype>VERTICAL</layouttype>\n" + "".join(
        _answer(text(texts[name]), place) for place, name in enumerate(content.key["order"], start=1))


def _short_answer(content: QuestionContent, text: Text) -> Made:
    return "essay", f"<graderinfo{text(content.key['reference'])}</graderinfo>\n"


_WRITERS: dict[str, Callable[[QuestionContent, Text], Made]] = {
    "single": _single, "multiple": _multiple, "truefalse": _truefalse, "fill_in": _fill_in, "matching": _matching,
    "ordering": _ordering, "short_answer": _short_answer}
