"""A trainee's own record: attendance, hours, what completion still needs, marks, certificates."""
from __future__ import annotations

from itertools import groupby

from flask import Blueprint

from lms.core.access.service import visible
from lms.core.attendance.check_in import REVIEW_FLAGS
from lms.core.attendance.record import judge_of, totals
from lms.core.attendance.status import METHODS, STATUSES
from lms.core.certificates.margin import ALARMS
from lms.core.certificates.models import Certificate
from lms.core.certificates.verify import STATES
from lms.core.classes.rules import rules_of
from lms.core.i18n import N_
from lms.core.people.merged import own_ids
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.templates import render_template
from lms.web.today import own_overview

pages = Blueprint("record", __name__)

# How an event came about, as the person reads it.
ACTS = {"in": N_("签到"), "out": N_("签退"), "check": N_("抽点"), "void": N_("作废"), "confirm": N_("核对后计入")}


@pages.get("/me")
@login_required
def show() -> str:
    mine = own_overview()
    if mine is None:
        return render_template("lms/record/no_class.html", certificates=_own_certificates(), states=STATES)
    counted = [m for m in mine.meetings if m.session.counts]
    cls = mine.training_class
    limits = {m.session.id: judge_of(m.session, rules_of(cls), cls.zone, here().now) for m in counted}
    days = [(day, list(meetings)) for day, meetings in groupby(counted, lambda m: m.session.day)]
    return render_template(
        "lms/record/record.html", mine=mine, days=days, statuses=STATUSES, states=STATES, methods=METHODS, acts=ACTS,
        flags=REVIEW_FLAGS, limits=limits, alarm_titles=ALARMS, totals=totals([m.session for m in counted], [m.status for m in counted]),
        leave=next((part for part in mine.verdict.parts if part.code == "leave"), None))


def _own_certificates() -> list[Certificate]:
    """Those of somebody whose classes are long over."""
    return list(here().db.scalars(visible(here().viewer, Certificate).where(
        Certificate.person_id.in_(own_ids(here().viewer.person_id)), Certificate.state != "reserved")
        .order_by(Certificate.reserved_at.desc())))
