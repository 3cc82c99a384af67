"""A unit's own people in a class: what they attended and whether they hold a certificate, for the unit's staff."""
from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, func, select
from sqlalchemy.orm import Session

from lms.core.access.service import Viewer, visible
from lms.core.attendance.record import Totals, class_record
from lms.core.certificates.models import Certificate
from lms.core.classes.models import Enrolment, TrainingClass


@dataclass(frozen=True)
class UnitLine:
    """One person: the enrolment, hours as they stand, and the number of a valid certificate."""

    enrolment: Enrolment
    totals: Totals
    certificate: str | None


def classes_of(db: Session, units: Collection[int]) -> Sequence[Row[str, str]]:
    """Classes with people of these units, the latest first; one that is being prepared is nobody's yet."""
    theirs = select(Enrolment.class_id).where(Enrolment.unit_id.in_(units))
    return db.execute(select(TrainingClass.uid, TrainingClass.title).where(TrainingClass.id.in_(theirs), TrainingClass.state != "draft")
                      .order_by(TrainingClass.starts_on.desc(), TrainingClass.id.desc())).all()


def unit_people(db: Session, viewer: Viewer, *, training_class: TrainingClass, units: Collection[int], now: datetime,
                limit: int, offset: int) -> tuple[list[UnitLine], int]:
    """One page of the people of these units in the class, those who withdrew too, and how many there are in all.

    Three statements.
    """
    rows: Sequence[Any] = db.execute(
        visible(viewer, Enrolment).add_columns(Certificate.number, func.count().over().label("total"))
        .outerjoin(Certificate, and_(Certificate.enrolment_id == Enrolment.id, Certificate.state == "valid"))
        .where(Enrolment.class_id == training_class.id, Enrolment.unit_id.in_(units))
        .order_by(Enrolment.number, Enrolment.id).limit(limit).offset(offset)).all()
    record = class_record(db, training_class=training_class, now=now, enrolments=[row.Enrolment for row in rows])
    return [UnitLine(row.Enrolment, person.totals, row.number)
            for row, person in zip(rows, record.people, strict=True)], rows[0].total if rows else 0
