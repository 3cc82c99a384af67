"""Reads a question bank's file."""
from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeVar

from lms.core.documents.fault_kinds import DUPLICATE_ID
from lms.core.documents.faults import Fault, FaultLog, has_errors
from lms.core.documents.fields import Fields, fields_of
from lms.core.documents.yaml_lines import load_yaml, read_text
from lms.core.quizzes import fault_kinds as kinds
from lms.core.quizzes.question_files import QuestionFile, read_question

_KEYS = ("id", "title", "course", "author", "reviewer", "review_by", "topics", "questions")
_QUESTION_KEYS = (
    "id", "kind", "topic", "difficulty", "facts", "stem", "options", "answer", "explanation", "review")


@dataclass(frozen=True)
class TopicFile:
    """A topic (知识点); its id is that of the module that teaches it."""

    id: str
    title: dict[str, str]
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class BankFile:
    """A question bank as its file holds it.

    :param course: id of the course that teaches what is asked
    :param content_hash: SHA-256 (hex) of the file; equal whatever its line ends
    """

    id: str
    title: dict[str, str]
    course: str
    author: str
    reviewer: str
    review_by: date
    topics: tuple[TopicFile, ...]
    questions: tuple[QuestionFile, ...]
    content_hash: str
    file: str = field(default="", compare=False)
    lines: dict[str, int] = field(default_factory=dict, compare=False, repr=False)


Entry = TypeVar("Entry", TopicFile, QuestionFile)


def read_bank(path: Path) -> tuple[BankFile | None, list[Fault]]:
    """The bank in *path* and its faults; the bank is None as soon as one of them is an error."""
    log = FaultLog()
    bank = examine_bank(path, log)
    faults = log.in_order()
    return (None if has_errors(faults) else bank), faults


def examine_bank(path: Path, log: FaultLog) -> BankFile | None:
    """As much of the bank as can be read, for checking only: with an error in *log* it may have empty fields."""
    file = path.as_posix()
    text = read_text(path, file, log)
    return None if text is None else examine_bank_text(text, file, log, name=path.stem)


def examine_bank_text(text: str, file: str, log: FaultLog, *, name: str | None = None) -> BankFile | None:
    """The same for a text that was read already, e.g. an upload.

    :param name: what the bank's id must be; None: anything
    """
    fields = fields_of(load_yaml(text, file, log), file, log, _KEYS)
    if fields is None:
        return None
    bank_id = fields.slug("id")
    if bank_id and name is not None and bank_id != name:
        fields.fault(kinds.ID_NOT_FILE, "id", id=bank_id, name=name)
    topics = tuple(_unique(fields, (TopicFile(topic.slug("id"), topic.titles("title"), topic.line("id"))
                                    for topic in fields.maps("topics", ("id", "title")))))
    known = [topic.id for topic in topics]
    questions = tuple(_unique(fields, (read_question(question, known)
                                       for question in fields.maps("questions", _QUESTION_KEYS))))
    return BankFile(
        bank_id, fields.titles("title"), fields.slug("course"), fields.text("author"), fields.text("reviewer"),
        fields.day("review_by"), topics, questions, hashlib.sha256(text.encode()).hexdigest(), file, fields.lines())


def _unique(fields: Fields, entries: Iterator[Entry]) -> Iterator[Entry]:
    first: dict[str, int] = {}
    for entry in entries:
        if entry.id in first:
            fields.log.add(DUPLICATE_ID, fields.file, entry.line, id=entry.id, first=f"{fields.file}:{first[entry.id]}")
        elif entry.id:
            first[entry.id] = entry.line
        yield entry
