"""Questions in a spreadsheet: one row a question, one column an option. Every doubtful row says what is wrong with it."""
from __future__ import annotations

import re
from typing import Any

from lms.core.documents.raw_table import RawRow, as_text
from lms.core.documents.table_read import read_table
from lms.core.i18n import N_
from lms.core.quizzes.content import QuestionContent
from lms.core.quizzes.formats import table_cells as cells
from lms.core.quizzes.formats.protocol import ReadQuestions, ReadRow
from lms.core.quizzes.formats.table_headers import EXPECTED, LETTERS, columns, is_header
from lms.core.quizzes.kinds.protocol import Flaw
from lms.core.quizzes.question_files import MULTIPLE, SINGLE, TRUEFALSE

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")


def read_question_table(data: bytes, filename: str) -> ReadQuestions:
    """The questions of a .xlsx or .csv file.

    :raises Invalid: not a spreadsheet, or no row with headings
    :raises TooLarge: more than an import takes
    """
    table = read_table(data, filename, find_header=is_header, expected=EXPECTED)
    places, unread = columns(table.header)
    notes = [Flaw(note.code, note.message, data=note.data) for note in table.notes]
    if unread:
        notes.append(Flaw("columns_unread", N_("没有读取的列：{names}"), data={"names": unread}))
    return ReadQuestions([_row(row, places) for row in table.rows], notes)


def _row(raw: RawRow, places: dict[str, int]) -> ReadRow:
    text = {name: as_text(raw.cells[place]).strip() for name, place in places.items()}
    row = ReadRow(raw.number, _code(text.get("code", "")))
    options = _options(text, row)
    kind = _kind(text, options, row)
    key = _key(text, kind, options, row) if kind else None
    if not text["stem"]:
        row.reasons.insert(0, Flaw("stem_missing", N_("没有题干。请写明问什么。"), "stem"))
    if row.reasons or kind is None or key is None:
        return row
    body: dict[str, Any] = {"stem": text["stem"]}
    if kind != TRUEFALSE:
        body["options"] = [{"id": letter, "text": option} for letter, option in options.items()]
    row.content = QuestionContent(kind, text.get("topic", ""), _difficulty(text, row), body, key,
                                  text.get("explanation", ""), _mark(text, row))
    return row


def _code(text: str) -> str:
    # A plain number is a running number of the file, not a name that stays.
    return text if _CODE.fullmatch(text) and not text.isdigit() else ""


def _options(text: dict[str, str], row: ReadRow) -> dict[str, str]:
    found = {letter: cells.without_letter(letter, text[letter]) for letter in LETTERS if text.get(letter)}
    gap = "".join(found) != LETTERS[:len(found)]
    if gap:
        row.reasons.append(Flaw("option_gap", N_("选项 {letters} 之间有空。请把选项依次填在 A、B、C、D 各列。"), "options",
                                {"letters": found}))
    return found


def _kind(text: dict[str, str], options: dict[str, str], row: ReadRow) -> str | None:
    if text.get("kind"):
        kind = cells.kind_in(text["kind"])
        if kind is None:
            row.reasons.append(Flaw("kind_unknown", N_("题型“{kind}”不能从表格导入，可写：单选题、多选题、判断题。"), "kind",
                                    {"kind": text["kind"][:40]}))
        return kind
    answer = text.get("answer", "")
    if not options or (cells.truth_in(answer) is not None and not cells.letters_in(answer, options)):
        return TRUEFALSE
    kind = MULTIPLE if len(cells.letters_in(answer, options) or ()) > 1 else SINGLE
    row.notices.append(Flaw("kind_guessed", N_("没有写题型，按答案判断"), "kind"))
    return kind


def _key(text: dict[str, str], kind: str, options: dict[str, str], row: ReadRow) -> dict[str, Any] | None:
    answer = text.get("answer", "")
    if not answer:
        row.reasons.append(Flaw("answer_missing", N_("没有答案。请补上。"), "answer"))
        return None
    if kind == TRUEFALSE:
        letters = cells.letters_in(answer, options) if options else None
        truth = cells.truth_in(options[letters[0]] if letters and letters[0] in options else answer)
        if truth is None:
            row.reasons.append(Flaw("answer_truefalse_text", N_("判断题的答案“{answer}”看不懂，请写“对”或“错”。"), "answer",
                                    {"answer": answer[:40]}))
            return None
        return {"right": truth}
    right = cells.letters_in(answer, options)
    if right is None:
        row.reasons.append(Flaw("answer_unreadable", N_("答案“{answer}”看不懂，请写选项字母，例如 B 或 ACD。"), "answer",
                                {"answer": answer[:40]}))
        return None
    return {"right": right}


def _difficulty(text: dict[str, str], row: ReadRow) -> int:
    given = text.get("difficulty", "")
    found = cells.difficulty_in(given)
    if given and found is None:
        row.notices.append(Flaw("difficulty_unknown", N_("难度“{given}”看不懂，按“中”处理"), "difficulty", {"given": given[:20]}))
    return found or 2


def _mark(text: dict[str, str], row: ReadRow) -> int:
    given = text.get("mark", "")
    found = cells.mark_in(given) if given else 0
    if found is None:
        row.notices.append(Flaw("mark_unknown", N_("分值“{given}”看不懂，组卷时再定"), "mark", {"given": given[:20]}))
    return found or 0
