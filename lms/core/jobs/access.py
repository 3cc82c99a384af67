"""Who may see and cancel a job: whoever asked for it, and whoever manages the class that it is about."""
from __future__ import annotations

from sqlalchemy import ColumnElement, or_

from lms.core.access.service import Viewer
from lms.core.events import Events
from lms.core.jobs.models import Job
from lms.core.registry import Registry


def register(registry: Registry, events: Events) -> None:
    registry.add("access_rule", "Job", _jobs)


def _jobs(viewer: Viewer, action: str) -> ColumnElement[bool]:
    return or_(Job.created_by_id == viewer.person_id, Job.class_id.in_(viewer.scopes("manage", "class")))
