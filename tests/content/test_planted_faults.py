"""Each kind of fault is planted in a faultless copy; the checker must name it, with file, line and how to mend it."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from sample_content import BANK, COURSE, FACTS, MODULE, PICTURE, TAUGHT, Content

import lms.core
import lms.core.courses.fault_kinds as course_kinds
import lms.core.documents.fault_kinds as document_kinds
import lms.core.learning.fault_kinds as learning_kinds
import lms.core.quizzes.fault_kinds as quiz_kinds
from lms.core.documents.faults import WARNING, FaultKind, has_errors

LISTS = {"documents": document_kinds, "courses": course_kinds, "quizzes": quiz_kinds, "learning": learning_kinds}
KINDS = [kind for module in LISTS.values() for kind in vars(module).values() if isinstance(kind, FaultKind)]
CASE = "```case\nstem: 老周应当怎么办？"


@dataclass(frozen=True)
class Plant:
    """A fault of *kind*, made by putting *new* for *old* in *file*; it must be found in the line that holds *at*."""

    kind: FaultKind
    file: str
    old: str
    new: str
    at: str | int = 1
    where: str = ""
    """The file that is blamed, where it is not the one that was changed."""


K, C, Q, L = document_kinds, course_kinds, quiz_kinds, learning_kinds
PLANTS = [
    # fields
    Plant(K.MISSING_KEY, COURSE, "reviewer: 课程审校组\n", "", 1),
    Plant(K.MISSING_KEY, BANK, "    stem: 第1题，经费应当怎样收支？\n", "", "sa-q-001"),
    Plant(K.MISSING_KEY, MODULE, ", en: First steps", "", "title:"),
    Plant(K.UNKNOWN_KEY, COURSE, "bank: sample", "bank: sample\nzzzzzz: 1", "zzzzzz"),
    Plant(K.UNKNOWN_KEY_MEANT, MODULE, "minutes: 15", "minuts: 15", "minuts"),
    Plant(K.EMPTY, FACTS, "statement: 尚未核对的说法", 'statement: ""', 'statement: ""'),
    Plant(K.EMPTY, BANK, "facts: [FR-101]", "facts: []", "facts: []"),
    Plant(K.NOT_TEXT, COURSE, "author: 教材编写组", "author: [教材编写组]", "author"),
    Plant(K.NOT_TEXT, BANK, "facts: [FR-101]", "facts: [[FR-101]]", "[[FR-101]]"),
    Plant(K.NOT_LIST, COURSE, "modules: [01-first-steps.md]", "modules: 01-first-steps.md", "modules"),
    Plant(K.NOT_MAP, FACTS, "  - id: FR-104", "  - FR-105\n  - id: FR-104", "- FR-105"),
    Plant(K.NOT_MAP, BANK, "review: {fact: FR-101", "review: FR-101 # {", "review: FR-101"),
    Plant(K.NOT_TITLES, COURSE, "title: {zh: 样例课程, en: Sample course}", "title: 样例课程", "title:"),
    Plant(K.NOT_FLAG, MODULE, "right: true", "right: yes", "right: yes"),
    Plant(K.BAD_SLUG, COURSE, "id: condolence-cap", "id: Condolence_Cap", "Condolence_Cap"),
    Plant(K.BAD_NUMBER, MODULE, "minutes: 15", "minutes: 很久", "minutes"),
    Plant(K.BAD_NUMBER, BANK, "difficulty: 2", "difficulty: 4", "difficulty: 4"),
    Plant(K.BAD_DATE, COURSE, "2027-06-30", "2027-06-31", "review_by"),
    Plant(K.BAD_DATE, MODULE, "2027-06-30", "明年", "review_by"),
    Plant(K.BAD_CHOICE, BANK, "kind: single", "kind: 单选", "kind: 单选"),
    Plant(K.BAD_CHOICE_MEANT, FACTS, "confidence: recall", "confidence: recal", "recal"),
    Plant(K.DUPLICATE_ID, FACTS, "id: FR-102", "id: FR-101", 7),
    Plant(K.DUPLICATE_ID, BANK, "sa-q-002", "sa-q-001", 24),
    # YAML
    Plant(K.YAML_SYNTAX, COURSE, "reviewer: 课程审校组", "reviewer: '课程审校组", "reviewer:"),
    Plant(K.YAML_SYNTAX, MODULE, "    why: 没有审批", "   why: 没有审批", "   why: 没有审批"),
    Plant(K.SEVERAL_DOCUMENTS, BANK, "questions:", "---\nquestions:", "---"),
    Plant(K.ALIAS, COURSE, "reviewer: 课程审校组", "reviewer: &a 课程审校组", "&a"),
    Plant(K.TAG, FACTS, "id: FR-104", "id: !!python/name:os.system FR-104", "!!python"),
    Plant(K.TOO_DEEP, COURSE, "bank: sample", "bank: " + "[" * 40 + "]" * 40, "[[["),
    Plant(K.KEY_NOT_TEXT, COURSE, "bank: sample", "[bank]: sample", "[bank]"),
    Plant(K.KEY_TWICE, COURSE, "bank: sample", "bank: sample\nbank: other", "bank: other"),
    Plant(K.CONTROL_CHARACTER, FACTS, "尚未核对的说法", "尚未\x07核对", "\x07"),
    # the course's registers
    Plant(C.ID_NOT_FOLDER, COURSE, "id: sample", "id: other", 1),
    Plant(C.ID_NOT_FILE_NAME, MODULE, "id: first-steps", "id: second-steps", "id: second-steps"),
    Plant(C.BAD_MODULE_NAME, COURSE, "[01-first-steps.md]", "[01-first-steps.md, 第二.md]", "modules"),
    Plant(C.BAD_MODULE_NAME, COURSE, "[01-first-steps.md]", "[01-first-steps.md, ../01-x.md]", "modules"),
    Plant(C.MODULE_TWICE, COURSE, "[01-first-steps.md]", "[01-first-steps.md, 01-first-steps.md]", "modules"),
    Plant(C.NO_FRONT_MATTER, MODULE, "review_by: 2027-06-30\n---\n", "review_by: 2027-06-30\n", 1),
    Plant(C.BAD_FACT_ID, FACTS, "id: FR-104", "id: fr104", "fr104"),
    Plant(C.BAD_EFFECTIVE, FACTS, '"2022-01-01"', '"2022年1月1日"', "2022年1月1日"),
    Plant(C.NO_EFFECTIVE, FACTS, "note: 施行日期未核", 'note: ""', "某地通知"),
    Plant(K.MISSING_KEY, FACTS, "document: 某地通知, ", "", 11),
    Plant(C.AMOUNT_FACT_UNKNOWN, COURSE, "fact: FR-101", "fact: FR-999", "id: condolence-cap"),
    Plant(C.REVIEW_PASSED, COURSE, "2027-06-30", "2026-07-05", "review_by"),
    Plant(C.REVIEW_PASSED, MODULE, "2027-06-30", "2026-07-05", "review_by"),
    # pictures
    Plant(C.ASSET_MISSING, MODULE, "assets/steps.svg", "assets/Steps2.svg", "Steps2"),
    Plant(C.ASSET_MISSING, MODULE, "assets/steps.svg", "assets/../course.yaml", "../course.yaml"),
    Plant(C.ASSET_ACTIVE, PICTURE, "<rect", "<script>1</script><rect", 1),
    Plant(C.ASSET_ACTIVE, PICTURE, "<rect", '<rect onclick="x()"', 1),
    Plant(C.ASSET_ACTIVE, PICTURE, "<rect", '<image href="https://example.com/a.png"/><rect', 1),
    Plant(C.ASSET_ACTIVE, PICTURE, "</svg>", "", 1),
    Plant(C.ASSET_ACTIVE, PICTURE, "<svg", "<!DOCTYPE svg [<!ENTITY a 'b'>]><svg", 1),
    Plant(C.IMAGE_ELSEWHERE, MODULE, "(assets/steps.svg)", "(https://example.com/a.png)", "example.com"),
    Plant(C.IMAGE_NO_TEXT, MODULE, "![收支的三步]", "![]", "![]"),
    # the text
    Plant(C.RAW_HTML, MODULE, "**没有审批**", "<b>没有审批</b>", "<b>"),
    Plant(C.RAW_HTML, MODULE, "why: 没有审批", "why: <i>没有</i>审批", "<i>"),
    Plant(C.RAW_HTML, MODULE, "## 算一算", "<script>alert(1)</script>\n\n## 算一算", "<script>"),
    Plant(C.UNSUPPORTED, MODULE, "**没有审批**", "*没有审批*", "*没有审批*"),
    Plant(C.UNSUPPORTED, MODULE, "## 算一算", "```python\nx\n```\n\n## 算一算", "```python"),
    Plant(C.UNSUPPORTED, MODULE, "## 算一算", "再细说\n----\n\n## 算一算", "----"),
    Plant(C.UNSUPPORTED, MODULE, "## 算一算", "[网]: https://example.com\n\n## 算一算", "[网]"),
    Plant(C.UNSUPPORTED, MODULE, "## 算一算", "    缩进成代码\n\n## 算一算", "缩进成代码"),
    Plant(C.HEADING_LEVEL, MODULE, "## 算一算", "#### 再细说\n\n## 算一算", "####"),
    Plant(C.BAD_LINK, MODULE, "https://flk.npc.gov.cn/detail", "javascript:alert(1)", "javascript"),
    Plant(C.BAD_LINK, MODULE, "https://flk.npc.gov.cn/detail", "flk.npc.gov.cn", "(flk.npc.gov.cn)"),
    Plant(C.LINK_NO_TEXT, MODULE, "[法规库]", "[]", "[](https"),
    Plant(C.BAD_MARK, MODULE, "[@FR-102]", "[@FR-102，@FR-103]", "[@FR-102，"),
    Plant(C.BAD_MARK, MODULE, "[@FR-102]", "【@FR-102】", "【@FR-102】"),
    Plant(C.FACT_UNKNOWN, MODULE, "[@FR-102]", "[@FR-999]", "FR-999"),
    Plant(C.FACT_UNKNOWN_MEANT, MODULE, "[@FR-102]", "[@fr-102]", "fr-102"),
    Plant(C.RECALL_CITED, MODULE, "[@FR-102]", "[@FR-104]", "FR-104"),
    Plant(C.RECALL_CITED, MODULE, "有支出。[@FR-101]", "有支出。[@FR-104]", "有支出"),
    Plant(C.SECONDARY_UNMARKED, MODULE, "据某地转述的说法，以现行文件为准。", "某地有这样的说法。", "[@FR-102]"),
    Plant(C.SECONDARY_UNMARKED, MODULE, "表中转述的说法，以现行文件为准。", "就是这样。", "[@FR-103]"),
    Plant(C.SECONDARY_UNMARKED, MODULE, "- 没有凭证就入账", "- 没有凭证就入账[@FR-103]", "没有凭证就入账"),
    Plant(C.AMOUNT_UNKNOWN, MODULE, "[=condolence-cap]", "[=zzz]。[=condolence-cap]", "[=zzz]"),
    Plant(C.AMOUNT_UNKNOWN_MEANT, MODULE, "[=condolence-cap]", "[=condolence-cup]", "condolence-cup"),
    Plant(C.AMOUNT_UNUSED, MODULE, "[=condolence-cap]", "一半[@FR-101]", "id: condolence-cap", COURSE),
    # the sections
    Plant(C.SECTION_MISSING, MODULE, "## 算一算", "### 算一算", "- 有凭证"),
    Plant(C.SECTION_TWICE, MODULE, "## 三个常见错误", "## 算一算\n2 元\n\n## 三个常见错误", 54),
    Plant(C.SECTION_ORDER, MODULE, "## 学完能做到", "## 记住这几条\n- 一\n- 二\n- 三\n\n## 学完能做到",
          "## 学完能做到"),
    Plant(C.RULE_UNCITED, MODULE, "## 一张表看清", "### 补充\n另外还有一点。\n\n## 一张表看清", "### 补充"),
    Plant(C.STATEMENT_UNCITED, MODULE, "全年节日慰问总额一般不高于[=condolence-cap]。",
          "总额不高于[=condolence-cap]。\n\n不写依据的话。", "不写依据的话"),
    Plant(C.NO_OVERVIEW, MODULE, "## 一张表看清", "## 一张表看清\n略。\n\n## 一张表看懂", "## 一张表看清"),
    Plant(C.NO_FIGURES, MODULE, "工资总额100万元，按百分之二计提，就是2万元。", "心里有数就行。", "## 算一算"),
    Plant(C.ITEM_COUNT, MODULE, "- 没有凭证就入账\n", "", "## 三个常见错误"),
    Plant(C.ITEM_COUNT, MODULE, "- 有凭证\n", "", "## 记住这几条"),
    Plant(C.CASE_COUNT, MODULE, "## 记住这几条", f"{CASE}\noptions: []\n```\n\n## 记住这几条", 72),
    Plant(C.CASE_PLACE, MODULE, "## 案例：老周的发票", "## 老周的发票", "```case"),
    Plant(C.CASE_RIGHT, MODULE, "    right: true\n", "", "stem: 老周"),
    Plant(C.CASE_RIGHT, MODULE, "    why: 没有审批", "    right: true\n    why: 没有审批", "stem: 老周"),
    Plant(C.CASE_OPTIONS, MODULE, "  - text: 直接报销\n    why: 没有审批不能支出。\n", "", "stem: 老周"),
    Plant(C.FENCE_OPEN, MODULE, "不能支出。\n```", "不能支出。", "```case"),
    Plant(C.TOO_LONG, MODULE, "- 有凭证\n", f"- 有凭证{TAUGHT * 30}\n", 10),
    # the bank
    Plant(Q.ID_NOT_FILE, BANK, "id: sample", "id: other", 1),
    Plant(Q.TOPIC_UNKNOWN, BANK, "    topic: first-steps", "    topic: last-steps", "last-steps"),
    Plant(Q.OPTIONS_NOT_ALLOWED, BANK, "    kind: truefalse", "    kind: truefalse\n    options: {A: 对}", "{A: 对}"),
    Plant(Q.OPTION_LETTERS, BANK, "      D: 做法D，先", "      E: 做法E，先", "    options:"),
    Plant(Q.OPTION_COUNT, BANK, "      D: 做法D，先看依据再办理\n", "", "    options:"),
    Plant(Q.OPTION_TWICE, BANK, "      D: 做法D，", "      D: 做法C，", "      D: 做法C，"),
    Plant(Q.ALL_OF_ABOVE, BANK, "D: 做法D，先看依据再办理", "D: 以上都对", "以上都对"),
    Plant(Q.ALL_OF_ABOVE, BANK, "D: 做法D，先看依据再办理", "D: 以上说法均不正确", "以上说法均不正确"),
    Plant(Q.ANSWER_SINGLE, BANK, "answer: B", "answer: F", "answer: F"),
    Plant(Q.ANSWER_SINGLE, BANK, "answer: B", "answer: [B]", "answer: [B]"),
    Plant(Q.ANSWER_MULTIPLE, BANK, "answer: [A, C]", "answer: [A]", "answer: [A]"),
    Plant(Q.ANSWER_MULTIPLE, BANK, "answer: [A, C]", "answer: [A, A]", "answer: [A, A]"),
    Plant(Q.ANSWER_MULTIPLE, BANK, "[A, C, D, E]", "[A, B, C, D, E]", "[A, B, C, D, E]"),
    Plant(Q.ANSWER_TRUEFALSE, BANK, "answer: true", "answer: 对", "answer: 对"),
    Plant(Q.STEM_TWICE, BANK, "第2题，", "第1题， ", "第1题， "),
    Plant(Q.NOT_TAUGHT, BANK, "verdict: taught", "verdict: unclear", "verdict: unclear"),
    Plant(Q.EXPLANATION_LETTER, BANK, "explanation: 依据工会法", "explanation: C项最像。依据工会法", "C项最像"),
    Plant(Q.REVIEW_FACT, BANK, "review: {fact: FR-101", "review: {fact: FR-103", "{fact: FR-103"),
    Plant(Q.BANK_REVIEW_PASSED, BANK, "2027-06-30", "2026-01-01", "review_by"),
    Plant(Q.TOPIC_EMPTY, BANK, "questions:", "  - {id: more, title: {zh: 更多, en: More}}\nquestions:", "id: more"),
    # between them
    Plant(L.BANK_MISSING, COURSE, "bank: sample", "bank: other", "bank: other"),
    Plant(L.COURSE_MISSING, BANK, "course: sample", "course: other", "course: other"),
    Plant(L.BANK_OF_ANOTHER, COURSE, "bank: sample", "bank: other", "course: sample", BANK),
    Plant(L.TOPIC_WITHOUT_MODULE, BANK, "{id: first-steps,", "{id: first-step,", "{id: first-step,"),
    Plant(L.MODULE_WITHOUT_TOPIC, BANK, "{id: first-steps,", "{id: first-step,", "topics:"),
    Plant(L.QUESTION_FACT_UNKNOWN, BANK, "facts: [FR-101]", "facts: [FR-101, FR-999]", "FR-999"),
    Plant(L.QUESTION_RECALL, BANK, "facts: [FR-101]", "facts: [FR-101, FR-104]", "FR-104"),
    Plant(L.QUESTION_SECONDARY, BANK, "facts: [FR-101]", "facts: [FR-101, FR-102]", "FR-102"),
    Plant(L.TEACHES_SHORT, BANK, f'"{TAUGHT}"', "工会经费", "teaches: 工会经费"),
    Plant(L.TEACHES_NOT_FOUND, BANK, f'"{TAUGHT}"', "工会经费想怎么花就怎么花", "想怎么花"),
]


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.kind.code)
def test_a_planted_fault_is_named_with_its_line(content: Content, plant: Plant) -> None:
    content.replace(plant.file, plant.old, plant.new)
    blamed = plant.where or plant.file
    line = content.line(blamed, plant.at) if isinstance(plant.at, str) else plant.at
    faults = content.faults()
    assert (blamed, line, plant.kind.code, plant.kind.mend) in {(f.file, f.line, f.code, f.mend) for f in faults}
    assert has_errors(faults) or plant.kind.severity == WARNING


def _many(old: str, new: str, times: int) -> Callable[[Content], None]:
    return lambda content: content.replace(BANK, old, new, times)


def _lengthen_right_options(content: Content) -> None:
    """Make the right option of every single choice the longest."""
    _rewrite_right_options(content, "，写得比别的都长，")


def _shorten_right_options(content: Content) -> None:
    """Make the right option of every single choice the shortest."""
    _rewrite_right_options(content, "")


def _ask_for_several_each_time(content: Content) -> None:
    """Make every single choice a multiple one whose right options are the first two: D is right in one of sixteen."""
    text = content.read(BANK).replace("kind: single", "kind: multiple")
    for letter in "ABCD":
        text = text.replace(f"answer: {letter}\n", "answer: [A, B]\n")
    content.write(BANK, text)


def _rewrite_right_options(content: Content, comma: str) -> None:
    questions = content.read(BANK).split("  - id: ")
    for number, question in enumerate(questions):
        if "kind: single" in question:
            right = question.split("answer: ")[1][0]
            questions[number] = question.replace(f"做法{right}，", f"做法{right}{comma}")
    content.write(BANK, "  - id: ".join(questions))


SPECIAL: list[tuple[FaultKind, str, int, Callable[[Content], None]]] = [
    (K.FILE_MISSING, FACTS, 1, lambda c: (c.root / FACTS).unlink()),
    (K.FILE_MISSING, MODULE, 1, lambda c: (c.root / MODULE).unlink()),
    (K.FILE_TOO_LARGE, BANK, 1, lambda c: c.write(BANK, c.read(BANK) + "# 长\n" * 1_000_000)),
    (K.NOT_UTF8, MODULE, 10, lambda c: c.write(MODULE, c.read(MODULE)[:c.read(MODULE).index("## 学")].encode()
                                               + "学完".encode("gbk"))),
    (K.NOT_MAP, COURSE, 1, lambda c: c.write(COURSE, "")),
    (C.MODULE_NOT_LISTED, "courses/sample/02-draft.md", 1, lambda c: c.write("courses/sample/02-draft.md", "x")),
    (C.ASSET_TYPE, MODULE, 49, lambda c: (c.write("courses/sample/assets/a.gif", "x"),
                                          c.replace(MODULE, "steps.svg", "a.gif"))),
    (C.UNSUPPORTED, MODULE, 10, lambda c: c.replace(MODULE, "## 学完", "***\n\n## 学完")),
    (C.TOO_SHORT, MODULE, 10, lambda c: c.replace(MODULE, "月末与银行对账单核对一次，年末把全年收支向会员公布，",
                                                  "", 10)),
    (Q.TOO_FEW, BANK, 9, lambda c: c.write(BANK, c.read(BANK).split("  - id: sa-q-020")[0])),
    (Q.LETTER_BALANCE, BANK, 9, _many("answer: B", "answer: C", 3)),
    (Q.LONGEST_RIGHT, BANK, 9, _lengthen_right_options),
    (Q.SHORTEST_RIGHT, BANK, 9, _shorten_right_options),
    (Q.MULTIPLE_SAME, BANK, 9, lambda c: (c.replace(BANK, "[A, B, E]", "[A, B]"),
                                          c.replace(BANK, "[A, C, D, E]", "[A, E]"))),
    (Q.MULTIPLE_LETTER, BANK, 9, _ask_for_several_each_time),
    (Q.TRUE_BALANCE, BANK, 9, _many("answer: false", "answer: true", 1)),
    (L.FOLDER_MISSING, "courses", 1, lambda c: (c.root / "courses").rename(c.root / "other")),
    (L.NOTHING_HERE, "quizzes", 1, lambda c: (c.root / BANK).unlink()),
    (L.QUESTION_ID_USED, BANK, 10, lambda c: c.write("quizzes/again.yaml", c.read(BANK))),
    (K.DUPLICATE_ID, "courses/sample/02-first-steps.md", 2, lambda c: (
        c.write("courses/sample/02-first-steps.md", c.read(MODULE)),
        c.replace(COURSE, "[01-first-steps.md]", "[01-first-steps.md, 02-first-steps.md]"))),
]


@pytest.mark.parametrize(("kind", "file", "line", "plant"), SPECIAL, ids=[plant[0].code for plant in SPECIAL])
def test_what_is_wrong_with_files_and_whole_banks(
        content: Content, kind: FaultKind, file: str, line: int, plant: Callable[[Content], None]) -> None:
    plant(content)
    faults = content.faults()
    assert (file, line, kind.code, kind.mend) in {(f.file, f.line, f.code, f.mend) for f in faults}
    assert has_errors(faults) or kind.severity == WARNING


def test_every_kind_of_fault_is_planted_somewhere() -> None:
    planted = {plant.kind for plant in PLANTS} | {kind for kind, *_ in SPECIAL}
    assert [kind.code for kind in KINDS if kind not in planted] == []


def test_every_list_of_kinds_is_among_them() -> None:
    """A part of the core that begins to list its kinds of fault is planted too."""
    core = Path(lms.core.__file__).parent
    assert sorted(file.parent.name for file in core.glob("*/fault_kinds.py")) == sorted(LISTS)


def test_the_copy_without_a_plant_is_faultless(content: Content) -> None:
    assert [fault.sentence() for fault in content.faults()] == []


def test_items_may_stand_below_items(content: Content) -> None:
    content.replace(MODULE, "- 有凭证\n", "- 有凭证\n    - 发票\n    - 签到表\n\n  都要齐全。\n")
    assert [fault.sentence() for fault in content.faults()] == []


def test_the_sentence_names_place_fault_and_mending(content: Content) -> None:
    content.replace(MODULE, "minutes: 15", "minuts: 15")
    sentences = [fault.sentence() for fault in content.faults()]
    assert f"{MODULE}:5: 不认识“minuts” — 是想写“minutes”吗？" in sentences
    assert f"{MODULE}:2: 缺少“minutes” — 加上一行 minutes: …" in sentences


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.kind.code)
def test_no_sentence_shows_an_unfilled_name(content: Content, plant: Plant) -> None:
    content.replace(plant.file, plant.old, plant.new)
    for fault in content.faults():
        assert fault.what() and "None" not in fault.sentence()


def test_a_passed_review_date_warns_and_does_not_refuse(content: Content) -> None:
    content.replace(COURSE, "2027-06-30", "2026-07-05")
    (fault,) = content.faults()
    assert fault.severity == WARNING and "提醒" in fault.sentence()
