"""Staff enter leave for a trainee who handed in a note on paper: whom for, the form, and on to the decision."""
from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy import or_
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from lms.core.access.service import fetch, visible
from lms.core.attendance.record import class_record
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.classes.rules import LEAVE_KINDS
from lms.core.classes.timetable import instants
from lms.core.errors import LmsError, NotFound
from lms.core.i18n import N_, explain, translate
from lms.core.leave.filing import file_for
from lms.core.leave.limits import meter
from lms.core.leave.listing import own_requests
from lms.core.leave.models import LeaveRequest
from lms.core.leave.proofs import ACCEPTED, LARGEST
from lms.core.reports.today import Meeting
from lms.web.context import here
from lms.web.errors import log_refusal
from lms.web.identity import login_required
from lms.web.leave import posted_proof
from lms.web.posted import posted_uid
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_leave_filing", __name__)
_LISTED = 30


@pages.get("/manage/classes/<uid>/leave/new")
@login_required
def new(uid: str) -> str:
    """Whom for; or, once the address says whom, the form."""
    training_class = _class(here().db, uid)
    if request.args.get("person"):
        return _form(training_class, _enrolment(here().db, training_class, request.args["person"]))
    q = request.args.get("q", "").strip()
    query = _people(training_class).order_by(Enrolment.number, Enrolment.id).limit(_LISTED + 1)
    if q:
        query = query.where(or_(Enrolment.name.contains(q, autoescape=True), Enrolment.unit_name.contains(q, autoescape=True)))
    people = here().db.scalars(query).all()
    return render_template("lms/manage/attendance/leave_file.html", training_class=training_class, person=None, people=people[:_LISTED],
                           more=len(people) > _LISTED, q=q)


@pages.post("/manage/classes/<uid>/leave/new/<enrolment_uid>")
@login_required
def enter(uid: str, enrolment_uid: str) -> Response | tuple[str, int]:
    facts, form = here(), request.form
    training_class = _class(facts.db, uid)
    person = _enrolment(facts.db, training_class, enrolment_uid)
    try:
        proof = posted_proof()
        with writing() as db:
            made = file_for(db, training_class=_class(db, uid), enrolment=_enrolment(db, training_class, enrolment_uid), uid=posted_uid(),
                            kind=form.get("kind", ""), session_uids=form.getlist("session"), reason=form.get("reason", ""),
                            basis=form.get("basis", ""), by=facts.viewer, now=facts.now, proof=proof,
                            proof_days=facts.site.settings.leave_proof_days)
            request_uid = made.uid
    except LmsError as error:
        log_refusal(error)  # told on the page, so that nothing has to be typed again
        return _form(training_class, person, error), error.status
    flash(translate(facts.locale, N_("已为 {name} 登记请假，等待审批。"), name=person.name), "ok")
    return redirect(url_for("lms.manage_leave.show", uid=uid, request_uid=request_uid), 303)


def _form(training_class: TrainingClass, person: Enrolment, error: LmsError | None = None) -> str:
    facts, zone = here(), training_class.zone
    record = class_record(facts.db, training_class=training_class, now=facts.now, enrolments=[person])
    statuses = record.people[0].statuses
    held = own_requests(facts.db, person.person_id, LeaveRequest.state.in_(("asked", "approved")))
    waiting = {c.session_id for r in held if r.state == "asked" and r.kind in record.rules.leave_kinds for c in r.covered}
    choices = [Meeting(s, *instants(s, zone), status) for s, status in zip(record.sessions, statuses, strict=True) if not s.cancelled]
    return render_template(
        "lms/manage/attendance/leave_file.html", training_class=training_class, person=person, choices=choices, kinds=LEAVE_KINDS,
        meter=meter(record.sessions, statuses, record.rules, pending=waiting), taken={c.session_id for r in held for c in r.covered},
        chosen=request.form.getlist("session"), form=request.form, act=posted_uid(), accept=",".join(ACCEPTED), limit=LARGEST,
        days=facts.site.settings.leave_proof_days, told=explain(error, facts.locale) if error else "")


def _class(db: Session, uid: str) -> TrainingClass:
    return fetch(db, here().viewer, TrainingClass, uid, "leave")


def _people(training_class: TrainingClass) -> Any:
    return visible(here().viewer, Enrolment).where(Enrolment.class_id == training_class.id, Enrolment.state == "enrolled")


def _enrolment(db: Session, training_class: TrainingClass, uid: str) -> Enrolment:
    """:raises NotFound: nobody of this class"""
    found = db.scalar(_people(training_class).where(Enrolment.uid == uid))
    if found is None:
        raise NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。"))
    return found  # type: ignore[no-any-return]
