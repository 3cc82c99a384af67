"""Classes that are over their term: what making their people nameless would do, counted, and the button that does it."""
from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from lms.core.access.service import require
from lms.core.errors import Conflict, LmsError
from lms.core.i18n import explain
from lms.core.jobs.models import Job
from lms.core.jobs.service import UNFINISHED
from lms.core.privacy.nameless import NAMELESS, REASONS, ask_for_it, plan
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.posted import me
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_nameless", __name__)


@pages.get("/manage/nameless")
@login_required
def show() -> str:
    require(here().viewer, "manage")
    return _page()


@pages.post("/manage/nameless")
@login_required
def start() -> Response | tuple[str, int]:
    facts = here()
    require(facts.viewer, "manage")
    try:
        with writing() as db:
            uid = ask_for_it(db, facts.site.settings, sure=request.form.get("sure") == "1", by_id=me(), now=facts.now).uid
    except Conflict as error:
        return _page(error), error.status
    return redirect(url_for("lms.jobs.show", uid=uid), 303)


def _page(error: LmsError | None = None) -> str:
    facts = here()
    under_way = facts.db.scalar(select(Job.uid).where(Job.kind == NAMELESS, Job.state.in_(UNFINISHED)).limit(1))
    return render_template("lms/manage/people/nameless.html", plan=plan(facts.db, facts.site.settings, now=facts.now), reasons=REASONS, under_way=under_way,
                           years=facts.site.settings.class_archive_years, told=explain(error, facts.locale) if error else "")
