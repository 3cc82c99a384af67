"""People who came without standing on the roster: noted at a session, matched or enrolled later."""
from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from lms.core.access.service import fetch, fetch_by, visible
from lms.core.attendance import walk_ins
from lms.core.attendance.models import WalkIn
from lms.core.classes.access import whole_class
from lms.core.classes.models import ClassSession, Enrolment, Group, TrainingClass
from lms.core.errors import Forbidden, Invalid
from lms.core.i18n import N_, translate
from lms.core.ids import new_uid
from lms.core.people.phones import mask_phone
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.manage.classes import may_manage, seen_version
from lms.web.posted import me, posted_uid
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_walk_ins", __name__)


@pages.get("/manage/sessions/<uid>/walk-ins")
@login_required
def at_session(uid: str) -> str:
    """The form, and who was noted in this session."""
    session = _session(here().db, uid)
    noted = here().db.scalars(visible(here().viewer, WalkIn).where(WalkIn.session_id == session.id).order_by(WalkIn.id.desc())).all()
    return render_template("lms/manage/walk_ins/session.html", session=session, training_class=session.training_class, noted=noted,
                           states=walk_ins.STATES, uid=new_uid())


@pages.post("/manage/sessions/<uid>/walk-ins")
@login_required
def note(uid: str) -> Response:
    form = request.form
    with writing() as db:
        made = walk_ins.note(db, session=_session(db, uid), name=form.get("name", ""), unit=form.get("unit", ""),
                             phone=form.get("phone", ""), uid=posted_uid(), by_id=me(), now=here().now)
    flash(translate(here().locale, N_("已登记 {name}，之后在“现场登记”里对应到名册。"), name=made.name), "ok")
    return redirect(url_for(".at_session", uid=uid), 303)


@pages.get("/manage/classes/<uid>/walk-ins")
@login_required
def index(uid: str) -> str:
    """All of a class, the open ones first, each with whom on the roster it may be."""
    db, viewer = here().db, here().viewer
    training_class = _class(db, uid)
    noted = db.scalars(visible(viewer, WalkIn).where(WalkIn.class_id == training_class.id).order_by(WalkIn.id)).all()
    people = db.scalars(visible(viewer, Enrolment, "attendance").where(
        Enrolment.class_id == training_class.id, Enrolment.state == "enrolled").order_by(Enrolment.number)).all()
    groups = db.scalars(visible(viewer, Group, "attendance").where(Group.class_id == training_class.id)
                        .order_by(Group.position, Group.id)).all()
    sessions = {s.id: s for s in db.scalars(visible(viewer, ClassSession, "attendance").where(ClassSession.class_id == training_class.id))}
    return render_template("lms/manage/walk_ins/index.html", training_class=training_class, groups=groups, people=people, sessions=sessions,
                           open=[(w, walk_ins.likely(w, people)) for w in noted if w.state == "open"],
                           settled=[w for w in noted if w.state != "open"], states=walk_ins.STATES, can_enrol=may_manage(training_class), phone=(lambda number: number) if may_manage(training_class) else mask_phone)


@pages.post("/manage/classes/<uid>/walk-ins/<walk_in_uid>/match")
@login_required
def match(uid: str, walk_in_uid: str) -> Response:
    with writing() as db:
        walk_in, session = _walk_in(db, uid, walk_in_uid)
        enrolment = db.scalar(visible(here().viewer, Enrolment, "attendance").where(
            Enrolment.uid == request.form.get("enrolment", ""), Enrolment.class_id == walk_in.class_id))
        if enrolment is None:
            raise Invalid("walk_in_whom", N_("请选择这是名册里的哪一位，没有保存。"))
        walk_ins.match(db, walk_in=walk_in, session=session, enrolment=enrolment, version=seen_version(), by_id=me(), now=here().now)
    return _back(uid, N_("已对应到 {name}，从登记的时间起计签到。"), enrolment.name)


@pages.post("/manage/classes/<uid>/walk-ins/<walk_in_uid>/enrol")
@login_required
def enrol(uid: str, walk_in_uid: str) -> Response:
    """Onto the roster takes the right to change it."""
    with writing() as db:
        training_class = fetch(db, here().viewer, TrainingClass, uid, "manage")
        walk_in, session = _walk_in(db, uid, walk_in_uid)
        wanted = request.form.get("group", "")
        group = fetch_by(db, here().viewer, Group, (Group.uid == wanted) & (Group.class_id == training_class.id)) if wanted else None
        made = walk_ins.enrol_anew(db, walk_in=walk_in, session=session, training_class=training_class, group=group, version=seen_version(),
                                   by_id=me(), now=here().now)
    return _back(uid, N_("{name} 已编入名册，从登记的时间起计签到。"), made.name)


@pages.post("/manage/classes/<uid>/walk-ins/<walk_in_uid>/drop")
@login_required
def drop(uid: str, walk_in_uid: str) -> Response:
    with writing() as db:
        walk_in, _ = _walk_in(db, uid, walk_in_uid)
        walk_ins.drop(db, walk_in=walk_in, reason=request.form.get("reason", ""), version=seen_version(), by_id=me(), now=here().now)
    return _back(uid, N_("{name} 的现场登记不计签到，记录保留。"), walk_in.name)


def _session(db: Session, uid: str) -> ClassSession:
    session = fetch(db, here().viewer, ClassSession, uid, "attendance")
    _require_whole(session.class_id)
    return session


def _class(db: Session, uid: str) -> TrainingClass:
    training_class = fetch(db, here().viewer, TrainingClass, uid, "attendance")
    _require_whole(training_class.id)
    return training_class


def _require_whole(class_id: int) -> None:
    """:raises Forbidden: the viewer has but a group"""
    if not whole_class(here().viewer, "attendance", class_id):
        raise Forbidden("whole_class_only", N_("这里涉及全班，请由班长、班主任或工作人员办理。"))


def _walk_in(db: Session, uid: str, walk_in_uid: str) -> tuple[WalkIn, ClassSession]:
    """A note of the class in the address, with its session."""
    training_class = _class(db, uid)
    found = fetch_by(db, here().viewer, WalkIn, (WalkIn.uid == walk_in_uid) & (WalkIn.class_id == training_class.id), "attendance")
    return found, db.get_one(ClassSession, found.session_id)


def _back(uid: str, words: str, name: str) -> Response:
    flash(translate(here().locale, words, name=name), "ok")
    return redirect(url_for(".index", uid=uid), 303)
