"""The class day at a glance, and the same as a workbook."""
from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, request
from sqlalchemy import select

from lms.core.access.service import fetch
from lms.core.attendance.record import class_record
from lms.core.audit.service import record as audit
from lms.core.classes.models import Group, TrainingClass
from lms.core.clock import local
from lms.core.i18n import N_, translate
from lms.core.reports.day import Day, class_day, day_book
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.manage.exports import file_answer
from lms.web.posted import me
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_day", __name__)
_MOST_UNITS = 12  # shown as a picture: those that are furthest behind


@pages.get("/manage/classes/<uid>/day")
@login_required
def show(uid: str) -> str:
    training_class = fetch(here().db, here().viewer, TrainingClass, uid, "export")
    found, days = _day(training_class)
    return render_template("lms/manage/classes/day.html", training_class=training_class, found=found, days=days,
                           behind=[unit for unit in found.units if unit.due][:_MOST_UNITS])


@pages.post("/manage/classes/<uid>/day.<ending>")
@login_required
def export(uid: str, ending: str) -> Response:
    """A POST, because it leaves a mark."""
    training_class = fetch(here().db, here().viewer, TrainingClass, uid, "export")
    found, _ = _day(training_class)
    answer = file_answer(day_book(found, locale=here().locale, zone=training_class.zone), ending,
                         translate(here().locale, N_("{class_title}-总览-{day}"), class_title=training_class.title, day=f"{found.day:%Y%m%d}"))
    with writing() as db:
        audit(db, actor_id=me(), action="class.export_day", thing=training_class, now=here().now, class_id=training_class.id,
              after={"day": found.day.isoformat()})
    return answer


def _day(training_class: TrainingClass) -> tuple[Day, list[date]]:
    """The day that the address names, else today, outside the class's days the nearest of them; and the days with sessions."""
    try:
        wanted = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        wanted = local(here().now, training_class.zone).date()
    day = min(max(wanted, training_class.starts_on), training_class.ends_on)
    db = here().db
    names = db.execute(select(Group.id, Group.name).where(Group.class_id == training_class.id).order_by(Group.position, Group.id)).all()
    record = class_record(db, training_class=training_class, now=here().now)
    return class_day(db, record, groups={n.id: n.name for n in names}, day=day), sorted({session.day for session in record.sessions})
