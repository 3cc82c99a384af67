"""What search brings to the registry: a document is found by whoever may see its course."""
from __future__ import annotations

from lms.core.courses.access import in_courses
from lms.core.events import Events
from lms.core.registry import Registry
from lms.core.search.indexing import index_what_changed
from lms.core.search.models import SearchDocument


def register(registry: Registry, events: Events) -> None:
    registry.add("access_rule", "SearchDocument", lambda viewer, action: in_courses(viewer, action, SearchDocument.course_id))
    registry.add("every_minute", "search_index", index_what_changed)
