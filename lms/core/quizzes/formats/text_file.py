"""Questions in a text: what is pasted, a .txt or a Word file. Which of the ways to write them it is shows in the text."""
from __future__ import annotations

from collections.abc import Sequence

from lms.core.documents.docx_read import read_docx
from lms.core.documents.text_read import decode_text
from lms.core.quizzes.formats.aiken import is_aiken, read_aiken
from lms.core.quizzes.formats.gift import is_gift, read_gift
from lms.core.quizzes.formats.pasted import read_pasted
from lms.core.quizzes.formats.protocol import ReadQuestions
from lms.core.quizzes.picture_marks import raw_mark


def read_text(text: str) -> ReadQuestions:
    """The questions of a pasted text."""
    return _read(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))


def read_text_file(data: bytes, filename: str) -> ReadQuestions:
    """The questions of a text file.

    :raises Invalid: not a text
    :raises TooLarge: over 20 MB
    """
    return _read(decode_text(data, filename).split("\n"))


def read_gift_file(data: bytes, filename: str) -> ReadQuestions:
    """The questions of a GIFT file. Errors as for ``read_text_file``."""
    return read_gift(decode_text(data, filename).split("\n"))


def read_aiken_file(data: bytes, filename: str) -> ReadQuestions:
    """The questions of an Aiken file. Errors as for ``read_text_file``."""
    return read_aiken(decode_text(data, filename).split("\n"))


def read_word_file(data: bytes, filename: str) -> ReadQuestions:
    """The questions of a Word document. Errors as for ``read_docx``."""
    pictures: dict[str, tuple[str, bytes]] = {}
    found = _read(read_docx(data, filename, lambda one: raw_mark(one.data, one.name, one.words, pictures)).lines)
    found.pictures = pictures
    return found


def _read(lines: Sequence[str]) -> ReadQuestions:
    if is_aiken(lines):
        return read_aiken(lines)
    return read_gift(lines) if is_gift(lines) else read_pasted(lines)
