"""What announcements bring to the registry: the people of a class see what it is told."""
from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_

from lms.core.access.service import Viewer
from lms.core.announcements.models import Announcement
from lms.core.classes.access import own_classes
from lms.core.events import Events
from lms.core.registry import Registry


def register(registry: Registry, events: Events) -> None:
    registry.add("access_rule", "Announcement", _announcements)


def _announcements(viewer: Viewer, action: str) -> ColumnElement[bool]:
    """What was withdrawn is seen by those who work in the class only."""
    clause: ColumnElement[bool] = Announcement.class_id.in_(viewer.scopes(action, "class"))
    if action == "see":
        clause = or_(clause, and_(Announcement.class_id.in_(own_classes(viewer)), Announcement.withdrawn_at.is_(None)))
    return clause
