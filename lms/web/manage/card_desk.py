"""The desk with a barcode gun: one field, into which a gun types a card's address and Enter; then the next card."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, request
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from lms.core.access.service import fetch, visible
from lms.core.attendance.check_in import CheckedIn, check_in_by_staff
from lms.core.attendance.codes import Direction
from lms.core.attendance.models import AttendanceEvent
from lms.core.classes.models import ClassSession, Enrolment
from lms.core.errors import Forbidden, Invalid, LmsError, NotFound
from lms.core.i18n import N_
from lms.core.ids import new_uid
from lms.core.people.cards import card_holder, scanned_code
from lms.web.context import here
from lms.web.errors import log_refusal
from lms.web.identity import login_required
from lms.web.posted import me, posted_uid
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_card_desk", __name__)
_RECENT = 8


@dataclass(frozen=True)
class Shown:
    """What the desk shows of a card: whose it is, and what was done; *code* while it waits for Enter."""

    enrolment: Enrolment | None = None
    code: str = ""
    done: CheckedIn | None = None
    skipped: bool = False  # the card before it was shown but not signed in
    refusal: LmsError | None = None


@pages.get("/manage/sessions/<uid>/cards")
@login_required
def show(uid: str) -> str:
    return _page(fetch(here().db, here().viewer, ClassSession, uid, "attendance"), Shown())


@pages.post("/manage/sessions/<uid>/cards")
@login_required
def scan(uid: str) -> str | tuple[str, int]:
    """A card in the field is shown, or signed in at once where that is ticked; Enter on the empty field signs in what is shown."""
    session = fetch(here().db, here().viewer, ClassSession, uid, "attendance")
    card, waiting = scanned_code(request.form.get("card", "")), request.form.get("waiting", "")[:120]
    try:
        if not card and not waiting:
            raise Invalid("card_missing", N_("没有读到卡。请让光标留在输入框里，再扫一次。"))
        if card and card != waiting and not request.form.get("at_once"):
            return _page(session, Shown(_holder(here().db, session, card), card, skipped=bool(waiting)))
        return _page(session, _sign_in(uid, card or waiting))
    except LmsError as refusal:
        log_refusal(refusal)
        return _page(session, Shown(refusal=refusal, skipped=bool(card and waiting))), refusal.status


def _sign_in(uid: str, code: str) -> Shown:
    with writing() as db:
        session = fetch(db, here().viewer, ClassSession, uid, "attendance")
        holder = _holder(db, session, code)
        done = check_in_by_staff(db, session=session, person_id=holder.person_id, direction=_direction(), by_id=me(),
                                 method="card", uid=posted_uid(), now=here().now)
    return Shown(holder, done=done)


def _holder(db: Session, session: ClassSession, code: str) -> Enrolment:
    """The enrolment of the card's holder in the session's class.

    :raises NotFound: no card of ours, or of nobody in this class; no name is told
    :raises Forbidden: somebody of the class whom this member of staff does not take attendance of
    """
    person = card_holder(db, code, key=here().site.key("card"))
    mine = visible(here().viewer, Enrolment, "attendance").where(
        Enrolment.person_id == person.id, Enrolment.class_id == session.class_id, Enrolment.state == "enrolled").options(joinedload(Enrolment.group))
    found: Enrolment | None = db.scalar(mine)
    if found is not None:
        return found
    if db.scalar(select(Enrolment.id).where(Enrolment.person_id == person.id, Enrolment.class_id == session.class_id,
                                            Enrolment.state == "enrolled")) is not None:
        raise Forbidden("card_other_group", N_("这张卡是本班别组学员的，没有签到。请由其组长、班长或工作人员来刷。"))
    raise NotFound("card_other_class", N_("这张卡的持有人不在本班名册里，没有签到。请核对是哪个培训班的卡。"))


def _page(session: ClassSession, shown: Shown) -> str:
    db, viewer = here().db, here().viewer
    recent: Any = db.execute(visible(viewer, Enrolment, "attendance").join(
        AttendanceEvent, AttendanceEvent.person_id == Enrolment.person_id).where(
        Enrolment.class_id == session.class_id, AttendanceEvent.session_id == session.id, AttendanceEvent.method == "card")
        .order_by(AttendanceEvent.id.desc()).limit(_RECENT).add_columns(AttendanceEvent.at, AttendanceEvent.kind)).all()
    return render_template("lms/manage/card_desk.html", session=session, training_class=session.training_class, shown=shown,
                           group=shown.enrolment.group if shown.enrolment else None, recent=recent, uid=new_uid(),
                           direction=_direction(), at_once=bool(request.form.get("at_once")))


def _direction() -> Direction:
    return "out" if request.values.get("direction") == "out" else "in"
