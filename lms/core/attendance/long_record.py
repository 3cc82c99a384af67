"""The record of a class too large to be held at once: the same rows, read a part at a time each time they are walked.

A hundred thousand people in thirty sessions are three million statuses; a file of them is written in the memory of a part.
"""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, overload

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import Session

from lms.core.attendance.record import ClassRecord, PersonRecord, class_record
from lms.core.classes.models import Enrolment, TrainingClass

AT_ONCE = 2_000  # people; fewer are read at once, in the statements of a page
PART = 500


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
