"""Hours from a class: entered when it closes and when certificates are issued, set right when attendance is corrected."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.attendance.record import Attended, class_record
from lms.core.audit.service import record
from lms.core.classes.models import ClassSession, Enrolment, TrainingClass
from lms.core.classes.rules import rules_of
from lms.core.clock import local
from lms.core.courses.models import ClassCourse, Course, Module
from lms.core.hours.ledger import Earned, settle
from lms.core.hours.models import CreditEntry
from lms.core.hours.rules import RuleBook, converted, rule_book
from lms.core.i18n import N_, pick
from lms.core.learning.models import ModuleProgress


def post_class(db: Session, *, training_class: TrainingClass, person_ids: Collection[int] | None, reason: str = "",
               by_id: int | None, now: datetime) -> int:
    """Enter what the people of a class have earned in it; how many entries. Doing it twice adds nothing.

    :param person_ids: only these; everybody enrolled if None
    :param reason: why what was entered before is taken back, where it is (message id)
    """
    db.scalars(select(TrainingClass.id).where(TrainingClass.id == training_class.id).with_for_update()).one()
    query = select(Enrolment).where(Enrolment.class_id == training_class.id, Enrolment.state == "enrolled")
    if person_ids is not None:
        query = query.where(Enrolment.person_id.in_(person_ids))
    seats = db.scalars(query.order_by(Enrolment.number)).all()
    if not seats:
        return 0
    book = rule_book(db)
    attended = class_record(db, training_class=training_class, now=now, enrolments=seats)
    earned = [e for row in attended.people for e in _of_sessions(training_class, row.enrolment, attended.sessions, row, book)]
    people = [seat.person_id for seat in seats]
    made = settle(db, sources=[f"class:{training_class.uid}"], person_ids=people, earned=earned, reason=reason, by_id=by_id, now=now)
    if rules_of(training_class).online_hours:
        made += _post_courses(db, training_class, seats, book, reason, by_id, now)
    if made:
        record(db, actor_id=by_id, action="hours.post", thing=training_class, now=now, class_id=training_class.id, reason=reason,
               after={"entries": len(made), "people": len({e.person_id for e in made}), "hours": sum(e.hours for e in made)})
    return len(made)


def _of_sessions(training_class: TrainingClass, seat: Enrolment, sessions: Sequence[ClassSession], row: Attended,
                 book: RuleBook) -> Iterator[Earned]:
    """One person's sessions, apart by year and kind: a class may go over New Year."""
    parts: dict[tuple[int, str], list[tuple[ClassSession, str]]] = defaultdict(list)
    for session, status in zip(sessions, row.statuses, strict=True):
        if status.attended and session.credit_hours > 0:
            kind = "visit" if session.kind == "field_visit" else "offjob"
            parts[session.day.year, kind].append((session, status.code))
    for (year, kind), met in parts.items():
        items = [{"uid": s.uid, "title": s.title, "day": s.day.isoformat(), "hours": s.credit_hours, "status": code} for s, code in met]
        yield Earned(seat.person_id, f"class:{training_class.uid}", year, kind, sum(s.credit_hours for s, _ in met),
                     training_class.title, "attendance", book.of(year).number, {"items": items}, max(s.day for s, _ in met),
                     training_class.id, seat.unit_id)


def _post_courses(db: Session, training_class: TrainingClass, seats: Sequence[Enrolment], book: RuleBook, reason: str,
                  by_id: int | None, now: datetime) -> list[CreditEntry]:
    """Modules of the class's courses that were finished, as network study. A course has one source wherever it is
    taught, so that two classes with the same course count it once."""
    unit = {seat.person_id: seat.unit_id for seat in seats}
    rows = db.execute(
        select(Course.uid, Course.titles, Module.slug, Module.minutes, ModuleProgress.person_id, ModuleProgress.completed_at)
        .join(ClassCourse, ClassCourse.course_id == Course.id).join(Module, Module.version_id == Course.current_version_id)
        .join(ModuleProgress, (ModuleProgress.course_id == Course.id) & (ModuleProgress.module_slug == Module.slug))
        .where(ClassCourse.class_id == training_class.id, ModuleProgress.completed_at.is_not(None)).order_by(Course.id, Module.slug)).all()
    parts: dict[tuple[int, str, int], list[Any]] = defaultdict(list)
    for row in rows:
        if row.person_id in unit:
            parts[row.person_id, row.uid, local(row.completed_at, training_class.zone).year].append(row)
    earned = []
    for (person_id, uid, year), read in parts.items():
        version = book.of(year)
        minutes = sum(row.minutes for row in read)
        items = [{"uid": row.slug, "minutes": row.minutes} for row in read]
        earned.append(Earned(person_id, f"course:{uid}", year, "online", converted(minutes, version.rules),
                             pick(read[0].titles, "zh"), "online", version.number, {"items": items, "minutes": minutes},
                             max(local(row.completed_at, training_class.zone).date() for row in read), None, unit[person_id]))
    return settle(db, sources={f"course:{row.uid}" for row in rows}, person_ids=list(unit), earned=earned, reason=reason,
                  by_id=by_id, now=now, settled_before=local(now, training_class.zone).year)


def on_state(db: Session, *, training_class: TrainingClass, state: str, by_id: int | None, now: datetime) -> None:
    """A class was closed."""
    if state == "closed":
        post_class(db, training_class=training_class, person_ids=None, reason=N_("结束培训班时核对"), by_id=by_id, now=now)


def on_issued(db: Session, *, class_id: int, person_id: int, by_id: int | None, now: datetime) -> None:
    """A certificate has become valid."""
    post_class(db, training_class=db.get_one(TrainingClass, class_id), person_ids=[person_id], reason=N_("发证时核对"),
               by_id=by_id, now=now)


def on_attendance(db: Session, *, class_id: int, person_ids: Collection[int], by_id: int | None, now: datetime) -> None:
    """Staff changed the record. Before anything was entered there is nothing to set right."""
    entered = select(CreditEntry.id).where(CreditEntry.class_id == class_id).exists()
    training_class = db.scalar(select(TrainingClass).where(TrainingClass.id == class_id, entered | (TrainingClass.state == "closed")))
    if training_class is None:
        return
    people = set(person_ids)
    if training_class.state != "closed":  # those who hold a certificate already; the others follow when it closes
        people &= set(db.scalars(select(CreditEntry.person_id).where(
            CreditEntry.class_id == class_id, CreditEntry.person_id.in_(people))))
    if people:
        db.flush()
        post_class(db, training_class=training_class, person_ids=people, reason=N_("考勤更正"), by_id=by_id, now=now)
