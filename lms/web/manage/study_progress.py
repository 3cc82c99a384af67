"""How far a class, a group or one person is with the courses; what an instructor confirms by hand; the same as a file."""
from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Redirect

from lms.core.access.service import fetch, visible
from lms.core.audit.service import record as audit
from lms.core.classes.access import fetch_staffed
from lms.core.classes.models import Enrolment, Group, TrainingClass
from lms.core.courses.models import ClassCourse, Course, Module
from lms.core.courses.study_rules import NEEDS
from lms.core.errors import NotFound
from lms.core.i18n import N_, translate
from lms.core.learning.completing import confirm
from lms.core.learning.progress import progress_of
from lms.core.reports.study_progress import by_group, class_study, needed, study_book
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.manage.exports import file_answer
from lms.web.manage.papers import may_here
from lms.web.posted import me
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_study_progress", __name__)


@pages.get("/manage/classes/<uid>/progress")
@login_required
def index(uid: str) -> str:
    """Those whom the viewer may see: a leader their group."""
    db, training_class = here().db, fetch_staffed(here().db, here().viewer, uid)
    groups = _groups(db, training_class)
    courses, chosen = here().plan_of(training_class.id).courses, request.args.get("group", "")
    rows = class_study(db, courses, _seats(db, training_class))
    shown = [r for r in rows if not chosen or (groups.get(r.enrolment.group_id or 0) or "") == chosen]
    names = {e.id for e in (r.enrolment for r in rows)}
    return render_template("lms/manage/study/progress.html", training_class=training_class, courses=courses, needed=needed, rows=shown,
                           groups=groups, chosen=chosen, shares=by_group(rows, courses, groups, here().locale), people=len(names),
                           can_export=may_here("export", training_class.id))


@pages.post("/manage/classes/<uid>/progress.<ending>")
@login_required
def progress_file(uid: str, ending: str) -> Response:
    db, training_class = here().db, fetch(here().db, here().viewer, TrainingClass, uid, "export")
    courses = here().plan_of(training_class.id).courses
    rows = class_study(db, courses, _seats(db, training_class))
    book = study_book(rows, courses, _groups(db, training_class), zone=training_class.zone, locale=here().locale)
    answer = file_answer(book, ending, translate(here().locale, N_("{class_title}-学习进度"), class_title=training_class.title))
    with writing() as own:
        audit(own, actor_id=me(), action="course.progress", thing=training_class, now=here().now, class_id=training_class.id)
    return answer


@pages.get("/manage/classes/<uid>/progress/<enrolment_uid>")
@login_required
def person(uid: str, enrolment_uid: str) -> str:
    db, training_class = here().db, fetch_staffed(here().db, here().viewer, uid)
    seat = _seat(db, training_class, enrolment_uid)
    courses = here().plan_of(training_class.id).courses
    return render_template("lms/manage/study/person.html", training_class=training_class, enrolment=seat, courses=courses, needs=NEEDS,
                           progress=progress_of(db, person_id=seat.person_id, course_ids=[c.course.id for c in courses]),
                           can_teach=may_here("teach", training_class.id))


@pages.post("/manage/classes/<uid>/progress/<enrolment_uid>/confirm")
@login_required
def confirm_one(uid: str, enrolment_uid: str) -> Redirect:
    """An instructor's word, for any module of the class's courses."""
    with writing() as db:
        training_class = fetch(db, here().viewer, TrainingClass, uid, "teach")
        seat = _seat(db, training_class, enrolment_uid)
        course = db.scalar(select(Course).join(ClassCourse, ClassCourse.course_id == Course.id).join(
            Module, Module.version_id == Course.current_version_id).where(
            ClassCourse.class_id == training_class.id, Course.slug == request.form.get("course", ""), Module.slug == request.form.get("module", "")))
        if course is None:
            raise NotFound("no_such_module", N_("课程里没有这个模块，没有保存。请刷新页面后重试。"))
        confirm(db, training_class=training_class, course=course, module_slug=request.form["module"], seats=[seat], by_id=me(), now=here().now)
    flash(translate(here().locale, N_("已确认学完。")), "ok")
    return redirect(url_for(".person", uid=uid, enrolment_uid=enrolment_uid), 303)


def _groups(db: Session, training_class: TrainingClass) -> dict[int, str]:
    return {row.id: row.name for row in db.execute(select(Group.id, Group.name).where(Group.class_id == training_class.id)
                                                   .order_by(Group.position, Group.id))}


def _seats(db: Session, training_class: TrainingClass) -> list[Enrolment]:
    """Those who are enrolled and whom the viewer may see for more than being one of them."""
    return list(db.scalars(visible(here().viewer, Enrolment, "attendance" if not may_here("see", training_class.id) else "see").where(
        Enrolment.class_id == training_class.id, Enrolment.state == "enrolled").order_by(Enrolment.number, Enrolment.id)))


def _seat(db: Session, training_class: TrainingClass, uid: str) -> Enrolment:
    found = fetch(db, here().viewer, Enrolment, uid)
    if found.class_id != training_class.id:
        raise NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。"))
    return found
