"""Issue certificates: look at what would happen, confirm, and let the job child work."""
from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, request, url_for
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response as Redirect

from lms.core.access.service import fetch, visible
from lms.core.audit.service import record
from lms.core.certificates.jobs import ask_to_issue
from lms.core.certificates.numbers import next_number
from lms.core.certificates.preview import preview_certificate
from lms.core.certificates.requests import propose
from lms.core.certificates.standing import outlook
from lms.core.certificates.templates import template_file
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.classes.rules import rules_of
from lms.core.clock import local
from lms.core.documents.glyphs import missing_glyphs
from lms.core.errors import Conflict, LmsError
from lms.core.i18n import N_, explain, translate
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.manage.certificates import class_standings, own_id
from lms.web.public_address import opens_only_nearby, printed_base
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_issuing", __name__)


@pages.get("/manage/classes/<uid>/certificates/issue")
@login_required
def ask(uid: str) -> str:
    """What would happen for the whole class."""
    return _confirm(uid, None)


@pages.post("/manage/classes/<uid>/certificates/issue/selected")
@login_required
def ask_selected(uid: str) -> str | Redirect:
    """What would happen for those who were ticked; a POST because three hundred ids are too long for an address."""
    uids = request.form.getlist("enrolment")
    if not uids:
        flash(translate(here().locale, N_("还没有勾选。请先勾选要发证的人。")), "warn")
        return redirect(url_for("lms.manage_certificates.show", uid=uid), 303)
    return _confirm(uid, uids)


@pages.post("/manage/classes/<uid>/certificates/issue")
@login_required
def issue(uid: str) -> Redirect | tuple[str, int]:
    # Those who were on the list that was looked through; where nobody was, only what has a number already is finished.
    uids, base = request.form.getlist("enrolment") or ([] if request.form.get("begun_only") else None), printed_base()
    if opens_only_nearby(base) and not request.form.get("address_ok"):
        return _confirm(uid, uids, unconfirmed=True), 422
    with writing() as db:
        training_class = fetch(db, here().viewer, TrainingClass, uid, "certify")
        chosen = None if uids is None else [s.enrolment for s in class_standings(db, training_class, uids)]
        if rules_of(training_class).issuing_people == "two" and chosen != []:
            asked = propose(db, training_class=training_class, enrolments=_everybody_ready(db, training_class) if chosen is None else chosen,
                            base=base, by_id=own_id(), now=here().now)
            return redirect(url_for("lms.manage_issue_requests.show", uid=uid, request_uid=asked.uid), 303)
        job = ask_to_issue(db, training_class=training_class, enrolments=chosen, base=base, by_id=own_id(), now=here().now)
        record(db, actor_id=own_id(), action="certificate.ask", thing=training_class, now=here().now,
               class_id=training_class.id, after={"people": None if chosen is None else len(chosen), "job": job.uid})
    return redirect(url_for("lms.jobs.show", uid=job.uid), 303)


@pages.get("/manage/classes/<uid>/certificates/preview.png")
@login_required
def picture(uid: str) -> Response:
    """How a certificate of this class would look, marked as a sample."""
    training_class = fetch(here().db, here().viewer, TrainingClass, uid, "certify")
    people = visible(here().viewer, Enrolment, "certify").where(
        Enrolment.class_id == training_class.id, Enrolment.state == "enrolled")
    wanted = request.args.get("enrolment")
    enrolment = here().db.scalars((people.where(Enrolment.uid == wanted) if wanted else people)
                                  .order_by(Enrolment.number).limit(1)).first()
    if enrolment is None:
        raise Conflict("nobody_to_certify", N_("班里还没有人，没有可预览的证书。"))
    png = preview_certificate(here().db, here().site.storage, training_class=training_class, enrolment=enrolment, base=printed_base(), now=here().now)
    return Response(png, mimetype="image/png")


def _everybody_ready(db: Session, training_class: TrainingClass) -> list[Enrolment]:
    return [s.enrolment for s in outlook(class_standings(db, training_class)).ready]


def _confirm(uid: str, uids: list[str] | None, *, unconfirmed: bool = False) -> str:
    """The page that says what issuing would do now, and asks."""
    db = here().db
    training_class = fetch(db, here().viewer, TrainingClass, uid, "certify", joinedload(TrainingClass.organiser))
    people = class_standings(db, training_class, uids)
    base, number, refusal = printed_base(), *_first_number(db, training_class)
    rules = rules_of(training_class)
    today = local(here().now, training_class.zone).date()
    return render_template(
        "lms/manage/certificates/issue.html", training_class=training_class, outlook=outlook(people), uids=uids, base=base,
        two=rules.issuing_people == "two",
        boxes=missing_glyphs(training_class.title + training_class.organiser.name + rules.certificate_title + rules.certificate_wording + rules.certificate_number),
        templates=here().viewer.everywhere("manage"), nearby=opens_only_nearby(base), unconfirmed=unconfirmed, number=number, refusal=refusal,
        still_on=today <= training_class.ends_on)


def _first_number(db: Session, training_class: TrainingClass) -> tuple[str, str]:
    """The number that the first certificate would get, and why none can be given."""
    try:
        template_file(here().site.database.info, rules_of(training_class).certificate_template)
        return next_number(db, training_class, here().now), ""
    except LmsError as refusal:
        return "", explain(refusal, here().locale)
