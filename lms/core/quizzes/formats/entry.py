"""A question as people write it, its fields as text by name, whatever it stood in: a table's row, a Word file, pasted text.

Fields: ``kind stem A…H options answer explanation mark difficulty topic code tags source weights rubric share``.
"""
from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lms.core.i18n import N_
from lms.core.quizzes.content import QuestionContent
from lms.core.quizzes.formats import table_cells as cells
from lms.core.quizzes.formats.protocol import ReadRow
from lms.core.quizzes.kinds.fill_in import from_lines as blanks_from
from lms.core.quizzes.kinds.fill_in import marks_in
from lms.core.quizzes.kinds.matching import from_lines as pairs_from
from lms.core.quizzes.kinds.multiple import plain_weights
from lms.core.quizzes.kinds.options import LETTERS
from lms.core.quizzes.kinds.ordering import from_lines as order_from
from lms.core.quizzes.kinds.protocol import Flaw

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")
_BETWEEN_OPTIONS = re.compile(r"[|｜\n]")
_BETWEEN_BLANKS = (r"[；;]", r"[|｜]", r"[、，,]", r"\s+")
Text = Mapping[str, str]
CHOICES = ("single", "multiple")


def read_entry(text: Text, row: ReadRow) -> None:
    """Make *row*'s content of *text*, or say in its reasons why not."""
    row.code = code_in(text.get("code", ""))
    options = options_in(text, row)
    kind = _kind(text, options, row)
    made = _body_and_key(kind, text, options, row) if kind else None
    if not text.get("stem"):
        row.reasons.insert(0, Flaw("stem_missing", N_("没有题干。请写明问什么。"), "stem"))
    if row.reasons or kind is None or made is None:
        return
    row.content = QuestionContent(
        kind, text.get("topic", ""), _difficulty(text, row), *made, text.get("explanation", ""), _mark(text, row),
        facts=tags_in(text.get("facts", "")), tags=tags_in(text.get("tags", "")), source=text.get("source", ""))


def code_in(text: str) -> str:
    # A plain number is a running number of the file, not a name that stays.
    return text if _CODE.fullmatch(text) and not text.isdigit() else ""


def tags_in(text: str) -> tuple[str, ...]:
    """Tags with commas, semicolons or spaces between, each once."""
    return tuple(dict.fromkeys(tag for tag in re.split(r"[、，,；;\s]+", text) if tag))


def options_in(text: Text, row: ReadRow) -> dict[str, str]:
    """The options by letter: a column each, or all in one cell with ``|`` or line ends between."""
    if text.get("options"):
        found = [option.strip() for option in _BETWEEN_OPTIONS.split(text["options"]) if option.strip()]
        return {letter: cells.without_letter(letter, option) for letter, option in zip(LETTERS, found, strict=False)}
    options = {letter: cells.without_letter(letter, text[letter]) for letter in LETTERS if text.get(letter)}
    if "".join(options) != LETTERS[:len(options)]:
        row.reasons.append(Flaw("option_gap", N_("选项 {letters} 之间有空。请把选项依次填在 A、B、C、D 各列。"), "options",
                                {"letters": list(options)}))
    return options


def _kind(text: Text, options: dict[str, str], row: ReadRow) -> str | None:
    if text.get("kind"):
        kind = cells.kind_in(text["kind"])
        if kind is None:
            row.reasons.append(Flaw("kind_unknown", N_("题型“{kind}”看不懂，可写：{known}。"), "kind",
                                    {"kind": text["kind"][:40], "known": cells.KIND_WORDS}))
        return kind
    kind = guessed_kind(text, options)
    if kind in CHOICES:
        row.notices.append(Flaw("kind_guessed", N_("没有写题型，按答案判断"), "kind"))
    return kind


def guessed_kind(text: Text, options: dict[str, str]) -> str:
    """The kind that stem, options and answer make likely."""
    answer = text.get("answer", "")
    letters = cells.letters_in(answer, options)
    if options and not (cells.truth_in(answer) is not None and not letters):
        return "multiple" if len(letters or ()) > 1 else "single"
    if not options and cells.truth_in(answer) is None and answer:
        return "fill_in" if marks_in(text.get("stem", "")) else "short_answer"
    return "truefalse"


def _body_and_key(kind: str, text: Text, options: dict[str, str], row: ReadRow) -> tuple[dict[str, Any], dict[str, Any]] | None:
    stem, answer = text.get("stem", ""), text.get("answer", "")
    if kind == "case":
        return {"stem": stem, "parts": []}, {"parts": {}}
    if not answer and kind != "short_answer":
        row.reasons.append(Flaw("answer_missing", N_("没有答案。请补上。"), "answer"))
        return None
    if kind == "truefalse":
        return _truefalse(stem, answer, options, row)
    if kind in CHOICES:
        return _choice(kind, text, options, row)
    if kind == "fill_in":
        return blanks_from(stem, blank_lines(stem, answer))
    if kind == "matching":
        return pairs_from(stem, _lines(answer))
    if kind == "ordering":
        return order_from(stem, _ordered(answer, options))
    return {"stem": stem}, {"reference": answer, "rubric": _lines(text.get("rubric", ""), one=True)}


def _truefalse(stem: str, answer: str, options: dict[str, str], row: ReadRow) -> tuple[dict[str, Any], dict[str, Any]] | None:
    letters = cells.letters_in(answer, options) if options else None
    truth = cells.truth_in(options[letters[0]] if letters and letters[0] in options else answer)
    if truth is None:
        row.reasons.append(Flaw("answer_truefalse_text", N_("判断题的答案“{answer}”看不懂，请写“对”或“错”。"), "answer",
                                {"answer": answer[:40]}))
        return None
    return {"stem": stem}, {"right": truth}


def _choice(kind: str, text: Text, options: dict[str, str], row: ReadRow) -> tuple[dict[str, Any], dict[str, Any]] | None:
    right = cells.letters_in(text["answer"], options)
    if right is None:
        row.reasons.append(Flaw("answer_unreadable", N_("答案“{answer}”看不懂，请写选项字母，例如 B 或 ACD。"), "answer",
                                {"answer": text["answer"][:40]}))
        return None
    key: dict[str, Any] = {"right": right}
    if kind == "multiple" and text.get("weights"):
        weights = re.findall(r"([A-H])\s*[:：=]?\s*([+-]?\d{1,3})", text["weights"].upper())
        key = plain_weights(list(options), right, {letter: int(weight) for letter, weight in weights})
    return {"stem": text.get("stem", ""), "options": [{"id": letter, "text": o} for letter, o in options.items()]}, key


def blank_lines(stem: str, answer: str) -> list[str]:
    """A line for each blank: as they stand, or cut where that gives as many as the stem has blanks."""
    lines, count = _lines(answer, one=True), marks_in(stem)
    if len(lines) == 1 and count > 1:
        for between in _BETWEEN_BLANKS:
            cut = [part.strip() for part in re.split(between, lines[0]) if part.strip()]
            if len(cut) == count:
                return cut
    return lines


def _lines(text: str, *, one: bool = False) -> list[str]:
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    return lines if one or len(lines) != 1 else [part.strip() for part in re.split("[；;]", lines[0]) if part.strip()]


def _ordered(answer: str, options: dict[str, str]) -> list[str]:
    """The entries in their right order: named by the letters of options, or written out."""
    letters = re.sub(r"[\s,，、→>-]", "", answer.upper())
    if options and letters and set(letters) <= set(options):
        return [options[letter] for letter in letters]
    lines = _lines(answer)
    return lines if len(lines) != 1 else [part.strip() for part in re.split("→|->", lines[0]) if part.strip()]


def _difficulty(text: Text, row: ReadRow) -> int:
    given = text.get("difficulty", "")
    found = cells.difficulty_in(given)
    if given and found is None:
        row.notices.append(Flaw("difficulty_unknown", N_("难度“{given}”看不懂，按“中”处理"), "difficulty", {"given": given[:20]}))
    return found or 2


def _mark(text: Text, row: ReadRow) -> int:
    given = text.get("mark", "")
    found = cells.mark_in(given) if given else 0
    if found is None:
        row.notices.append(Flaw("mark_unknown", N_("分值“{given}”看不懂，组卷时再定"), "mark", {"given": given[:20]}))
    return found or 0
