"""Who may see credit hours, and what puts them on record."""
from __future__ import annotations

from sqlalchemy import ColumnElement, false, or_

from lms.core.access.service import Viewer
from lms.core.events import Events
from lms.core.hours.models import CreditEntry
from lms.core.hours.posting import on_attendance, on_issued, on_state
from lms.core.people.merged import own_ids
from lms.core.registry import Registry


def register(registry: Registry, events: Events) -> None:
    registry.add("access_rule", "CreditEntry", _entries)
    registry.add("access_rule", "HoursImport", lambda viewer, action: false())  # the office alone: it names anybody
    events.on("class.state", on_state)
    events.on("certificate.issued", on_issued)
    events.on("attendance.changed", on_attendance)


def _entries(viewer: Viewer, action: str) -> ColumnElement[bool]:
    """One's own, and to a unit's staff those of its people as they stood. To change them takes the whole site."""
    if action != "see":
        return false()
    return or_(CreditEntry.person_id.in_(own_ids(viewer.person_id)), CreditEntry.unit_id.in_(viewer.scopes("see", "unit")))
