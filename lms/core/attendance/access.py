"""What attendance brings to the registry. Who may see its events: whoever may see the enrolment, for taking attendance or as their own."""
from __future__ import annotations

from sqlalchemy import ColumnElement, or_, select

from lms.core.access.service import Clause, Viewer
from lms.core.attendance.models import AttendanceEvent, SpotCheck, Substitution, Vehicle, WalkIn
from lms.core.attendance.reviews import still_open
from lms.core.attendance.walk_ins import still_unmatched
from lms.core.classes.access import in_classes
from lms.core.classes.models import Enrolment
from lms.core.events import Events
from lms.core.registry import Registry


def register(registry: Registry, events: Events) -> None:
    registry.add("access_rule", "AttendanceEvent", _events)
    registry.add("access_rule", "Vehicle", lambda viewer, action: in_classes(viewer, action, Vehicle.class_id))
    for model in (WalkIn, Substitution, SpotCheck):
        registry.add("access_rule", model.__name__, _of_whole_class(model))
    registry.add("closing_check", "walk_ins", still_unmatched)
    registry.add("closing_check", "reviews", still_open)


def _events(viewer: Viewer, action: str) -> ColumnElement[bool]:
    led = select(Enrolment.person_id).where(Enrolment.class_id == AttendanceEvent.class_id,
                                            Enrolment.group_id.in_(viewer.scopes(action, "group")))
    clause = or_(AttendanceEvent.class_id.in_(viewer.scopes(action, "class")), AttendanceEvent.person_id.in_(led))
    return or_(clause, AttendanceEvent.person_id == viewer.person_id) if action == "see" else clause


def _of_whole_class(model: type[WalkIn] | type[Substitution] | type[SpotCheck]) -> Clause:
    """Names from beyond the roster, and draws among everybody: nothing for whoever has but a group."""
    return lambda viewer, action: model.class_id.in_(viewer.scopes("attendance" if action == "see" else action, "class"))
