"""Whose login staff may touch: nobody resets the login of somebody who may do more than they."""
from __future__ import annotations

from sqlalchemy import Select, not_, select
from sqlalchemy.orm import Session

from lms.core.access.models import Grant
from lms.core.access.service import Viewer, allowed
from lms.core.errors import Forbidden
from lms.core.i18n import N_
from lms.core.people.models import Person


def beyond(viewer: Viewer) -> Select[int]:
    """Ids of persons who hold a role over something that *viewer* does not manage.

    Whoever resets a login can use it; so nobody resets the login of somebody who may do more than they.
    """
    return select(Grant.person_id).where(Grant.ended_at.is_(None), not_(allowed(viewer, Grant, "manage")))


def is_beyond(db: Session, person: Person, viewer: Viewer) -> bool:
    """Whether the login of *person* is out of *viewer*'s reach. One's own never is."""
    if person.id == viewer.person_id:
        return False
    return db.scalar(beyond(viewer).where(Grant.person_id == person.id).limit(1)) is not None


def refuse_beyond(db: Session, person: Person, by: Viewer | None) -> None:
    """Go on only if *by* may do all that *person* may.

    :raises Forbidden: they may not
    """
    if by is not None and is_beyond(db, person, by):
        raise Forbidden("staff_login", N_("“{name}”另有工作人员权限，其登录和账号只能由系统管理员处理。"),
                        name=person.name)
