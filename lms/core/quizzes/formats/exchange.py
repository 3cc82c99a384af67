"""Our own exchange file (.yaml): every question as it is, of any kind, for another installation or for keeping.

It begins with ``format: questions``; a bank's own file (docs/content-format.md) says more and is stricter.
"""
from __future__ import annotations

import re
from datetime import date
from typing import IO, Any

import yaml

from lms.core.documents.faults import FaultLog
from lms.core.documents.text_read import decode_text
from lms.core.documents.yaml_lines import LineList, LineMap, Node, Text, load_yaml
from lms.core.i18n import N_
from lms.core.quizzes.content import QuestionContent, well_typed
from lms.core.quizzes.formats.protocol import BankOut, ReadQuestions, ReadRow
from lms.core.quizzes.kinds.protocol import Flaw

BEGINS = b"format: questions"
_REQUIRED = ("kind", "body", "key")
_FIELDS = ("kind", "topic", "difficulty", "body", "key", "explanation", "mark", "tags", "source", "facts", "author", "reviewer",
           "review_by")


class _Dumper(yaml.SafeDumper):
    """Without anchors: our reader takes none."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def write_exchange(bank: BankOut, file: IO[bytes]) -> None:
    """Write *bank* in UTF-8."""
    questions = [{"code": code, **{name: _plain(getattr(content, name)) for name in _FIELDS if getattr(content, name)}}
                 for code, content in bank.questions]
    data = {"format": "questions", "bank": bank.about["id"], "questions": questions}
    text = yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1_000_000)
    file.write(text.encode())


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def read_exchange(data: bytes, filename: str) -> ReadQuestions:
    """The questions of an exchange file; what is wrong with one has its line.

    :raises Invalid: no text
    """
    log = FaultLog()
    root = load_yaml(decode_text(data, filename), filename, log)
    faults = log.in_order()
    if faults:
        return ReadQuestions([ReadRow(f.line, reasons=[Flaw(f.code, f.message, data=f.data), Flaw(f.code, f.mend, data=f.data)])
                              for f in faults], blocked=True)
    questions = root.get("questions") if isinstance(root, LineMap) else None
    return ReadQuestions([_row(node) for node in questions or () if isinstance(node, (LineMap, LineList, Text))])


def _row(node: Node) -> ReadRow:
    if not isinstance(node, LineMap) or not all(name in node for name in _REQUIRED):
        return ReadRow(node.line, reasons=[Flaw("exchange_fields", N_("这道题缺少 {fields}。"), data={"fields": list(_REQUIRED)})])
    given = {name: _typed(value) for name, value in node.items()}
    fields = {name: given[name] for name in _FIELDS if name in given}
    try:
        if fields.get("review_by"):
            fields["review_by"] = date.fromisoformat(str(fields["review_by"]))
        content = QuestionContent(**{"topic": "", "difficulty": 2, **fields, "tags": tuple(fields.get("tags", ())),
                                     "facts": tuple(fields.get("facts", ()))})
        if not well_typed(content):
            raise TypeError
    except (TypeError, ValueError):
        return ReadRow(node.line, reasons=[Flaw("malformed", N_("题目的内容不完整，或者格式不对。"))])
    return ReadRow(node.line, str(given.get("code", "")), content)


def _typed(node: Node) -> Any:
    """Plain data: what was written without quotes is a number or a truth where it looks like one."""
    if isinstance(node, LineMap):
        return {str(name): _typed(value) for name, value in node.items()}
    if isinstance(node, LineList):
        return [_typed(value) for value in node]
    if not node.plain:
        return str(node)
    if re.fullmatch(r"0|-?[1-9]\d{0,8}", node, re.ASCII):
        return int(node)
    return {"true": True, "false": False, "null": None}.get(node, str(node))
