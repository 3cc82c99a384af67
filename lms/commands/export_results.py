"""``lms export results``: marks of everybody, and every attempt, as on the page."""
from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from lms.commands.command import OK, Call, Command
from lms.commands.export_attendance import arguments, save_book, writer_for
from lms.core.audit.service import record as audit
from lms.core.classes.service import find_class
from lms.core.i18n import N_
from lms.core.reports.results import results_book


def run(call: Call) -> int:
    file: Path = call.options.output
    write = writer_for(call, file)
    with call.site.database.reading() as db:
        training_class = find_class(db, call.options.class_slug)
        book = results_book(db, training_class=training_class, now=call.now, locale=call.console.locale,
                            grace=timedelta(seconds=call.settings.answer_grace))
        people = len(book.sheets[0].rows)  # type: ignore[arg-type]
        save_book(book, file, write)
    with call.site.database.writing() as db:
        audit(db, actor_id=None, action="results.export", thing=training_class, now=call.now, class_id=training_class.id,
              after={"people": people})
    call.console.say(N_("已导出 {people} 人的成绩：{file}"), people=people, file=file)
    call.console.result(ok=True, file=str(file), people=people)
    return OK


COMMAND = Command(("export", "results"), N_("导出一个培训班的成绩"), arguments, run)
