"""Roles of people over the site, a class, a group, a course or a unit: given and taken by whoever may do so."""
from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from lms.core.access.grants import grant, revoke
from lms.core.access.models import Grant
from lms.core.access.roles import ROLE_ACTIONS
from lms.core.access.service import Viewer, may, require
from lms.core.audit.service import record
from lms.core.classes.models import Group, TrainingClass
from lms.core.errors import Conflict, Forbidden
from lms.core.i18n import N_
from lms.core.people.logins import shorten_logins
from lms.core.people.models import Person

ROLE_NAMES = {
    "administrator": N_("管理员"), "training_officer": N_("教务人员"), "class_teacher": N_("班主任"),
    "class_monitor": N_("班长"), "group_leader": N_("组长"), "instructor": N_("讲师"), "unit_hr": N_("联络员"),
}
SCOPE_NAMES = {"site": N_("全站"), "class": N_("培训班"), "group": N_("组"), "course": N_("课程"), "unit": N_("单位")}
# Who may only look and call the roll keeps the phone's long login; whoever may do more logs in every day.
_ON_THE_PHONE = frozenset({"see", "attendance"})


def has_duties(roles: Iterable[str]) -> bool:
    """Whether one of *roles* may do more than look and call the roll, so that logins are short."""
    return any(ROLE_ACTIONS.get(role, frozenset()) - _ON_THE_PHONE for role in roles)


def give_role(db: Session, *, person: Person, role: str, scope: Any, by: Viewer, staff_login: timedelta,
              now: datetime) -> Grant:
    """Give *person* a role over *scope*.

    :param scope: a TrainingClass, Group, Course or Unit; None is the whole site
    :param staff_login: how long a login of staff lasts; longer ones are cut to it
    :raises Forbidden: *by* does not manage the scope
    :raises Invalid: there is no such role for this kind of scope
    :raises Conflict: the person is deactivated
    """
    if isinstance(scope, (TrainingClass, Group)):
        if not may(db, by, "manage", scope):
            raise Forbidden("not_allowed", N_("您没有进行这项操作的权限。如确有需要，请联系管理员。"))
    else:
        require(by, "manage")
    if person.state != "active":
        raise Conflict("person_inactive", N_("“{name}”的账号已停用，没有更改。请先恢复账号。"), name=person.name)
    kind = scope_type(scope)
    made = grant(db, person_id=person.id, role=role, scope_type=kind, scope_id=0 if scope is None else scope.id,
                 by_id=by.person_id, now=now)
    if has_duties([role]):
        shorten_logins(db, person, until=now + staff_login)
    record(db, actor_id=by.person_id, action="role.give", thing=person, now=now, after=_facts(made),
           class_id=_class_id(scope))
    return made


def take_role(db: Session, *, person: Person, made: Grant, by: Viewer, now: datetime) -> None:
    """End a role; what it allowed stops with the next request.

    :param made: a grant that *by* may manage (``visible(by, Grant, "manage")``)
    :raises Conflict: administrators do not take their own role, so that one always remains
    """
    if made.role == "administrator" and made.person_id == by.person_id:
        raise Conflict("own_role", N_("不能取消自己的管理员身份，请由另一位管理员操作。"))
    if made.ended_at is None:
        revoke(db, made, now=now)
        record(db, actor_id=by.person_id, action="role.take", thing=person, now=now, before=_facts(made),
               class_id=made.scope_id if made.scope_type == "class" else None)


def scope_type(scope: Any) -> str:
    """``site``, ``class``, ``group``, ``course`` or ``unit``."""
    return "site" if scope is None else {"TrainingClass": "class"}.get(type(scope).__name__, type(scope).__name__.lower())


def _facts(made: Grant) -> dict[str, Any]:
    return {"role": made.role, "scope": made.scope_type, "scope_id": made.scope_id}


def _class_id(scope: Any) -> int | None:
    if isinstance(scope, TrainingClass):
        return scope.id
    return scope.class_id if isinstance(scope, Group) else None
