"""Who may see replies: whoever manages the class. A liaison comes by the link and sees the unit's own."""
from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from lms.core.access.service import Viewer
from lms.core.classes.models import TrainingClass
from lms.core.events import Events
from lms.core.registration.models import EnrolmentReply
from lms.core.registry import Registry


def register(registry: Registry, events: Events) -> None:
    registry.add("access_rule", "EnrolmentReply", _replies)
    events.on("class.state", forget_people)


def _replies(viewer: Viewer, action: str) -> ColumnElement[bool]:
    return EnrolmentReply.class_id.in_(viewer.scopes("manage" if action == "see" else action, "class"))


def forget_people(db: Session, *, training_class: TrainingClass, state: str, **more: Any) -> None:
    """Once the class is closed its roster says who came; whom units had named serves no purpose any more."""
    if state == "closed":
        ids = select(EnrolmentReply.id).where(EnrolmentReply.class_id == training_class.id)
        db.execute(update(EnrolmentReply).where(EnrolmentReply.id.in_(ids)).values(people=[]))
