"""Local standards: where a place sets the amounts of a course that vary by place and year."""
from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from lms.core.access.service import fetch, require
from lms.core.courses.local_amounts import LONGEST, local_rows, read_standard, set_local_amount, unused
from lms.core.courses.models import Course
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.i18n import N_, explain, pick, translate
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.manage.courses import taught
from lms.web.posted import me
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_local_amounts", __name__)


@pages.get("/manage/courses/<slug>/local")
@login_required
def show(slug: str) -> str:
    require(here().viewer, "manage")
    return _page(slug)


@pages.post("/manage/courses/<slug>/local")
@login_required
def save(slug: str) -> Response | tuple[str, int]:
    """Keep one amount. It holds for every class, so whoever sets it manages the whole site."""
    require(here().viewer, "manage")
    course, volume = taught(slug)
    given = {name: request.form.get(name, "") for name in ("amount", "value", "year", "source")}
    amount = volume.register.amounts.get(given["amount"])
    if amount is None:
        raise NotFound("no_such_amount", N_("课程的现行版本里没有这个数额，没有保存。请刷新页面后重试。"))
    seen = request.form.get("version", -1, type=int)
    try:
        standard = read_standard(amount, value=given["value"], year=given["year"], source=given["source"])
        with writing() as db:
            set_local_amount(db, course=fetch(db, here().viewer, Course, course.uid, "manage"), key=amount.id, standard=standard,
                             seen=seen, by_id=me(), now=here().now)
    except (Invalid, Conflict) as fault:
        shown = {name: text[:LONGEST["source"] * 2] for name, text in given.items()}
        return _page(slug, {**shown, "version": seen}, explain(fault, here().locale), str(fault.data.get("field", "value"))), fault.status
    label = pick(amount.label, here().locale)
    flash(translate(here().locale, N_("“{label}”已改为本地标准，学员现在看到的就是它。") if standard.value
                    else N_("“{label}”用教材的数。"), label=label), "ok")
    return redirect(url_for(".show", slug=slug, _anchor=f"amount-{amount.id}"), 303)


def _page(slug: str, given: dict[str, object] | None = None, refusal: str = "", field: str = "") -> str:
    course, volume = taught(slug)
    rows = local_rows(here().db, course.id)
    return render_template("lms/manage/courses/local_amounts.html", course=course, register=volume.register, rows=rows, given=given,
                           unused=unused(rows, volume.register.amounts), refusal=refusal, field=field, longest=LONGEST)
