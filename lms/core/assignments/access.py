"""What assignments bring to the registry. A trainee sees those of the class; work is read by its author and by instructors."""
from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_, select

from lms.core.access.service import Viewer
from lms.core.assignments.completion import judge_assignments
from lms.core.assignments.models import Assignment, Submission
from lms.core.classes.access import own_classes
from lms.core.events import Events
from lms.core.registry import Registry


def register(registry: Registry, events: Events) -> None:
    registry.add("access_rule", "Assignment", _assignments)
    registry.add("access_rule", "Submission", _submissions)
    registry.add("completion_part", "assignment", judge_assignments)


def _assignments(viewer: Viewer, action: str) -> ColumnElement[bool]:
    """A draft is seen by those who may publish it."""
    clause: ColumnElement[bool] = Assignment.class_id.in_(viewer.scopes(action, "class"))
    if action == "see":
        clause = and_(clause, or_(Assignment.state != "draft", Assignment.class_id.in_(viewer.scopes("teach", "class"))))
        return or_(clause, and_(Assignment.class_id.in_(own_classes(viewer)), Assignment.state != "draft"))
    return clause


def _submissions(viewer: Viewer, action: str) -> ColumnElement[bool]:
    """Group leaders and monitors see who has handed in nowhere here: reflections are for the author and the instructors."""
    taught = select(Assignment.id).where(Assignment.class_id.in_(viewer.scopes("teach", "class")))
    marked: ColumnElement[bool] = Submission.assignment_id.in_(taught)
    return or_(marked, Submission.person_id == viewer.person_id) if action == "see" else marked
