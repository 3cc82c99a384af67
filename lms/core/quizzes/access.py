"""Who may see and handle papers and attempts. Banks and questions belong to courses: see ``core.learning.bank_access``."""
from __future__ import annotations

from sqlalchemy import ColumnElement, or_, select

from lms.core.access.service import Viewer
from lms.core.classes.access import in_classes, own_classes
from lms.core.events import Events
from lms.core.quizzes.models import Attempt, Paper
from lms.core.quizzes.overdue import close_what_is_over
from lms.core.registry import Registry


def register(registry: Registry, events: Events) -> None:
    registry.add("access_rule", "Paper", _papers)
    registry.add("access_rule", "Attempt", _attempts)
    registry.add("every_minute", "close_what_is_over", close_what_is_over)


def _papers(viewer: Viewer, action: str) -> ColumnElement[bool]:
    """Trainees see what is published in their classes; drafts are for those who teach or export there."""
    if action != "see":
        return in_classes(viewer, action, Paper.class_id)
    return or_(Paper.class_id.in_(own_classes(viewer)) & (Paper.state != "draft"),
               Paper.class_id.in_(viewer.scopes("teach", "class") | viewer.scopes("export", "class")))


def _attempts(viewer: Viewer, action: str) -> ColumnElement[bool]:
    """One's own; and all attempts at the papers of a class for those who teach or export there."""
    if action != "see":
        return Attempt.paper_id.in_(select(Paper.id).where(in_classes(viewer, action, Paper.class_id)))
    staff = viewer.scopes("teach", "class") | viewer.scopes("export", "class")
    return or_(Attempt.person_id == viewer.person_id, Attempt.paper_id.in_(select(Paper.id).where(Paper.class_id.in_(staff))))
