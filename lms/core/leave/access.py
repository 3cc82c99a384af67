"""What leave brings to the registry. A request is seen by whoever asked and by those who may approve leave in the class."""
from __future__ import annotations

from sqlalchemy import ColumnElement, or_

from lms.core.access.service import Viewer
from lms.core.events import Events
from lms.core.leave.deciding import still_undecided
from lms.core.leave.models import LeaveRequest
from lms.core.leave.proofs import purge_proofs
from lms.core.registry import Registry


def register(registry: Registry, events: Events) -> None:
    registry.add("access_rule", "LeaveRequest", _requests)
    registry.add("closing_check", "leave", still_undecided)
    registry.add("every_minute", "leave_proofs", purge_proofs)


def _requests(viewer: Viewer, action: str) -> ColumnElement[bool]:
    """Reasons are private: leaders and monitors, who call the roll, see only that somebody is on leave."""
    decided: ColumnElement[bool] = LeaveRequest.class_id.in_(viewer.scopes("leave", "class"))
    return or_(decided, LeaveRequest.person_id == viewer.person_id) if action == "see" else decided
