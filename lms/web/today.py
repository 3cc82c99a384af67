"""A trainee's front page: the session now, what is next, what completion still needs. Staff go to their classes."""
from __future__ import annotations

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from lms.core.assignments.handing import STATES as WORK_STATES
from lms.core.attendance.check_in import sign_in_window
from lms.core.attendance.status import STATUSES
from lms.core.certificates.margin import ALARMS
from lms.core.classes.access import whole_class
from lms.core.classes.rules import rules_of
from lms.core.reports.today import Meeting, Overview, overview
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.templates import render_template

pages = Blueprint("today", __name__)


@pages.get("/")
@login_required
def show() -> str | Response:
    mine = own_overview()
    if mine is None:
        if here().viewer.staff:
            only_unit = all(scope == "unit" for _, scope, _ in here().viewer.grants)
            return redirect(url_for("lms.manage_own_unit.index" if only_unit else "lms.manage_classes.index"))
        return render_template("lms/today/no_class.html")
    current = mine.current(here().now)
    return render_template("lms/today/today.html", mine=mine, current=current, calls=_calls_roll(mine, current),
                           rules=rules_of(mine.training_class), statuses=STATUSES, alarm_titles=ALARMS, work_states=WORK_STATES, ways=_ways(mine))


def _ways(mine: Overview) -> dict[str, str]:
    """Where what completion still needs can be done, by the condition's code."""
    waiting = next((a for a in mine.assignments if a.assignment.required and a.state in ("", "draft", "returned")), None)
    found = {"courses": url_for("lms.learning.courses"), "exam": url_for("lms.papers.index")}
    survey = next((s for s, done in mine.surveys if s.required and s.state == "open" and not done), None)
    if survey:
        found["survey"] = url_for("lms.surveys.show", uid=survey.uid)
    return {**found, **({"assignment": url_for("lms.assignments.show", uid=waiting.assignment.uid)} if waiting else {})}


def own_overview() -> Overview | None:
    """The overview of whoever is logged in."""
    facts = here()
    assert facts.person is not None  # login_required
    return overview(facts.db, person_id=facts.person.id, now=facts.now, plan_of=facts.plan_of)


def _calls_roll(mine: Overview, current: Meeting | None) -> bool:
    """Whether the person leads the class or their group, and its roll may be called now. Without the database."""
    if current is None or not current.session.counts:
        return False
    viewer, made = here().viewer, mine.training_class
    leads = whole_class(viewer, "attendance", made.id) or mine.enrolment.group_id in viewer.scopes("attendance", "group")
    return leads and sign_in_window(current.session, rules_of(made), made.zone)[0] <= here().now
