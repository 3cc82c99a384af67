"""A trainee's credit hours (我的学时): the year against its target, every entry with what it rests on, and the statement to take away."""
from __future__ import annotations

from io import BytesIO

from flask import Blueprint, Response, request, send_file

from lms.core.access.service import visible
from lms.core.clock import local
from lms.core.documents.pdf import render_pdf
from lms.core.errors import NotFound
from lms.core.hours.models import CreditEntry
from lms.core.hours.rules import KINDS, LAST_YEAR, rule_book
from lms.core.hours.statement import Statement, evidence_text, make_statement, print_data, statement_book
from lms.core.i18n import N_, translate
from lms.core.people.merged import own_ids
from lms.core.people.models import Person
from lms.core.shipped import shipped
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.manage.exports import file_answer
from lms.web.posted import me
from lms.web.templates import render_template

pages = Blueprint("hours", __name__)


@pages.get("/me/hours")
@login_required
def show() -> str:
    year = request.args.get("year", 0, type=int) or this_year()
    return render_template("lms/record/hours.html", found=_own(year), kinds=KINDS, evidence_text=evidence_text)


@pages.get("/me/hours/<int:year>.<any(pdf, xlsx):ending>")
@login_required
def take(year: int, ending: str) -> Response:
    """The yearly statement (学时证明): one's own, so that it needs nobody's leave."""
    return statement_file(_own(year), here().db.get_one(Person, me()), ending)


def statement_file(found: Statement, person: Person, ending: str) -> Response:
    """The statement of *person* as a file."""
    facts = here()
    settings, name = facts.site.settings, translate(facts.locale, N_("{name}-{year}年度学时证明"), name=person.name, year=found.year)
    if ending != "pdf":
        return file_answer(statement_book(found, locale=facts.locale, zone=settings.zone), ending, name)
    data = print_data(facts.db, found, person=person, locale=facts.locale, zone=settings.zone, now=facts.now,
                      site_name=settings.site_name, sample=settings.demo)
    pdf = render_pdf(shipped("templates") / "print" / "hours.typ", data, created=facts.now)
    return send_file(BytesIO(pdf), "application/pdf", as_attachment=True, download_name=f"{name}.pdf")


def checked_year(year: int) -> int:
    """:raises NotFound: no year that there can be hours for"""
    if not 2000 <= year <= LAST_YEAR:
        raise NotFound("no_such_year", N_("没有 {year} 年度的学时记录。"), year=year)
    return year


def this_year() -> int:
    return local(here().now, here().site.settings.zone).year


def _own(year: int) -> Statement:
    entries = here().db.scalars(visible(here().viewer, CreditEntry).where(CreditEntry.person_id.in_(own_ids(here().viewer.person_id)))
                                .order_by(CreditEntry.id)).all()
    return make_statement(entries, rule_book(here().db), checked_year(year))
