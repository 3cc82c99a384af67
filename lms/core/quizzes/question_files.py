"""Reads one question of a bank's file."""
from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection
from dataclasses import asdict, dataclass, field

from lms.core.documents.fault_kinds import MISSING_KEY
from lms.core.documents.fields import Fields
from lms.core.documents.yaml_lines import LineList, Text
from lms.core.quizzes import fault_kinds as kinds

SINGLE, MULTIPLE, TRUEFALSE = "single", "multiple", "truefalse"
TAUGHT = "taught"
VERDICTS = (TAUGHT, "untaught", "unclear")
_LETTERS = "ABCDEFGH"
_OPTION_COUNTS = {SINGLE: (4, 4), MULTIPLE: (4, 5)}
_ALL_OF_ABOVE = re.compile(r"以上(?:各项|选项|说法|答案)?(?:都|均|皆|全|全部)不?(?:对|是|正确|错误?|可以?|行|属于)")


@dataclass(frozen=True)
class Review:
    """What a reviewer found: which sentence of the module teaches the answer."""

    fact: str
    teaches: str
    verdict: str


@dataclass(frozen=True)
class QuestionFile:
    """A question as its author wrote it.

    :param kind: single, multiple or truefalse
    :param difficulty: 1 easy, 2 middle, 3 hard
    :param options: text by letter; empty for truefalse
    :param answer: the right letters in order (one for single), or for truefalse whether the stem is true
    """

    id: str
    kind: str
    topic: str
    difficulty: int
    facts: tuple[str, ...]
    stem: str
    options: dict[str, str]
    answer: tuple[str, ...] | bool
    explanation: str
    review: Review
    line: int = field(default=0, compare=False)
    lines: dict[str, int] = field(default_factory=dict, compare=False, repr=False)

    @property
    def content_hash(self) -> str:
        """SHA-256 (hex) of what is asked, what is right and why; a change of it is a new version of the question."""
        data = {key: value for key, value in asdict(self).items() if key not in ("line", "lines", "review")}
        return hashlib.sha256(json.dumps(data, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def read_question(fields: Fields, topics: Collection[str]) -> QuestionFile:
    """The question in *fields*; faults go to its log.

    :param topics: ids that ``topic`` may name
    """
    kind = fields.choice("kind", (SINGLE, MULTIPLE, TRUEFALSE))
    topic = fields.text("topic")
    if topic and topic not in topics:
        fields.fault(kinds.TOPIC_UNKNOWN, "topic", topic=topic, allowed=list(topics))
    facts = fields.texts("facts")
    options = _options(fields, kind)
    return QuestionFile(
        fields.slug("id"), kind, topic, fields.whole("difficulty", 1, 3), facts, fields.text("stem"), options,
        _answer(fields, kind, options), fields.text("explanation"), _review(fields, facts),
        fields.line("id"), fields.lines())


def _options(fields: Fields, kind: str) -> dict[str, str]:
    if kind == TRUEFALSE:
        if fields.has("options"):
            fields.fault(kinds.OPTIONS_NOT_ALLOWED, "options")
        return {}
    inner = fields.map("options", _LETTERS)
    if inner is None:
        return {}
    letters = "".join(letter for letter in inner.node if letter in _LETTERS)
    if letters != _LETTERS[:len(letters)]:
        fields.fault(kinds.OPTION_LETTERS, "options", letters=list(letters))
    low, high = _OPTION_COUNTS.get(kind, (2, len(_LETTERS)))
    if not low <= len(letters) <= high:
        fields.fault(kinds.OPTION_COUNT, "options", count=len(letters))
    options = {letter: inner.text(letter) for letter in letters}
    _check_options(inner, options)
    return options


def _check_options(inner: Fields, options: dict[str, str]) -> None:
    seen: dict[str, str] = {}
    for letter, text in options.items():
        plain = re.sub(r"\W", "", text)
        if plain and plain in seen:
            inner.fault(kinds.OPTION_TWICE, letter, first=seen[plain], second=letter)
        seen.setdefault(plain, letter)
        found = _ALL_OF_ABOVE.search(text)
        if found:
            inner.fault(kinds.ALL_OF_ABOVE, letter, letter=letter, words=found[0])


def _answer(fields: Fields, kind: str, options: dict[str, str]) -> tuple[str, ...] | bool:
    if not fields.has("answer"):
        fields.fault(MISSING_KEY, "answer")
        return ()
    node = fields.node["answer"]
    given = tuple(str(item) for item in node) if isinstance(node, LineList) else (str(node),)
    written = list(given)
    if kind == TRUEFALSE:
        if not isinstance(node, Text) or not node.plain or node not in ("true", "false"):
            fields.fault(kinds.ANSWER_TRUEFALSE, "answer", answer=written)
        return given == ("true",)
    known = set(given) <= set(options) and len(set(given)) == len(given)
    if kind == SINGLE and not (known and isinstance(node, Text)):
        fields.fault(kinds.ANSWER_SINGLE, "answer", answer=written)
    if kind == MULTIPLE and not (known and isinstance(node, LineList) and 2 <= len(given) <= min(4, len(options) - 1)):
        fields.fault(kinds.ANSWER_MULTIPLE, "answer", answer=written)
    return tuple(sorted(given))


def _review(fields: Fields, facts: tuple[str, ...]) -> Review:
    inner = fields.map("review", ("fact", "teaches", "verdict"))
    if inner is None:
        return Review("", "", "")
    review = Review(inner.text("fact"), inner.text("teaches"), inner.choice("verdict", VERDICTS))
    if review.fact and review.fact not in facts:
        inner.fault(kinds.REVIEW_FACT, "fact", fact=review.fact)
    if review.verdict in VERDICTS and review.verdict != TAUGHT:
        inner.fault(kinds.NOT_TAUGHT, "verdict", verdict=review.verdict)
    return review
