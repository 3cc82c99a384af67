"""GIFT, the text format of Moodle, whole: every kind of answer, weights, feedback, categories, escapes, missing words.

Format: https://docs.moodle.org/en/GIFT_format
"""
from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from lms.core.i18n import N_
from lms.core.quizzes.formats.entry import code_in
from lms.core.quizzes.formats.extras import content_with, read_extras
from lms.core.quizzes.formats.gift_text import EXTRAS, WEIGHT, place_of, split_at, unescaped
from lms.core.quizzes.formats.protocol import ReadQuestions, ReadRow
from lms.core.quizzes.formats.topics import topic_in
from lms.core.quizzes.formats.weighed import key_from
from lms.core.quizzes.kinds.fill_in import number_with
from lms.core.quizzes.kinds.matching import from_pairs
from lms.core.quizzes.kinds.options import LETTERS
from lms.core.quizzes.kinds.protocol import Flaw

LONGEST = 50_000  # characters of one question
_TRUTH = {"T": True, "TRUE": True, "F": False, "FALSE": False}
_TAG = re.compile(r"\[tag:((?:\\.|[^\]])*)\]")
_ID = re.compile(r"\[id:((?:\\.|[^\]])*)\]")
Made = tuple[str, dict[str, Any], dict[str, Any]]


class _Wrong(Exception):
    """What is wrong with a question: *flaw*."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.code)
        self.flaw = flaw


@dataclass
class _Block:
    """A question's text as it stands, with the line on which it begins, and what stood in comments before it."""

    line: int
    text: str = ""
    topic: str = ""
    code: str = ""
    tags: list[str] = field(default_factory=list)
    extras: str = ""


@dataclass(frozen=True)
class _Option:
    mark: str
    weight: Decimal | None
    text: str
    feedback: str


def is_gift(lines: Sequence[str]) -> bool:
    text = "\n".join(line for line in lines if not line.startswith("//"))
    return bool(re.search(r"^::|^\$CATEGORY:", text, re.MULTILINE) or re.search(r"\{\s*(?:[=~#]|T|F|TRUE|FALSE|\})", text))


def read_gift(lines: Sequence[str]) -> ReadQuestions:
    """The questions in *lines*; each row has the line on which its question begins."""
    found = ReadQuestions()
    for block in _blocks(lines):
        row = ReadRow(block.line, block.code)
        try:
            _fill(row, block)
        except _Wrong as wrong:
            row.reasons.append(wrong.flaw)
        found.rows.append(row)
    return found


def _blocks(lines: Sequence[str]) -> Iterator[_Block]:
    """Questions are apart by empty lines; a comment belongs to the question after it."""
    topic, block = "", _Block(0)
    for number, line in enumerate([*lines, ""], start=1):
        bare = line.strip()
        if bare.startswith("//"):
            _comment(block, bare)
        elif bare.startswith("$CATEGORY:"):
            topic = topic_in(bare.removeprefix("$CATEGORY:"))
        elif bare:
            block.line, block.topic = block.line or number, topic
            block.text += line + "\n"
        elif block.text:
            yield block
            block = _Block(0)


def _comment(block: _Block, line: str) -> None:
    if line.startswith(EXTRAS):
        block.extras = line.removeprefix(EXTRAS)
        return
    block.tags += [unbracketed(tag) for tag in _TAG.findall(line)]
    found = _ID.search(line)
    if found:
        block.code = code_in(unbracketed(found[1]))


def unbracketed(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _fill(row: ReadRow, block: _Block) -> None:
    text = block.text.strip()
    title = ""
    if len(text) > LONGEST:
        raise _Wrong(Flaw("gift_long", N_("这道题超过 {most} 个字，没有读取。两题之间要空一行。"), "stem", {"most": LONGEST}))
    if text.startswith("::"):
        end = place_of(text, "::", 2)
        if end < 0:
            raise _Wrong(Flaw("gift_title_open", N_("题名以“::”开头，没有以“::”结束。"), "stem"))
        title, text = unescaped(text[2:end]), text[end + 2:]
    row.code = row.code or code_in(title)
    extras = read_extras(block.extras)
    start = place_of(text, "{")
    if extras.whole:
        row.content = extras.whole
        row.notices.append(Flaw("whole_in_file", N_("GIFT 写不下这种题，按文件注释里的完整内容读取"), "stem"))
        return
    if start < 0:
        raise _Wrong(Flaw("gift_no_answer", N_("没有花括号里的答案，是一段说明，不是题目；没有读取。"), "answer"))
    end = place_of(text, "}", start)
    if end < 0:
        raise _Wrong(Flaw("gift_open", N_("左花括号没有对应的右花括号。题目中间不能有空行；文字里的花括号前面要加反斜杠。"), "answer"))
    if place_of(text, "{", end) >= 0:
        raise _Wrong(Flaw("gift_two", N_("一道题里有两处花括号。一道题只能有一处答案；两题之间要空一行。"), "answer"))
    before, inside, after = text[:start], text[start + 1:end].strip(), text[end + 1:].strip()
    stem = unescaped(f"{before.rstrip()} _____ {after}" if after else before)
    inside, explanation = _general_feedback(inside)
    kind, body, key = _made(stem, inside, row)
    notes = explanation or row.aside
    row.content = content_with(extras, kind, block.topic, body, key, notes, tuple(dict.fromkeys(block.tags)))


def _general_feedback(inside: str) -> tuple[str, str]:
    place = place_of(inside, "####")
    return (inside, "") if place < 0 else (inside[:place].strip(), unescaped(inside[place + 4:]))


def _made(stem: str, inside: str, row: ReadRow) -> Made:
    if not inside:
        return "short_answer", {"stem": stem}, {"reference": "", "rubric": []}
    head = split_at(inside, "#")[0][1].strip().upper()
    if head in _TRUTH:
        feedback = [unescaped(text) for _, text in split_at(inside, "#")[1:] if text.strip()]
        row.aside = "\n".join(feedback)
        return "truefalse", {"stem": stem}, {"right": _TRUTH[head]}
    if inside.startswith("#"):
        return _numbers(stem, inside[1:], row)
    options = [_option(mark, text) for mark, text in split_at(inside, "=~") if mark]
    if not options or split_at(inside, "=~")[0][1].strip():
        raise _Wrong(Flaw("gift_answer", N_("花括号里的“{text}”看不懂：每个答案以“=”（对）或“~”（错）开头。"), "answer",
                          {"text": inside[:40]}))
    row.aside = "\n".join(f"{o.text}：{o.feedback}" for o in options if o.feedback)
    if all(option.mark == "=" for option in options):
        if all(place_of(option.text, "->") >= 0 for option in options):
            return "matching", *_pairs(stem, options)
        return _words(stem, options, row)
    return _choice(stem, options, row)


def _option(mark: str, text: str) -> _Option:
    pieces = split_at(text, "#")
    answer, feedback = pieces[0][1].strip(), "".join(piece for _, piece in pieces[1:])
    weight = WEIGHT.match(answer)
    return _Option(mark, Decimal(weight[1]) if weight else None, answer[weight.end():].strip() if weight else answer,
                   unescaped(feedback))


def _pairs(stem: str, options: Sequence[_Option]) -> tuple[dict[str, Any], dict[str, Any]]:
    halves = [(option.text[:place], option.text[place + 2:]) for option in options
              for place in [place_of(option.text, "->")]]
    return from_pairs(stem, [(unescaped(left), unescaped(right)) for left, right in halves])


def _words(stem: str, options: Sequence[_Option], row: ReadRow) -> Made:
    """Short answer: a blank that takes any of these; what earns part of the mark only is no right answer here."""
    if any(option.weight is not None and option.weight < 100 for option in options):
        row.notices.append(Flaw("partly_right", N_("只给部分分的答案没有读入"), "answer"))
    variants = [unescaped(option.text) for option in options if option.weight is None or option.weight >= 100]
    return "fill_in", {"stem": stem, "blanks": 1}, {"blanks": [variants]}


def _numbers(stem: str, inside: str, row: ReadRow) -> Made:
    pieces = [(mark, text) for mark, text in split_at(inside, "=~") if text.strip()]
    options = [_option(mark, text) for mark, text in pieces if mark != "~"]
    if any(option.weight is not None and option.weight < 100 for option in options):
        row.notices.append(Flaw("partly_right", N_("只给部分分的答案没有读入"), "answer"))
    variants = [_number(option.text) for option in options if option.weight is None or option.weight >= 100]
    return "fill_in", {"stem": stem, "blanks": 1}, {"blanks": [variants]}


def _number(text: str) -> str:
    """``5``, ``5:0.1`` and ``4.9..5.1`` as a variant of a blank."""
    try:
        if ".." in text:
            low, high = (Decimal(end.strip()) for end in text.split("..", 1))
            return number_with((low + high) / 2, (high - low) / 2)
        value, _, tolerance = text.partition(":")
        return number_with(Decimal(value.strip()), Decimal(tolerance.strip() or 0), exact=not tolerance)
    except (InvalidOperation, ValueError) as error:
        raise _Wrong(Flaw("gift_number", N_("“{text}”不是数字。可写 5、5:0.1 或 4.9..5.1。"), "answer", {"text": text[:40]})) from error


def _choice(stem: str, options: Sequence[_Option], row: ReadRow) -> Made:
    if len(options) > len(LETTERS):
        raise _Wrong(Flaw("option_count", N_("有 {count} 个选项，应有 {fewest} 到 {most} 个。"), "options",
                          {"count": len(options), "fewest": 2, "most": len(LETTERS)}))
    body = {"stem": stem, "options": [{"id": letter, "text": unescaped(option.text)}
                                      for letter, option in zip(LETTERS, options, strict=False)]}
    weights = {letter: (option.weight if option.weight is not None else Decimal(0)) if option.mark == "~"
               else option.weight if option.weight is not None else Decimal(100)
               for letter, option in zip(LETTERS, options, strict=False)}
    best = [letter for letter, option in zip(LETTERS, options, strict=False) if option.mark == "=" or weights[letter] >= 100]
    if len(best) == 1:
        if any(weight not in (0, 100) for weight in weights.values()):
            row.notices.append(Flaw("partly_right", N_("只给部分分的答案没有读入"), "answer"))
        return "single", body, {"right": best}
    if best:
        return "multiple", body, {"right": best}
    return "multiple", body, key_from(weights)
