"""Attendance is a record of events, never overwritten; the status is computed when it is read."""
from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, PublicRow, Versioned


class AttendanceEvent(PublicRow, Base):
    """Who, which session, in or out, when (server clock), how, by whom, why.

    ``uid`` may be made by the client: the same event sent twice counts once. ``ticket`` is unique: a ticket redeems once.
    """

    __tablename__ = "lms_attendance_event"

    class_id: Mapped[int] = mapped_column(ForeignKey("lms_training_class.id"))
    session_id: Mapped[int] = mapped_column(ForeignKey("lms_class_session.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))  # in | out | status | check | void | confirm
    at: Mapped[datetime]  # the instant that counts: when the code was first seen, or the server received it
    received_at: Mapped[datetime]
    method: Mapped[str] = mapped_column(String(20))  # lms.core.attendance.status.METHODS
    by_id: Mapped[int | None] = mapped_column(ForeignKey("lms_person.id"))  # None: the person
    status: Mapped[str | None] = mapped_column(String(20))  # for kind=status: the status that staff set
    reason: Mapped[str] = mapped_column(String(500), default="")
    ticket: Mapped[str | None] = mapped_column(String(64), unique=True)
    voids_id: Mapped[int | None] = mapped_column(ForeignKey("lms_attendance_event.id"))
    confirms_id: Mapped[int | None] = mapped_column(ForeignKey("lms_attendance_event.id"))  # looked at, and it stands
    client_at: Mapped[datetime | None]
    flags: Mapped[list[Any]] = mapped_column(default=list)  # reasons for review, e.g. ["shared_device"]
    other_id: Mapped[int | None] = mapped_column(ForeignKey("lms_person.id"))  # whose phone or scan it was, for the review
    device: Mapped[str | None] = mapped_column(String(64))  # keyed hash, purged on time
    vehicle_id: Mapped[int | None] = mapped_column(ForeignKey("lms_vehicle.id"))  # on which a head-count found them


Index("ix_lms_attendance_event_session", AttendanceEvent.session_id, AttendanceEvent.person_id)
Index("ix_lms_attendance_event_class", AttendanceEvent.class_id, AttendanceEvent.person_id)
Index("ix_lms_attendance_event_device", AttendanceEvent.session_id, AttendanceEvent.device)


class Vehicle(PublicRow, Versioned, Base):
    """A vehicle (车辆) of a class's field visits."""

    __tablename__ = "lms_vehicle"
    __table_args__ = (UniqueConstraint("class_id", "name"),)

    class_id: Mapped[int] = mapped_column(ForeignKey("lms_training_class.id"))
    name: Mapped[str] = mapped_column(String(60))
    seats: Mapped[int | None]  # None: nobody counts them
    position: Mapped[int] = mapped_column(default=0)


class VehicleSeat(PublicRow, Base):
    """Who rides in which vehicle: each person in one."""

    __tablename__ = "lms_vehicle_seat"

    vehicle_id: Mapped[int] = mapped_column(ForeignKey("lms_vehicle.id"), index=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("lms_enrolment.id"), unique=True)


class Departure(PublicRow, Base):
    """A vehicle was let go (发车): how many were counted of how many, and why, if they were not the same people."""

    __tablename__ = "lms_departure"

    class_id: Mapped[int] = mapped_column(ForeignKey("lms_training_class.id"), index=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("lms_class_session.id"), index=True)
    vehicle_id: Mapped[int] = mapped_column(ForeignKey("lms_vehicle.id"))
    direction: Mapped[str] = mapped_column(String(3))  # in: on the way there, out: on the way back
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"))
    counted: Mapped[int]
    expected: Mapped[int]
    away: Mapped[list[Any]] = mapped_column(default=list)  # ids of persons who should have been aboard
    extra: Mapped[list[Any]] = mapped_column(default=list)  # and of those who were not on the list
    reason: Mapped[str] = mapped_column(String(500), default="")


class WalkIn(PublicRow, Versioned, Base):
    """Somebody who came without standing on the roster (现场登记): noted by hand, matched to a person later."""

    __tablename__ = "lms_walk_in"

    class_id: Mapped[int] = mapped_column(ForeignKey("lms_training_class.id"), index=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("lms_class_session.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    unit_name: Mapped[str] = mapped_column(String(200), default="")
    phone: Mapped[str | None] = mapped_column(String(20))
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"))
    state: Mapped[str] = mapped_column(String(12), default="open")  # attendance.walk_ins.STATES
    person_id: Mapped[int | None] = mapped_column(ForeignKey("lms_person.id"), index=True)
    settled_at: Mapped[datetime | None]


class Substitution(PublicRow, Base):
    """Somebody attends instead of somebody else (替训); the events that it wrote say in which sessions."""

    __tablename__ = "lms_substitution"

    class_id: Mapped[int] = mapped_column(ForeignKey("lms_training_class.id"), index=True)
    original_id: Mapped[int] = mapped_column(ForeignKey("lms_enrolment.id"))
    substitute_id: Mapped[int] = mapped_column(ForeignKey("lms_enrolment.id"))
    sessions: Mapped[list[Any]] = mapped_column(default=list)  # their ids
    reason: Mapped[str] = mapped_column(String(500))
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"))
    ended_at: Mapped[datetime | None]  # taken back; its events are void


class SpotCheck(PublicRow, Base):
    """A random spot check (随机抽点): from *pool* and *seed* anybody can draw the same people again."""

    __tablename__ = "lms_spot_check"

    class_id: Mapped[int] = mapped_column(ForeignKey("lms_training_class.id"), index=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("lms_class_session.id"), index=True)
    seed: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    pool: Mapped[list[Any]] = mapped_column(default=list)  # [uid of the enrolment, 1 if drawn in this round], …
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"))


class SpotDraw(PublicRow, Base):
    """One person drawn, and what was found."""

    __tablename__ = "lms_spot_draw"
    __table_args__ = (UniqueConstraint("check_id", "enrolment_id"),)

    check_id: Mapped[int] = mapped_column(ForeignKey("lms_spot_check.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("lms_enrolment.id"), index=True)
    position: Mapped[int]
    event_id: Mapped[int | None] = mapped_column(ForeignKey("lms_attendance_event.id"))  # the latest word; None: not looked for yet
