"""``lms serve`` with a fault planted in it, to show that the fault tests notice: ``python broken_server.py FAULT serve …``."""
from __future__ import annotations

import sys
import threading
from typing import Any

import lms.web.attempts
import lms.web.sign_in
from lms.cli import main
from lms.core.attendance.check_in import CheckedIn, check_in
from lms.core.attendance.models import AttendanceEvent
from lms.core.ids import new_uid
from lms.core.quizzes.journal import Saved, answer
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


def forgetful(db: Any, **call: Any) -> Saved:
    """Acknowledges answers before they are stored; that follows a little later."""
    database = here().site.database

    def write() -> None:
        with database.writing() as later:
            answer(later, **call)

    threading.Timer(0.5, write).start()
    last = max((entry.sequence for entry in call["entries"]), default=0)
    return Saved(last, last)


FAULTS = {"hasty": (lms.web.sign_in, "check_in", hasty), "stuttering": (lms.web.sign_in, "check_in", stuttering),
          "forgetful": (lms.web.attempts, "answer", forgetful)}

if __name__ == "__main__":
    module, name, fault = FAULTS[sys.argv[1]]
    setattr(module, name, fault)
    sys.exit(main(sys.argv[2:]))
