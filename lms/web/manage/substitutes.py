"""Who attends instead of whom, in which sessions, and why."""
from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from lms.core.access.service import fetch, fetch_by, visible
from lms.core.attendance.models import Substitution
from lms.core.attendance.newcomers import bring_in
from lms.core.attendance.substitutes import substitute, take_back
from lms.core.classes.access import whole_class
from lms.core.classes.models import ClassSession, Enrolment, TrainingClass
from lms.core.errors import Forbidden, Invalid
from lms.core.i18n import N_, translate
from lms.core.ids import new_uid
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.manage.classes import may_manage
from lms.web.posted import me, posted_uid
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_substitutes", __name__)


@pages.get("/manage/classes/<uid>/substitutes")
@login_required
def show(uid: str) -> str:
    db, viewer = here().db, here().viewer
    training_class = _class(db, uid)
    people = db.scalars(visible(viewer, Enrolment, "attendance").where(Enrolment.class_id == training_class.id)
                        .order_by(Enrolment.number)).all()
    made = db.scalars(visible(viewer, Substitution).where(Substitution.class_id == training_class.id).order_by(Substitution.id.desc())).all()
    return render_template("lms/manage/substitutes.html", training_class=training_class, made=made, sessions=_sessions(db, training_class),
                           by_id={e.id: e for e in people}, people=[e for e in people if e.state == "enrolled"], uid=new_uid(),
                           can_enrol=may_manage(training_class))


@pages.post("/manage/classes/<uid>/substitutes")
@login_required
def add(uid: str) -> Response:
    """Somebody of the class, or, by whoever may change the roster, somebody new."""
    form = request.form
    with writing() as db:
        training_class = _class(db, uid)
        original = _enrolment(db, training_class, form.get("original", ""))
        sessions = [s for s in _sessions(db, training_class) if form.get("all") or s.uid in form.getlist("session")]
        act = posted_uid()
        by = _substitute(db, training_class, original, act)
        made = substitute(db, training_class=training_class, original=original, by=by, sessions=sessions, there=bool(form.get("there")),
                          reason=form.get("reason", ""), uid=act, by_id=me(), now=here().now)
    flash(translate(here().locale, N_("已登记：{substitute} 替 {original}，{count} 个课次。"), substitute=by.name, original=original.name,
                    count=len(made.sessions)), "ok")
    return redirect(url_for(".show", uid=uid), 303)


@pages.post("/manage/classes/<uid>/substitutes/<substitution_uid>/take-back")
@login_required
def undo(uid: str, substitution_uid: str) -> Response:
    with writing() as db:
        training_class = _class(db, uid)
        found = fetch_by(db, here().viewer, Substitution,
                         (Substitution.uid == substitution_uid) & (Substitution.class_id == training_class.id), "attendance")
        if len(request.form.get("reason", "").strip()) < 2:
            raise Invalid("reason_missing", N_("请写明取消替训的原因，没有保存。"), field="reason")
        take_back(db, substitution=found, reason=request.form["reason"], by_id=me(), now=here().now)
    flash(translate(here().locale, N_("替训已取消，原来的记录保留并注明作废。")), "ok")
    return redirect(url_for(".show", uid=uid), 303)


def _substitute(db: Session, training_class: TrainingClass, original: Enrolment, act: str) -> Enrolment:
    """Whom the form names. A newcomer who was enrolled by this very act before is not enrolled again."""
    if chosen := request.form.get("substitute", ""):
        return _enrolment(db, training_class, chosen)
    before = db.scalar(visible(here().viewer, Substitution).where(Substitution.uid == act, Substitution.class_id == training_class.id))
    if before is not None:
        return db.get_one(Enrolment, before.substitute_id)
    fetch(db, here().viewer, TrainingClass, training_class.uid, "manage")
    return bring_in(db, training_class=training_class, name=request.form.get("name", ""), unit=request.form.get("unit", ""),
                    phone=request.form.get("phone", ""), group=original.group, by_id=me(), now=here().now)


def _enrolment(db: Session, training_class: TrainingClass, uid: str) -> Enrolment:
    found: Enrolment | None = db.scalar(visible(here().viewer, Enrolment, "attendance").where(
        Enrolment.uid == uid, Enrolment.class_id == training_class.id, Enrolment.state == "enrolled"))
    if found is None:
        raise Invalid("substitute_whom", N_("请从本班名册里选择被替的人和替训的人，没有保存。"))
    return found


def _sessions(db: Session, training_class: TrainingClass) -> Sequence[ClassSession]:
    return db.scalars(visible(here().viewer, ClassSession, "attendance").where(
        ClassSession.class_id == training_class.id, ClassSession.counts, ~ClassSession.cancelled)
        .order_by(ClassSession.day, ClassSession.starts)).all()


def _class(db: Session, uid: str) -> TrainingClass:
    """:raises Forbidden: the viewer has but a group"""
    training_class = fetch(db, here().viewer, TrainingClass, uid, "attendance")
    if not whole_class(here().viewer, "attendance", training_class.id):
        raise Forbidden("whole_class_only", N_("这里涉及全班，请由班长、班主任或工作人员办理。"))
    return training_class
