"""A host's user who is known by phone becomes that person, and it is found in the log who became whom."""
from __future__ import annotations

from typing import Any

from sqlalchemy import select

from lms.core.audit.models import AuditEntry
from lms.core.people.hosted import adopt


def test_becoming_somebody_known_stands_in_the_log_once(database: Any, clock: Any, zhang: Any) -> None:
    for _ in range(2):
        with database.writing() as db:
            assert adopt(db, key="host-7", name="别名", phone=zhang.phone, now=clock.now()).id == zhang.id
    with database.reading() as db:
        entry = db.scalars(select(AuditEntry).where(AuditEntry.action == "person.adopt")).one()
    assert entry.thing_uid == zhang.uid
