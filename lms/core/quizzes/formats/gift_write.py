"""Writes questions as GIFT. Kinds that it does not know go as a description, with the whole question in a comment."""
from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import IO

from lms.core.quizzes.content import QuestionContent
from lms.core.quizzes.formats.extras import extras_of, whole_of
from lms.core.quizzes.formats.gift_text import EXTRAS, escaped
from lms.core.quizzes.formats.protocol import BankOut
from lms.core.quizzes.formats.topics import path_of
from lms.core.quizzes.formats.weighed import decimals_of
from lms.core.quizzes.kinds.fill_in import number_in
from lms.core.quizzes.kinds.matching import pairs_of


def write_gift(bank: BankOut, file: IO[bytes]) -> None:
    """Write *bank* in UTF-8, its questions apart by empty lines."""
    topic: str | None = None
    for code, content in bank.questions:
        lines = [] if content.topic == topic else [f"$CATEGORY: {path_of(content.topic)}", ""]
        topic = content.topic
        file.write(("\n".join([*lines, *_question(code, content)]) + "\n\n").encode())


def _question(code: str, content: QuestionContent) -> list[str]:
    answer = _ANSWERS.get(content.kind)
    inside = answer(content) if answer else None
    stem, title = escaped(content.stem), f"::{escaped(code)}::"
    if inside is None:
        return [EXTRAS + whole_of(content), title + stem]
    if content.explanation:
        inside.append("####" + escaped(content.explanation))
    tags = " ".join(f"[tag:{_bracketed(tag)}]" for tag in content.tags)
    head = [f"// {tags}"] if tags else []
    return [*head, EXTRAS + extras_of(content, key=("reference", "rubric")),
            title + stem + "{" + "".join(f"\n\t{line}" for line in inside) + ("\n" if inside else "") + "}"]


def _bracketed(text: str) -> str:
    return text.replace("\\", "\\\\").replace("]", "\\]")


def _weight(value: Decimal) -> str:
    return f"%{value.normalize():f}%"


def _text(value: str) -> str:
    """An answer; one that looks like a weight gets one, so that it is not taken for it."""
    return escaped(value) if not value.startswith("%") else "%100%" + escaped(value)


def _single(content: QuestionContent) -> list[str]:
    right = content.key["right"]
    return [("=" + _text(o["text"])) if o["id"] in right else "~" + ("%0%" if o["text"].startswith("%") else "") + escaped(o["text"])
            for o in content.body["options"]]


def _multiple(content: QuestionContent) -> list[str]:
    weights = decimals_of(content.body, content.key)
    return [f"~{_weight(weights[o['id']])}{escaped(o['text'])}" for o in content.body["options"]]


def _fill_in(content: QuestionContent) -> list[str] | None:
    if content.body["blanks"] != 1:
        return None
    variants = content.key["blanks"][0]
    numbers = [number_in(variant) for variant in variants]
    if all(number is not None for number in numbers):
        return ["#", *(f"={number[0]:f}:{number[1]:f}" for number in numbers if number)]
    return ["=" + _text(variant) for variant in variants]


def _matching(content: QuestionContent) -> list[str]:
    return [f"={escaped(left)} -> {escaped(right)}" for left, right in pairs_of(content.body, content.key)]


_ANSWERS: dict[str, Callable[[QuestionContent], list[str] | None]] = {
    "single": _single, "multiple": _multiple, "fill_in": _fill_in, "matching": _matching,
    "truefalse": lambda content: ["TRUE" if content.key["right"] else "FALSE"], "short_answer": lambda content: [],
}
