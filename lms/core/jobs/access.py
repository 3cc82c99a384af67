"""Who may see and cancel a job: whoever asked for it and still has duties in its class, and whoever manages that class."""
from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_

from lms.core.access.service import Viewer
from lms.core.events import Events
from lms.core.jobs.models import Job
from lms.core.registry import Registry


def register(registry: Registry, events: Events) -> None:
    registry.add("access_rule", "Job", _jobs)


def _jobs(viewer: Viewer, action: str) -> ColumnElement[bool]:
    in_class = or_(Job.class_id.is_(None), Job.class_id.in_(viewer.scopes("see", "class")))  # a role that was taken back ends it
    return or_(and_(Job.created_by_id == viewer.person_id, in_class), Job.class_id.in_(viewer.scopes("manage", "class")))
