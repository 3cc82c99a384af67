"""An instructor reads one trainee's work and marks it or returns it; then comes the next that waits."""
from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response as Redirect

from lms.core.access.service import fetch
from lms.core.assignments.handing import STATES, files_of
from lms.core.assignments.marking import LEVELS, LONGEST_COMMENT, give_back, mark, read_mark
from lms.core.assignments.models import Assignment, Submission
from lms.core.classes.models import Enrolment
from lms.core.errors import LmsError, NotFound
from lms.core.i18n import N_, explain, translate
from lms.web.assignments import BADGES, send_file_of
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.manage.assignments import to_teach
from lms.web.manage.classes import seen_version
from lms.web.posted import me
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_assignment_marking", __name__)
_AT = "/manage/classes/<uid>/assignments/<assignment_uid>/works/<submission_uid>"


@pages.get(_AT)
@login_required
def show(uid: str, assignment_uid: str, submission_uid: str) -> str:
    return _page(uid, assignment_uid, submission_uid)


@pages.post(_AT)
@login_required
def judge(uid: str, assignment_uid: str, submission_uid: str) -> Redirect | tuple[str, int]:
    form = request.form
    comment, back = form.get("comment", ""), form.get("act") == "return"
    try:
        given = None if back else read_mark(form.get("mark", ""))
        with writing() as db:
            assignment = to_teach(db, uid, assignment_uid)
            work = _work(db, assignment, submission_uid)
            if back:
                give_back(db, submission=work, comment=comment, version=seen_version(), by_id=me(), now=here().now)
            else:
                mark(db, submission=work, level=form.get("level", ""), mark_=given, comment=comment, version=seen_version(),
                     by_id=me(), now=here().now)
            following = db.scalar(select(Submission.uid).where(Submission.assignment_id == assignment.id, Submission.state == "handed_in",
                                                               Submission.person_id != me()).order_by(Submission.handed_in_at).limit(1))
    except LmsError as error:
        return _page(uid, assignment_uid, submission_uid, error), error.status
    flash(translate(here().locale, N_("已退回，学员能看到要改什么。") if back else N_("已批阅，学员能看到等次和评语。")), "ok")
    if following:
        return redirect(url_for(".show", uid=uid, assignment_uid=assignment_uid, submission_uid=following), 303)
    return redirect(url_for("lms.manage_assignments.show", uid=uid, assignment_uid=assignment_uid), 303)


@pages.get(_AT + "/files/<file_uid>")
@login_required
def file(uid: str, assignment_uid: str, submission_uid: str, file_uid: str) -> Response:
    db = here().db
    return send_file_of(db, _work(db, to_teach(db, uid, assignment_uid), submission_uid), file_uid)


def _work(db: Session, assignment: Assignment, uid: str) -> Submission:
    found = fetch(db, here().viewer, Submission, uid, "teach", joinedload(Submission.hand_ins), joinedload(Submission.assignment))
    if found.assignment_id != assignment.id:
        raise NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。"))
    return found


def _page(uid: str, assignment_uid: str, submission_uid: str, error: LmsError | None = None) -> str:
    db = here().db
    assignment = to_teach(db, uid, assignment_uid)
    work = _work(db, assignment, submission_uid)
    enrolment = db.scalar(select(Enrolment).where(Enrolment.class_id == assignment.class_id, Enrolment.person_id == work.person_id))
    if enrolment is None:
        raise NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。"))
    return render_template("lms/manage/assignments/work.html", training_class=assignment.training_class, assignment=assignment, work=work,
                           enrolment=enrolment, files=files_of(db, work), levels=LEVELS, states=STATES, badges=BADGES, form=request.form,
                           longest=LONGEST_COMMENT, own=work.person_id == me(), told=explain(error, here().locale) if error else "")
