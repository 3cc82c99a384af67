"""Leave in the demonstration: one request that waits within the limit, one over it, one approved and one refused."""
from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.access.service import load_viewer
from lms.core.attendance.models import AttendanceEvent
from lms.core.classes.models import ClassSession, Enrolment, TrainingClass
from lms.core.classes.timetable import instants
from lms.core.ids import new_uid
from lms.core.leave.asking import ask
from lms.core.leave.deciding import decide

# Kind, reason, how many of the last sessions, and what was decided.
_REQUESTS = (("personal_leave", "孩子家长会", 1, "", ""), ("sick_leave", "牙痛，预约了门诊", 3, "", ""),
             ("official_leave", "区里召开安全生产会议，单位来函", 2, "approved", "同意，请向组长说明"),
             ("personal_leave", "参加同学婚礼", 2, "refused", "当天有结业考试，请调整安排"))


def fill(db: Session, training_class: TrainingClass, *, by_id: int, now: datetime, leave_out: Collection[int]) -> None:
    """Requests of people who have attended so far, for the sessions at the end of the class."""
    ahead = [s for s in db.scalars(select(ClassSession).where(
        ClassSession.class_id == training_class.id, ClassSession.counts, ~ClassSession.cancelled)
        .order_by(ClassSession.day, ClassSession.starts)) if instants(s, training_class.zone)[0] > now]
    away = set(db.scalars(select(AttendanceEvent.person_id).where(AttendanceEvent.class_id == training_class.id,
                                                                  AttendanceEvent.kind == "status")))
    people = [e for e in db.scalars(select(Enrolment).where(Enrolment.class_id == training_class.id).order_by(Enrolment.number))
              if e.person_id not in away and e.person_id not in leave_out]
    if not ahead:
        return
    officer = load_viewer(db, by_id)
    for number, (kind, reason, count, verdict, note) in enumerate(_REQUESTS):
        asked_at = now - timedelta(hours=3 - number / 2)
        request = ask(db, training_class=training_class, person_id=people[number * 7].person_id, kind=kind, reason=reason, uid=new_uid(),
                      session_uids=[s.uid for s in ahead[-count:]], now=asked_at)
        if verdict:
            db.flush()
            decide(db, request=request, training_class=training_class, verdict="approved" if verdict == "approved" else "refused",
                   note=note, version=1, by=officer, now=asked_at + timedelta(hours=1))
