"""A list for issuing that waits for its second person: look through it, confirm it, or take it back."""
from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, aliased
from werkzeug.wrappers import Response

from lms.core.access.service import fetch
from lms.core.certificates.models import IssueRequest
from lms.core.certificates.requests import confirm, withdraw
from lms.core.certificates.standing import outlook
from lms.core.classes.models import TrainingClass
from lms.core.errors import NotFound
from lms.core.i18n import N_, translate
from lms.core.people.models import Person
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.manage.certificates import class_standings, own_id
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_issue_requests", __name__)
_ROUTE = "/manage/classes/<uid>/certificates/requests/<request_uid>"


@pages.get(_ROUTE)
@login_required
def show(uid: str, request_uid: str) -> str:
    """Everybody on the list with where they stand now: who has fallen short since will be left out."""
    training_class, found, names = _of_class(here().db, uid, request_uid)
    people = class_standings(here().db, training_class, found.enrolments)
    return render_template("lms/manage/certificates/request.html", training_class=training_class, asked=found, people=people,
                           outlook=outlook(people), names=names, own=found.asked_by_id == own_id())


@pages.post(f"{_ROUTE}/confirm")
@login_required
def agree(uid: str, request_uid: str) -> Response:
    with writing() as db:
        found = _of_class(db, uid, request_uid)[1]
        job = confirm(db, request=found, by_id=own_id(), now=here().now)
        job_uid = job.uid
    return redirect(url_for("lms.jobs.show", uid=job_uid), 303)


@pages.post(f"{_ROUTE}/withdraw")
@login_required
def take_back(uid: str, request_uid: str) -> Response:
    with writing() as db:
        found = _of_class(db, uid, request_uid)[1]
        withdraw(db, request=found, by_id=own_id(), now=here().now)
    flash(translate(here().locale, N_("名单已撤回，没有发证。")), "ok")
    return redirect(url_for("lms.manage_certificates.show", uid=uid), 303)


def _of_class(db: Session, uid: str, request_uid: str) -> tuple[TrainingClass, IssueRequest, dict[int | None, str]]:
    """The class, its list, and the names of the two who asked and decided, by their ids."""
    training_class = fetch(db, here().viewer, TrainingClass, uid, "certify")
    asked, decided = aliased(Person), aliased(Person)
    row = db.execute(
        select(IssueRequest, asked.name, decided.name).join(asked, asked.id == IssueRequest.asked_by_id)
        .outerjoin(decided, decided.id == IssueRequest.decided_by_id)
        .where(IssueRequest.uid == request_uid, IssueRequest.class_id == training_class.id)
        .with_for_update(of=IssueRequest)).one_or_none()
    if row is None:
        raise NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。"))
    found: IssueRequest = row[0]
    return training_class, found, {found.asked_by_id: row[1], found.decided_by_id: row[2]}
