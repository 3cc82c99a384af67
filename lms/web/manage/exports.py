"""Files that leave the system: what is on the screen, as a workbook or as text."""
from __future__ import annotations

from io import BytesIO

from flask import Blueprint, Response, render_template, request, send_file

from lms.core.access.service import fetch
from lms.core.audit.service import record as audit
from lms.core.classes.models import TrainingClass
from lms.core.documents.csv_write import write_csv
from lms.core.documents.tables import Book
from lms.core.documents.xlsx_write import write_xlsx
from lms.core.errors import NotFound
from lms.core.i18n import N_
from lms.core.reports.attendance import attendance_book
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.manage.attendance import filtered_record
from lms.web.unit import writing

pages = Blueprint("manage_exports", __name__)
TYPES = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv"}


@pages.get("/manage/classes/<uid>/export")
@login_required
def attendance(uid: str) -> str:
    """Say what will be in the file before it is made."""
    training_class = fetch(here().db, here().viewer, TrainingClass, uid, "export")
    record = filtered_record(training_class)
    return render_template("lms/manage/attendance/export.html", training_class=training_class, record=record,
                           filters=request.args)


@pages.post("/manage/classes/<uid>/attendance.<ending>")
@login_required
def attendance_file(uid: str, ending: str) -> Response:
    """A POST, because it leaves a mark: who took personal data out, and when."""
    training_class = fetch(here().db, here().viewer, TrainingClass, uid, "export")
    record = filtered_record(training_class)
    book = attendance_book(here().db, record, locale=here().locale)
    answer = file_answer(book, ending, f"{training_class.title}-考勤-{here().now:%Y%m%d}")
    with writing() as db:
        audit(db, actor_id=here().viewer.person_id, action="attendance.export", thing=training_class, now=here().now,
              class_id=training_class.id, after={"people": len(record.people), "sessions": len(record.sessions)})
    return answer


def file_answer(book: Book, ending: str, name: str) -> Response:
    """A book as a download; a .csv holds its first sheet.

    :raises NotFound: no such kind of file
    """
    if ending not in TYPES:
        raise NotFound("no_such_format", N_("只能导出 .xlsx 或 .csv 文件。"))
    out = BytesIO()
    if ending == "xlsx":
        write_xlsx(book, out)
    else:
        write_csv(book, out)
    out.seek(0)
    return send_file(out, TYPES[ending], as_attachment=True, download_name=f"{name}.{ending}")
