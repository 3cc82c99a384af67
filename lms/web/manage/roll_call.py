"""Roll-call on a phone: for one's own group, or, by monitor and class teacher, for any that has not reported."""
from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from lms.core.access.service import fetch, fetch_by, visible
from lms.core.attendance.in_session import InSession, people_in_session
from lms.core.attendance.roll_call import ANSWERS, CLASHES, answer_of, call_roll, clashes, reports
from lms.core.attendance.status import METHODS, STATUSES
from lms.core.classes.access import whole_class
from lms.core.classes.models import ClassSession, Enrolment, Group
from lms.core.errors import Invalid
from lms.core.i18n import N_, translate
from lms.core.ids import new_uid
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.posted import me, posted_uid
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_roll_call", __name__)
_EXCEPTIONS = ("absent", "late", "leave")


@pages.get("/manage/sessions/<uid>/roll-call")
@login_required
def show(uid: str) -> str:
    """Which groups have reported. Whoever leads but one group has its list at once."""
    db, viewer = here().db, here().viewer
    session = fetch(db, viewer, ClassSession, uid, "attendance")
    groups = list(db.scalars(visible(viewer, Group, "attendance").where(Group.class_id == session.class_id)
                             .order_by(Group.position, Group.id)))
    if len(groups) == 1 and not whole_class(viewer, "attendance", session.class_id):
        return _list(session, groups[0])
    people = _people(db, session)
    return render_template("lms/manage/roll_call/groups.html", session=session, training_class=session.training_class,
                           reports=reports(db, groups=groups, people=people), answers=ANSWERS)


@pages.get("/manage/sessions/<uid>/roll-call/clashes")
@login_required
def disagreements(uid: str) -> str:
    """Where roll-call, leave and signatures disagree: both are shown, none is changed."""
    db = here().db
    session = fetch(db, here().viewer, ClassSession, uid, "attendance")
    return render_template("lms/manage/roll_call/clashes.html", session=session, training_class=session.training_class,
                           clashes=clashes(db, _people(db, session)), words=CLASHES, statuses=STATUSES, methods=METHODS)


@pages.get("/manage/sessions/<uid>/roll-call/groups/<group_uid>")
@login_required
def group(uid: str, group_uid: str) -> str:
    session = fetch(here().db, here().viewer, ClassSession, uid, "attendance")
    return _list(session, _group(here().db, session, group_uid))


@pages.post("/manage/sessions/<uid>/roll-call/groups/<group_uid>")
@login_required
def send(uid: str, group_uid: str) -> Response:
    with writing() as db:
        session = fetch(db, here().viewer, ClassSession, uid, "attendance")
        of_group = _group(db, session, group_uid)
        return _send(db, session, Enrolment.group_id == of_group.id, of_group.name)


@pages.get("/manage/sessions/<uid>/roll-call/rest")
@login_required
def rest(uid: str) -> str:
    """Those who are in no group."""
    return _list(fetch(here().db, here().viewer, ClassSession, uid, "attendance"), None)


@pages.post("/manage/sessions/<uid>/roll-call/rest")
@login_required
def send_rest(uid: str) -> Response:
    with writing() as db:
        session = fetch(db, here().viewer, ClassSession, uid, "attendance")
        return _send(db, session, Enrolment.group_id.is_(None), translate(here().locale, N_("未分组")))


def _list(session: ClassSession, of_group: Group | None) -> str:
    db = here().db
    people = _people(db, session, Enrolment.group_id == of_group.id if of_group else Enrolment.group_id.is_(None))
    report = next(iter(reports(db, groups=[of_group] if of_group else [], people=people)), None)
    return render_template("lms/manage/roll_call/list.html", session=session, training_class=session.training_class, group=of_group,
                           people=people, report=report, answer_of=answer_of, answers=ANSWERS, statuses=STATUSES, uid=new_uid(),
                           overview=whole_class(here().viewer, "attendance", session.class_id))


def _send(db: Session, session: ClassSession, clause: ColumnElement[bool], name: str) -> Response:
    """Only who was on the page is called: whoever joined the group meanwhile was not looked at."""
    seen = set(request.form.getlist("person"))
    people = [p for p in _people(db, session, clause) if p.enrolment.uid in seen]
    tally = call_roll(db, session=session, training_class=session.training_class, people=people, answers=_answers(),
                      uid=posted_uid(), by_id=me(), now=here().now)
    words = N_("“{group}”的点名之前已收到：到 {present}，未到 {absent}，迟到 {late}，请假 {leave}。") if tally.repeated else \
        N_("“{group}”的点名已上报：到 {present}，未到 {absent}，迟到 {late}，请假 {leave}。")
    flash(translate(here().locale, words, group=name, **tally.counts), "ok")
    return redirect(url_for(".show", uid=session.uid), 303)


def _answers() -> dict[str, str]:
    """The exceptions that were ticked.

    :raises Invalid: two of them for one person
    """
    found: dict[str, str] = {}
    for answer in _EXCEPTIONS:
        for person in request.form.getlist(answer):
            if person in found:
                raise Invalid("roll_call_twice", N_("有人同时勾了两项，没有上报。每个人最多勾一项，请返回改正。"))
            found[person] = answer
    return found


def _people(db: Session, session: ClassSession, clause: ColumnElement[bool] | None = None) -> list[InSession]:
    """Those of the session's class whom the viewer may call."""
    query = visible(here().viewer, Enrolment, "attendance").where(
        Enrolment.class_id == session.class_id, Enrolment.state == "enrolled").order_by(Enrolment.number)
    enrolments = db.scalars(query if clause is None else query.where(clause)).all()
    return people_in_session(db, session=session, training_class=session.training_class, enrolments=enrolments, now=here().now)


def _group(db: Session, session: ClassSession, group_uid: str) -> Group:
    return fetch_by(db, here().viewer, Group, (Group.uid == group_uid) & (Group.class_id == session.class_id), "attendance")
