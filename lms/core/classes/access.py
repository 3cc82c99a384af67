"""Who may see and change classes, sessions, groups, enrolments, and the persons in them."""
from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select, true
from sqlalchemy.orm import Session
from sqlalchemy.orm.interfaces import ORMOption

from lms.core.access.models import Grant
from lms.core.access.service import Viewer, fetch
from lms.core.classes.models import ClassSession, Enrolment, Group, RosterImport, TrainingClass
from lms.core.errors import Forbidden
from lms.core.events import Events
from lms.core.i18n import N_
from lms.core.people.merged import own_ids
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
    """Ids of the classes in which the viewer is enrolled and which are shown to trainees: a draft is not."""
    return select(Enrolment.class_id).join(TrainingClass, TrainingClass.id == Enrolment.class_id).where(
        Enrolment.person_id.in_(own_ids(viewer.person_id)), Enrolment.state == "enrolled", TrainingClass.state != "draft")


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


def staffed(viewer: Viewer) -> ColumnElement[bool]:
    """Classes in which the viewer has a role, over the class or a group of it; a seat in it is not enough."""
    if viewer.everywhere("see"):
        return true()
    led = select(Group.class_id).where(Group.id.in_(viewer.scopes("see", "group")))
    return or_(TrainingClass.id.in_(viewer.scopes("see", "class")), TrainingClass.id.in_(led))


def fetch_staffed(db: Session, viewer: Viewer, uid: str, *options: ORMOption) -> TrainingClass:
    """The class with *uid*, for those who work in it.

    :raises NotFound: there is none, or the viewer may not know of it
    :raises Forbidden: the viewer is a trainee of it
    """
    found = db.scalar(select(TrainingClass).where(TrainingClass.uid == uid, staffed(viewer)).options(*options))
    if found is None:
        fetch(db, viewer, TrainingClass, uid)
        raise Forbidden("not_allowed", N_("您没有进行这项操作的权限。如确有需要，请联系管理员。"))
    return found


def _groups(viewer: Viewer, action: str) -> ColumnElement[bool]:
    clause = or_(Group.class_id.in_(viewer.scopes(action, "class")), Group.id.in_(viewer.scopes(action, "group")))
    if action == "see":
        clause = or_(clause, Group.id.in_(select(Enrolment.group_id).where(Enrolment.person_id.in_(own_ids(viewer.person_id)))))
    return clause


def enrolments(viewer: Viewer, action: str) -> ColumnElement[bool]:
    """Enrolments of whole classes, of a leader's group, of a unit's own people, and one's own to see."""
    clause = or_(Enrolment.class_id.in_(viewer.scopes(action, "class")),
                 Enrolment.group_id.in_(viewer.scopes(action, "group")),
                 Enrolment.unit_id.in_(viewer.scopes(action, "unit")))
    return or_(clause, Enrolment.person_id.in_(own_ids(viewer.person_id))) if action == "see" else clause


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
