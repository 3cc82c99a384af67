"""Who may see certificates and judges of completion."""
from __future__ import annotations

from sqlalchemy import ColumnElement, or_, select

from lms.core.access.service import Viewer
from lms.core.certificates.completion import judge_attendance
from lms.core.certificates.decisions import judge_approval
from lms.core.certificates.exams import judge_exam
from lms.core.certificates.models import Certificate
from lms.core.classes.access import enrolments
from lms.core.classes.models import Enrolment
from lms.core.events import Events
from lms.core.people.merged import own_ids
from lms.core.registry import Registry


def register(registry: Registry, events: Events) -> None:
    registry.add("access_rule", "Certificate", _certificates)
    registry.add("completion_part", "attendance", judge_attendance)
    registry.add("completion_part", "exam", judge_exam)
    registry.add("completion_part", "approval", judge_approval)


def _certificates(viewer: Viewer, action: str) -> ColumnElement[bool]:
    """Those of a class, for whoever may take its files out; of a unit's own people; one's own, once it is valid."""
    staff = Certificate.class_id.in_(viewer.scopes("export" if action == "see" else action, "class"))
    if action != "see":
        return staff
    mine = Certificate.person_id.in_(own_ids(viewer.person_id)) & (Certificate.state != "reserved")
    unit = Certificate.enrolment_id.in_(select(Enrolment.id).where(
        enrolments(viewer, "see"), Enrolment.unit_id.in_(viewer.scopes("see", "unit"))))
    return or_(staff, unit, mine)
