"""A trainee's front page: the session now, what is next, what completion still needs. Staff go to their classes."""
from __future__ import annotations

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from lms.core.attendance.status import STATUSES
from lms.core.classes.rules import rules_of
from lms.core.reports.today import Overview, overview
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
            return redirect(url_for("lms.manage_classes.index"))
        return render_template("lms/today/no_class.html")
    return render_template("lms/today/today.html", mine=mine, current=mine.current(here().now),
                           rules=rules_of(mine.training_class), statuses=STATUSES)


def own_overview() -> Overview | None:
    """The overview of whoever is logged in."""
    facts = here()
    assert facts.person is not None  # login_required
    return overview(facts.db, person_id=facts.person.id, now=facts.now, shelf=facts.installed.shelf)
