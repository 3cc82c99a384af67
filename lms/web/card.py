"""A trainee's printed card: it logs nobody in. Staff who scan it see whose it is and sign them in with one tap."""
from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from lms.core.access.service import fetch, visible
from lms.core.attendance.check_in import check_in_by_staff
from lms.core.attendance.sessions import open_sessions
from lms.core.classes.models import ClassSession, Enrolment
from lms.core.errors import LmsError, NotFound
from lms.core.i18n import N_, translate
from lms.core.ids import new_uid
from lms.core.people.cards import card_holder
from lms.core.people.models import Person
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("card", __name__)


@pages.get("/c/<code>")
def show(code: str) -> str:
    """For staff: name, unit, group and a button. To anybody else a card tells nothing, not even whether it is real."""
    facts = here()
    if not facts.viewer.staff:
        return render_template("lms/card/tells_nothing.html")
    enrolments = _enrolments(_holder(code))
    classes = {e.class_id for e in enrolments}
    sessions = [s for s in open_sessions(facts.db, now=facts.now) if s.class_id in classes]
    return render_template("lms/card/card.html", code=code, enrolments=enrolments, sessions=sessions, uid=new_uid())


@pages.post("/c/<code>/<session_uid>")
@login_required
def sign_in(code: str, session_uid: str) -> Response:
    holder, facts = _holder(code), here()
    given = request.form.get("uid", "")
    with writing() as db:
        session = fetch(db, facts.viewer, ClassSession, session_uid, "attendance")
        if session.class_id not in {e.class_id for e in _enrolments(holder)}:
            raise _nobody()
        done = check_in_by_staff(db, session=session, person_id=holder.id, direction="in", method="card",
                                 by_id=facts.viewer.person_id or 0, now=facts.now,
                                 uid=given if len(given) == 32 and given.isalnum() else new_uid())
    words = N_("{name} 之前已签到。") if done.repeated else N_("{name} 已签到。")
    flash(translate(facts.locale, words, name=holder.name), "ok")
    return redirect(url_for(".show", code=code), 303)


def _holder(code: str) -> Person:
    try:
        return card_holder(here().db, code, key=here().site.key("card"))
    except NotFound:
        raise _nobody() from None


def _enrolments(holder: Person) -> list[Enrolment]:
    """The holder's enrolments in which this member of staff takes attendance.

    :raises NotFound: there is none: the card is not this member of staff's business
    """
    found = here().db.scalars(visible(here().viewer, Enrolment, "attendance").where(
        Enrolment.person_id == holder.id, Enrolment.state == "enrolled").order_by(Enrolment.id.desc())).all()
    if not found:
        raise _nobody()
    return list(found)


def _nobody() -> LmsError:
    return NotFound("card_unknown", N_("这不是本系统发出的卡，或没有扫完整。请重新扫描。"))


