"""What the cells of a question table mean: kinds, answers, difficulty and marks as people type them."""
from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation

from lms.core.quizzes.question_files import MULTIPLE, SINGLE, TRUEFALSE

KIND_TITLES = {SINGLE: "单选题", MULTIPLE: "多选题", TRUEFALSE: "判断题", "fill_in": "填空题", "matching": "匹配题", "ordering": "排序题",
               "short_answer": "简答题", "case": "案例题"}
KINDS = {
    SINGLE: ("单选", "单选题", "单项选择", "单项选择题", "选择题", "single", "singlechoice"),
    MULTIPLE: ("多选", "多选题", "多项选择", "多项选择题", "不定项", "不定项选择", "不定项选择题", "multiple", "multiplechoice"),
    TRUEFALSE: ("判断", "判断题", "是非", "是非题", "对错题", "truefalse", "true/false", "judge"),
    "fill_in": ("填空", "填空题", "fillin", "fill_in", "blank"),
    "matching": ("匹配", "匹配题", "连线", "连线题", "配对题", "matching"),
    "ordering": ("排序", "排序题", "ordering"),
    "short_answer": ("简答", "简答题", "问答", "问答题", "论述", "论述题", "名词解释", "主观题", "essay", "shortanswer", "short_answer"),
    "case": ("案例", "案例题", "案例分析", "案例分析题", "材料题", "材料分析题", "综合题", "case"),
}
KIND_NAMES = tuple(word for words in KINDS.values() for word in words)
KIND_WORDS = list(KIND_TITLES.values())
_KIND = {word: kind for kind, words in KINDS.items() for word in words}
_TRUE = {"对", "正确", "是", "√", "✓", "✔", "t", "true", "yes", "y", "right", "1", "r"}
_FALSE = {"错", "错误", "不对", "否", "×", "✗", "✘", "x", "f", "false", "no", "n", "wrong", "0"}
_DIFFICULTIES = {"易": 1, "容易": 1, "简单": 1, "低": 1, "1": 1, "easy": 1, "中": 2, "中等": 2, "一般": 2, "适中": 2, "较易": 1,
                 "2": 2, "medium": 2, "难": 3, "困难": 3, "较难": 3, "高": 3, "3": 3, "hard": 3}


def plain(text: str) -> str:
    """*text* as it is compared: full width made narrow, no case, no spaces."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def kind_in(text: str) -> str | None:
    """The kind that a cell names; None for one that a table cannot hold."""
    return _KIND.get(plain(text))


def truth_in(text: str) -> bool | None:
    """Whether a cell says 对 or 错 in one of the ways in which people write it."""
    word = plain(text)
    if word in _TRUE:
        return True
    return False if word in _FALSE else None


def letters_in(text: str, options: dict[str, str]) -> list[str] | None:
    """The option letters in an answer: ``"ABD"``, ``"A、B、D"``, ``"选项B"``, or an option's own text."""
    word = unicodedata.normalize("NFKC", text).upper().replace("选项", "")
    bare = re.sub(r"[\s,、;；，|/&+.．和]+", "", word)
    if bare and re.fullmatch(r"[A-H]+", bare) and len(set(bare)) == len(bare):
        return sorted(bare)
    same = [letter for letter, option in options.items() if plain(option) == plain(text)]
    return same if len(same) == 1 else None


def difficulty_in(text: str) -> int | None:
    return _DIFFICULTIES.get(plain(text))


def mark_in(text: str) -> int | None:
    """Marks in 1/1000: ``"2"``, ``"2.5分"``; None for what is no mark."""
    word = plain(text).removesuffix("分")
    try:
        value = Decimal(word) * 1000
    except InvalidOperation:
        return None
    return int(value) if value.is_finite() and 0 < value <= 1_000_000 and value == value.to_integral_value() else None


def without_letter(letter: str, text: str) -> str:
    """An option's text without the letter that some write before it: ``"A．书面"`` is ``"书面"``."""
    return re.sub(rf"^\s*[{letter}{letter.lower()}{chr(ord(letter) + 0xFEE0)}]\s*[.．、:：)）]\s*", "", text).strip()
