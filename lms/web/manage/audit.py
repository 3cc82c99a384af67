"""The audit log, for administrators: who did what, when, and what changed, in words."""
from __future__ import annotations

from typing import Any

from flask import Blueprint, request
from sqlalchemy import select

from lms.core.access.service import require
from lms.core.audit.log import Filter, read_log
from lms.core.audit.words import KINDS, THINGS, word_for
from lms.core.classes.models import TrainingClass
from lms.core.people.models import Person
from lms.web.context import here
from lms.web.formats import Formats
from lms.web.identity import login_required
from lms.web.manage.audit_values import Reader, people_in
from lms.web.templates import render_template

pages = Blueprint("manage_audit", __name__)
_SIZE = 50


@pages.get("/manage/audit")
@login_required
def index() -> str:
    facts = here()
    require(facts.viewer, "audit")
    classes = facts.db.execute(select(TrainingClass.id, TrainingClass.uid, TrainingClass.title)
                               .order_by(TrainingClass.starts_on.desc(), TrainingClass.id.desc())).all()
    filters = _filters()
    chosen = next((c.id for c in classes if c.uid == filters.get("class")), 0 if filters.get("class") else None)
    page = max(1, min(request.args.get("page", 1, type=int) or 1, 100_000))
    lines, total = read_log(facts.db, Filter(kind=filters.get("kind", ""), action=filters.get("action", ""),
                                             outcome=filters.get("outcome", ""), class_id=chosen), page=page, size=_SIZE)
    wanted = {line.entry.actor_id for line in lines if line.entry.actor_id}.union(*(people_in(line.detail) for line in lines))
    names: dict[int, str] = dict(facts.db.execute(select(Person.id, Person.name).where(Person.id.in_(wanted))).all())
    return render_template(
        "lms/manage/audit/index.html", lines=lines, names=names, page=page, total=total, pages=max(1, -(-total // _SIZE)),
        filters=filters, kinds=KINDS, things=THINGS, word_for=word_for, titles={c.id: c.title for c in classes},
        class_choices=[(c.uid, c.title) for c in classes],
        reader=Reader(facts.locale, Formats(facts.locale, facts.site.settings.zone), names))


def _filters() -> dict[str, Any]:
    """What was asked for, as far as there is such a thing."""
    asked = request.args
    found = {"kind": asked.get("kind", "") if asked.get("kind") in KINDS else "",
             "outcome": asked.get("outcome", "") if asked.get("outcome") in ("done", "refused") else "",
             "class": asked.get("class", "").strip(), "action": asked.get("action", "").strip()}
    return {key: value for key, value in found.items() if value}
