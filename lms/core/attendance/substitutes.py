"""Substitutes (替训): somebody attends instead of somebody enrolled, who is then neither absent nor credited with the hours."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.attendance.check_in import page_used
from lms.core.attendance.corrections import void
from lms.core.attendance.models import AttendanceEvent, Substitution
from lms.core.attendance.status import live
from lms.core.attendance.write import new_event, one_after_the_other, part_uid, write_events
from lms.core.audit.service import record
from lms.core.classes.models import ClassSession, Enrolment, TrainingClass
from lms.core.classes.timetable import instants
from lms.core.errors import Conflict, Invalid
from lms.core.i18n import N_
from lms.core.notices.own import tell


def substitute(db: Session, *, training_class: TrainingClass, original: Enrolment, by: Enrolment, sessions: Sequence[ClassSession],
               there: bool, reason: str, uid: str, by_id: int, now: datetime) -> Substitution:
    """Let *by* attend *sessions* instead of *original*. They sign in like everybody and get the hours.

    :param there: they were there in those of the sessions that have begun, which is noted at once
    :param uid: made by the client; the same act sent twice is one
    :raises Invalid: no reason, no session, or the two are one person or of another class
    :raises Conflict: *original* has signed in to one of the sessions, or is substituted there already
    """
    one_after_the_other(db, training_class.id)
    known = db.scalar(select(Substitution).where(Substitution.uid == uid))
    if known is not None:
        if (known.original_id, known.substitute_id) != (original.id, by.id):
            raise page_used()
        return known
    if len(reason.strip()) < 2:
        raise Invalid("reason_missing", N_("请写明替训的原因，没有保存。"), field="reason")
    if not sessions or any(s.class_id != training_class.id or s.cancelled for s in sessions):
        raise Invalid("substitute_sessions", N_("请选择本班至少一个没有取消的课次，没有保存。"), field="session")
    if original.id == by.id or {original.class_id, by.class_id} != {training_class.id}:
        raise Invalid("substitute_same", N_("替训的人要是另一个人，没有保存。请重新选择。"), field="substitute")
    _refuse_attended(db, original, sessions)
    made = Substitution(uid=uid, class_id=training_class.id, original_id=original.id, substitute_id=by.id, reason=reason.strip()[:500],
                        sessions=[s.id for s in sessions], at=now, by_id=by_id)
    db.add(made)
    begun = [s for s in sessions if instants(s, training_class.zone)[0] <= now] if there else []
    write_events(db, [
        new_event(s, uid=part_uid(uid, f"{e.uid} {s.uid}"), person_id=e.person_id, kind="status", method="substitute", by_id=by_id, at=now,
                  now=now, status=status, reason=f"{other.name} · {reason.strip()}"[:500])
        for e, other, status, them in ((original, by, "substituted", sessions), (by, original, "present", begun)) for s in them])
    record(db, actor_id=by_id, action="attendance.substitute", thing=made, now=now, class_id=training_class.id, reason=reason,
           after={"original": original.person_id, "substitute": by.person_id, "sessions": [s.uid for s in sessions]})
    for person, role in ((original, "original"), (by, "by")):
        tell(db, f"substitute.{role}", person_id=person.person_id, cause=f"substitute:{uid}", now=now, title=training_class.title)
    return made


def take_back(db: Session, *, substitution: Substitution, reason: str, by_id: int, now: datetime) -> None:
    """It was a mistake: its events are voided and stay on record. Twice is once.

    :raises Invalid: no reason
    """
    one_after_the_other(db, substitution.class_id)
    db.refresh(substitution)
    if substitution.ended_at is not None:
        return
    people = db.scalars(select(Enrolment).where(Enrolment.id.in_([substitution.original_id, substitution.substitute_id]))).all()
    for session in db.scalars(select(ClassSession).where(ClassSession.id.in_(substitution.sessions))):
        for person in people:
            uid = part_uid(substitution.uid, f"{person.uid} {session.uid}")
            if db.scalar(select(AttendanceEvent.id).where(AttendanceEvent.uid == uid)) is not None:
                void(db, session=session, person_id=person.person_id, event_uid=uid, reason=reason, by_id=by_id, now=now,
                     method="substitute")
    substitution.ended_at = now
    record(db, actor_id=by_id, action="attendance.substitute_back", thing=substitution, now=now, class_id=substitution.class_id,
           reason=reason)
    title = db.get_one(TrainingClass, substitution.class_id).title
    for person in people:
        tell(db, "substitute.back", person_id=person.person_id, cause=f"substitute.back:{substitution.uid}", now=now, title=title)


def _refuse_attended(db: Session, original: Enrolment, sessions: Sequence[ClassSession]) -> None:
    events = {e.id: e for e in db.scalars(select(AttendanceEvent).where(
        AttendanceEvent.person_id == original.person_id, AttendanceEvent.session_id.in_([s.id for s in sessions])))}
    titles = {s.id: s.title for s in sessions}
    standing = [events[e.id] for e in live(list(events.values()))]
    signed = {titles[e.session_id]: None for e in standing if e.kind == "in"}
    if signed:
        raise Conflict("substitute_attended", N_("{name} 本人已在这些课次签到：{titles}。没有保存；如果签到有误，请先作废。"), name=original.name,
                       titles=list(signed))
    again = {titles[e.session_id]: None for e in standing if e.method == "substitute"}
    if again:
        raise Conflict("substituted_before", N_("{name} 在这些课次已登记替训：{titles}。没有保存。"), name=original.name, titles=list(again))
