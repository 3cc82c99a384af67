"""``lms serve`` with a fault planted in it, to show that the fault tests notice: ``python broken_server.py FAULT serve …``."""
from __future__ import annotations

import sys
import threading
from typing import Any

import lms.web.sign_in
from lms.cli import main
from lms.core.attendance.check_in import CheckedIn, check_in
from lms.core.attendance.models import AttendanceEvent
from lms.core.ids import new_uid
from lms.web.context import here


def hasty(db: Any, **call: Any) -> CheckedIn:
    """Answers before anything is stored; that follows a little later."""
    database = here().site.database

    def write() -> None:
        with database.writing() as later:
            check_in(later, **call)

    threading.Timer(0.5, write).start()
    return CheckedIn(new_uid(), call["ticket"].direction, call["ticket"].seen_at, False)


def stuttering(db: Any, *, session: Any, person_id: int, ticket: Any, method: str, device: str, now: Any,
               **more: Any) -> CheckedIn:
    """Writes an event each time it is asked, whatever is on record."""
    event = AttendanceEvent(session_id=session.id, class_id=session.class_id, person_id=person_id, kind=ticket.direction,
                            at=ticket.seen_at, received_at=now, method=method, device=device)
    db.add(event)
    db.flush()
    return CheckedIn(event.uid, ticket.direction, ticket.seen_at, False)


FAULTS = {"hasty": hasty, "stuttering": stuttering}

if __name__ == "__main__":
    lms.web.sign_in.check_in = FAULTS[sys.argv[1]]  # type: ignore[assignment]
    sys.exit(main(sys.argv[2:]))
