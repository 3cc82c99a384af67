"""Give a role and take it away."""
from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.access.models import Grant
from lms.core.access.roles import SCOPES
from lms.core.errors import Invalid
from lms.core.i18n import N_


def grant(db: Session, *, person_id: int, role: str, scope_type: str, scope_id: int = 0, by_id: int | None,
          now: datetime) -> Grant:
    """Give *role* over a scope; a second grant of the same kind is the first one.

    :raises Invalid: the role does not exist, or not for this kind of scope
    """
    if scope_type not in SCOPES.get(role, ()):
        raise Invalid("wrong_role", N_("没有适用于“{scope}”范围的角色“{role}”。"), role=role, scope=scope_type)
    live = db.scalar(select(Grant).where(
        Grant.person_id == person_id, Grant.role == role, Grant.scope_type == scope_type, Grant.scope_id == scope_id,
        Grant.ended_at.is_(None)))
    if live is not None:
        return live
    made = Grant(person_id=person_id, role=role, scope_type=scope_type, scope_id=scope_id, granted_by_id=by_id,
                 created_at=now)
    db.add(made)
    db.flush()
    return made


def revoke(db: Session, made: Grant, *, now: datetime) -> None:
    """End a grant; what it allowed stops with the next request."""
    made.ended_at = now
