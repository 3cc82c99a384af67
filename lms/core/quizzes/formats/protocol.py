"""What a question format is: a function from bytes to questions. A plugin adds one under the ending of its files."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

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
    """

    line: int
    code: str = ""
    content: QuestionContent | None = None
    reasons: list[Flaw] = field(default_factory=list)
    notices: list[Flaw] = field(default_factory=list)


@dataclass
class ReadQuestions:
    """What a file holds.

    :param notes: remarks on the file as a whole
    :param blocked: the file is only usable as a whole, and it has faults
    :param bank: what the file says about the bank itself: ``id``, ``titles``, ``topics``, ``course``, ``hash``
    """

    rows: list[ReadRow] = field(default_factory=list)
    notes: list[Flaw] = field(default_factory=list)
    blocked: bool = False
    bank: dict[str, Any] = field(default_factory=dict)


QuestionFormat = Callable[[bytes, str], ReadQuestions]
"""Reads (bytes, file name). Raises ``Invalid`` or ``TooLarge`` where nothing can be read at all."""
