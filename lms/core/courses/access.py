"""Who may see and teach courses: the people of the classes that have them, and their instructors."""
from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, false, or_, select

from lms.core.access.service import Viewer
from lms.core.classes.access import own_classes
from lms.core.courses.models import ClassCourse, Course
from lms.core.events import Events
from lms.core.registry import Registry


def register(registry: Registry, events: Events) -> None:
    registry.add("access_rule", "Course", lambda viewer, action: in_courses(viewer, action, Course.id))


def in_courses(viewer: Viewer, action: str, course_id: ColumnElement[int] | Any) -> ColumnElement[bool]:
    """An instructor of a class teaches its courses; whoever is in a class sees them."""
    clauses: list[ColumnElement[bool]] = []
    courses, classes = viewer.scopes(action, "course"), viewer.scopes(action, "class")
    if courses or classes:  # trainees, who open these pages most, have neither
        of_classes = select(ClassCourse.course_id).where(ClassCourse.class_id.in_(classes))
        clauses = [course_id.in_(courses), course_id.in_(of_classes)]
    if action == "see":
        clauses.append(course_id.in_(select(ClassCourse.course_id).where(ClassCourse.class_id.in_(own_classes(viewer)))))
    return or_(false(), *clauses)
