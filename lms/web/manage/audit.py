"""The audit log, for administrators."""
from __future__ import annotations

from flask import Blueprint, request
from sqlalchemy import select

from lms.core.access.service import require
from lms.core.audit.log import Filter, read_log
from lms.core.people.models import Person
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.templates import render_template

pages = Blueprint("manage_audit", __name__)
_SIZE = 50


@pages.get("/manage/audit")
@login_required
def index() -> str:
    db = here().db
    require(here().viewer, "audit")
    asked = request.args
    page = max(1, min(asked.get("page", 1, type=int) or 1, 100_000))
    outcome = asked.get("outcome", "") if asked.get("outcome", "") in ("done", "refused") else ""
    lines, total = read_log(db, Filter(action=asked.get("action", "").strip(), outcome=outcome), page=page, size=_SIZE)
    ids = {line.entry.actor_id for line in lines if line.entry.actor_id}
    names = dict(db.execute(select(Person.id, Person.name).where(Person.id.in_(ids))).all())
    return render_template("lms/manage/audit/index.html", lines=lines, names=names, page=page, total=total,
                           pages=max(1, -(-total // _SIZE)), filters=asked)
