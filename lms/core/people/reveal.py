"""One phone number shown to one member of staff, who asked for it: lists show it masked, and the log says who looked."""
from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from lms.core.audit.service import record
from lms.core.people.models import Person


def show_phone(db: Session, person: Person, *, by_id: int, now: datetime, class_id: int | None = None) -> str:
    """The whole number of *person*, whom the caller has fetched for somebody who may see it; empty if there is none.

    :param class_id: the class in whose list it was asked for
    """
    if not person.phone:
        return ""
    record(db, actor_id=by_id, action="person.show_phone", thing=person, now=now, class_id=class_id)
    return person.phone
