"""Vehicles (乘车) of a class, and who rides in which: assigned beforehand, a group in one go or people singly."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from lms.core.attendance.models import AttendanceEvent, Departure, Vehicle, VehicleSeat
from lms.core.attendance.write import one_after_the_other
from lms.core.audit.service import record
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.db import expect_version
from lms.core.errors import Conflict, Invalid
from lms.core.i18n import N_

_LONGEST, _MOST_SEATS = 60, 200


def add_vehicle(db: Session, *, training_class: TrainingClass, name: str, seats: str, by_id: int, now: datetime) -> Vehicle:
    """A new vehicle at the end of the list.

    :param seats: as typed; empty: not counted
    :raises Invalid: no name, a name that is taken, or no number of seats
    """
    one_after_the_other(db, training_class.id)
    values = {"name": _checked_name(db, training_class.id, name), "seats": _checked_seats(seats)}
    last = db.scalar(select(func.max(Vehicle.position)).where(Vehicle.class_id == training_class.id))
    vehicle = Vehicle(class_id=training_class.id, position=(last or 0) + 1, **values)
    db.add(vehicle)
    db.flush()
    record(db, actor_id=by_id, action="vehicle.add", thing=vehicle, now=now, after=values, class_id=training_class.id)
    return vehicle


def change_vehicle(db: Session, *, vehicle: Vehicle, version: int, name: str, seats: str, by_id: int, now: datetime) -> None:
    """:raises Invalid, Conflict: as ``add_vehicle``; somebody saved meanwhile; more people ride in it than it would seat"""
    expect_version(vehicle, version)
    before = {"name": vehicle.name, "seats": vehicle.seats}
    with db.no_autoflush:
        vehicle.name, vehicle.seats = _checked_name(db, vehicle.class_id, name, but=vehicle.id), _checked_seats(seats)
        _require_seats(db, vehicle, 0)
    record(db, actor_id=by_id, action="vehicle.change", thing=vehicle, now=now, before=before,
           after={"name": vehicle.name, "seats": vehicle.seats}, class_id=vehicle.class_id)


def remove_vehicle(db: Session, *, vehicle: Vehicle, by_id: int, now: datetime) -> None:
    """Take a vehicle away; its people then ride in none.

    :raises Conflict: people were counted on it: what is on record keeps it
    """
    used = db.scalar(select(AttendanceEvent.id).where(AttendanceEvent.vehicle_id == vehicle.id).limit(1)) or \
        db.scalar(select(Departure.id).where(Departure.vehicle_id == vehicle.id).limit(1))
    if used:
        raise Conflict("vehicle_used", N_("“{name}”已经清点过人数，记录要保留，不能删除。可以改名，或把人调到别的车上。"), name=vehicle.name)
    db.execute(delete(VehicleSeat).where(VehicleSeat.vehicle_id == vehicle.id))
    record(db, actor_id=by_id, action="vehicle.remove", thing=vehicle, now=now, before={"name": vehicle.name},
           class_id=vehicle.class_id)
    db.delete(vehicle)
    db.flush()


def seat(db: Session, *, vehicle: Vehicle | None, enrolments: Sequence[Enrolment], by_id: int, now: datetime) -> int:
    """Let people ride in *vehicle* (None: in none); whoever rode in another one changes. Returns how many changed.

    :raises Invalid: somebody is of another class
    :raises Conflict: there are not seats enough; nobody is moved then
    """
    if vehicle is not None and any(e.class_id != vehicle.class_id for e in enrolments):
        raise Invalid("vehicle_of_another_class", N_("这辆车不属于本培训班。请刷新页面后重选。"))
    if not enrolments:
        return 0
    one_after_the_other(db, enrolments[0].class_id)
    ids = [e.id for e in enrolments]
    seated = dict(db.execute(select(VehicleSeat.enrolment_id, VehicleSeat.vehicle_id)
                             .where(VehicleSeat.enrolment_id.in_(ids))).all())
    moved = [e for e in enrolments if seated.get(e.id) != (vehicle.id if vehicle else None)]
    if not moved:
        return 0
    if vehicle is not None:
        _require_seats(db, vehicle, len(moved))
    db.execute(delete(VehicleSeat).where(VehicleSeat.enrolment_id.in_([e.id for e in moved])))
    if vehicle is not None:
        db.add_all([VehicleSeat(vehicle_id=vehicle.id, enrolment_id=e.id) for e in moved])
    record(db, actor_id=by_id, action="vehicle.seat", thing=vehicle or "", now=now, class_id=moved[0].class_id,
           before={e.uid: seated.get(e.id) for e in moved}, after={"vehicle": vehicle.name if vehicle else ""})
    return len(moved)


def _require_seats(db: Session, vehicle: Vehicle, more: int) -> None:
    if vehicle.seats is None:
        return
    taken = db.scalar(select(func.count()).select_from(VehicleSeat).where(VehicleSeat.vehicle_id == vehicle.id)) or 0
    if taken + more > vehicle.seats:
        raise Conflict("vehicle_full", N_("“{name}”有 {seats} 个座位，这样会有 {people} 人，没有安排。请分到别的车上，或核对座位数。"),
                       name=vehicle.name, seats=vehicle.seats, people=taken + more)


def _checked_name(db: Session, class_id: int, name: str, but: int = 0) -> str:
    name = name.strip()
    if not name or len(name) > _LONGEST:
        raise Invalid("vehicle_name", N_("车辆名称应为 1 到 {most} 个字，例如“1 号车”。"), field="name", most=_LONGEST)
    if db.scalar(select(Vehicle.id).where(Vehicle.class_id == class_id, Vehicle.name == name, Vehicle.id != but)) is not None:
        raise Invalid("vehicle_name_taken", N_("本班已有名为“{name}”的车辆，请换一个名称。"), field="name", name=name)
    return name


def _checked_seats(text: str) -> int | None:
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= _MOST_SEATS and len(text) <= 3):
        raise Invalid("vehicle_seats", N_("座位数应在 1 到 {most} 之间；不计座位可以不填。"), field="seats", most=_MOST_SEATS)
    return int(text)
