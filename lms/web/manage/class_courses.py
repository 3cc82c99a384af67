"""Which courses a class has, and which of them completion requires."""
from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from lms.core.access.service import fetch
from lms.core.classes.models import TrainingClass
from lms.core.courses.library import assign_course, courses_of_class, take_course_away
from lms.core.courses.models import Course
from lms.core.i18n import N_, translate
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_class_courses", __name__)
CHOICES = {"none": N_("不安排"), "required": N_("必修"), "optional": N_("选修")}


@pages.get("/manage/classes/<uid>/courses")
@login_required
def show(uid: str) -> str:
    training_class = fetch(here().db, here().viewer, TrainingClass, uid, "manage")
    courses = here().db.scalars(select(Course).where(Course.current_version_id.is_not(None)).order_by(Course.id)).all()
    chosen = {row.course_id: "required" if row.required else "optional"
              for row in courses_of_class(here().db, training_class.id)}
    return render_template("lms/manage/courses/of_class.html", training_class=training_class, courses=courses,
                           chosen=chosen, choices=CHOICES)


@pages.post("/manage/classes/<uid>/courses")
@login_required
def save(uid: str) -> Response:
    """What is posted for each course counts; a course that is not named stays as it is."""
    facts = here()
    with writing() as db:
        training_class = fetch(db, facts.viewer, TrainingClass, uid, "manage")
        held = {row.course_id: row for row in courses_of_class(db, training_class.id)}
        for position, course in enumerate(db.scalars(select(Course).order_by(Course.id))):
            wish = request.form.get(f"course-{course.uid}")
            if wish in ("required", "optional"):
                assign_course(db, class_id=training_class.id, course=course, required=wish == "required",
                              position=position, by_id=facts.viewer.person_id, now=facts.now)
            elif wish == "none" and course.id in held:
                take_course_away(db, held[course.id], by_id=facts.viewer.person_id, now=facts.now)
    flash(translate(facts.locale, N_("课程安排已保存。")), "ok")
    return redirect(url_for(".show", uid=uid), 303)
