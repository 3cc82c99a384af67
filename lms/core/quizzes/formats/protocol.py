"""What a question format is: a function from bytes to questions, and for some the way back. A plugin adds one under the
ending of its files."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from lms.core.quizzes.content import QuestionContent
from lms.core.quizzes.kinds.protocol import Flaw


@dataclass
class ReadRow:
    """One question as it was read.

    :param line: where it stands: the row's number in a spreadsheet, the line in a text
    :param code: its stable name, where the file has one
    :param content: None where nothing could be made of it; ``topic`` may be a topic's id or its title
    :param reasons: why it cannot be used
    :param notices: what was tidied up or guessed
    :param sheet: the worksheet that it stands in, where there are several
    :param case: it is a case, whose parts follow, even where its content could not be read
    :param aside: what the file remarks on the answer; the explanation, where there is none
    :param pictures: those of this question, as in ``ReadQuestions``
    """

    line: int
    code: str = ""
    content: QuestionContent | None = None
    reasons: list[Flaw] = field(default_factory=list)
    notices: list[Flaw] = field(default_factory=list)
    sheet: str = ""
    case: bool = False
    aside: str = ""
    pictures: dict[str, tuple[str, bytes]] = field(default_factory=dict)


@dataclass(frozen=True)
class ReadTable:
    """A worksheet as it was read, to give it back with its faults marked.

    :param places: the column of each field that was read, from 0
    :param rows: (number of the row, its cells as text)
    """

    sheet: str
    header: list[str]
    places: dict[str, int]
    rows: list[tuple[int, list[str]]]


@dataclass
class ReadQuestions:
    """What a file holds.

    :param notes: remarks on the file as a whole
    :param blocked: the file is only usable as a whole, and it has faults
    :param bank: what the file says about the bank itself: ``id``, ``titles``, ``topics``, ``course``, ``hash``
    :param tables: the worksheets as they were, of a spreadsheet
    :param pictures: (name, bytes) of the pictures whose marks stand in the texts, by SHA-256, see ``quizzes.pictures``
    """

    rows: list[ReadRow] = field(default_factory=list)
    notes: list[Flaw] = field(default_factory=list)
    blocked: bool = False
    bank: dict[str, Any] = field(default_factory=dict)
    tables: list[ReadTable] = field(default_factory=list)
    pictures: dict[str, tuple[str, bytes]] = field(default_factory=dict)


QuestionFormat = Callable[[bytes, str], ReadQuestions]
"""Reads (bytes, file name). Raises ``Invalid`` or ``TooLarge`` where nothing can be read at all."""


@dataclass(frozen=True)
class BankOut:
    """A bank on its way out.

    :param about: ``id``, ``titles``, ``course``, ``topics`` of the bank
    :param questions: (code, content), the topic of each by its title, in the bank's order
    :param picture: (bytes, media type) of a picture by its SHA-256; None where it is not kept
    """

    about: dict[str, Any]
    questions: Sequence[tuple[str, QuestionContent]]
    picture: Callable[[str], tuple[bytes, str] | None] = lambda sha256: None


@dataclass(frozen=True)
class QuestionWriter:
    """One kind of file that questions leave in. Registered under the file's ending without the dot.

    :param title: message id, what the button says
    :param write: writes a whole bank to a binary file; what a format has no place for must still come back equal
    """

    title: str
    media_type: str
    write: Callable[[BankOut, IO[bytes]], None]
