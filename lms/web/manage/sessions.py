"""Staff at a session: project the code, watch the board, sign people in, correct with a reason."""
from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, flash, jsonify, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Redirect
from wtforms import RadioField, StringField
from wtforms.validators import InputRequired, Length

from lms.core.access.service import fetch, may, visible
from lms.core.attendance import corrections
from lms.core.attendance.board import Board, board
from lms.core.attendance.check_in import REVIEW_FLAGS, check_in_by_staff, sign_in_window
from lms.core.attendance.codes import TYPED_LENGTH, Direction, scan_text, seconds_left
from lms.core.attendance.record import raw_events
from lms.core.attendance.status import METHODS, SETTABLE, STATUSES
from lms.core.classes.access import whole_class
from lms.core.classes.models import ClassSession, Enrolment
from lms.core.classes.rules import rules_of
from lms.core.classes.session_rules import rules_in
from lms.core.clock import local
from lms.core.documents.qr import qr_svg
from lms.core.errors import NotFound
from lms.core.i18n import N_, translate
from lms.core.ids import new_uid
from lms.core.reports.attendance import EVENT_KINDS
from lms.web.context import here
from lms.web.forms import Form, options
from lms.web.identity import login_required
from lms.web.manage.class_nav import may_export
from lms.web.posted import me, posted_uid
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_sessions", __name__)



class CorrectionForm(Form):
    status = RadioField(N_("更正为"), choices=options((code, STATUSES[code]) for code in SETTABLE),
                        validators=[InputRequired()])
    reason = StringField(N_("原因"), validators=[InputRequired(), Length(2, 500)])
    uid = StringField(validators=[Length(32, 32)])


@pages.get("/manage/sessions/<uid>")
@login_required
def show(uid: str) -> str:
    """The live board."""
    session = fetch(here().db, here().viewer, ClassSession, uid, "attendance")
    return render_template("lms/manage/sessions/board.html", session=session, training_class=session.training_class,
                           board=_board(session), window=_window(session), flags=REVIEW_FLAGS,
                           statuses=STATUSES, new_uid=new_uid, can_print=may_export(session.training_class), can_open=may(here().db, here().viewer, "teach", session),
                           can_watch=whole_class(here().viewer, "attendance", session.class_id))


@pages.get("/manage/sessions/<uid>/board.json")
@login_required
def live(uid: str) -> Response:
    """The board's figures and names, for the page to refresh itself."""
    now = _board(fetch(here().db, here().viewer, ClassSession, uid, "attendance"))
    return jsonify(at=now.at.isoformat(), total=vars(now.total), groups=[vars(g) for g in now.groups],
                   missing=[line.enrolment.uid for line in now.lines if line.status.code in ("missing", "absent")])


@pages.get("/manage/sessions/<uid>/screen")
@login_required
def screen(uid: str) -> str:
    """The hall's screen."""
    session = fetch(here().db, here().viewer, ClassSession, uid, "teach")
    return render_template("lms/manage/sessions/screen.html", session=session, shown=_screen(session, _direction()),
                           direction=_direction(), window=_window(session), rules=rules_of(session.training_class))


@pages.get("/manage/sessions/<uid>/screen.json")
@login_required
def screen_now(uid: str) -> Response:
    return jsonify(_screen(fetch(here().db, here().viewer, ClassSession, uid, "teach"), _direction()))


@pages.post("/manage/sessions/<uid>/open")
@login_required
def open_now(uid: str) -> Redirect:
    with writing() as db:
        corrections.open_sign_in(db, session=fetch(db, here().viewer, ClassSession, uid, "teach"),
                                 by_id=me(), now=here().now)
    return redirect(url_for(".screen", uid=uid), 303)


@pages.post("/manage/sessions/<uid>/close")
@login_required
def close_now(uid: str) -> Redirect:
    with writing() as db:
        session = fetch(db, here().viewer, ClassSession, uid, "teach")
        corrections.close_sign_in(db, session=session, by_id=me(), now=here().now)
        board_too = may(db, here().viewer, "attendance", session)  # who only teaches stays at the screen
    return redirect(url_for(".show" if board_too else ".screen", uid=uid), 303)


@pages.post("/manage/sessions/<uid>/people/<enrolment_uid>/sign-in")
@login_required
def sign_in(uid: str, enrolment_uid: str) -> Redirect:
    """Sign somebody in from the board; the form carries an id, so that a second tap is the same event."""
    with writing() as db:
        session, enrolment = _of_class(db, uid, enrolment_uid)
        check_in_by_staff(db, session=session, person_id=enrolment.person_id, direction=_direction(), by_id=me(),
                          method="staff", uid=posted_uid(), now=here().now)
    flash(translate(here().locale, N_("已为 {name} 签到。"), name=enrolment.name), "ok")
    return redirect(url_for(".show", uid=uid), 303)


@pages.get("/manage/sessions/<uid>/people/<enrolment_uid>")
@login_required
def person(uid: str, enrolment_uid: str) -> str:
    """Every event of one person in this session, with the form to correct."""
    return _person_page(uid, enrolment_uid, CorrectionForm(data={"uid": new_uid()}))


@pages.post("/manage/sessions/<uid>/people/<enrolment_uid>/correct")
@login_required
def correct(uid: str, enrolment_uid: str) -> str | Redirect | tuple[str, int]:
    form = CorrectionForm.posted()
    if not form.validate():
        return _person_page(uid, enrolment_uid, form), 422
    with writing() as db:
        session, enrolment = _of_class(db, uid, enrolment_uid)
        corrections.correct(db, session=session, person_id=enrolment.person_id, status=form.status.data,
                            reason=form.reason.data, by_id=me(), now=here().now, uid=form.uid.data)
    flash(translate(here().locale, N_("已保存更正，原来的记录保留。")), "ok")
    return redirect(url_for(".person", uid=uid, enrolment_uid=enrolment_uid), 303)


@pages.post("/manage/sessions/<uid>/people/<enrolment_uid>/void/<event_uid>")
@login_required
def void(uid: str, enrolment_uid: str, event_uid: str) -> Redirect:
    with writing() as db:
        session, enrolment = _of_class(db, uid, enrolment_uid)
        corrections.void(db, session=session, person_id=enrolment.person_id, event_uid=event_uid,
                         reason=request.form.get("reason", ""), by_id=me(), now=here().now)
    flash(translate(here().locale, N_("这条记录已作废，仍留在记录里。")), "ok")
    return redirect(url_for(".person", uid=uid, enrolment_uid=enrolment_uid), 303)


def _person_page(uid: str, enrolment_uid: str, form: CorrectionForm) -> str:
    db = here().db
    session, enrolment = _of_class(db, uid, enrolment_uid)
    status = board(db, session=session, training_class=session.training_class, now=here().now, enrolments=[enrolment])
    events = [e for e in raw_events(db, class_id=session.class_id, person_ids=[enrolment.person_id])
              if e.session_id == session.id]
    return render_template("lms/manage/sessions/person.html", session=session, training_class=session.training_class,
                           enrolment=enrolment, status=status.lines[0].status, events=events, form=form, statuses=STATUSES,
                           flags=REVIEW_FLAGS, kinds=EVENT_KINDS, methods=METHODS, voided={e.voids_id for e in events if e.voids_id})


def _of_class(db: Session, uid: str, enrolment_uid: str) -> tuple[ClassSession, Enrolment]:
    """Session and enrolment of the address: both allowed, and of one class."""
    session = fetch(db, here().viewer, ClassSession, uid, "attendance")
    enrolment = db.scalar(visible(here().viewer, Enrolment, "attendance").where(
        Enrolment.uid == enrolment_uid, Enrolment.class_id == session.class_id))
    if enrolment is None:
        raise NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。"))
    return session, enrolment


def _board(session: ClassSession) -> Board:
    facts = here()
    if whole_class(facts.viewer, "attendance", session.class_id):
        return facts.installed.snapshots.of(facts.db, session, facts.now)
    mine = facts.db.scalars(visible(facts.viewer, Enrolment, "attendance").where(
        Enrolment.class_id == session.class_id, Enrolment.state == "enrolled").order_by(Enrolment.number)).all()
    return board(facts.db, session=session, training_class=session.training_class, now=facts.now, enrolments=list(mine))


def _screen(session: ClassSession, direction: Direction) -> dict[str, object]:
    """All that the screen shows, as plain data."""
    facts, settings = here(), here().site.settings
    text = scan_text(facts.site.key("hall"), session.uid, direction, facts.now, settings.code_step)
    base = (settings.public_address or request.host_url).rstrip("/")
    typed = text.rsplit("-", 1)[1][:TYPED_LENGTH]
    now = facts.installed.snapshots.of(facts.db, session, facts.now)
    return {"qr": qr_svg(base + url_for("lms.sign_in.scan", code=text)), "typed": f"{typed[:3]} {typed[3:]}",
            "address": (base + url_for("lms.sign_in.type_code")).split("://", 1)[1],
            "seconds": round(seconds_left(facts.now, settings.code_step), 2), "present": now.total.present,
            "expected": now.total.expected, "review": now.total.review,
            "clock": f"{local(facts.now, session.training_class.zone):%H:%M}",
            "groups": [{"name": g.name, "present": g.present, "expected": g.expected, "review": g.review} for g in now.groups]}


def _window(session: ClassSession) -> dict[str, object]:
    opens, closes = sign_in_window(session, rules_of(session.training_class), session.training_class.zone)
    rules = rules_in(session, rules_of(session.training_class))
    return {"opens": opens, "closes": closes, "waits": opens - timedelta(minutes=rules.scan_early) <= here().now, "open": opens <= here().now <= closes}


def _direction() -> Direction:
    return "out" if request.values.get("direction") == "out" else "in"
