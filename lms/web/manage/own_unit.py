"""What a unit's own staff see: their people, class by class. Nobody else's."""
from __future__ import annotations

from flask import Blueprint, request
from sqlalchemy import select

from lms.core.classes.models import TrainingClass
from lms.core.errors import Forbidden, NotFound
from lms.core.i18n import N_
from lms.core.people.models import Unit
from lms.core.reports.own_unit import classes_of, unit_people
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.templates import render_template

pages = Blueprint("manage_own_unit", __name__)
_SIZE = 50


@pages.get("/manage/unit")
@login_required
def index() -> str:
    facts = here()
    units = facts.viewer.scopes("see", "unit")
    if not units:
        raise Forbidden("not_allowed", N_("您没有进行这项操作的权限。如确有需要，请联系管理员。"))
    names = facts.db.scalars(select(Unit.name).where(Unit.id.in_(units)).order_by(Unit.id)).all()
    classes = classes_of(facts.db, units)
    asked = request.args.get("class", "") or (classes[0].uid if classes else "")
    if asked not in {c.uid for c in classes} and asked:
        raise NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。"))
    chosen = facts.db.scalar(select(TrainingClass).where(TrainingClass.uid == asked)) if asked else None
    page = max(1, min(request.args.get("page", 1, type=int) or 1, 100_000))
    lines, total = unit_people(facts.db, facts.viewer, training_class=chosen, units=units, now=facts.now, limit=_SIZE,
                               offset=(page - 1) * _SIZE) if chosen else ([], 0)
    return render_template("lms/manage/own_unit.html", units=names, chosen=chosen, lines=lines, total=total, page=page,
                           pages=max(1, -(-total // _SIZE)), class_choices=[(c.uid, c.title) for c in classes])
