"""The columns of a question table by the names that offices and exam programs give them."""
from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

SYNONYMS: dict[str, tuple[str, ...]] = {
    "stem": ("题干", "题目", "问题", "试题", "题目内容", "试题内容", "题干内容", "试题题干", "stem", "question"),
    "answer": ("答案", "正确答案", "标准答案", "参考答案", "正确选项", "答案选项", "answer", "correctanswer", "key"),
    "explanation": ("解析", "答案解析", "试题解析", "题目解析", "解释", "说明", "题解", "explanation"),
    "mark": ("分值", "分数", "得分", "本题分值", "mark", "marks", "score", "points"),
    "kind": ("题型", "试题类型", "题目类型", "类型", "questiontype", "type", "kind"),
    "difficulty": ("难度", "难易", "难易度", "难易程度", "难度系数", "difficulty"),
    "topic": ("知识点", "考点", "章节", "所属章节", "模块", "分类", "题目分类", "topic", "module"),
    "options": ("选项", "备选项", "选项内容", "全部选项", "备选答案", "答案选项内容", "options", "choices"),
    "part": ("小题", "小题号", "小题序号", "part"),
    "share": ("占比", "小题占比", "share"),
    "weights": ("权重", "选项权重", "weights"),
    "rubric": ("评分要点", "评分标准", "采分点", "rubric"),
    "tags": ("标签", "关键词", "关键字", "tags"),
    "source": ("来源", "出处", "依据", "法规依据", "source"),
    "facts": ("事实编号", "facts"),
    "code": ("编号", "题目编号", "试题编号", "编码", "id", "code"),
}
_BY_HEADING = {heading: field for field, headings in SYNONYMS.items() for heading in headings}
EXPECTED = ("题干", "选项A", "选项B", "答案")
_ASIDE = re.compile(r"[(（\[【].*?[)）\]】]")
_MARKS = re.compile(r"[\s*:：/、_\-.．]+")
_OPTION = re.compile(r"(?:备选答案|备选项|选择项|答案选项|选项|option|choice)?([a-h])(?:选项|项)?|(?:选项|option|choice)([1-8])")
LETTERS = "ABCDEFGH"


def field_of(heading: str) -> str | None:
    """The field that a heading names: ``"选项A*"`` is ``"A"``, ``"试题（必填）"`` is ``"stem"``; None: a column not read."""
    plain = _MARKS.sub("", _ASIDE.sub("", unicodedata.normalize("NFKC", heading).casefold()))
    option = _OPTION.fullmatch(plain)
    if option:
        return option[1].upper() if option[1] else LETTERS[int(option[2]) - 1]
    return _BY_HEADING.get(plain)


def is_header(headings: list[str]) -> bool:
    """Whether a row is the heading of a question table: it names a stem and an answer."""
    found = {field_of(heading) for heading in headings}
    return {"stem", "answer"} <= found


def columns(headings: Sequence[str]) -> tuple[dict[str, int], list[str]]:
    """Where each field stands, and the headings that are not read. The first column of a field counts."""
    places: dict[str, int] = {}
    unread = []
    for place, heading in enumerate(headings):
        field = field_of(heading)
        if field is None or field in places:
            unread.append(heading)
        else:
            places[field] = place
    return places, [heading for heading in unread if heading]


def english(field: str) -> str:
    """A heading that means *field*, for those who read no Chinese."""
    return next((heading for heading in SYNONYMS.get(field, ()) if heading.isascii()), f"option {field}")
