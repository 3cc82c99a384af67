"""A bank on its way out: all that is asked there, in a file of any kind that a writer exists for."""
from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from io import BytesIO

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from lms.core.audit.service import record
from lms.core.errors import NotFound
from lms.core.files.storage import Storage
from lms.core.i18n import N_
from lms.core.quizzes.formats.protocol import BankOut, QuestionWriter
from lms.core.quizzes.models import Bank, Question
from lms.core.quizzes.pictures import pictures_of
from lms.core.quizzes.questions import content_now
from lms.core.quizzes.topics import paths
from lms.core.registry import Registry


def writers_of(registry: Registry) -> dict[str, QuestionWriter]:
    """All writers by ending, ours first."""
    return dict(registry.all("question_writer"))


def writer_of(registry: Registry, ending: str) -> QuestionWriter:
    """The writer for files with this ending.

    :raises NotFound: there is none; the message names those that there are
    """
    found = writers_of(registry).get(ending)
    if found is None:
        raise NotFound("no_such_format", N_("不能导出为 .{ending} 文件，可以导出的有：{known}。"), ending=ending,
                       known=[f".{name}" for name in writers_of(registry)])
    return found


def bank_out(db: Session, bank: Bank, *, retired: bool = False, storage: Storage | None = None) -> BankOut:
    """The bank's questions as they stand now, topic by topic as the bank has them. One statement, two with pictures.

    :param storage: where the bytes of the pictures lie; None: the file has no place for them
    :param retired: with those that are no longer used
    """
    query = select(Question).where(Question.bank_id == bank.id).options(joinedload(Question.current)).order_by(Question.id)
    if not retired:
        query = query.where(Question.state != "retired")
    known = paths(bank.topics)
    found = [(question.code, replace(content_now(question), topic=known.get(question.topic, question.topic)))
             for question in db.scalars(query)]
    places = {path: place for place, path in enumerate(known.values())}
    found.sort(key=lambda pair: places.get(pair[1].topic, -1))
    about = {"id": bank.slug, "titles": bank.titles, "course": bank.course_slug, "topics": bank.topics}
    return BankOut(about, found) if storage is None else BankOut(about, found, pictures_of(db, bank.id, storage))


def write_bank(registry: Registry, bank: BankOut, ending: str) -> BytesIO:
    """The file, from its beginning. :raises NotFound: no such kind of file"""
    out = BytesIO()
    writer_of(registry, ending).write(bank, out)
    out.seek(0)
    return out


def note_export(db: Session, *, bank: Bank, ending: str, count: int, by_id: int | None, now: datetime) -> None:
    """Questions with their keys left the system: who took them, when."""
    record(db, actor_id=by_id, action="bank.export", thing=bank, now=now, after={"file": f".{ending}", "questions": count})
