"""What attendance brings to the registry. Who may see its events: whoever may see the enrolment, for taking attendance or as their own."""
from __future__ import annotations

from sqlalchemy import ColumnElement, or_, select

from lms.core.access.service import Viewer
from lms.core.attendance.models import AttendanceEvent, Vehicle
from lms.core.attendance.reviews import still_open
from lms.core.classes.access import in_classes
from lms.core.classes.models import Enrolment
from lms.core.events import Events
from lms.core.registry import Registry


def register(registry: Registry, events: Events) -> None:
    registry.add("access_rule", "AttendanceEvent", _events)
    registry.add("access_rule", "Vehicle", lambda viewer, action: in_classes(viewer, action, Vehicle.class_id))
    registry.add("closing_check", "reviews", still_open)


def _events(viewer: Viewer, action: str) -> ColumnElement[bool]:
    led = select(Enrolment.person_id).where(Enrolment.class_id == AttendanceEvent.class_id,
                                            Enrolment.group_id.in_(viewer.scopes(action, "group")))
    clause = or_(AttendanceEvent.class_id.in_(viewer.scopes(action, "class")), AttendanceEvent.person_id.in_(led))
    return or_(clause, AttendanceEvent.person_id == viewer.person_id) if action == "see" else clause
