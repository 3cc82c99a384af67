"""What a question format is: a function from bytes to questions, and for some the way back. A plugin adds one under the
ending of its files."""
from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any
from urllib.parse import unquote

from lms.core.i18n import N_
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
    :param pictures: pictures of the stem, as (name, base64)
    """

    line: int
    code: str = ""
    content: QuestionContent | None = None
    reasons: list[Flaw] = field(default_factory=list)
    notices: list[Flaw] = field(default_factory=list)
    sheet: str = ""
    case: bool = False
    aside: str = ""
    pictures: list[tuple[str, str]] = field(default_factory=list)

    def take_pictures(self, addresses: Sequence[str], files: Mapping[str, str]) -> None:
        """Take in the pictures that the text shows; one that is not in the file is told."""
        for address in addresses:
            name = unquote(address.removeprefix("@@PLUGINFILE@@/"))
            if address.startswith("data:image/") and ";base64," in address:
                self.pictures.append(("picture", address.partition(";base64,")[2]))
            elif name in files:
                self.pictures.append((name, files[name]))
            else:
                self.notices.append(Flaw("picture_missing", N_("图片“{name}”不在文件里，没有读入"), "stem", {"name": name[:60]}))


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
    """

    rows: list[ReadRow] = field(default_factory=list)
    notes: list[Flaw] = field(default_factory=list)
    blocked: bool = False
    bank: dict[str, Any] = field(default_factory=dict)
    tables: list[ReadTable] = field(default_factory=list)


QuestionFormat = Callable[[bytes, str], ReadQuestions]
"""Reads (bytes, file name). Raises ``Invalid`` or ``TooLarge`` where nothing can be read at all."""


@dataclass(frozen=True)
class BankOut:
    """A bank on its way out.

    :param about: ``id``, ``titles``, ``course``, ``topics`` of the bank
    :param questions: (code, content), the topic of each by its title, in the bank's order
    """

    about: dict[str, Any]
    questions: Sequence[tuple[str, QuestionContent]]


@dataclass(frozen=True)
class QuestionWriter:
    """One kind of file that questions leave in. Registered under the file's ending without the dot.

    :param title: message id, what the button says
    :param write: writes a whole bank to a binary file; what a format has no place for must still come back equal
    """

    title: str
    media_type: str
    write: Callable[[BankOut, IO[bytes]], None]
