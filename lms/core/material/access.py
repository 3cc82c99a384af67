"""Who may see and change material: whoever sees and teaches its course."""
from __future__ import annotations

from lms.core.courses.access import in_courses
from lms.core.events import Events
from lms.core.material.models import Material
from lms.core.registry import Registry


def register(registry: Registry, events: Events) -> None:
    registry.add("access_rule", "Material", lambda viewer, action: in_courses(viewer, action, Material.course_id))
