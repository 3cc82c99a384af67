"""``lms export attendance``: the same file as from the page."""
from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from lms.commands.command import OK, Call, Command
from lms.commands.files import write_file
from lms.core.attendance.record import class_record
from lms.core.audit.service import record as audit
from lms.core.classes.service import find_class
from lms.core.documents.csv_write import write_csv
from lms.core.documents.tables import Book
from lms.core.documents.xlsx_write import write_xlsx
from lms.core.errors import Invalid
from lms.core.i18n import N_
from lms.core.reports.attendance import attendance_book


def arguments(parser: argparse.ArgumentParser, tr: Callable[[str], str]) -> None:
    parser.add_argument("--class", dest="class_slug", required=True, metavar="SLUG", help=tr(N_("培训班的短名")))
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE",
                        help=tr(N_("写到哪里：.xlsx（全部工作表）或 .csv（第一张表）")))


def run(call: Call) -> int:
    file: Path = call.options.output
    require_format(file)
    with call.site.database.reading() as db:
        training_class = find_class(db, call.options.class_slug)
        record = class_record(db, training_class=training_class, now=call.now)
        save_book(attendance_book(db, record, locale=call.console.locale), file)
    with call.site.database.writing() as db:
        audit(db, actor_id=None, action="attendance.export", thing=training_class, now=call.now,
              class_id=training_class.id, after={"people": len(record.people), "sessions": len(record.sessions)})
    call.console.say(N_("已导出 {people} 人 × {sessions} 个课次：{file}"), people=len(record.people),
                     sessions=len(record.sessions), file=file)
    call.console.result(ok=True, file=str(file), people=len(record.people), sessions=len(record.sessions))
    return OK


def require_format(file: Path) -> None:
    """:raises Invalid: neither .xlsx nor .csv"""
    if file.suffix.lower() not in (".xlsx", ".csv"):
        raise Invalid("wrong_ending", N_("只能导出 .xlsx 或 .csv 文件，请改 -o 后面的文件名。"))


def save_book(book: Book, file: Path) -> None:
    """Write *book* to *file*, a workbook or the first sheet as CSV by its ending.

    :raises Unavailable: it cannot be written
    """
    if file.suffix.lower() == ".xlsx":
        write_file(file, lambda out: write_xlsx(book, out))
    else:
        write_file(file, lambda out: write_csv(book, out))


COMMAND = Command(("export", "attendance"), N_("导出一个培训班的考勤"), arguments, run)
