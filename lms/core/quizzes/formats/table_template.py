"""The empty workbook for writing questions: every column that is read, a question of each kind to write over, and a sheet that explains."""
from __future__ import annotations

from lms.core.documents.tables import Book, Column, Sheet
from lms.core.i18n import N_, translate
from lms.core.quizzes.formats.table_cells import KIND_TITLES, KINDS
from lms.core.quizzes.formats.table_headers import SYNONYMS
from lms.core.quizzes.formats.table_write import HEADINGS, WIDE

# What stands in each column, by field; a field of its own for each option letter is told once.
_MEANING = {
    "code": N_("题目的固定编号，改题时用它认出是哪一题。新题留空，由系统编。"), "kind": N_("见下面的题型。留空时按答案判断。"),
    "part": N_("只用于案例题：材料那一行留空，下面每道小题写 1、2、3……"), "share": N_("只用于案例题的小题：占整题的百分之几。都不写就平分。"),
    "stem": N_("问什么。填空题用“____”标出每个空。图片可以插在这一格上。"), "A": N_("一个选项一列，从 A 起依次写，最多到 H。不用选项的题型留空。"),
    "answer": N_("怎样写见下面各题型。"), "weights": N_("只用于多选题，可以不写：每个选项占百分之几，如 A:50 B:50 C:-25。"),
    "rubric": N_("只用于简答题：评分要点，一行一条。"), "explanation": N_("为什么这样答，公布解析以后给学员看。可以不写。"),
    "mark": N_("这道题建议的分值，如 2 或 2.5。可以不写，组卷时再定。"), "difficulty": N_("易、中、难。不写算中。"),
    "topic": N_("属于哪个知识点；几级用“/”隔开。题库里没有的会新建。可以不写。"), "tags": N_("找题用的词，用顿号隔开。可以不写。"),
    "source": N_("依据哪个文件哪一条。可以不写。"), "facts": N_("课程内容里的事实编号，由导出时带出，一般不用填。")}
_ANSWERS = {
    "single": N_("一个选项字母，如 B。"), "multiple": N_("几个选项字母，如 ACD。"), "truefalse": N_("对或错，也可以写 √ 或 ×。"),
    "fill_in": N_("一个空一行；几种写法都算对的用“|”隔开；数字可以写误差，如 500±5。"),
    "matching": N_("一行一对，写成“左 → 右”；以“→”开头的行是多出来的干扰项。"), "ordering": N_("按正确的顺序，一行一项。"),
    "short_answer": N_("参考答案，由人阅卷。"), "case": N_("材料那一行不写答案；每道小题按它自己的题型写。")}
_NO, _YES = N_("错"), N_("对")
_EXAMPLES: tuple[dict[str, str], ...] = (
    {"kind": "single", "stem": N_("（示例）一小时有多少分钟？"), "A": "30", "B": "60", "C": "90", "answer": "B", "explanation": N_("一小时是六十分钟。"),
     "mark": "2", "difficulty": N_("易"), "topic": N_("示例知识点"), "tags": N_("示例、可删"), "source": N_("示例文件第一条")},
    {"kind": "multiple", "stem": N_("（示例）下面哪些是偶数？"), "A": "2", "B": "3", "C": "4", "answer": "AC", "weights": "A:60 B:-50 C:40", "mark": "2"},
    {"kind": "truefalse", "stem": N_("（示例）一周有七天。"), "answer": _YES, "mark": "1"},
    {"kind": "fill_in", "stem": N_("（示例）一年有____个月，一天有____小时。"), "answer": N_("12|十二\n24|二十四"), "mark": "2"},
    {"kind": "matching", "stem": N_("（示例）把数字和它的两倍连起来。"), "answer": "1 → 2\n3 → 6\n→ 8", "mark": "2"},
    {"kind": "ordering", "stem": N_("（示例）从小到大排列。"), "answer": "1\n5\n10", "mark": "2"},
    {"kind": "short_answer", "stem": N_("（示例）怎样安排一天的学习？"), "answer": N_("先列计划，再按计划做，最后回顾。"),
     "rubric": N_("说到计划\n说到回顾"), "mark": "10", "difficulty": N_("中")},
    {"kind": "case", "stem": N_("（示例）一个班有 40 人，分成 4 组。"), "explanation": N_("材料的解析写在这一行。"), "mark": "10"},
    {"kind": "single", "part": "1", "share": "60%", "stem": N_("（示例）平均每组几人？"), "A": "4", "B": "10", "answer": "B"},
    {"kind": "truefalse", "part": "2", "share": "40%", "stem": N_("（示例）再来 4 人，平均每组 12 人。"), "answer": _NO})


def question_template(locale: str) -> Book:
    """The workbook. Its headings and kinds are Chinese whatever *locale* is: they are what people here write and what is read again."""
    columns = [Column(name, heading, width=WIDE.get(name)) for name, heading in HEADINGS.items()]
    rows = [[_cell(name, example, locale) for name in HEADINGS] for example in _EXAMPLES]
    return Book([Sheet(translate(locale, N_("题目")), columns, rows, frozen=2), _explained(locale)], locale=locale)


def _cell(name: str, example: dict[str, str], locale: str) -> str | None:
    text = example.get(name)
    if text is None or name == "kind":
        return None if text is None else KIND_TITLES[text]
    # 对, 错 and the difficulties are words that are read.
    return text if name in ("answer", "difficulty") and text in (_YES, _NO, "易", "中", "难") else translate(locale, text)


def _explained(locale: str) -> Sheet:
    columns = [Column("name", translate(locale, N_("列名或题型")), width=14), Column("also", translate(locale, N_("也可以写成")), width=60),
               Column("meaning", translate(locale, N_("写什么")), width=70)]
    told = [(HEADINGS[name] if name != "A" else "选项A … 选项H", "、".join(_names(name, locale)), translate(locale, meaning))
            for name, meaning in _MEANING.items()]
    kinds = [(translate(locale, N_("题型：{title}"), title=title), "、".join(word for word in KINDS[kind] if word != title), translate(locale, _ANSWERS[kind]))
             for kind, title in KIND_TITLES.items()]
    return Sheet(translate(locale, N_("填写说明")), columns, [*told, *kinds])


def _names(name: str, locale: str) -> list[str]:
    """What else a heading may be called."""
    if name == "A":
        return [translate(locale, N_("全部选项也可以写在一列“选项”里，用“|”或换行隔开")), "A … H", "option A … option H"]
    return [word for word in SYNONYMS[name] if word != HEADINGS[name]]
