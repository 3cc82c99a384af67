"""Reissue a certificate: what changes against the old one, why, and the job child makes it."""
from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from lms.core.certificates.issue import LONGEST_REASON
from lms.core.certificates.jobs import ask_to_issue
from lms.core.certificates.numbers import next_number
from lms.core.certificates.reissue import new_snapshot, reissue
from lms.core.certificates.verify import printed
from lms.core.classes.models import Enrolment
from lms.core.classes.rules import rules_of
from lms.core.documents.glyphs import missing_glyphs
from lms.core.errors import Conflict
from lms.core.i18n import N_, translate
from lms.web.context import here
from lms.web.forms import Form
from lms.web.identity import login_required
from lms.web.manage.certificates import of_class, own_id
from lms.web.public_address import opens_only_nearby, printed_base
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_reissuing", __name__)
_ROUTE = "/manage/classes/<uid>/certificates/<certificate_uid>/reissue"


class ReissueForm(Form):
    reason = TextAreaField(N_("补发的原因"), validators=[InputRequired(N_("请写明补发的原因。")), Length(2, LONGEST_REASON)])


@pages.get(_ROUTE)
@login_required
def ask(uid: str, certificate_uid: str) -> str:
    """What the new certificate would say, beside the old one."""
    return _page(uid, certificate_uid, ReissueForm())


@pages.post(_ROUTE)
@login_required
def reissue_one(uid: str, certificate_uid: str) -> Response | tuple[str, int]:
    form, base = ReissueForm.posted(), printed_base()
    unconfirmed = opens_only_nearby(base) and not request.form.get("address_ok")
    if not form.validate() or unconfirmed:
        return _page(uid, certificate_uid, form, unconfirmed=unconfirmed), 422
    facts = here()
    with writing() as db:
        training_class, old = of_class(db, uid, certificate_uid, "certify")
        made = reissue(db, certificate=old, reason=form.reason.data, key=facts.site.key("certificate"), by_id=own_id(), now=facts.now,
                       sample=facts.site.settings.demo)
        # Where two have to agree on a list, what has a number already is finished, and nothing else.
        asked = [db.get_one(Enrolment, made.enrolment_id)] if rules_of(training_class).issuing_people == "one" else []
        job = ask_to_issue(db, training_class=training_class, enrolments=asked, base=base, by_id=own_id(), now=facts.now)
        job_uid = job.uid
    return redirect(url_for("lms.jobs.show", uid=job_uid), 303)


def _page(uid: str, certificate_uid: str, form: ReissueForm, *, unconfirmed: bool = False) -> str:
    db, now = here().db, here().now
    training_class, old = of_class(db, uid, certificate_uid, "certify")
    if old.state != "valid":
        raise Conflict("not_reissuable", N_("证书 {number} 不是有效状态，不能补发。作废的，请在“发证”里重新发证。"), number=old.number)
    number = next_number(db, training_class, now)
    before, after = (dict(printed(words)) for words in (old.snapshot, new_snapshot(db, old, number, now, here().site.settings.demo)))
    rows = [(translate(here().locale, label), before.get(label, ""), after.get(label, "")) for label in {**before, **after}]
    return render_template("lms/manage/certificates/reissue.html", training_class=training_class, certificate=old, form=form, rows=rows,
                           boxes=missing_glyphs("".join(map(str, after.values()))),
                           base=printed_base(), nearby=opens_only_nearby(printed_base()), unconfirmed=unconfirmed, number=number)
