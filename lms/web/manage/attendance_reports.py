"""Attendance person by person, and the daily notice: as a page to print and as a file, from one reading."""
from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, request
from sqlalchemy import select

from lms.core.access.service import fetch
from lms.core.attendance.record import ClassRecord
from lms.core.attendance.status import METHODS, STATUSES
from lms.core.audit.service import record as audit
from lms.core.classes.models import Group, TrainingClass
from lms.core.documents.tables import Book
from lms.core.i18n import N_, translate
from lms.core.reports.exporters import exporters_of
from lms.core.reports.notice import NAMED, NoticeDay, notice_book, notice_days
from lms.core.reports.people import people_book, people_report, said
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.manage.attendance import filtered_record
from lms.web.manage.exports import file_answer
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_attendance_reports", __name__)


@pages.get("/manage/classes/<uid>/attendance/people")
@login_required
def people(uid: str) -> str:
    """Every person with every session and event; filtered like the matrix."""
    training_class = fetch(here().db, here().viewer, TrainingClass, uid, "export")
    report = people_report(here().db, filtered_record(training_class))
    return render_template("lms/manage/attendance/people_print.html", training_class=training_class, report=report,
                           statuses=STATUSES, methods=METHODS, said=lambda event: said(event, here().locale),
                           filters=request.args, exporters=exporters_of(here().site.registry))


@pages.post("/manage/classes/<uid>/attendance/people.<ending>")
@login_required
def people_file(uid: str, ending: str) -> Response:
    training_class = fetch(here().db, here().viewer, TrainingClass, uid, "export")
    record = filtered_record(training_class)
    book = people_book(people_report(here().db, record), locale=here().locale)
    return _logged(uid, record, book, ending, translate(here().locale, N_("{class_title}-个人考勤"), class_title=training_class.title))


@pages.get("/manage/classes/<uid>/attendance/notice")
@login_required
def notice(uid: str) -> str:
    """The notice of a day, or of all days, to hang up."""
    training_class = fetch(here().db, here().viewer, TrainingClass, uid, "export")
    record = filtered_record(training_class)
    every = notice_days(record)
    return render_template("lms/manage/attendance/notice_print.html", training_class=training_class, record=record,
                           days=_asked(every), every=every, named=NAMED, day=request.args.get("day", ""),
                           exporters=exporters_of(here().site.registry))


@pages.post("/manage/classes/<uid>/attendance/notice.<ending>")
@login_required
def notice_file(uid: str, ending: str) -> Response:
    training_class = fetch(here().db, here().viewer, TrainingClass, uid, "export")
    record = filtered_record(training_class)
    groups = {g.id: g.name for g in here().db.execute(select(Group.id, Group.name).where(Group.class_id == training_class.id))}
    book = notice_book(record, _asked(notice_days(record)), groups, locale=here().locale)
    return _logged(uid, record, book, ending, translate(here().locale, N_("{class_title}-考勤公示"), class_title=training_class.title))


def _asked(every: tuple[NoticeDay, ...]) -> tuple[NoticeDay, ...]:
    """The days that the address asks for: one, ``all``, or without a word the latest."""
    wanted = request.args.get("day", "")
    if wanted == "all":
        return every
    try:
        day = date.fromisoformat(wanted)
    except ValueError:
        return every[-1:]
    return tuple(found for found in every if found.day == day)


def _logged(uid: str, record: ClassRecord, book: Book, ending: str, name: str) -> Response:
    """The file, and the mark it leaves: who took personal data out, and when."""
    answer = file_answer(book, ending, name)
    with writing() as db:
        training_class = fetch(db, here().viewer, TrainingClass, uid, "export")
        audit(db, actor_id=here().viewer.person_id, action="attendance.export", thing=training_class, now=here().now,
              class_id=training_class.id, after={"file": f"{name}.{ending}", "people": len(record.people)})
    return answer
