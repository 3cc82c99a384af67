"""A host's user becomes a Person: known by the host's key, else by a phone number, else new. See docs/host-contract.md."""
from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.core.access.models import Grant
from lms.core.access.roles import ROLE_ACTIONS
from lms.core.access.service import Viewer
from lms.core.people.hosted import adopt
from lms.core.people.models import Person
from lms.web.context import LOGGED_IN, Here, Identity, logged_in
from lms.web.identity import HostUser


def identify_by_host(host_user: Callable[[], HostUser | None]) -> Callable[[Here], Identity | None]:
    """An identifier that asks the host who is logged in."""

    def identify(facts: Here) -> Identity | None:
        user = host_user()
        if user is None:
            return None
        found = _find(facts.db, user)
        if found is None:
            _take_note(facts, user)
            facts.db.rollback()  # look again, at what is there now
            found = _find(facts.db, user)
        if found is None or found.person.state != "active":
            facts.shut_out = True
            return None
        return found

    return identify


def _find(db: Session, user: HostUser) -> Identity | None:
    """Person and grants in one statement: every page pays for this. Roles that the host vouches for come on top."""
    rows = db.connection().execute(
        select(*LOGGED_IN, Grant.role, Grant.scope_type, Grant.scope_id).select_from(Person)
        .outerjoin(Grant, (Grant.person_id == Person.id) & Grant.ended_at.is_(None))
        .where(Person.host_key == user.key)).all()
    if not rows:
        return None
    grants = tuple((r.role, r.scope_type, r.scope_id) for r in rows if r.role in ROLE_ACTIONS)
    vouched = tuple((role, "site", 0) for role in user.roles)
    person = logged_in(rows[0])
    return Identity(person, Viewer(person.id, db.info["registry"], grants + vouched))


def _take_note(facts: Here, user: HostUser) -> None:
    """The one write that a GET may cause: the host has logged this user in, we only take note of them."""
    try:
        with facts.site.database.writing() as db:
            adopt(db, key=user.key, name=user.name, phone=user.phone, now=facts.now)
    except IntegrityError:
        pass  # the same user's other request was first, and has done it
