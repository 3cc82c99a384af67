"""A random spot check: draw some people now, look for them, note who is there."""
from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from lms.core.access.service import fetch, fetch_by, visible
from lms.core.attendance.in_session import people_in_session
from lms.core.attendance.models import AttendanceEvent, SpotCheck, SpotDraw
from lms.core.attendance.spot_checks import MOST, OUTCOMES, draw, mark
from lms.core.classes.access import whole_class
from lms.core.classes.models import ClassSession, Enrolment, Group
from lms.core.errors import Forbidden
from lms.core.i18n import N_, translate
from lms.core.ids import new_secret, new_uid
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.posted import me, posted_uid
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_spot_checks", __name__)
_USUAL = 5


@pages.get("/manage/sessions/<uid>/spot-checks")
@login_required
def show(uid: str) -> str:
    """The checks of this session, the latest first, with what was found."""
    db = here().db
    session = _session(db, uid)
    rows: Any = db.execute(
        select(SpotCheck, Enrolment, AttendanceEvent.status, Group.name).join(SpotDraw, SpotDraw.check_id == SpotCheck.id)
        .join(Enrolment, Enrolment.id == SpotDraw.enrolment_id).outerjoin(Group, Group.id == Enrolment.group_id)
        .outerjoin(AttendanceEvent, AttendanceEvent.id == SpotDraw.event_id)
        .where(SpotCheck.session_id == session.id).order_by(SpotCheck.id.desc(), SpotDraw.position)).all()
    checks: dict[SpotCheck, list[Any]] = {}
    for check, *line in rows:
        checks.setdefault(check, []).append(line)
    return render_template("lms/manage/spot_checks.html", session=session, training_class=session.training_class, checks=checks,
                           outcomes=OUTCOMES, most=MOST, usual=_USUAL, new_uid=new_uid)


@pages.post("/manage/sessions/<uid>/spot-checks")
@login_required
def make(uid: str) -> Response:
    size = request.form.get("size", "")
    with writing() as db:
        session = _session(db, uid)
        enrolments = db.scalars(visible(here().viewer, Enrolment, "attendance").where(
            Enrolment.class_id == session.class_id, Enrolment.state == "enrolled")).all()
        people = people_in_session(db, session=session, training_class=session.training_class, enrolments=enrolments, now=here().now)
        draw(db, session=session, training_class=session.training_class, people=people, seed=new_secret(120), uid=posted_uid(),
             size=int(size) if size.isascii() and size.isdigit() and len(size) < 4 else 0, by_id=me(), now=here().now)
    return redirect(url_for(".show", uid=uid), 303)


@pages.post("/manage/sessions/<uid>/spot-checks/<check_uid>")
@login_required
def note(uid: str, check_uid: str) -> Response:
    found = {name.removeprefix("found-"): value for name, value in request.form.items() if name.startswith("found-")}
    with writing() as db:
        session = _session(db, uid)
        check = fetch_by(db, here().viewer, SpotCheck, (SpotCheck.uid == check_uid) & (SpotCheck.session_id == session.id), "attendance")
        count = mark(db, check=check, session=session, found=found, uid=posted_uid(), by_id=me(), now=here().now)
    flash(translate(here().locale, N_("抽点结果已保存，改动 {count} 人。不在的人列入待核，签到记录不变。"), count=count), "ok")
    return redirect(url_for(".show", uid=uid), 303)


def _session(db: Session, uid: str) -> ClassSession:
    """:raises Forbidden: the viewer has but a group: a draw is among everybody"""
    session = fetch(db, here().viewer, ClassSession, uid, "attendance")
    if not whole_class(here().viewer, "attendance", session.class_id):
        raise Forbidden("whole_class_only", N_("这里涉及全班，请由班长、班主任或工作人员办理。"))
    return session
