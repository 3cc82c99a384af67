"""A host's user becomes a Person: found by the host's key, made at the first visit. See docs/host-contract.md."""
from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.access.roles import SCOPES
from lms.core.access.service import Viewer, load_viewer
from lms.core.people.hosted import adopt
from lms.core.people.models import Person
from lms.web.context import Here, Identity
from lms.web.identity import HostUser


def identify_by_host(host_user: Callable[[], HostUser | None]) -> Callable[[Here], Identity | None]:
    """An identifier that asks the host who is logged in."""

    def identify(facts: Here) -> Identity | None:
        user = host_user()
        if user is None:
            return None
        person = _find(facts.db, user)
        if person is None:
            # The one write that a GET may cause: the host has logged this user in, we only take note of them.
            with facts.site.database.writing() as db:
                adopt(db, key=user.key, name=user.name, phone=user.phone, now=facts.now)
            facts.db.rollback()
            person = _find(facts.db, user)
        if person is None or person.state != "active":
            return None
        viewer = load_viewer(facts.db, person.id)
        vouched = tuple((role, "site", 0) for role in user.roles if "site" in SCOPES.get(role, ()))
        return Identity(person, Viewer(person.id, viewer.registry, viewer.grants + vouched))

    return identify


def _find(db: Session, user: HostUser) -> Person | None:
    return db.scalar(select(Person).where(Person.host_key == user.key))
