"""The rules of credit hours: what holds in which year, and a new version from a year on."""
from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from lms.core.access.service import require
from lms.core.errors import Conflict, Invalid
from lms.core.hours.rules import FIELDS, HoursRules, rule_book, set_rules
from lms.core.i18n import N_, explain, translate
from lms.web.context import here
from lms.web.hours import this_year
from lms.web.identity import login_required
from lms.web.posted import me
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_hours_rules", __name__)


@pages.get("/manage/hours/rules")
@login_required
def show() -> str:
    require(here().viewer, "manage")
    return _page()


@pages.post("/manage/hours/rules")
@login_required
def save() -> Response | tuple[str, int]:
    require(here().viewer, "manage")
    given = {name: request.form.get(name, "")[:40] for name in (*FIELDS, "from_year", "seen")}
    year, seen = (int(given[name]) if given[name].isascii() and given[name].isdigit() and len(given[name]) < 7 else -1
                  for name in ("from_year", "seen"))
    try:
        with writing() as db:
            made = set_rules(db, from_year=year, values=given, seen=seen, this_year=this_year(), by_id=me(), now=here().now)
            number = made.number
    except (Invalid, Conflict) as fault:
        return _page(given, explain(fault, here().locale), str(fault.data.get("field", ""))), fault.status
    flash(translate(here().locale, N_("已保存，从 {year} 年起按第 {number} 版规则计算。"), year=year, number=number), "ok")
    return redirect(url_for(".show"), 303)


def _page(given: dict[str, str] | None = None, refusal: str = "", field: str = "") -> str:
    book, year = rule_book(here().db), this_year()
    shown = given or {**typed(book.of(year).rules), "from_year": str(year)}
    return render_template("lms/manage/hours/rules.html", book=book, fields=FIELDS, given={**shown, "seen": book.latest}, typed=typed,
                           refusal=refusal, field=field, year=year, current=book.of(year).number)


def typed(rules: HoursRules) -> dict[str, str]:
    """Values as people type them."""
    return {name: f"{Decimal(value) / FIELDS[name][1]:f}" for name, value in asdict(rules).items()}
