"""Files that leave the system: what is on the screen, as a workbook or as text."""
from __future__ import annotations

from tempfile import TemporaryFile

from flask import Blueprint, Response, request, send_file

from lms.core.access.service import fetch
from lms.core.audit.service import record as audit
from lms.core.classes.models import TrainingClass
from lms.core.documents.tables import Book
from lms.core.i18n import N_, translate
from lms.core.reports.attendance import attendance_book
from lms.core.reports.exporters import exporter_of, exporters_of
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.manage.attendance import record_for_file
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_exports", __name__)


@pages.get("/manage/classes/<uid>/export")
@login_required
def attendance(uid: str) -> str:
    """Say what will be in the file before it is made."""
    training_class = fetch(here().db, here().viewer, TrainingClass, uid, "export")
    record = record_for_file(training_class)
    return render_template("lms/manage/attendance/export.html", training_class=training_class, record=record,
                           filters=request.args, exporters=exporters_of(here().site.registry))


@pages.post("/manage/classes/<uid>/attendance.<ending>")
@login_required
def attendance_file(uid: str, ending: str) -> Response:
    """A POST, because it leaves a mark: who took personal data out, and when."""
    training_class = fetch(here().db, here().viewer, TrainingClass, uid, "export")
    record = record_for_file(training_class)
    book = attendance_book(here().db, record, locale=here().locale)
    answer = file_answer(book, ending, translate(here().locale, N_("{class_title}-考勤-{day}"), class_title=training_class.title,
                                                 day=f"{here().now:%Y%m%d}"))
    with writing() as db:
        audit(db, actor_id=here().viewer.person_id, action="attendance.export", thing=training_class, now=here().now,
              class_id=training_class.id, after={"people": len(record.people), "sessions": len(record.sessions)})
    return answer


def file_answer(book: Book, ending: str, name: str) -> Response:
    """A book as a download, written by the exporter for *ending*.

    :raises NotFound: no such kind of file
    """
    exporter = exporter_of(here().site.registry, ending)
    # On disk: a very large class must not fill the server's memory. The answer closes it.
    out = TemporaryFile()  # noqa: SIM115
    exporter.write(book, out)
    size = out.tell()
    out.seek(0)
    answer = send_file(out, exporter.media_type, as_attachment=True, download_name=f"{name}.{ending}")
    answer.content_length = size
    return answer
