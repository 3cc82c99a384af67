"""What the system keeps about whoever looks, what for and how long, and all of it as a file."""
from __future__ import annotations

from flask import Blueprint, Response

from lms.core.audit.service import record
from lms.core.people.models import Person
from lms.core.privacy.fields import FIELDS, kept_days
from lms.core.privacy.my_data import file_name, my_data
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.manage.exports import file_answer
from lms.web.posted import me
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("my_data", __name__)


@pages.get("/me/data")
@login_required
def show() -> str:
    settings = here().site.settings
    return render_template("lms/record/my_data.html", fields=[(field, kept_days(field, settings)) for field in FIELDS])


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
