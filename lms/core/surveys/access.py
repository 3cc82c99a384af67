"""What surveys bring to the registry. A trainee answers those of the class; results are for those who may export in it."""
from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_

from lms.core.access.service import Viewer
from lms.core.classes.access import own_classes
from lms.core.events import Events
from lms.core.registry import Registry
from lms.core.surveys.completion import judge_surveys
from lms.core.surveys.models import Survey


def register(registry: Registry, events: Events) -> None:
    registry.add("access_rule", "Survey", _surveys)
    registry.add("completion_part", "survey", judge_surveys)


def _surveys(viewer: Viewer, action: str) -> ColumnElement[bool]:
    if action == "see":
        return or_(Survey.class_id.in_(viewer.scopes("export", "class")),
                   and_(Survey.class_id.in_(own_classes(viewer)), Survey.state != "draft"))
    return Survey.class_id.in_(viewer.scopes(action, "class"))
