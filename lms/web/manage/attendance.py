"""The class matrix: people × sessions, what is on screen is what is exported."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from flask import Blueprint, request
from markupsafe import Markup
from sqlalchemy import Select, func, select

from lms.core.access.service import allowed, fetch, visible
from lms.core.attendance.long_record import long_record
from lms.core.attendance.record import ClassRecord, PersonRecord, class_record
from lms.core.attendance.status import LEAVE, STATUSES, Status
from lms.core.certificates.exams import sittings
from lms.core.certificates.margin import ALARMS, class_alarms
from lms.core.classes.models import Enrolment, Group, TrainingClass
from lms.core.i18n import N_, translate
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.manage.class_nav import may_export
from lms.web.templates import render_template

pages = Blueprint("manage_attendance", __name__)
PER_PAGE = 100
FILTERS = ("group", "unit", "status", "q")

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
    units = db.scalars(select(Enrolment.unit_name).distinct().where(
        Enrolment.class_id == training_class.id, Enrolment.state == "enrolled", allowed(viewer, Enrolment, "attendance"))
        .order_by(Enrolment.unit_name)).all()
    page = max(1, min(request.args.get("page", 1, int), 10_000))
    record, total = matrix_page(training_class, page)
    kept = {name: value for name in FILTERS if (value := request.args.get(name))}
    return render_template("lms/manage/attendance/matrix.html", training_class=training_class,
                           group_choices=[(g.uid, g.name) for g in groups], unit_choices=[(u, u) for u in units if u],
                           group_names={g.id: g.name for g in groups}, record=record, cells=_cells(), filters=kept,
                           can_export=may_export(training_class), page=page, pages=-(-total // PER_PAGE), total=total)


@pages.get("/manage/classes/<uid>/attendance/alarms")
@login_required
def alarms(uid: str) -> str:
    """Who cannot complete any more, or is one absence away from it, with the figures."""
    db, viewer = here().db, here().viewer
    training_class = fetch(db, viewer, TrainingClass, uid, "attendance")
    people = db.scalars(visible(viewer, Enrolment, "attendance").where(
        Enrolment.class_id == training_class.id, Enrolment.state == "enrolled").order_by(Enrolment.number)).all()
    groups = dict(db.execute(select(Group.id, Group.name).where(Group.class_id == training_class.id)).all())
    record = class_record(db, training_class=training_class, now=here().now, enrolments=people)
    # Marks are for those who may take results out; leaders and monitors see attendance.
    exams = sittings(db, training_class, [e.person_id for e in people]) if may_export(training_class) else {}
    return render_template("lms/manage/attendance/alarms.html", training_class=training_class, record=record,
                           found=class_alarms(record, exams), titles=ALARMS, groups=groups)


def matrix_page(training_class: TrainingClass, page: int) -> tuple[ClassRecord, int]:
    """One page of what ``filtered_record`` gives, and how many rows there are in all.

    Who has a status is known only once everybody is judged; without that filter only the page's people are read.
    """
    db, begin = here().db, (page - 1) * PER_PAGE
    if request.args.get("status"):
        record = filtered_record(training_class)
        return replace(record, people=record.people[begin:begin + PER_PAGE]), len(record.people)
    rows: Sequence[Any] = db.execute(_people(training_class).add_columns(func.count().over().label("total")).limit(PER_PAGE).offset(begin)).all()
    record = class_record(db, training_class=training_class, now=here().now, enrolments=[row.Enrolment for row in rows])
    return record, rows[0].total if rows else 0


def filtered_record(training_class: TrainingClass) -> ClassRecord:
    """The record as the address filters it (``FILTERS``), of those whom the viewer may see."""
    people = here().db.scalars(_people(training_class)).all()
    record = class_record(here().db, training_class=training_class, now=here().now, enrolments=people)
    wanted = request.args.get("status", "")
    return replace(record, people=tuple(row for row in record.people if _has(row, wanted))) if wanted else record


def record_for_file(training_class: TrainingClass) -> ClassRecord:
    """The same for a file: where they are very many, in parts."""
    if request.args.get("status"):
        return filtered_record(training_class)
    return long_record(here().db, training_class=training_class, now=here().now, people=_people(training_class))


def _people(training_class: TrainingClass) -> Select[Enrolment]:
    """The enrolments that the address asks for."""
    query = visible(here().viewer, Enrolment, "attendance").where(
        Enrolment.class_id == training_class.id, Enrolment.state == "enrolled")
    if group := request.args.get("group"):
        query = query.where(Enrolment.group_id.in_(select(Group.id).where(Group.uid == group)))
    if text := request.args.get("q", "").strip():
        query = query.where(Enrolment.name.contains(text, autoescape=True)
                            | Enrolment.unit_name.contains(text, autoescape=True))
    if unit := request.args.get("unit"):
        query = query.where(Enrolment.unit_name == unit)
    return query.order_by(Enrolment.number, Enrolment.id)


def _cells() -> Callable[[Status], Markup]:
    """How a status looks in the matrix, put together once for each that occurs: thousands of cells show a dozen."""
    locale, known = here().locale, {}

    def cell(status: Status) -> Markup:
        key = status.code, bool(status.review)
        if key not in known:
            style, sign = SIGNS[status.code]
            word = translate(locale, STATUSES[status.code])
            known[key] = Markup('<td class="{}"><span aria-hidden="true">{}</span><span class="vh">{}</span></td>').format(
                style + " m-review" * key[1], translate(locale, sign) + "*" * key[1],
                translate(locale, N_("{status}，待核"), status=word) if key[1] else word)
        return known[key]

    return cell


def _has(row: PersonRecord, wanted: str) -> bool:
    if wanted == "review":
        return bool(row.totals.sessions_under_review)
    return any(s.code == wanted or (wanted == "leave" and s.on_leave) for s in row.statuses)
