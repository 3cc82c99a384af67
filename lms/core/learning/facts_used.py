"""Writes docs/facts-used.md: what every course and its questions rest on, and the amounts that a place may change.

From the command line, after a course or a bank was changed: ``python -m lms.core.learning.facts_used docs/facts-used.md``.
"""
from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from lms.core.courses.facts import CONFIDENCE_LABELS, RECALL, SECONDARY, VERIFIED, Amount, Fact, SourceDocument
from lms.core.courses.files import CourseFile, read_course
from lms.core.courses.marks import amount_marks, citations
from lms.core.quizzes.files import BankFile, read_bank
from lms.core.shipped import shipped

_HEAD = """\
# 教材用到的事实和数额

**In short (English).** Made from the shipped courses and banks by `python -m lms.core.learning.facts_used \
docs/facts-used.md`; a test holds it to them. For each course: every fact of its register by id, how sure it is \
(`verified` read in the text itself, `secondary` only restated, `recall` not checked: never cited and never graded), where \
it was read, which modules cite it and how many questions rest on it. Then every amount that a place may change.

这一页由程序从教材和题库生成，不要手改；改了教材或题库，运行上面的命令重新生成。

- `verified`：读过原文。`secondary`：只读到转述，正文写“据……转述，以现行文件为准”，两处独立来源一致的才出题。
- `recall`：没有核对，不作规则引用，不出题；登记下来是为了提醒去问区总工会。
- “读自”末尾括号里是施行日期。“模块”写的是引用它的模块的序号；“题数”是依据它的题目的个数。
"""
_FACTS_HEAD = ("编号", "可信度", "说的是什么", "读自", "模块", "题数")
_AMOUNTS_HEAD = ("编号", "名称", "默认值", "年份", "依据", "模块", "说明")


def facts_document(courses: Path, quizzes: Path) -> str:
    """The whole document for the courses of *courses* and their banks in *quizzes*.

    :raises ValueError: a course or a bank has errors; the content check names them
    """
    lines = [_HEAD]
    for course, bank in _pairs(courses, quizzes):
        lines += [f"## {course.title['zh']}（{course.id}）\n", _totals(course, bank), "", *_facts_table(course, bank), ""]
        if course.amounts:
            lines += [f"### 可以按本地标准改的数额（{course.id}）\n", *_amounts_table(course), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _pairs(courses: Path, quizzes: Path) -> Iterator[tuple[CourseFile, BankFile]]:
    for folder in sorted(path for path in courses.iterdir() if (path / "course.yaml").is_file()):
        course, _ = read_course(folder)
        bank, _ = read_bank(quizzes / f"{course.bank}.yaml") if course else (None, [])
        if course is None or bank is None:
            raise ValueError(f"{folder.name} or its bank has errors; run the content check")
        yield course, bank


def _totals(course: CourseFile, bank: BankFile) -> str:
    """How many facts there are of each confidence, and how many questions rest on them."""
    counted = Counter(fact.confidence for fact in course.facts.values())
    kinds = "，".join(f"`{name}` {counted[name]} 条" for name in (VERIFIED, SECONDARY, RECALL))
    return f"{len(course.modules)} 个模块，{len(bank.questions)} 题；登记 {len(course.facts)} 条事实：{kinds}。"


def _facts_table(course: CourseFile, bank: BankFile) -> Iterator[str]:
    modules = _modules_naming(course, citations)
    asked = Counter(fact_id for question in bank.questions for fact_id in question.facts)
    yield from _head(_FACTS_HEAD)
    for fact in sorted(course.facts.values(), key=lambda fact: fact.id):
        yield _row(fact.id, f"`{fact.confidence}`", fact.statement, _read_in(fact), modules.get(fact.id, "—"),
                   str(asked[fact.id] or "—"))


def _amounts_table(course: CourseFile) -> Iterator[str]:
    modules = _modules_naming(course, amount_marks)
    yield from _head(_AMOUNTS_HEAD)
    for amount in course.amounts.values():
        yield _row(f"`{amount.id}`", f"{amount.label['zh']} / {amount.label['en']}", amount.value + amount.unit,
                   str(amount.year or "—"), _rests_on(amount, course.facts), modules.get(amount.id, "—"),
                   amount.note.get("zh", "—"))


def _modules_naming(course: CourseFile, marks: Callable[[str], list[tuple[str, int]]]) -> dict[str, str]:
    """By id, the numbers of the modules whose text has a mark of it."""
    found: dict[str, list[str]] = {}
    for number, module in enumerate(course.modules, start=1):
        for name in dict.fromkeys(name for name, _ in marks(module.body)):
            found.setdefault(name, []).append(str(number))
    return {name: "、".join(numbers) for name, numbers in found.items()}


def _rests_on(amount: Amount, facts: Mapping[str, Fact]) -> str:
    fact = facts[amount.fact]
    return f"{fact.id}（{CONFIDENCE_LABELS[fact.confidence]}）：{_read_in(fact)}"


def _read_in(fact: Fact) -> str:
    return "；".join(_document(source) for source in fact.sources)


def _document(source: SourceDocument) -> str:
    since = f"（{source.effective}）" if source.effective else ""
    return " ".join(part for part in (source.document, source.number, source.article) if part) + since


def _head(names: tuple[str, ...]) -> Iterator[str]:
    yield _row(*names)
    yield "|" + "---|" * len(names)


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(facts_document(shipped("courses"), shipped("quizzes")), encoding="utf-8")
