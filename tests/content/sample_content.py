"""A small course and its bank that keep every rule, to plant one fault at a time in."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from lms.core.documents.faults import Fault
from lms.core.learning.content_check import check_content

TODAY = date(2026, 7, 6)
COURSE, FACTS = "courses/sample/course.yaml", "courses/sample/facts.yaml"
MODULE, BANK = "courses/sample/01-first-steps.md", "quizzes/sample.yaml"
PICTURE = "courses/sample/assets/steps.svg"
TAUGHT = "工会经费按照制度收支，每一笔都要有依据、有审批、有凭证"

COURSE_TEXT = """\
id: sample
title: {zh: 样例课程, en: Sample course}
summary: {zh: 一门样例课程。, en: A sample course.}
bank: sample
author: 教材编写组
reviewer: 课程审校组
reviewer_note: 样例，核对于2026年7月
review_by: 2027-06-30
modules: [01-first-steps.md]
amounts:
  - id: condolence-cap
    label: {zh: 全年节日慰问总额上限, en: Yearly cap of festival gifts}
    value: 50
    unit: "%"
    year: 2019
    fact: FR-101
    note: {zh: 本地标准以现行文件为准, en: The local figure prevails}
"""
FACTS_TEXT = """\
facts:
  - id: FR-101
    statement: 法律要求建立预算、决算和经费审查监督三项制度
    confidence: verified
    sources:
      - {document: 中华人民共和国工会法, number: "", article: 第45条, effective: "2022-01-01", note: 2021年修正}
  - id: FR-102
    statement: 只见于一处转述的说法
    confidence: secondary
    sources:
      - {document: 某地通知, number: "", article: "", effective: "", note: 施行日期未核}
  - id: FR-103
    statement: 两处转述一致的说法
    confidence: secondary
    sources:
      - {document: 甲地办法, number: "", article: 第3条, effective: "2018", note: ""}
      - {document: 乙地办法, number: "", article: 第4条, effective: "2019-05", note: ""}
  - id: FR-104
    statement: 尚未核对的说法
    confidence: recall
    sources:
      - {document: 一般常识, number: "", article: "", effective: "", note: 未核对}
"""
MODULE_HEAD = """\
---
id: first-steps
title: {zh: 第一步, en: First steps}
summary: {zh: 先看依据。, en: Look at the basis first.}
minutes: 15
author: 教材编写组
reviewer_note: 样例，核对于2026年7月
review_by: 2027-06-30
---
"""
MODULE_BODY = f"""\
## 学完能做到
- 说出三项制度
- 看懂一张凭证

## 规则是什么
{TAUGHT}。[@FR-101]

据某地转述的说法，以现行文件为准。[@FR-102]

全年节日慰问总额一般不高于[=condolence-cap]。

{{filler}}

## 一张表看清
| 事项 | 依据 |
|---|---|
| 预算 | 工会法[@FR-101] |
| 转述 | 两地办法[@FR-103] |

表中转述的说法，以现行文件为准。

![收支的三步](assets/steps.svg)

## 算一算
工资总额100万元，按百分之二计提，就是2万元。

## 三个常见错误
- 没有预算就花钱
- 没有审批就报销
- 没有凭证就入账

## 案例：老周的发票
老周拿来一张**没有审批**的发票，详见[法规库](https://flk.npc.gov.cn/detail)。

```case
stem: 老周应当怎么办？
options:
  - text: 先补办审批手续，再按程序报销
    right: true
    why: 先有审批，后有支出。[@FR-101]
  - text: 直接报销
    why: 没有审批不能支出。
```

## 记住这几条
- 有依据
- 有审批
- 有凭证
""".format(filler="\n\n".join(
    f"第{number}项，经办人把合同、发票、签到和领取记录装在一起，送工会委员会集体研究，主席签字以后再付款，"
    "月末与银行对账单核对一次，年末把全年收支向会员公布，接受经费审查委员会的审查。[@FR-101]"
    for number in "一二三四五六七八九十"))
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><title>三步</title><rect width="9"/></svg>'


def _question(number: int, rest: str) -> str:
    return f"""\
  - id: sa-q-{number:03}
    topic: first-steps
    difficulty: {number % 3 + 1}
    facts: [FR-101]
    stem: 第{number}题，经费应当怎样收支？
{rest}    explanation: 依据工会法第45条，没有依据的支出不能报销。
    review: {{fact: FR-101, teaches: "{TAUGHT}", verdict: taught}}
"""


def _options(letters: str) -> str:
    return "    options:\n" + "".join(f"      {letter}: 做法{letter}，先看依据再办理\n" for letter in letters)


BANK_TEXT = """\
id: sample
title: {zh: 样例题库, en: Sample bank}
course: sample
author: 教材编写组
reviewer: 课程审校组
review_by: 2027-06-30
topics:
  - {id: first-steps, title: {zh: 第一步, en: First steps}}
questions:
""" + "".join(
    [_question(n, f"    kind: single\n{_options('ABCD')}    answer: {'ABCD'[n % 4]}\n") for n in range(1, 13)]
    + [_question(n, f"    kind: multiple\n{_options('ABCDE')}    answer: {right}\n")
       for n, right in enumerate(["[A, C]", "[B, D]", "[A, B, E]", "[A, C, D, E]"], start=13)]
    + [_question(n, f"    kind: truefalse\n    answer: {right}\n")
       for n, right in enumerate(["true", "false", "true", "false"], start=17)])


@dataclass(frozen=True)
class Content:
    """The folder with both; files are named from its top, as faults name them."""

    root: Path

    def read(self, file: str) -> str:
        return (self.root / file).read_text(encoding="utf-8")

    def write(self, file: str, content: str | bytes) -> None:
        path = self.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)

    def replace(self, file: str, old: str, new: str, count: int = 1) -> None:
        """Put *new* for *old*, which must be there: a fault that was not planted cannot be found."""
        text = self.read(file)
        assert text.count(old) >= count, f"{old!r} is not in {file}"
        self.write(file, text.replace(old, new, count))

    def line(self, file: str, text: str) -> int:
        """The line of *file* (from 1) that holds *text* first."""
        lines = self.read(file).split("\n")
        return next(number for number, line in enumerate(lines, start=1) if text in line)

    def faults(self) -> list[Fault]:
        """What the checker finds, with files named from the top."""
        found = check_content(self.root / "courses", self.root / "quizzes", today=TODAY)
        top = self.root.as_posix() + "/"
        return [Fault(f.file.removeprefix(top), f.line, f.code, f.message, f.data, f.mend, f.severity) for f in found]


def make_content(root: Path) -> Content:
    """A course of one module and a bank of twenty questions without any fault, in *root*."""
    made = Content(root)
    for file, text in ((COURSE, COURSE_TEXT), (FACTS, FACTS_TEXT), (MODULE, MODULE_HEAD + MODULE_BODY),
                       (BANK, BANK_TEXT), (PICTURE, SVG)):
        made.write(file, text)
    return made
