"""The class matrix: people × sessions, what is on screen is what is exported."""
from __future__ import annotations

from flask import Blueprint, request
from sqlalchemy import select

from lms.core.access.service import fetch, visible
from lms.core.attendance.record import ClassRecord, PersonRecord, class_record
from lms.core.attendance.status import LEAVE, STATUSES
from lms.core.certificates.margin import ALARMS, class_alarms
from lms.core.classes.models import Enrolment, Group, TrainingClass
from lms.core.i18n import N_
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.manage.class_nav import may_export
from lms.web.templates import render_template

pages = Blueprint("manage_attendance", __name__)

# Status -> class and sign in a cell; the full word stands beside it for those who cannot see the sign.
SIGNS = {"present": ("m-ok", "✓"), "late": ("m-late", N_("迟")), "left_early": ("m-late", N_("退")), "absent": ("m-absent", N_("缺")),
         "unexcused": ("m-absent", N_("旷")), "missing": ("m-none", N_("未")), "upcoming": ("m-none", "—"), "cancelled": ("m-none", N_("消")),
         "substituted": ("m-leave", N_("替")), "made_up_sign_in": ("m-ok", N_("补")), "make_up_class": ("m-ok", N_("补")),
         **dict.fromkeys(sorted(LEAVE), ("m-leave", N_("假")))}


@pages.get("/manage/classes/<uid>/attendance")
@login_required
def matrix(uid: str) -> str:
    db, viewer = here().db, here().viewer
    training_class = fetch(db, viewer, TrainingClass, uid, "attendance")
    groups = db.scalars(visible(viewer, Group, "attendance").where(Group.class_id == training_class.id)
                        .order_by(Group.position, Group.id)).all()
    record = filtered_record(training_class)
    return render_template("lms/manage/attendance/matrix.html", training_class=training_class,
                           group_choices=[(g.uid, g.name) for g in groups],
                           group_names={g.id: g.name for g in groups}, record=record, signs=SIGNS, statuses=STATUSES, filters=request.args,
                           can_export=may_export(training_class))


@pages.get("/manage/classes/<uid>/attendance/alarms")
@login_required
def alarms(uid: str) -> str:
    """Who cannot complete any more, or is one absence away from it, with the figures."""
    db, viewer = here().db, here().viewer
    training_class = fetch(db, viewer, TrainingClass, uid, "attendance")
    people = db.scalars(visible(viewer, Enrolment, "attendance").where(
        Enrolment.class_id == training_class.id, Enrolment.state == "enrolled").order_by(Enrolment.number)).all()
    groups = dict(db.execute(select(Group.id, Group.name).where(Group.class_id == training_class.id)).tuples().all())
    record = class_record(db, training_class=training_class, now=here().now, enrolments=people)
    return render_template("lms/manage/attendance/alarms.html", training_class=training_class, record=record,
                           found=class_alarms(record), titles=ALARMS, groups=groups)


def filtered_record(training_class: TrainingClass) -> ClassRecord:
    """The record as the address filters it (group, q, status), of those whom the viewer may see."""
    query = visible(here().viewer, Enrolment, "attendance").where(
        Enrolment.class_id == training_class.id, Enrolment.state == "enrolled")
    if group := request.args.get("group"):
        query = query.where(Enrolment.group_id.in_(select(Group.id).where(Group.uid == group)))
    if text := request.args.get("q", "").strip():
        query = query.where(Enrolment.name.contains(text, autoescape=True)
                            | Enrolment.unit_name.contains(text, autoescape=True))
    people = here().db.scalars(query.order_by(Enrolment.number)).all()
    record = class_record(here().db, training_class=training_class, now=here().now, enrolments=people)
    wanted = request.args.get("status", "")
    if not wanted:
        return record
    rows = tuple(row for row in record.people if _has(row, wanted))
    return ClassRecord(record.training_class, record.rules, record.sessions, rows, record.now)


def _has(row: PersonRecord, wanted: str) -> bool:
    if wanted == "review":
        return bool(row.totals.sessions_under_review)
    return any(s.code == wanted or (wanted == "leave" and s.on_leave) for s in row.statuses)
