"""What questions bring to the registry: who asked, and those who teach in the class, whom they wait for."""
from __future__ import annotations

from sqlalchemy import ColumnElement, or_

from lms.core.access.service import Viewer
from lms.core.discussion.models import ModuleQuestion
from lms.core.events import Events
from lms.core.registry import Registry


def register(registry: Registry, events: Events) -> None:
    registry.add("access_rule", "ModuleQuestion", _questions)


def _questions(viewer: Viewer, action: str) -> ColumnElement[bool]:
    """What is shown to a class is listed by ``service.under_module``: there nobody's name stands."""
    taught: ColumnElement[bool] = ModuleQuestion.class_id.in_(viewer.scopes("teach", "class"))
    return or_(taught, ModuleQuestion.person_id == viewer.person_id) if action == "see" else taught
