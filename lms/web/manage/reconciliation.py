"""Paper against scans, session by session: explain a difference, or correct it where it arose."""
from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy import func, select
from werkzeug.wrappers import Response as Redirect

from lms.core.access.service import fetch
from lms.core.attendance.status import METHODS
from lms.core.classes.models import ClassSession, TrainingClass
from lms.core.errors import Invalid
from lms.core.i18n import N_, explain, translate
from lms.core.paperwork.models import SheetSession, SignInSheet
from lms.core.paperwork.reconcile import KINDS, differences
from lms.core.paperwork.reconcile import explain as write_explanation
from lms.core.people.models import Person
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_reconciliation", __name__)


@pages.get("/manage/classes/<uid>/reconciliation")
@login_required
def show(uid: str) -> str:
    return _page(fetch(here().db, here().viewer, TrainingClass, uid, "export"), request.args.get("session", ""))


@pages.post("/manage/sessions/<uid>/reconciliation")
@login_required
def explain_lines(uid: str) -> str | Redirect | tuple[str, int]:
    """Write one reason for the chosen lines of a session."""
    by_id = here().viewer.person_id
    assert by_id is not None  # login_required
    try:
        with writing() as db:
            session = fetch(db, here().viewer, ClassSession, uid, "export")
            class_uid = session.training_class.uid
            count = write_explanation(db, session=session, enrolment_uids=request.form.getlist("enrolment"),
                                      reason=request.form.get("reason", ""), by_id=by_id, now=here().now)
    except Invalid as fault:
        session = fetch(here().db, here().viewer, ClassSession, uid, "export")
        return _page(session.training_class, uid, explain(fault, here().locale), uid), fault.status
    flash(translate(here().locale, N_("已写明 {n} 处。"), n=count), "ok")
    return redirect(url_for(".show", uid=class_uid, session=uid), 303)


def _page(training_class: TrainingClass, session_uid: str, told: str = "", told_at: str = "") -> str:
    db = here().db
    rows = db.execute(select(ClassSession, func.count(SignInSheet.id), func.count(SignInSheet.keyed_at))
                      .join(SheetSession, SheetSession.session_id == ClassSession.id)
                      .join(SignInSheet, SignInSheet.id == SheetSession.sheet_id)
                      .where(ClassSession.class_id == training_class.id, ClassSession.cancelled.is_(False))
                      .group_by(ClassSession.id).order_by(ClassSession.day, ClassSession.starts)).all()
    sessions = [row for row in rows if row[2] and (not session_uid or row[0].uid == session_uid)]
    lines = differences(db, class_id=training_class.id)
    wanted = {line.note.by_id for line in lines if line.note}
    names = dict(db.execute(select(Person.id, Person.name).where(Person.id.in_(wanted))).all()) if wanted else {}
    return render_template("lms/manage/sheets/reconciliation.html", training_class=training_class, sessions=sessions,
                           lines={session.id: [line for line in lines if line.session_id == session.id] for session, _, _ in sessions},
                           kinds=KINDS, methods=METHODS, names=names, told=told, told_at=told_at, filtered=bool(session_uid),
                           open_count=sum(line.note is None for line in lines))
