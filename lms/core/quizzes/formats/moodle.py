"""Moodle XML: categories become topics; kinds that do not exist here are named and passed over.

Format: https://docs.moodle.org/en/Moodle_XML_format
"""
from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from lms.core.documents.xml_safe import read_xml
from lms.core.errors import Invalid
from lms.core.i18n import N_
from lms.core.quizzes.formats.entry import code_in
from lms.core.quizzes.formats.extras import Extras, content_with, read_extras
from lms.core.quizzes.formats.moodle_text import keep_file, plain_of, taking
from lms.core.quizzes.formats.protocol import ReadQuestions, ReadRow
from lms.core.quizzes.formats.topics import topic_in
from lms.core.quizzes.formats.weighed import key_from
from lms.core.quizzes.kinds.fill_in import number_with
from lms.core.quizzes.kinds.matching import from_pairs
from lms.core.quizzes.kinds.options import LETTERS
from lms.core.quizzes.kinds.ordering import from_lines as order_from
from lms.core.quizzes.kinds.protocol import Flaw

LONGEST = 50_000  # characters of one text, markup and all
Made = tuple[str, dict[str, Any], dict[str, Any]]
_CLOZE = re.compile(r"\{(\d*):([A-Z_]+):((?:\\.|[^}\\]){0,1000})\}")
_CLOZE_WORDS = {"SHORTANSWER", "SA", "MW", "SHORTANSWER_C", "SAC", "MWC", "NUMERICAL", "NM"}


def read_moodle(data: bytes, filename: str) -> ReadQuestions:
    """The questions of a Moodle XML file; a row's line is the number of the question in the file.

    :raises Invalid: not XML, a DOCTYPE, or no such file
    """
    root = read_xml(data, filename)
    if root.tag != "quiz":
        raise Invalid("not_moodle_xml", N_("“{filename}”不是 Moodle 的题目文件（应以 <quiz> 开头）。没有保存任何内容。"), filename=filename)
    found, topic = ReadQuestions(), ""
    for number, question in enumerate(root.iterfind("question"), start=1):
        kind = question.get("type", "")
        if kind == "category":
            topic = topic_in(_raw(question.find("category")))
            continue
        row = ReadRow(number)
        _fill(row, question, kind, topic)
        found.rows.append(row)
        found.pictures |= row.pictures
    return found


def _fill(row: ReadRow, question: ET.Element, kind: str, topic: str) -> None:
    row.code = code_in((question.findtext("idnumber") or "").strip()) or code_in(_raw(question.find("name")))
    comment = _comment(question)
    extras = read_extras(comment)
    if extras.whole:
        row.content = extras.whole
        row.notices.append(Flaw("whole_in_xml", N_("Moodle 没有这种题型，按文件里的完整内容读取") if kind == "description" else
                                N_("有图片的题，按文件里附的完整内容读取"), "stem"))
        for node in question.iter("file"):
            keep_file(node, row)
        return
    read = _READERS.get(kind)
    stem = _plain(question.find("questiontext"), row)
    if read is None:
        row.reasons.append(Flaw("moodle_kind", N_("Moodle 的题型“{kind}”这里没有，跳过了“{stem}”。"), "kind",
                                {"kind": kind[:40], "stem": stem[:40]}))
        return
    try:
        made = read(question, stem, row)
    except (InvalidOperation, ValueError):
        row.reasons.append(Flaw("moodle_number", N_("分数或数字写得不对，没有读取。"), "answer"))
        return
    if made is None:
        return
    tags = tuple(dict.fromkeys(filter(None, (_raw(tag) for tag in question.iterfind("tags/tag")))))
    if "mark" not in extras.fields:
        extras = Extras({**extras.fields, "mark": 0 if comment else _mark(question)}, extras.key)
    row.content = content_with(extras, made[0], topic, made[1], made[2],
                               _plain(question.find("generalfeedback"), row) or row.aside, tags)


def _comment(question: ET.Element) -> str:
    """What a writer of ours put beside the question; empty for a file of Moodle's own."""
    texts = ((node.text or "") for node in question if callable(node.tag))  # a comment's tag is the function that makes one
    return next((text.removeprefix(" lms ").strip() for text in texts if text.startswith(" lms ")), "")


def _raw(element: ET.Element | None) -> str:
    return "" if element is None else (element.findtext("text") or "").strip()


def _plain(element: ET.Element | None, row: ReadRow) -> str:
    """The text in *element*; pictures in it are taken into the row."""
    if element is None:
        return ""
    text = element.findtext("text") or ""
    if len(text) > LONGEST and ";base64," not in text:
        row.notices.append(Flaw("text_cut", N_("有一段文字超过 {most} 个字，只读了前面的"), "stem", {"most": LONGEST}))
        text = text[:LONGEST]
    if element.get("format", "html") not in ("html", "moodle_auto_format"):
        return text.strip()
    return plain_of(text, taking(element, row))


def _mark(question: ET.Element) -> int:
    try:
        value = Decimal((question.findtext("defaultgrade") or "0").strip()) * 1000
    except InvalidOperation:
        return 0
    return int(value) if value.is_finite() and 0 <= value <= 1_000_000 else 0


def _answers(question: ET.Element, row: ReadRow) -> list[tuple[Decimal, str, ET.Element]]:
    found = [(Decimal(answer.get("fraction", "0").strip()), _plain(answer, row), answer)
             for answer in question.iterfind("answer")]
    if any(not fraction.is_finite() for fraction, _, _ in found):
        raise ValueError
    row.aside = "\n".join(f"{text}：{note}" for _, text, answer in found if (note := _plain(answer.find("feedback"), row)))
    return found


def _choice(question: ET.Element, stem: str, row: ReadRow) -> Made | None:
    answers = _answers(question, row)
    if len(answers) > len(LETTERS):
        row.reasons.append(Flaw("option_count", N_("有 {count} 个选项，应有 {fewest} 到 {most} 个。"), "options",
                                {"count": len(answers), "fewest": 2, "most": len(LETTERS)}))
        return None
    weights = {letter: fraction for letter, (fraction, _, _) in zip(LETTERS, answers, strict=False)}
    body = {"stem": stem, "options": [{"id": letter, "text": text} for letter, (_, text, _) in zip(LETTERS, answers, strict=False)]}
    if (question.findtext("single") or "true").strip() not in ("true", "1"):
        return "multiple", body, key_from(weights)
    if any(weight not in (0, 100) for weight in weights.values()):
        row.notices.append(Flaw("partly_right", N_("只给部分分的答案没有读入"), "answer"))
    return "single", body, {"right": [letter for letter, weight in weights.items() if weight >= 100]}


def _truefalse(question: ET.Element, stem: str, row: ReadRow) -> Made:
    right = [text.casefold() for fraction, text, _ in _answers(question, row) if fraction >= 100]
    return "truefalse", {"stem": stem}, {"right": {"true": True, "false": False}.get(right[0] if len(right) == 1 else "")}


def _words(question: ET.Element, stem: str, row: ReadRow) -> Made:
    answers = _answers(question, row)
    if any(0 < fraction < 100 for fraction, _, _ in answers):
        row.notices.append(Flaw("partly_right", N_("只给部分分的答案没有读入"), "answer"))
    variants = [text for fraction, text, _ in answers if fraction >= 100]
    return "fill_in", {"stem": stem, "blanks": 1}, {"blanks": [variants]}


def _numbers(question: ET.Element, stem: str, row: ReadRow) -> Made:
    variants = [number_with(Decimal(text), Decimal((answer.findtext("tolerance") or "0").strip() or 0),
                            exact=answer.find("tolerance") is None)
                for fraction, text, answer in _answers(question, row) if fraction >= 100]
    return "fill_in", {"stem": stem, "blanks": 1}, {"blanks": [variants]}


def _matching(question: ET.Element, stem: str, row: ReadRow) -> Made:
    pairs = [(_plain(part, row), _raw(part.find("answer"))) for part in question.iterfind("subquestion")]
    return "matching", *from_pairs(stem, pairs)


def _ordering(question: ET.Element, stem: str, row: ReadRow) -> Made:
    return "ordering", *order_from(stem, [text for _, text, _ in _answers(question, row)])


def _essay(question: ET.Element, stem: str, row: ReadRow) -> Made:
    return "short_answer", {"stem": stem}, {"reference": _plain(question.find("graderinfo"), row), "rubric": []}


def _cloze(question: ET.Element, stem: str, row: ReadRow) -> Made | None:
    """Embedded answers: blanks, where each of them is words or a number; a choice within a text does not exist here."""
    blanks = []
    for _, kind, inside in _CLOZE.findall(stem):
        if kind not in _CLOZE_WORDS:
            row.reasons.append(Flaw("moodle_cloze", N_("完形填空里有选择（{kind}），这里没有这种题型，跳过了。"), "kind", {"kind": kind}))
            return None
        blanks.append(_cloze_variants(inside, kind in ("NUMERICAL", "NM")))
    return "fill_in", {"stem": _CLOZE.sub("____", stem), "blanks": len(blanks)}, {"blanks": blanks}


def _cloze_variants(inside: str, numeric: bool) -> list[str]:
    found = []
    for piece in re.split(r"(?<!\\)~", inside):
        match = re.match(r"(?:=|%100%)(.*)", re.split(r"(?<!\\)#", piece)[0], re.DOTALL)
        if match:
            text = re.sub(r"\\(.)", r"\1", match[1]).strip()
            value, _, tolerance = text.partition(":")
            found.append(number_with(Decimal(value), Decimal(tolerance or 0), exact=not tolerance) if numeric else text)
    return found


_READERS: dict[str, Callable[[ET.Element, str, ReadRow], Made | None]] = {
    "multichoice": _choice, "truefalse": _truefalse, "shortanswer": _words, "numerical": _numbers, "matching": _matching,
    "match": _matching, "ordering": _ordering, "essay": _essay, "cloze": _cloze, "multianswer": _cloze}
