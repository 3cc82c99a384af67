"""Completion and certificates of a class: who completes it and who not, what was issued, issue, revoke, take out."""
from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from lms.core.access.service import fetch, visible
from lms.core.certificates.issue import LIVE, LONGEST_REASON, revoke
from lms.core.certificates.jobs import ISSUE
from lms.core.certificates.models import Certificate
from lms.core.certificates.requests import waiting_request
from lms.core.certificates.standing import PLACES, Standing, outlook, standings
from lms.core.certificates.verify import STATES, replaced_by
from lms.core.classes.access import whole_class
from lms.core.classes.models import Enrolment, Group, TrainingClass
from lms.core.classes.rules import rules_of
from lms.core.errors import NotFound
from lms.core.i18n import N_, translate
from lms.core.jobs.models import Job
from lms.core.jobs.service import UNFINISHED
from lms.core.people.models import Person
from lms.web.certificates import printed_rows
from lms.web.context import here
from lms.web.forms import Form
from lms.web.identity import login_required
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_certificates", __name__)

_ORDERS = {"number": (Enrolment.number,), "name": (Person.pinyin, Enrolment.name), "unit": (Enrolment.unit_name, Enrolment.number),
           "group": (Group.position, Enrolment.number)}
_PER_PAGE = 100
# Place -> the kind of its badge.
_KINDS = {"certified": "ok", "complete": "info", "near": "warn", "open": "wait", "lost": "bad"}


class RevokeForm(Form):
    reason = TextAreaField(N_("作废的原因"), validators=[InputRequired(N_("请写明作废的原因。")), Length(2, LONGEST_REASON)])


@pages.get("/manage/classes/<uid>/certificates")
@login_required
def show(uid: str) -> str:
    """Everybody with the verdict of today; filters and order stand in the address."""
    training_class = fetch(here().db, here().viewer, TrainingClass, uid, "export")
    everybody = class_standings(here().db, training_class)
    groups = {s.enrolment.group.uid: s.enrolment.group for s in everybody if s.enrolment.group}
    chosen = _filtered(everybody)
    pages_of = max(1, -(-len(chosen) // _PER_PAGE))
    page = min(max(request.args.get("page", 1, type=int), 1), pages_of)
    return render_template(
        "lms/manage/certificates/people.html", training_class=training_class, page=page, pages=pages_of, total=len(chosen),
        people=chosen[(page - 1) * _PER_PAGE:page * _PER_PAGE],
        outlook=outlook(everybody), places=PLACES, kinds=_KINDS, filters=request.args, job=_under_way(training_class),
        asked=waiting_request(here().db, training_class) if rules_of(training_class).issuing_people == "two" else None,
        place_choices=[(place, translate(here().locale, label)) for place, label in PLACES.items()],
        group_choices=[(g.uid, g.name) for g in sorted(groups.values(), key=lambda g: (g.position, g.id))],
        can_certify=may_certify(training_class), deciding=_asks_people(training_class))


@pages.get("/manage/classes/<uid>/certificates/register")
@login_required
def register(uid: str) -> str:
    """Every number that was given out, void ones included."""
    training_class = fetch(here().db, here().viewer, TrainingClass, uid, "export")
    rows = here().db.scalars(visible(here().viewer, Certificate, "export").where(Certificate.class_id == training_class.id)
                             .order_by(Certificate.scope, Certificate.serial)).all()
    state, text = request.args.get("state", ""), request.args.get("q", "").strip().casefold()
    chosen = [c for c in rows if (not state or c.state == state) and _mentions(c, text)]
    return render_template("lms/manage/certificates/register.html", training_class=training_class, certificates=chosen,
                           total=len(rows), valid=sum(c.state == "valid" for c in rows), states=STATES, filters=request.args,
                           taken_by={c.replaces_id: c.number for c in rows if c.replaces_id})


@pages.get("/manage/classes/<uid>/certificates/<certificate_uid>")
@login_required
def certificate(uid: str, certificate_uid: str) -> str:
    return _certificate_page(uid, certificate_uid, RevokeForm())


@pages.post("/manage/classes/<uid>/certificates/<certificate_uid>/revoke")
@login_required
def revoke_one(uid: str, certificate_uid: str) -> str | Response | tuple[str, int]:
    form = RevokeForm.posted()
    if not form.validate():
        return _certificate_page(uid, certificate_uid, form), 422
    with writing() as db:
        _, found = of_class(db, uid, certificate_uid, "certify")
        revoke(db, certificate=found, reason=form.reason.data, by_id=own_id(), now=here().now)
    flash(translate(here().locale, N_("证书 {number} 已作废，编号保留不再使用。"), number=found.number), "ok")
    return redirect(url_for(".certificate", uid=uid, certificate_uid=certificate_uid), 303)


def class_standings(db: Session, training_class: TrainingClass, uids: Sequence[str] | None = None) -> list[Standing]:
    """Where the people of the class stand whom the viewer may see, or those of them with these uids.

    :raises NotFound: one of the uids is not of this class
    """
    query = _people(training_class)
    if uids is not None:
        query = query.where(Enrolment.uid.in_(uids))
    found = standings(db, training_class=training_class, people=query, now=here().now)
    if uids is not None and len(found) != len(set(uids)):
        raise NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。"))
    return found


def may_certify(training_class: TrainingClass) -> bool:
    return whole_class(here().viewer, "certify", training_class.id)


def _asks_people(training_class: TrainingClass) -> bool:
    """Whether the rules leave something to people whom the viewer is one of."""
    rules = rules_of(training_class)
    return (rules.approval_required or rules.outstanding == "choice") and whole_class(here().viewer, "leave", training_class.id)


def own_id() -> int:
    person_id = here().viewer.person_id
    assert person_id is not None  # login_required
    return person_id


def _people(training_class: TrainingClass) -> Select[tuple[Enrolment]]:
    order = _ORDERS.get(request.args.get("sort", "").lstrip("-"), _ORDERS["number"])
    return (visible(here().viewer, Enrolment, "export").join(Enrolment.person).outerjoin(Enrolment.group)
            .where(Enrolment.class_id == training_class.id, Enrolment.state == "enrolled")
            .options(joinedload(Enrolment.group)).order_by(*order, Enrolment.id))


def _filtered(everybody: list[Standing]) -> list[Standing]:
    place, group = request.args.get("place", ""), request.args.get("group", "")
    text = request.args.get("q", "").strip().casefold()
    found = [s for s in everybody if (not place or s.place == place)
             and (not group or (s.enrolment.group is not None and s.enrolment.group.uid == group))
             and text in f"{s.enrolment.name} {s.enrolment.unit_name}".casefold()]
    if request.args.get("sort", "").lstrip("-") == "place":
        found.sort(key=lambda s: list(PLACES).index(s.place))
    return found[::-1] if request.args.get("sort", "").startswith("-") else found


def _mentions(certificate: Certificate, text: str) -> bool:
    return text in f"{certificate.number} {certificate.snapshot['name']} {certificate.snapshot['unit']}".casefold()


def _under_way(training_class: TrainingClass) -> Job | None:
    """The latest unfinished job that issues for this class."""
    return here().db.scalars(select(Job).where(Job.class_id == training_class.id, Job.kind == ISSUE, Job.state.in_(UNFINISHED))
                             .order_by(Job.id.desc()).limit(1)).first()


def of_class(db: Session, uid: str, certificate_uid: str, action: str) -> tuple[TrainingClass, Certificate]:
    """Class and certificate of the address: both allowed, and the one of the other."""
    training_class = fetch(db, here().viewer, TrainingClass, uid, action)
    found = db.scalar(visible(here().viewer, Certificate, action).where(
        Certificate.uid == certificate_uid, Certificate.class_id == training_class.id))
    if found is None:
        raise NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。"))
    return training_class, found


def _certificate_page(uid: str, certificate_uid: str, form: RevokeForm) -> str:
    training_class, found = of_class(here().db, uid, certificate_uid, "export")
    names = {row.id: row.name for row in here().db.execute(select(Person.id, Person.name).where(
        Person.id.in_([found.issued_by_id, found.state_by_id])))}
    return render_template("lms/manage/certificates/certificate.html", training_class=training_class, certificate=found,
                           rows=printed_rows(found), states=STATES, names=names, form=form, replaced_by=replaced_by(here().db, found),
                           replaces=here().db.scalar(select(Certificate.number).where(Certificate.id == found.replaces_id)),
                           can_reissue=may_certify(training_class) and found.state == "valid",
                           can_revoke=may_certify(training_class) and found.state in LIVE)
