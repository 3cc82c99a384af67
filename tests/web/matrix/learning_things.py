"""What stands for the things of learning in the matrix: assignments, surveys, announcements, questions, notices, editing of courses."""
from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

from sqlalchemy import select

from lms.core.courses.sources import sources_of, zipped
from lms.core.ids import new_uid
from lms.core.notices.models import Notice
from lms.core.shipped import shipped

from .world import Things, World

Form = dict[str, Any]


def assignment_values(world: World, things: Things, role: str) -> Form:
    return {"title": "第二篇", "prompt": "", "least_chars": "10", "most_files": "2", "needs": "accepted", "version": things.assignment.version}


def own_notice(world: World, things: Things) -> str:
    """That the trainee's certificate was issued."""
    with world.site.database.reading() as db:
        return db.scalars(select(Notice.uid).where(Notice.person_id == things.person.id, Notice.kind == "certificate.issued")).one()


def course_zip(world: World, things: Things, role: str) -> Form:
    """The shipped course, as its export would be."""
    folder = shipped("courses") / things.course.slug
    return {"file": (BytesIO(zipped(things.course.slug, sources_of(folder))), "course.zip")}


LEARNING_PARAMETERS: dict[tuple[str, str], Callable[[World, Things], str]] = {
    ("assignments", "uid"): lambda w, t: t.assignment.uid,
    ("assignments", "file_uid"): lambda w, t: t.work.files[0],
    ("manage_assignments", "uid"): lambda w, t: t.training_class.uid,
    ("manage_assignments", "to"): lambda w, t: "closed",
    ("", "assignment_uid"): lambda w, t: t.assignment.uid,
    ("manage_assignment_marking", "uid"): lambda w, t: t.training_class.uid,
    ("", "submission_uid"): lambda w, t: t.work.uid,
    ("manage_assignment_marking", "file_uid"): lambda w, t: t.work.files[0],
    ("notices", "uid"): own_notice,
    ("announcements", "uid"): lambda w, t: t.announcement.uid,
    ("manage_announcements", "uid"): lambda w, t: t.training_class.uid,
    ("", "announcement_uid"): lambda w, t: t.announcement.uid,
    ("discussion", "slug"): lambda w, t: t.course.slug,
    ("manage_discussion", "uid"): lambda w, t: t.training_class.uid,
    ("", "asked_uid"): lambda w, t: t.asked.uid,
    ("manage_course_editing", "slug"): lambda w, t: t.course.slug,
    ("manage_course_editing", "name"): lambda w, t: f"01-{t.version.modules[0].slug}.md",
    ("", "version_uid"): lambda w, t: t.version.uid,
    ("manage_study_rules", "uid"): lambda w, t: t.training_class.uid,
    ("manage_study_rules", "slug"): lambda w, t: t.course.slug,
    ("manage_study_progress", "uid"): lambda w, t: t.training_class.uid,
    ("surveys", "uid"): lambda w, t: t.survey.uid,
    ("manage_surveys", "uid"): lambda w, t: t.training_class.uid,
    ("lms.manage_surveys.edit", "survey_uid"): lambda w, t: t.draft_survey.uid,
    ("lms.manage_surveys.save", "survey_uid"): lambda w, t: t.draft_survey.uid,
    ("", "survey_uid"): lambda w, t: t.survey.uid,
}
LEARNING_FORMS: dict[str, Form | Callable[[World, Things, str], Form]] = {
    "lms.assignments.save": lambda w, t, role: {"text": "又学到一些", "version": t.work.version, "act": "hand_in"},
    "lms.surveys.send": {"q1": "0"},
    "lms.manage_course_editing.order": lambda w, t, role: {
        **{f"place-{n:02}-{m.slug}.md": str(n) for n, m in enumerate(t.version.modules, 1)}, "version": "1"},
    "lms.manage_course_editing.save": {"title": "改了名", "summary": "摘要", "minutes": "5", "body": "## 学完能做到\n- 好", "version": "1"},
    "lms.manage_course_editing.add": {"title": "新模块", "slug": "brand-new", "version": "1"},
    "lms.manage_course_editing.upload": course_zip,
    "lms.manage_study_rules.save_of_class": {"order": "forced", "version": "1"},
    "lms.manage_study_rules.save_of_course": {"order": "forced", "version": "1"},
    "lms.manage_study_rules.open_course": {"open": "1"},
    "lms.manage_study_progress.confirm_one": lambda w, t, role: {"course": t.course.slug, "module": t.version.modules[0].slug},
    "lms.manage_announcements.make": {"title": "集合", "body": "八点在大厅"},
    "lms.manage_announcements.save": lambda w, t, role: {"title": "集合", "body": "九点在大厅", "version": t.announcement.version},
    "lms.discussion.send": lambda w, t, role: {"text": "还有一问", "uid": new_uid()},
    "lms.manage_discussion.reply": lambda w, t, role: {"answer": "按规定办", "act": "show", "version": t.asked.version},
    "lms.manage_surveys.save": lambda w, t, role: {"title": "评价二", "least": "5", "count": "1", "text-0": "服务", "kind-0": "scale",
                                                   "version": t.draft_survey.version},
    "lms.manage_assignments.make": assignment_values,
    "lms.manage_assignments.save": assignment_values,
    "lms.manage_assignment_marking.judge": lambda w, t, role: {"level": "good", "mark": "88", "comment": "写得实在", "version": t.work.version, "act": "mark"},
}
