"""Credit hours for staff: by unit and year, one person's entries, hours earned elsewhere entered and taken back."""
from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, flash, redirect, request, url_for
from sqlalchemy import func, select
from werkzeug.wrappers import Response as Redirect

from lms.core.access.service import require, visible
from lms.core.audit.service import record
from lms.core.clock import local
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms.core.hours.by_unit import Line, by_unit_book, in_charge, lines, may_look, people, units
from lms.core.hours.import_read import FIELDS
from lms.core.hours.imports import enter_one
from lms.core.hours.ledger import reverse
from lms.core.hours.models import CreditEntry
from lms.core.hours.rules import KINDS, rule_book
from lms.core.hours.statement import evidence_text, make_statement
from lms.core.i18n import N_, explain, translate
from lms.core.ids import new_uid
from lms.core.people.merged import own_ids
from lms.core.people.models import Person
from lms.web.context import here
from lms.web.hours import checked_year, this_year
from lms.web.identity import login_required
from lms.web.manage.exports import file_answer
from lms.web.posted import me, posted_uid
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_hours", __name__)
_PER_PAGE = 50


@pages.get("/manage/hours")
@login_required
def index() -> str:
    _require_look()
    facts, asked, year = here(), request.args, _year()
    query = people(facts.viewer, unit_uid=asked.get("unit", ""), text=asked.get("q", "").strip()[:100])
    total = facts.db.scalar(select(func.count()).select_from(query.order_by(None).with_only_columns(Person.id).subquery())) or 0
    pages_of = max(1, -(-total // _PER_PAGE))
    page = min(max(asked.get("page", 1, type=int) or 1, 1), pages_of)
    return render_template(
        "lms/manage/hours/index.html", year=year, total=total, page=page, pages=pages_of, filters=asked, kinds=KINDS,
        lines=lines(facts.db, facts.viewer, query.limit(_PER_PAGE).offset((page - 1) * _PER_PAGE), year),
        unit_choices=[(unit.uid, unit.name) for unit in facts.db.scalars(units(facts.viewer))],
        year_choices=[(y, y) for y in range(this_year(), this_year() - 6, -1)], may_enter=facts.viewer.everywhere("manage"))


@pages.post("/manage/hours.<any(xlsx, csv):ending>")
@login_required
def take(ending: str) -> Response:
    """By unit and year, with the filters of the address. A POST, because it leaves a mark."""
    _require_look()
    facts, year = here(), _year()
    found: list[Line] = lines(facts.db, facts.viewer, people(facts.viewer, unit_uid=request.args.get("unit", ""),
                                                             text=request.args.get("q", "").strip()[:100]), year)
    answer = file_answer(by_unit_book(found, year, locale=facts.locale, zone=facts.site.settings.zone), ending,
                         translate(facts.locale, N_("{year}年度学时-{day}"), year=year, day=f"{local(facts.now, facts.site.settings.zone):%Y%m%d}"))
    with writing() as db:
        record(db, actor_id=me(), action="hours.export", thing=f"hours-{year}", now=facts.now, after={"people": len(found)})
    return answer


@pages.get("/manage/hours/people/<uid>")
@login_required
def person(uid: str) -> str:
    """One person's year: what stands in it and what may be taken back."""
    return _person_page(_person(uid))


@pages.post("/manage/hours/people/<uid>/entries/<entry_uid>/reverse")
@login_required
def take_back(uid: str, entry_uid: str) -> Redirect | tuple[str, int]:
    found = _person(uid)
    require(here().viewer, "manage")
    try:
        with writing() as db:
            entry = db.scalar(select(CreditEntry).where(CreditEntry.uid == entry_uid, CreditEntry.person_id.in_(own_ids(found.id))))
            if entry is None:
                raise NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。"))
            reverse(db, entry=entry, reason=request.form.get("reason", ""), by_id=me(), now=here().now)
            year = entry.year
    except Invalid as fault:
        return _person_page(found, explain(fault, here().locale)), 422
    flash(translate(here().locale, N_("已冲销，原来的登记和冲销的原因都留着。")), "ok")
    return redirect(url_for(".person", uid=uid, year=year), 303)


@pages.get("/manage/hours/new")
@login_required
def new() -> str:
    require(here().viewer, "manage")
    return _new_page({}, "")


@pages.post("/manage/hours/new")
@login_required
def enter() -> Redirect | tuple[str, int]:
    """Hours earned elsewhere, with what proves them."""
    require(here().viewer, "manage")
    given = {name: request.form.get(name, "")[:1000] for name in FIELDS}
    try:
        with writing() as db:
            made = enter_one(db, given=given, uid=posted_uid(), by_id=me(), now=here().now, today=today())
            uid, year = db.get_one(Person, made.person_id).uid, made.year
    except (Invalid, Conflict) as fault:
        return _new_page(given, explain(fault, here().locale)), fault.status
    flash(translate(here().locale, N_("已登记。")), "ok")
    return redirect(url_for(".person", uid=uid, year=year), 303)


def today() -> date:
    """The local date, by which nothing is earned in the future."""
    return local(here().now, here().site.settings.zone).date()


def _require_look() -> None:
    if not may_look(here().viewer):
        raise Forbidden("not_allowed", N_("您没有进行这项操作的权限。如确有需要，请联系管理员。"))


def _year() -> int:
    return checked_year(request.args.get("year", 0, type=int) or this_year())


def _person(uid: str) -> Person:
    """:raises NotFound: nobody whose hours the viewer looks after"""
    _require_look()
    found = here().db.scalar(select(Person).where(Person.uid == uid, in_charge(here().viewer)))
    if found is None:
        raise NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。"))
    return found


def _person_page(found: Person, refusal: str = "") -> str:
    entries = here().db.scalars(visible(here().viewer, CreditEntry).where(CreditEntry.person_id.in_(own_ids(found.id))).order_by(CreditEntry.id)).all()
    return render_template("lms/manage/hours/person.html", whose=found, found=make_statement(entries, rule_book(here().db), _year()),
                           kinds=KINDS, evidence_text=evidence_text, refusal=refusal, may_enter=here().viewer.everywhere("manage"))


def _new_page(given: dict[str, str], refusal: str) -> str:
    return render_template("lms/manage/hours/new.html", given=given, refusal=refusal, fields=FIELDS, kinds=KINDS,
                           uid=request.form.get("uid") or new_uid())
