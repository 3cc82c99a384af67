"""Who may see and cancel a job: whoever asked for it."""
from __future__ import annotations

from lms.core.events import Events
from lms.core.jobs.models import Job
from lms.core.registry import Registry


def register(registry: Registry, events: Events) -> None:
    registry.add("access_rule", "Job", lambda viewer, action: Job.created_by_id == viewer.person_id)
