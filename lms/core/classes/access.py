"""Who may see and change classes, sessions, groups, enrolments, and the persons in them."""
from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select

from lms.core.access.models import Grant
from lms.core.access.service import Viewer
from lms.core.classes.models import ClassSession, Enrolment, Group, RosterImport, TrainingClass
from lms.core.events import Events
from lms.core.people.models import Person, Unit
from lms.core.registry import Registry


def register(registry: Registry, events: Events) -> None:
    registry.add("access_rule", "TrainingClass", lambda viewer, action: in_classes(viewer, action, TrainingClass.id))
    registry.add("access_rule", "ClassSession",
                 lambda viewer, action: in_classes(viewer, action, ClassSession.class_id))
    registry.add("access_rule", "Group", _groups)
    registry.add("access_rule", "Enrolment", enrolments)
    registry.add("access_rule", "RosterImport", _roster_imports)
    registry.add("access_rule", "Person", _persons)
    registry.add("access_rule", "Unit", _units)
    registry.add("access_rule", "Grant", _grants)


def own_classes(viewer: Viewer) -> Select[int]:
    """Ids of the classes in which the viewer is enrolled."""
    return select(Enrolment.class_id).where(Enrolment.person_id == viewer.person_id, Enrolment.state == "enrolled")


def in_classes(viewer: Viewer, action: str, class_id: ColumnElement[int] | Any) -> ColumnElement[bool]:
    """Rows whose *class_id* is a class in which the viewer may do *action*; everybody sees the classes they are in."""
    clause: ColumnElement[bool] = class_id.in_(viewer.scopes(action, "class"))
    groups = viewer.scopes(action, "group")
    if groups:  # a leader may enter the class's pages; its people are narrowed to the group by ``enrolments``
        clause = or_(clause, class_id.in_(select(Group.class_id).where(Group.id.in_(groups))))
    if action == "see":
        clause = or_(clause, class_id.in_(own_classes(viewer)))
    return clause


def whole_class(viewer: Viewer, action: str, class_id: int) -> bool:
    """Whether the viewer may do *action* for everybody in the class, not only for a group of it."""
    return viewer.everywhere(action) or class_id in viewer.scopes(action, "class")


def _groups(viewer: Viewer, action: str) -> ColumnElement[bool]:
    clause = or_(Group.class_id.in_(viewer.scopes(action, "class")), Group.id.in_(viewer.scopes(action, "group")))
    if action == "see":
        clause = or_(clause, Group.id.in_(select(Enrolment.group_id).where(Enrolment.person_id == viewer.person_id)))
    return clause


def enrolments(viewer: Viewer, action: str) -> ColumnElement[bool]:
    """Enrolments of whole classes, of a leader's group, of a unit's own people, and one's own to see."""
    clause = or_(Enrolment.class_id.in_(viewer.scopes(action, "class")),
                 Enrolment.group_id.in_(viewer.scopes(action, "group")),
                 Enrolment.unit_id.in_(viewer.scopes(action, "unit")))
    return or_(clause, Enrolment.person_id == viewer.person_id) if action == "see" else clause


def _roster_imports(viewer: Viewer, action: str) -> ColumnElement[bool]:
    """A preview shows phone numbers of a whole class: even to look at it takes the right to manage the class."""
    return RosterImport.class_id.in_(viewer.scopes("manage" if action == "see" else action, "class"))


def _persons(viewer: Viewer, action: str) -> ColumnElement[bool]:
    people = select(Enrolment.person_id).where(enrolments(viewer, action))
    clause: ColumnElement[bool] = Person.id.in_(people)
    return or_(clause, Person.id == viewer.person_id) if action == "see" else clause


def _grants(viewer: Viewer, action: str) -> ColumnElement[bool]:
    """Roles over classes in which the viewer may do *action*, and over their groups."""
    classes = viewer.scopes(action, "class")
    groups = select(Group.id).where(Group.class_id.in_(classes))
    return or_(and_(Grant.scope_type == "class", Grant.scope_id.in_(classes)),
               and_(Grant.scope_type == "group", Grant.scope_id.in_(groups)))


def _units(viewer: Viewer, action: str) -> ColumnElement[bool]:
    clause: ColumnElement[bool] = Unit.id.in_(viewer.scopes(action, "unit"))
    seen = select(Enrolment.unit_id).where(enrolments(viewer, action))
    return or_(clause, Unit.id.in_(seen))
