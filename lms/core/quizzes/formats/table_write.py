"""Questions as a workbook that people edit and import again."""
from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import IO

from lms.core.documents.tables import Book, Column, Sheet, Value
from lms.core.documents.xlsx_write import write_xlsx
from lms.core.i18n import N_, translate
from lms.core.quizzes.content import QuestionContent
from lms.core.quizzes.formats.protocol import BankOut
from lms.core.quizzes.formats.table_cells import KIND_TITLES, without_letter
from lms.core.quizzes.kinds.fill_in import FillIn
from lms.core.quizzes.kinds.matching import Matching
from lms.core.quizzes.kinds.options import LETTERS
from lms.core.quizzes.kinds.ordering import Ordering

HEADINGS = {
    "code": N_("编号"), "kind": N_("题型"), "part": N_("小题"), "share": N_("占比"), "stem": N_("题干"),
    **{letter: f"选项{letter}" for letter in LETTERS}, "answer": N_("答案"), "weights": N_("权重"), "rubric": N_("评分要点"),
    "explanation": N_("解析"), "mark": N_("分值"), "difficulty": N_("难度"), "topic": N_("知识点"), "tags": N_("标签"),
    "source": N_("来源"), "facts": N_("事实编号")}
_BY_LINES: dict[str, FillIn | Matching | Ordering] = {"fill_in": FillIn(), "matching": Matching(), "ordering": Ordering()}
_LEVELS = {1: "易", 2: "中", 3: "难"}
WIDE = {"stem": 50, "answer": 20, "explanation": 40}


def write_table(bank: BankOut, file: IO[bytes]) -> None:
    """Write *bank* as .xlsx. The headings are Chinese whatever the reader's language: they are what is read again."""
    columns = [Column(name, heading, width=WIDE.get(name)) for name, heading in HEADINGS.items()]
    rows = ([row.get(name) for name in HEADINGS] for code, content in bank.questions for row in _rows(code, content))
    write_xlsx(Book([Sheet(translate("zh_CN", N_("题目")), columns, rows, frozen=2)]), file)


def _rows(code: str, content: QuestionContent) -> Iterator[dict[str, Value]]:
    yield {**_cells(content), "code": code, "explanation": content.explanation, "topic": content.topic,
           "mark": f"{Decimal(content.mark) / 1000:f}" if content.mark else None, "difficulty": _LEVELS.get(content.difficulty),
           "tags": "、".join(content.tags), "source": content.source, "facts": "、".join(content.facts)}
    for part in content.body.get("parts") or ():
        inner = QuestionContent(part["kind"], "", 2, part["body"], content.key["parts"][part["id"]])
        yield {**_cells(inner), "part": part["id"], "share": f"{Decimal(part['share']) / 10:f}%"}


def _cells(content: QuestionContent) -> dict[str, Value]:
    """Kind, stem, options and answer of a question or of a part."""
    options = {o["id"]: _lettered(o["id"], o["text"]) for o in content.body.get("options") or ()}
    weights = " ".join(f"{letter}:{weight}" for letter, weight in (content.key.get("weights") or {}).items())
    return {"kind": KIND_TITLES.get(content.kind, content.kind), "stem": content.stem, **options, "answer": _answer(content),
            "weights": weights, "rubric": "\n".join(content.key.get("rubric") or ())}


def _lettered(letter: str, text: str) -> str:
    """An option that begins like "A. " gets its letter once more: the reader takes one away."""
    return text if without_letter(letter, text) == text else f"{letter}. {text}"


def _answer(content: QuestionContent) -> str:
    body, key = content.body, content.key
    if content.kind == "truefalse":
        return "对" if key["right"] else "错"
    kind = _BY_LINES.get(content.kind)
    if kind:
        return "\n".join(kind.lines(body, key))
    return "".join(key["right"]) if "right" in key else str(key.get("reference", ""))
