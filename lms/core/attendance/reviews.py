"""Review (待核): what counts provisionally in a class, and the judgement that lets it stand or makes it void.

A judgement is an event too: ``confirm`` refers to the event that it lets stand, ``void`` to the one that counts no longer.
"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Literal

from sqlalchemy import ColumnElement, String, and_, cast, or_, select, tuple_
from sqlalchemy.orm import Session

from lms.core.access.service import Viewer, allowed
from lms.core.attendance.corrections import require_reason, void
from lms.core.attendance.models import AttendanceEvent
from lms.core.attendance.record import EVENT_COLUMNS, judge_of
from lms.core.attendance.status import Status
from lms.core.audit.service import record
from lms.core.classes.closing import Blocker
from lms.core.classes.models import ClassSession, Enrolment, TrainingClass
from lms.core.classes.rules import rules_of
from lms.core.errors import Conflict, Forbidden, NotFound
from lms.core.i18n import N_
from lms.core.notices.own import tell

Verdict = Literal["confirm", "void"]


@dataclass(frozen=True)
class Review:
    """An event that somebody should look at.

    :param event: its columns, with ``received_at``, ``client_at`` and ``other_id``
    :param flags: keys of ``check_in.REVIEW_FLAGS``
    :param status: what it counts as until then
    """

    event: Any
    flags: tuple[str, ...]
    session: ClassSession
    enrolment: Enrolment
    status: Status


@dataclass(frozen=True)
class Judged:
    """How many events were judged, and how many somebody else had judged before."""

    done: int
    passed_over: int


def reviews(db: Session, *, training_class: TrainingClass, now: datetime,
            people: ColumnElement[bool] | None = None) -> list[Review]:
    """What awaits a look, session by session. One statement, whatever the size of the class.

    :param people: a condition on enrolments: those that the viewer may judge
    """
    event, rules = AttendanceEvent, rules_of(training_class)
    doubtful = select(event.person_id, event.session_id).where(event.class_id == training_class.id, or_(
        cast(event.flags, String).not_in(("[]", "null")), and_(event.kind == "status", event.method == "leave")))
    query = (select(*EVENT_COLUMNS, event.received_at, event.client_at, event.other_id, ClassSession, Enrolment)
             .join(ClassSession, ClassSession.id == event.session_id)
             .join(Enrolment, and_(Enrolment.class_id == event.class_id, Enrolment.person_id == event.person_id))
             .where(event.class_id == training_class.id, tuple_(event.person_id, event.session_id).in_(doubtful),
                    Enrolment.state == "enrolled", ClassSession.counts, ~ClassSession.cancelled))
    if people is not None:
        query = query.where(people)
    rows = db.execute(query.order_by(ClassSession.day, ClassSession.starts, ClassSession.id, Enrolment.number, event.id)).all()
    found = []
    for _, group in groupby(rows, key=lambda row: (row.session_id, row.person_id)):
        events = list(group)
        session, enrolment = events[0].ClassSession, events[0].Enrolment
        status = judge_of(session, rules, training_class.zone, now).of(events)
        by_id = {e.id: e for e in events}
        found += [Review(by_id[key], flags, session, enrolment, status) for key, flags in status.awaiting]
    return found


def open_reviews(db: Session, class_id: int, *, now: datetime) -> int:
    """How many events of a class await a look."""
    return len(reviews(db, training_class=db.get_one(TrainingClass, class_id), now=now))


def still_open(db: Session, training_class: TrainingClass, now: datetime) -> Sequence[Blocker]:
    """A class is not closed while anything in it counts provisionally."""
    count = len(reviews(db, training_class=training_class, now=now))
    return (Blocker("reviews_open", N_("还有 {count} 条签到待核"), {"count": count}, "lms.manage_reviews.index"),) if count else ()


def judge(db: Session, *, training_class: TrainingClass, event_uids: Sequence[str], verdict: Verdict, reason: str,
          by: Viewer, now: datetime) -> Judged:
    """Let events stand, or make them void: all that are named, or none.

    :param event_uids: events of this class; those that no longer await a look are passed over
    :raises Invalid: no reason
    :raises NotFound: one of them is no event of people whom *by* may judge
    :raises Forbidden: one of them is of *by*
    :raises Conflict: none of them awaits a look any more
    """
    require_reason(reason)
    assert by.person_id is not None  # judging is for staff
    events = db.scalars(
        select(AttendanceEvent).join(Enrolment, and_(Enrolment.class_id == AttendanceEvent.class_id,
                                                     Enrolment.person_id == AttendanceEvent.person_id))
        .where(AttendanceEvent.class_id == training_class.id, AttendanceEvent.uid.in_(event_uids),
               allowed(by, Enrolment, "attendance")).order_by(AttendanceEvent.id)
        .with_for_update(of=AttendanceEvent)).all()  # of two who judge at once, the second sees what the first did
    if not events or len(events) != len(set(event_uids)):
        raise NotFound("no_such_review", N_("没有找到选中的记录，没有保存。可能页面已过期，请刷新后重选。"))
    if any(event.person_id == by.person_id for event in events):
        raise Forbidden("own_review", N_("不能核对自己的签到，没有保存。请由别的工作人员核对。"))
    open_now = {r.event.id: r for r in reviews(db, training_class=training_class, now=now,
                                               people=Enrolment.person_id.in_({e.person_id for e in events}))}
    chosen = [event for event in events if event.id in open_now]
    if not chosen:
        raise Conflict("already_judged", N_("选中的记录已经核对过了，没有重复保存。请刷新页面查看。"))
    for event in chosen:
        found = open_now[event.id]
        if verdict == "void":
            void(db, session=found.session, person_id=event.person_id, event_uid=event.uid, reason=reason,
                 by_id=by.person_id, now=now, method="review")
        else:
            _confirm(db, found, event, reason.strip(), by.person_id, now)
        tell(db, f"sign_in.{verdict}", person_id=event.person_id, cause=f"sign_in.{verdict}:{event.uid}", now=now, title=found.session.title)
    return Judged(len(chosen), len(events) - len(chosen))


def _confirm(db: Session, found: Review, event: AttendanceEvent, reason: str, by_id: int, now: datetime) -> None:
    db.add(AttendanceEvent(class_id=event.class_id, session_id=event.session_id, person_id=event.person_id, kind="confirm", at=now,
                           received_at=now, method="review", by_id=by_id, reason=reason, confirms_id=event.id, flags=[]))
    record(db, actor_id=by_id, action="attendance.confirm", thing=found.session, now=now, class_id=event.class_id,
           before={"event": event.uid, "person_id": event.person_id, "flags": list(found.flags)}, reason=reason)
