"""What the system keeps about whoever looks, what for and how long, all of it as a file, and what should be corrected in it."""
from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from lms.core.audit.service import record
from lms.core.errors import Conflict, Invalid, LmsError, NotFound
from lms.core.i18n import N_, explain, translate
from lms.core.ids import new_uid
from lms.core.people.models import Person
from lms.core.people.phones import mask_phone
from lms.core.privacy import corrections
from lms.core.privacy.fields import FIELDS, kept_days
from lms.core.privacy.my_data import file_name, my_data
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.manage.exports import file_answer
from lms.web.posted import me, posted_uid
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("my_data", __name__)
BADGES = {"open": "wait", "accepted": "ok", "refused": "bad", "withdrawn": "off"}


@pages.get("/me/data")
@login_required
def show() -> str:
    return _page()


@pages.post("/me/data.xlsx")
@login_required
def take() -> Response:
    """A POST, because it leaves a mark."""
    facts = here()
    person = facts.db.get_one(Person, me())
    answer = file_answer(my_data(facts.db, person, locale=facts.locale, zone=facts.site.settings.zone), "xlsx",
                         file_name(person, facts.locale, facts.now))
    with writing() as db:
        record(db, actor_id=me(), action="privacy.own_data", thing=person, now=facts.now)
    return answer


@pages.post("/me/data/corrections")
@login_required
def ask() -> Answer | tuple[str, int]:
    """Ask for one field to be corrected."""
    facts, form = here(), request.form
    try:
        with writing() as db:
            corrections.ask(db, person=db.get_one(Person, me()), field=form.get("field", ""), wanted=form.get("wanted", ""), text=form.get("text", ""),
                            uid=posted_uid(), now=facts.now)
    except (Invalid, Conflict) as error:
        return _page(error), error.status
    flash(translate(facts.locale, N_("申请已提交。处理结果会写在这一页上。")), "ok")
    return redirect(url_for(".show"), 303)


@pages.post("/me/data/corrections/<uid>/withdraw")
@login_required
def withdraw(uid: str) -> Answer:
    with writing() as db:
        found = corrections.own_request(db, me(), uid)
        if found is None:
            raise NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。"))
        corrections.withdraw(db, found, by_id=me(), now=here().now)
    flash(translate(here().locale, N_("申请已撤回。")), "ok")
    return redirect(url_for(".show"), 303)


def _page(error: LmsError | None = None) -> str:
    settings = here().site.settings
    return render_template("lms/record/my_data.html", fields=[(field, kept_days(field, settings)) for field in FIELDS], uid=new_uid(), badges=BADGES,
                           choices=corrections.FIELDS, states=corrections.STATES, requests=corrections.own_requests(here().db, me()), mask_phone=mask_phone,
                           form=request.form, told=explain(error, here().locale) if error else "", wrong=error.data.get("field", "") if error else "")
