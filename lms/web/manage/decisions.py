"""Approvals and outstanding trainees: one list to tick, where the class's rules ask for either."""
from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from lms.core.access.service import fetch
from lms.core.certificates.decisions import KINDS, decide, latest
from lms.core.classes.access import whole_class
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.classes.rules import rules_of
from lms.core.errors import Forbidden
from lms.core.i18n import N_, translate
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.manage.certificates import class_standings
from lms.web.posted import me
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_decisions", __name__)
_ROUTE = "/manage/classes/<uid>/certificates/decisions"


@pages.get(_ROUTE)
@login_required
def show(uid: str) -> str:
    """Everybody with what they have reached, and the boxes that the class's rules ask for."""
    training_class = _class(here().db, uid)
    rules, held = rules_of(training_class), latest(here().db, training_class.id)
    asked = [kind for kind, wanted in (("approval", rules.approval_required), ("outstanding", rules.outstanding == "choice")) if wanted]
    return render_template("lms/manage/certificates/decisions.html", training_class=training_class, kinds=[(k, KINDS[k]) for k in asked],
                           people=class_standings(here().db, training_class), seen=max((e.id for e in held.values()), default=0),
                           given={key for key, event in held.items() if event.given}, rules=rules)


@pages.post(_ROUTE)
@login_required
def save(uid: str) -> Response:
    kind, seen = request.form.get("kind", ""), request.form.get("seen", "")
    with writing() as db:
        training_class = _class(db, uid)
        among = db.scalars(select(Enrolment).where(Enrolment.class_id == training_class.id, Enrolment.state == "enrolled")).all()
        count = decide(db, training_class=training_class, kind=kind, chosen=request.form.getlist("enrolment"), among=among,
                       seen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 18 else -1, by_id=me(), now=here().now)
    flash(translate(here().locale, N_("已保存，{count} 人有改动。"), count=count), "ok")
    return redirect(url_for(".show", uid=uid), 303)


def _class(db: Session, uid: str) -> TrainingClass:
    """Whoever may approve leave for the whole class may approve its people, too.

    :raises Forbidden: may not
    """
    training_class = fetch(db, here().viewer, TrainingClass, uid, "export")
    if not whole_class(here().viewer, "leave", training_class.id):
        raise Forbidden("not_allowed", N_("您没有进行这项操作的权限。如确有需要，请联系管理员。"))
    return training_class
