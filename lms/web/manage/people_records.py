"""A person's record as such: where they belong and belonged, and two records of one person made one."""
from __future__ import annotations

from datetime import date

from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from lms.core.access.service import fetch, require, visible
from lms.core.classes.merging import alike, merge, merged_into, unmerge
from lms.core.clock import local
from lms.core.errors import Conflict, Invalid, LmsError
from lms.core.i18n import N_, explain, translate
from lms.core.people.find import matching
from lms.core.people.models import Person
from lms.core.people.overview import lines_of
from lms.core.people.phones import mask_phone
from lms.core.people.transfers import places_of, transfer
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_records", __name__)
_MOST = 20  # candidates on one page


@pages.get("/manage/people/<uid>/records")
@login_required
def show(uid: str) -> str:
    return _page(fetch(here().db, here().viewer, Person, uid, "manage"))


@pages.post("/manage/people/<uid>/transfer")
@login_required
def move(uid: str) -> Response | tuple[str, int]:
    """To another unit, from a day on."""
    facts = here()
    today = local(facts.now, facts.site.settings.zone).date()
    try:
        on = date.fromisoformat(request.form.get("on", "") or today.isoformat())
    except ValueError:
        on = date.max
    try:
        with writing() as db:
            transfer(db, fetch(db, facts.viewer, Person, uid, "manage"), unit=request.form.get("unit", ""), position=request.form.get("position", ""),
                     on=on, today=today, by=facts.viewer, now=facts.now)
    except (Invalid, Conflict) as error:
        return _page(fetch(facts.db, facts.viewer, Person, uid, "manage"), error), error.status
    flash(translate(facts.locale, N_("已调动。已有的名册、考勤和证书仍写着当时的单位。")), "ok")
    return redirect(url_for(".show", uid=uid), 303)


@pages.post("/manage/people/<uid>/merge")
@login_required
def join(uid: str) -> Response | tuple[str, int]:
    """Another record of the same person is read together with this one from now on."""
    facts = here()
    require(facts.viewer, "manage")
    try:
        with writing() as db:
            keep = fetch(db, facts.viewer, Person, uid, "manage")
            merge(db, keep=keep, other=fetch(db, facts.viewer, Person, request.form.get("other", ""), "manage"), by=facts.viewer, now=facts.now)
    except (Invalid, Conflict) as error:
        return _page(fetch(facts.db, facts.viewer, Person, uid, "manage"), error), error.status
    flash(translate(facts.locale, N_("已合并。原来的考勤、成绩和证书都没有改动，可以撤销合并。")), "ok")
    return redirect(url_for(".show", uid=uid), 303)


@pages.post("/manage/people/<uid>/unmerge")
@login_required
def part(uid: str) -> Response:
    facts = here()
    require(facts.viewer, "manage")
    with writing() as db:
        keep = fetch(db, facts.viewer, Person, uid, "manage")
        other = next((p for p in merged_into(db, keep) if p.uid == request.form.get("other", "")), None)
        if other is None:
            raise Conflict("not_merged", N_("“{name}”没有合并过，没有改动。"), name=keep.name)
        unmerge(db, other=other, by=facts.viewer, now=facts.now)
    flash(translate(facts.locale, N_("已撤销合并。要登录的话，请重新发放激活链接。")), "ok")
    return redirect(url_for(".show", uid=uid), 303)


def _page(person: Person, error: LmsError | None = None) -> str:
    facts, asked = here(), request.args.get("q", "").strip()[:100]
    may_merge = facts.viewer.everywhere("manage")
    wanted = matching(asked) & (Person.id != person.id) & Person.merged_into_id.is_(None) if asked else alike(person)
    found = facts.db.scalars(visible(facts.viewer, Person, "manage").where(wanted).order_by(Person.id).limit(_MOST)).all() if may_merge else []
    joined = facts.db.scalars(select(Person).where(Person.merged_into_id == person.id).order_by(Person.id)).all()
    return render_template("lms/manage/people/records.html", holder=person, places=places_of(facts.db, person), joined=joined,
                           candidates=lines_of(facts.db, found, now=facts.now) if found else [], q=asked, may_merge=may_merge, mask_phone=mask_phone,
                           today=local(facts.now, facts.site.settings.zone).date().isoformat(), told=explain(error, facts.locale) if error else "")
