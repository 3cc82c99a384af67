"""The tree of units: level by level with counts, searched, renamed, moved, and two made one."""
from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from lms.core.access.service import fetch, require
from lms.core.errors import Conflict, Invalid, LmsError
from lms.core.i18n import N_, explain, translate
from lms.core.people.models import Unit
from lms.core.people.unit_tree import above_of, merge_units, merged_into, move_unit, page_of_units, rename_unit
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.manage.classes import seen_version
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_units", __name__)
_SIZE = 100


@pages.get("/manage/units")
@login_required
def index() -> str:
    require(here().viewer, "manage")
    return _page(None)


@pages.get("/manage/units/<uid>")
@login_required
def show(uid: str) -> str:
    """One unit: what lies below it, and what can be done with it."""
    require(here().viewer, "manage")
    return _page(fetch(here().db, here().viewer, Unit, uid, "manage"))


@pages.post("/manage/units/<uid>/rename")
@login_required
def rename(uid: str) -> Response | tuple[str, int]:
    return _do(uid, lambda db, unit: rename_unit(db, unit, name=request.form.get("name", ""), category=request.form.get("category", ""),
                                                 version=seen_version(), by=here().viewer, now=here().now),
               N_("已保存。名册和证书上当时的写法没有改动。"))


@pages.post("/manage/units/<uid>/move")
@login_required
def move(uid: str) -> Response | tuple[str, int]:
    return _do(uid, lambda db, unit: move_unit(db, unit, parent=request.form.get("parent", ""), version=seen_version(), by=here().viewer, now=here().now),
               N_("已调整上级单位，下面的单位一起移动。"))


@pages.post("/manage/units/<uid>/merge")
@login_required
def merge(uid: str) -> Response | tuple[str, int]:
    return _do(uid, lambda db, unit: merge_units(db, keep=unit, other=request.form.get("other", ""), version=seen_version(), by=here().viewer, now=here().now),
               N_("已合并。以后导入时写旧名称，也算这个单位。"))


def _do(uid: str, act: Callable[[Session, Unit], object], words: str) -> Response | tuple[str, int]:
    facts = here()
    require(facts.viewer, "manage")
    try:
        with writing() as db:
            act(db, fetch(db, facts.viewer, Unit, uid, "manage"))
    except (Invalid, Conflict) as error:
        return _page(fetch(facts.db, facts.viewer, Unit, uid, "manage"), error), error.status
    flash(translate(facts.locale, words), "ok")
    return redirect(url_for(".show", uid=uid), 303)


def _page(unit: Unit | None, error: LmsError | None = None) -> str:
    facts = here()
    text = request.args.get("q", "").strip()[:100]
    page = max(1, min(request.args.get("page", 1, type=int) or 1, 100_000))
    lines, total = page_of_units(facts.db, under=unit, text=text, page=page, size=_SIZE)
    above = above_of(facts.db, unit) if unit is not None else []
    return render_template("lms/manage/people/units.html", unit=unit, above=above, parent=above[-1].name if above else "", lines=lines, total=total, q=text,
                           merged=merged_into(facts.db, unit) if unit is not None else [], page=page, pages=max(1, -(-total // _SIZE)), form=request.form,
                           told=explain(error, facts.locale) if error else "")
