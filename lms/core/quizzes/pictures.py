"""Pictures in questions. In a text stands ``![what it shows](picture:<SHA-256>/<width>x<height>)`` in its place, so that a picture is
part of what is asked: versions, frozen attempts and every file that a question leaves in carry it like a word.

A reader of files puts ``![…](picture:<SHA-256 of what the file holds>)`` and the bytes beside it; ``settled`` makes the one of the
other. The bytes are files by content (``core.files``); a row here says which bank has which.
"""
from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.errors import Conflict, LmsError
from lms.core.files.models import StoredFile
from lms.core.files.pictures import clean_picture
from lms.core.files.service import Stored, keep, store_bytes
from lms.core.files.storage import Storage
from lms.core.i18n import N_
from lms.core.quizzes.content import QuestionContent
from lms.core.quizzes.formats.protocol import ReadQuestions, ReadRow
from lms.core.quizzes.kinds.protocol import Flaw
from lms.core.quizzes.models import QuestionPicture
from lms.core.quizzes.picture_marks import MARK, marked

_AT_ONCE = 400  # values in one statement


class Size(NamedTuple):
    """A picture that a bank has, or is about to have."""

    sha256: str
    width: int
    height: int


@dataclass
class Taken:
    """Pictures that came with a file, made anew.

    :param sizes: by their SHA-256
    :param data: (bytes, media type) of those that no bank of ours has yet
    """

    sizes: dict[str, Size] = field(default_factory=dict)
    data: dict[str, tuple[bytes, str]] = field(default_factory=dict)


def settled(db: Session, read: ReadQuestions) -> Taken:
    """Make the pictures of a file anew and put their own marks into its questions; a row with one that cannot be used says why.

    A picture that is ours already stays as it is, so that what we have written comes back equal. Writes nothing.
    """
    taken = Taken()
    wanted = {match[2] for row in read.rows if row.content and _pictured(row.content) for text in _texts(row.content)
              for match in MARK.finditer(text)}
    if not wanted:
        return taken
    known, made = _known(db, wanted), dict[str, Size | Flaw]()
    for row in read.rows:
        if row.content is not None and _pictured(row.content):
            _settle(row, row.content, read.pictures, known, made, taken)
    return taken


def _settle(row: ReadRow, content: QuestionContent, given: Mapping[str, tuple[str, bytes]], known: Mapping[str, Size],
            made: dict[str, Size | Flaw], taken: Taken) -> None:
    def anew(match: re.Match[str]) -> str:
        sha256 = match[2]
        if sha256 not in made:
            made[sha256] = known.get(sha256) or _anew(sha256, given, taken)
        size = made[sha256]
        if isinstance(size, Flaw):
            if size not in row.reasons:
                row.reasons.append(size)
            return match[0]
        taken.sizes[size.sha256] = size
        return marked(match[1], size.sha256, size.width, size.height)

    def settle(text: str) -> str:
        return MARK.sub(anew, text)

    row.content = replace(content, body=_mapped(content.body, settle), key=_mapped(content.key, settle),
                          explanation=settle(content.explanation))


def _anew(sha256: str, given: Mapping[str, tuple[str, bytes]], taken: Taken) -> Size | Flaw:
    if sha256 not in given:
        return Flaw("picture_unknown", N_("题里的图片不在文件里，也不在本系统里，没有导入这道题。请用带图片的文件（Moodle XML、Excel 或 Word）导入。"), "stem")
    name, data = given[sha256]
    try:
        picture = clean_picture(data, name)
    except LmsError as error:
        return Flaw(error.code, error.message, "stem", error.data)
    own = hashlib.sha256(picture.data).hexdigest()
    taken.data[own] = picture.data, picture.media_type
    return Size(own, picture.width, picture.height)


def _known(db: Session, wanted: Iterable[str]) -> dict[str, Size]:
    found: dict[str, Size] = {}
    names = sorted(wanted)
    for start in range(0, len(names), _AT_ONCE):
        for row in db.execute(select(StoredFile.sha256, QuestionPicture.width, QuestionPicture.height).join(
                StoredFile, StoredFile.id == QuestionPicture.file_id).where(StoredFile.sha256.in_(names[start:start + _AT_ONCE]))):
            found[row.sha256] = Size(*row)
    return found


def store_pictures(storage: Storage, taken: Taken) -> list[Stored]:
    """Put the bytes into the store; do this before the transaction that keeps them."""
    return [store_bytes(storage, data, media_type) for data, media_type in taken.data.values()]


def keep_pictures(db: Session, stored: Iterable[Stored], *, now: datetime) -> None:
    """Rows for bytes in the store, which wait for a question that has them."""
    for one in stored:
        keep(db, one, now=now)


def add_pictures(db: Session, *, bank_id: int, contents: Iterable[QuestionContent], now: datetime) -> None:
    """The bank has the pictures of these questions from now on.

    :raises Conflict: one of them is no longer kept
    """
    sizes = {match[2]: Size(match[2], int(match[3]), int(match[4])) for content in contents if _pictured(content)
             for text in _texts(content) for match in MARK.finditer(text) if match[3]}
    if not sizes:
        return
    files = dict(db.execute(select(StoredFile.sha256, StoredFile.id).where(StoredFile.sha256.in_(sizes))).all())
    if len(files) < len(sizes):
        raise Conflict("pictures_gone", N_("这次导入放得太久，里面的图片已经清除，没有保存任何内容。请重新上传文件。"))
    there = set(db.scalars(select(QuestionPicture.file_id).where(QuestionPicture.bank_id == bank_id, QuestionPicture.file_id.in_(files.values()))))
    db.add_all(QuestionPicture(bank_id=bank_id, file_id=files[size.sha256], width=size.width, height=size.height, created_at=now)
               for size in sizes.values() if files[size.sha256] not in there)
    db.flush()


def pictures_of(db: Session, bank_id: int, storage: Storage) -> Callable[[str], tuple[bytes, str] | None]:
    """What gives the bytes and media type of a picture of the bank by its SHA-256. One statement."""
    kinds = dict(db.execute(select(StoredFile.sha256, StoredFile.media_type).join(
        QuestionPicture, QuestionPicture.file_id == StoredFile.id).where(QuestionPicture.bank_id == bank_id)).all())

    def picture(sha256: str) -> tuple[bytes, str] | None:
        if sha256 not in kinds:
            return None
        with storage.open(sha256) as file:
            return file.read(), kinds[sha256]

    return picture


def _pictured(content: QuestionContent) -> bool:
    """Whether any text has a mark; asked of thousands of questions, most of which have none."""
    return "](picture:" in f"{content.body}{content.key}{content.explanation}"


def _texts(content: QuestionContent) -> Iterator[str]:
    yield content.explanation
    for part in (content.body, content.key):
        yield from _strings(part)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _strings(inner)


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value) if "](picture:" in value else value
    if isinstance(value, dict):
        return {name: _mapped(inner, change) for name, inner in value.items()}
    return [_mapped(inner, change) for inner in value] if isinstance(value, list) else value
