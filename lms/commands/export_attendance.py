"""``lms export attendance``: the same file as from the page."""
from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import IO

from sqlalchemy import select

from lms.commands.command import OK, Call, Command
from lms.commands.files import write_file
from lms.core.attendance.long_record import long_record
from lms.core.audit.service import record as audit
from lms.core.classes.models import Enrolment
from lms.core.classes.service import find_class
from lms.core.documents.tables import Book
from lms.core.i18n import N_
from lms.core.reports.attendance import attendance_book
from lms.core.reports.exporters import exporter_of

Write = Callable[[Book, IO[bytes]], None]


def arguments(parser: argparse.ArgumentParser, tr: Callable[[str], str]) -> None:
    parser.add_argument("--class", dest="class_slug", required=True, metavar="SLUG", help=tr(N_("培训班的短名")))
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE",
                        help=tr(N_("写到哪里：.xlsx（全部工作表）或 .csv（第一张表）")))


def run(call: Call) -> int:
    file: Path = call.options.output
    write = writer_for(call, file)
    with call.site.database.reading() as db:
        training_class = find_class(db, call.options.class_slug)
        people = select(Enrolment).where(Enrolment.class_id == training_class.id, Enrolment.state == "enrolled")
        record = long_record(db, training_class=training_class, now=call.now, people=people)
        save_book(attendance_book(db, record, locale=call.console.locale), file, write)
    with call.site.database.writing() as db:
        audit(db, actor_id=None, action="attendance.export", thing=training_class, now=call.now,
              class_id=training_class.id, after={"people": len(record.people), "sessions": len(record.sessions)})
    call.console.say(N_("已导出 {people} 人 × {sessions} 个课次：{file}"), people=len(record.people),
                     sessions=len(record.sessions), file=file)
    call.console.result(ok=True, file=str(file), people=len(record.people), sessions=len(record.sessions))
    return OK


def writer_for(call: Call, file: Path) -> Write:
    """Who writes files of this ending: ours, or a plugin's.

    :raises NotFound: nobody does
    """
    return exporter_of(call.site.registry, file.suffix.lower().lstrip(".")).write


def save_book(book: Book, file: Path, write: Write) -> None:
    """Write *book* to *file*: all of it, or the old file stays.

    :raises Unavailable: it cannot be written
    """
    write_file(file, lambda out: write(book, out))


COMMAND = Command(("export", "attendance"), N_("导出一个培训班的考勤"), arguments, run)
