"""Questions in running text, pasted or from a Word file, as offices here write them::

    一、单项选择题（每题 2 分）
    1. 工会经费按工资总额的（ B ）拨缴。
    A. 1%    B. 2%
    答案：B
    解析：工会法第四十三条。
    【难度】易
"""
from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lms.core.i18n import N_
from lms.core.quizzes.formats import table_cells as cells
from lms.core.quizzes.formats.cases import joined
from lms.core.quizzes.formats.entry import guessed_kind, read_entry
from lms.core.quizzes.formats.protocol import ReadQuestions, ReadRow
from lms.core.quizzes.kinds.options import LETTERS
from lms.core.quizzes.kinds.protocol import Flaw

MOST_LINES = 200_000
_LABELS = {
    "answer": "正确答案|参考答案|标准答案|答案", "explanation": "答案解析|试题解析|题目解析|解析", "difficulty": "难易程度|难度",
    "topic": "知识点|考点|章节", "mark": "分值|分数", "source": "出处|依据|来源", "tags": "标签", "kind": "题型", "rubric": "评分要点|评分标准",
}
_LABEL = {word: name for name, words in _LABELS.items() for word in words.split("|")}
_LABELLED = re.compile(rf"(?:[【\[]\s*({'|'.join(_LABEL)})\s*[】\]]\s*[:：]?|({'|'.join(_LABEL)})\s*[:：])\s*(.*)", re.DOTALL)
_SECTION = re.compile(r"[一二三四五六七八九十]{1,3}\s*[、.．]\s*(\S.*)")
_EACH = re.compile(r"每(?:小)?题\s*(\d+(?:\.\d+)?)\s*分")
_NUMBERED = re.compile(r"(?:第\s*)?(\d{1,5})\s*(?:[.．、:：)）]|题\s*[.．、:：]?)(?!\d)\s*(\S.*)", re.DOTALL)
_PART = re.compile(r"[(（]\s*(\d{1,2})\s*[)）]\s*(\S.*)", re.DOTALL)
_OPTION = re.compile(r"([A-HＡ-Ｈ])\s*[.．、:：)）]\s*")
_KIND_PREFIX = re.compile(r"[【\[(（]\s*([^】\])）]{2,8})\s*[】\])）]\s*")
_IN_STEM = re.compile(r"[(（]\s*([A-HＡ-Ｈ](?:[\s、,，]*[A-HＡ-Ｈ])*|√|×|✓|✔|✗|✘|对|错|正确|错误)\s*[)）]")


@dataclass
class _Entry:
    """A question on its way: where it began, its fields, and the one to which the next line belongs."""

    line: int
    text: dict[str, str] = field(default_factory=dict)
    last: str = "stem"

    def begin(self, name: str, value: str) -> None:
        self.text[name] = f"{self.text[name]}\n{value}" if self.text.get(name) else value
        self.last = name

    def go_on(self, value: str) -> None:
        self.text[self.last] = f"{self.text.get(self.last, '')}\n{value}".strip()


def read_pasted(lines: Sequence[str]) -> ReadQuestions:
    """The questions in *lines*; what belongs to none is told with its line."""
    found: list[tuple[ReadRow, dict[str, str]]] = []
    stray: list[int] = []
    for entry in _entries(lines, stray):
        row = ReadRow(entry.line)
        _take_answer_from_stem(entry.text)
        read_entry(entry.text, row)
        found.append((row, entry.text))
    notes = [Flaw("lines_unread", N_("没有读取的行：{lines}"), data={"lines": [str(n) for n in stray[:20]]})] if stray else []
    return ReadQuestions(joined(found), notes)


def _entries(lines: Sequence[str], stray: list[int]) -> Iterator[_Entry]:
    section: dict[str, str] = {}
    entry: _Entry | None = None
    for number, raw in enumerate(lines, start=1):
        line = raw.replace("\u00a0", " ").strip()
        if not line:
            continue
        heading = _section(line)
        begun = None if heading is not None else _begun(line, number, section, entry)
        if heading is not None or begun is not None:
            if entry is not None:
                yield entry
            entry = begun
            section = section if heading is None else heading
        elif entry is None:
            stray.append(number)
        else:
            _add(entry, line)
    if entry is not None:
        yield entry


def _section(line: str) -> dict[str, str] | None:
    """What a heading says about the questions below it; None for a line that is no heading."""
    match = _SECTION.fullmatch(line)
    if match is None:
        return None
    kind = next((word for word in sorted(cells.KIND_NAMES, key=len, reverse=True) if match[1].startswith(word)), None)
    if kind is None:
        return None
    each = _EACH.search(match[1])
    return {"kind": kind, **({"mark": each[1]} if each else {})}


def _begun(line: str, number: int, section: dict[str, str], entry: _Entry | None) -> _Entry | None:
    """The question that this line begins, if it does."""
    part = _PART.fullmatch(line)
    if part and entry is not None and (entry.text.get("part") or cells.kind_in(entry.text.get("kind", "")) == "case"):
        return _Entry(number, {"stem": part[2], "part": part[1]})
    match = _NUMBERED.fullmatch(line)
    if match is None:
        return None
    begun = _Entry(number, {**section, "stem": match[2]})
    prefix = _KIND_PREFIX.match(match[2])
    if prefix and cells.kind_in(prefix[1]):
        begun.text |= {"kind": prefix[1], "stem": match[2][prefix.end():]}
    stem = begun.text["stem"]
    options = _split_options(stem)
    if options:  # the options stand behind the stem on its line
        begun.text["stem"] = stem[:options[0][1]].strip()
        begun.text |= {letter: text for letter, _, text in options}
        begun.last = options[-1][0]
    return begun


def _add(entry: _Entry, line: str) -> None:
    label = _LABELLED.fullmatch(line)
    if label:
        entry.begin(_LABEL[label[1] or label[2]], label[3])
        return
    options = _split_options(line, after="".join(letter for letter in LETTERS if letter in entry.text))
    if options and options[0][1] == 0 and "answer" not in entry.text:
        for letter, _, text in options:
            entry.begin(letter, text)
    else:
        entry.go_on(line)


def _split_options(line: str, after: str = "") -> list[tuple[str, int, str]]:
    """(letter, place, text) of the options in a line, if they go on with the next letter; one needs a space before it."""
    marks = [m for m in _OPTION.finditer(line) if m.start() == 0 or line[m.start() - 1].isspace()]
    letters = [chr(ord(m[1]) - 0xFEE0) if ord(m[1]) > 0xFF00 else m[1] for m in marks]
    if not letters or "".join(letters) != LETTERS[len(after):len(after) + len(letters)] or (not after and len(letters) < 2
                                                                                          and marks[0].start()):
        return []
    ends = [m.start() for m in marks[1:]] + [len(line)]
    return [(letter, m.start(), line[m.end():end].strip()) for letter, m, end in zip(letters, marks, ends, strict=True)]


def _take_answer_from_stem(text: dict[str, str]) -> None:
    """An answer written into the stem's brackets is taken out of it, so that nobody is asked with the answer shown."""
    found = list(_IN_STEM.finditer(text.get("stem", "")))
    has_options = "A" in text or cells.kind_in(text.get("kind", "")) == "truefalse" or guessed_kind(text, {}) == "truefalse"
    if not found or not has_options:
        return
    last = found[-1]
    text["stem"] = f"{text['stem'][:last.start()]}（　）{text['stem'][last.end():]}"
    text.setdefault("answer", last[1])
