"""The record of a class too large to be held at once: the same rows, read a part at a time each time they are walked.

A hundred thousand people in thirty sessions are three million statuses; a file of them is written in the memory of a part.
"""
from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, overload

from sqlalchemy import ColumnElement, Select, func, or_, select, tuple_
from sqlalchemy.orm import Session

from lms.core.attendance.models import AttendanceEvent
from lms.core.attendance.record import EVENT_COLUMNS, ClassRecord, PersonRecord, class_record
from lms.core.classes.models import Enrolment, TrainingClass

AT_ONCE = 2_000  # people; fewer are read at once, in the statements of a page
PART = 500
_EVENTS_AT_ONCE = 1_000


def long_record(db: Session, *, training_class: TrainingClass, now: datetime, people: Select[Any]) -> ClassRecord:
    """The record of *people*: whole where they are few, else in parts. One statement more than ``class_record``.

    :param people: enrolments of the class that the caller may see; their order becomes that of the numbers
    """
    ordered = people.order_by(None).order_by(Enrolment.number, Enrolment.id)
    count = db.scalar(select(func.count()).select_from(people.order_by(None).subquery())) or 0
    if count <= AT_ONCE:
        return class_record(db, training_class=training_class, now=now, enrolments=db.scalars(ordered).all())
    empty = class_record(db, training_class=training_class, now=now, enrolments=())
    return ClassRecord(training_class, empty.rules, empty.sessions, Parts(db, empty, ordered, count), now)


class Parts(Sequence[PersonRecord]):
    """The rows of a long record. Each walk reads them again: what is done in one walk costs one reading."""

    def __init__(self, db: Session, empty: ClassRecord, people: Select[Any], count: int) -> None:
        self._db, self._of, self._people, self._count = db, empty, people, count

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[PersonRecord]:
        last: tuple[int, int] | None = None
        while True:
            query = self._people.limit(PART)
            if last is not None:
                query = query.where(tuple_(Enrolment.number, Enrolment.id) > last)
            part = self._db.scalars(query).all()
            if not part:
                return
            last = part[-1].number, part[-1].id
            yield from class_record(self._db, training_class=self._of.training_class, now=self._of.now, enrolments=part,
                                    sessions=self._of.sessions, only_theirs=True).people

    @overload
    def __getitem__(self, index: int) -> PersonRecord: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[PersonRecord]: ...

    def __getitem__(self, index: int | slice) -> PersonRecord | Sequence[PersonRecord]:
        """For the few who look at one row: it reads up to there."""
        return tuple(self)[index]

    @property
    def query(self) -> Select[Any]:
        """The enrolments, in the order of the rows."""
        return self._people


class Events:
    """Every event of a record in the order it arrived, voided ones included, each with the name and unit of whom it is about.

    Of a long record a part of them is held: a hundred thousand people make three million.

    :param voided: ids of events that count no longer; *confirmed*: that people have looked at; *actors*: of persons behind them
    """

    voided: Collection[int]
    confirmed: Collection[int]
    actors: Collection[int]

    def __init__(self, db: Session, record: ClassRecord) -> None:
        """One statement; two where the record is long."""
        columns = (*EVENT_COLUMNS, AttendanceEvent.received_at)
        said: Iterable[Any]
        self._people: dict[int, Enrolment] | None = None
        if isinstance(record.people, Parts):
            e = AttendanceEvent
            said = db.execute(select(e.id, e.voids_id, e.confirms_id, e.by_id).where(e.class_id == record.training_class.id, or_(
                e.voids_id.is_not(None), e.confirms_id.is_not(None), e.by_id.is_not(None))).execution_options(yield_per=_EVENTS_AT_ONCE))
        else:
            # Who they are about is known: joining them took as long as a third of the file.
            self._people = {row.enrolment.person_id: row.enrolment for row in record.people}
            said = db.execute(select(*columns).where(*_in(record), AttendanceEvent.person_id.in_(self._people)).order_by(AttendanceEvent.id)).all()
        self.voided, self.actors, confirming = set(), set(), []
        for row in said:
            if row.voids_id is not None:
                self.voided.add(row.voids_id)
            if row.confirms_id is not None:
                confirming.append((row.id, row.confirms_id))
            if row.by_id is not None:
                self.actors.add(row.by_id)
        self.confirmed = {confirms for by, confirms in confirming if by not in self.voided}
        self._rows = said if self._people is not None else db.execute(
            _events_of(record, *columns).order_by(AttendanceEvent.id).execution_options(yield_per=_EVENTS_AT_ONCE))

    def __iter__(self) -> Iterator[tuple[Any, str, str]]:
        """Each event with the name and unit of whom it is about."""
        if self._people is None:
            yield from ((row, row.name, row.unit_name) for row in self._rows)
        else:
            yield from ((row, self._people[row.person_id].name, self._people[row.person_id].unit_name) for row in self._rows)


def event_count(db: Session, record: ClassRecord) -> int:
    """How many events a long record has. One statement."""
    return db.scalar(select(func.count()).select_from(_events_of(record, AttendanceEvent.id).subquery())) or 0


def _events_of(record: ClassRecord, *columns: Any) -> Select[Any]:
    """The events of a long record with name and unit."""
    assert isinstance(record.people, Parts)
    people = record.people.query.order_by(None).with_only_columns(Enrolment.person_id, Enrolment.name, Enrolment.unit_name).subquery()
    return select(*columns, people.c.name, people.c.unit_name).join(people, people.c.person_id == AttendanceEvent.person_id).where(*_in(record))


def _in(record: ClassRecord) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return AttendanceEvent.class_id == record.training_class.id, AttendanceEvent.session_id.in_([s.id for s in record.sessions])
