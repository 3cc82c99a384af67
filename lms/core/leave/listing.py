"""Requests for leave as people read them: one's own, and those of a class with what approving would mean."""
from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, select
from sqlalchemy.orm import Session, joinedload

from lms.core.attendance.record import class_record
from lms.core.attendance.status import DESPITE_LEAVE, Status
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.leave.limits import Meter, half_days_on_leave, meter
from lms.core.leave.models import LeaveRequest, LeaveSession

WHOLE = (joinedload(LeaveRequest.covered).joinedload(LeaveSession.session), joinedload(LeaveRequest.decided_by), joinedload(LeaveRequest.filed_by),
         joinedload(LeaveRequest.ended_by), joinedload(LeaveRequest.proof))


@dataclass(frozen=True)
class Entry:
    """A request with its trainee and its figures.

    :param meter: how it would stand if this were approved; how it stands, once decided
    :param half_days: how long the person's leave would be in all
    :param statuses: what each covered session counts as now, by its id
    """

    request: LeaveRequest
    enrolment: Enrolment
    meter: Meter
    half_days: int
    statuses: dict[int, Status]

    @property
    def signed(self) -> int:
        """In how many sessions there is a signature in spite of leave that nobody has judged."""
        return sum(DESPITE_LEAVE in status.review for status in self.statuses.values())

    @property
    def away(self) -> int:
        """From how many sessions the person stayed away after reporting back."""
        return sum(status.back_but_away for status in self.statuses.values())


def entries(db: Session, *, training_class: TrainingClass, now: datetime, condition: ColumnElement[bool] | None = None) -> list[Entry]:
    """Requests of a class: undecided ones first, in the order in which they came, then the others from the latest.

    Four statements, whatever their number.
    """
    rows = _rows(db, LeaveRequest.class_id == training_class.id if condition is None else
                 and_(LeaveRequest.class_id == training_class.id, condition))
    return _figured(db, rows, training_class, now, _undecided(db, training_class.id, {r.person_id for r, _ in rows}))


def entry(db: Session, condition: ColumnElement[bool], *, class_of: Callable[[int], TrainingClass], now: datetime) -> Entry | None:
    """The one request that fits *condition*. Three statements beyond what *class_of* asks."""
    rows = _rows(db, condition)
    return _figured(db, rows, class_of(rows[0][0].class_id), now)[0] if rows else None


def _rows(db: Session, condition: ColumnElement[bool]) -> Sequence[Any]:
    return db.execute(
        select(LeaveRequest, Enrolment).join(Enrolment, and_(Enrolment.class_id == LeaveRequest.class_id,
                                                             Enrolment.person_id == LeaveRequest.person_id))
        .options(*WHOLE).where(condition)
        .order_by(case((LeaveRequest.state == "asked", LeaveRequest.id), else_=None).nulls_last(), LeaveRequest.id.desc())).unique().all()


def _undecided(db: Session, class_id: int, person_ids: Collection[int]) -> Sequence[Any]:
    """Person, request, kind and session of all that waits for a decision."""
    return db.execute(
        select(LeaveRequest.person_id, LeaveRequest.id, LeaveRequest.kind, LeaveSession.session_id)
        .join(LeaveSession, LeaveSession.request_id == LeaveRequest.id)
        .where(LeaveRequest.class_id == class_id, LeaveRequest.state == "asked", LeaveRequest.person_id.in_(person_ids))).all()


def _figured(db: Session, rows: Sequence[Any], training_class: TrainingClass, now: datetime,
             waiting: Sequence[Any] = ()) -> list[Entry]:
    people = list({enrolment.id: enrolment for _, enrolment in rows}.values())
    if not people:
        return []
    record = class_record(db, training_class=training_class, now=now, enrolments=people)
    by_person = {row.enrolment.id: row.statuses for row in record.people}
    found = []
    for request, enrolment in rows:
        statuses, covered = by_person[enrolment.id], {c.session_id for c in request.covered}
        undecided = covered if request.state == "asked" else set()
        others = {w.session_id for w in waiting if w.person_id == request.person_id and w.id != request.id
                  and w.kind in record.rules.leave_kinds}
        found.append(Entry(
            request, enrolment, meter(record.sessions, statuses, record.rules, kind=request.kind, asked=undecided, pending=others),
            half_days_on_leave(record.sessions, statuses, undecided),
            {s.id: status for s, status in zip(record.sessions, statuses, strict=True) if s.id in covered}))
    return found


def own_requests(db: Session, person_id: int, condition: ColumnElement[bool] | None = None) -> Sequence[LeaveRequest]:
    """A person's requests, the latest first. One statement."""
    query = select(LeaveRequest).options(*WHOLE).where(LeaveRequest.person_id == person_id).order_by(LeaveRequest.id.desc())
    return db.scalars(query if condition is None else query.where(condition)).unique().all()
