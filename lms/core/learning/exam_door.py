"""The door of an exam: some papers are begun only by those who signed in to the session, or who read the code in the hall."""
from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.attendance.models import AttendanceEvent
from lms.core.attendance.status import live
from lms.core.errors import Conflict, Invalid
from lms.core.i18n import N_
from lms.core.ids import keyed, same
from lms.core.quizzes.models import Paper

STEP = 60  # seconds; time to read six letters and type them
LENGTH = 6
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def door_code(key: bytes, paper: Paper, now: datetime, back: int = 0) -> str:
    """The code on the projector: a keyed hash of paper and minute, so it survives a restart and needs no row.

    :param back: so many steps ago
    """
    raw = int.from_bytes(keyed(key, "exam", paper.uid, int(now.timestamp()) // STEP - back).encode(), "big")
    letters = ""
    for _ in range(LENGTH):
        raw, digit = divmod(raw, len(_LETTERS))
        letters += _LETTERS[digit]
    return letters


def require_code(key: bytes, paper: Paper, typed: str, now: datetime) -> None:
    """Go on only if *typed* is the code of this minute or of the two before, for slow hands.

    :raises Invalid: it is not
    """
    given = typed.upper().replace(" ", "").replace("-", "")
    if not any(same(given, door_code(key, paper, now, back)) for back in (0, 1, 2)):
        raise Invalid("exam_code", N_("口令不对或已更换，没有开始。请看大屏幕上现在的 {length} 位口令再输入一次。"), length=LENGTH)


def require_signed_in(db: Session, paper: Paper, person_id: int) -> None:
    """Go on only if the person is on record as come to the paper's session; leaving it again does not matter.

    :raises Conflict: they have not signed in yet
    """
    events = db.scalars(select(AttendanceEvent).where(
        AttendanceEvent.session_id == paper.session_id, AttendanceEvent.person_id == person_id)).all()
    if not any(event.kind == "in" for event in live(events)):
        raise Conflict("not_signed_in", N_("“{title}”要先签到才能开始。请扫大屏幕上的签到码签到，再回到这里；签到有困难请找监考人员。"), title=paper.title)
