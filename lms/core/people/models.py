"""Persons, the units they come from, and how they prove who they are."""
from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base, PublicRow, Row, Versioned


class Unit(PublicRow, Versioned, Base):
    """An organisation (单位), a node of the tree of units. One that was merged stays, so that its name still means the kept one."""

    __tablename__ = "lms_unit"

    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(200), unique=True)  # people.names.name_key(name)
    category: Mapped[str] = mapped_column(String(60), default="")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("lms_unit.id"), index=True)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("lms_unit.id"), index=True)


class Person(PublicRow, Versioned, Base):
    """Somebody, with or without a login. Names are stored normalised; merged persons point to the one kept."""

    __tablename__ = "lms_person"

    name: Mapped[str] = mapped_column(String(120))
    name_key: Mapped[str] = mapped_column(String(120), index=True)
    pinyin: Mapped[str] = mapped_column(String(240), default="", index=True)  # sort key, stored at import
    initials: Mapped[str] = mapped_column(String(60), default="")
    gender: Mapped[str] = mapped_column(String(10), default="")
    ethnic_group: Mapped[str] = mapped_column(String(40), default="")
    political_affiliation: Mapped[str] = mapped_column(String(40), default="")
    phone: Mapped[str | None] = mapped_column(String(20), unique=True)
    state: Mapped[str] = mapped_column(String(20), default="active")  # active | deactivated | anonymised
    locale: Mapped[str] = mapped_column(String(10), default="")
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("lms_person.id"), index=True)
    host_key: Mapped[str | None] = mapped_column(String(190), unique=True)  # the host application's user, if any
    card_serial: Mapped[int] = mapped_column(default=1)  # a new serial makes the printed card invalid
    created_at: Mapped[datetime]

    affiliations: Mapped[list[Affiliation]] = relationship(back_populates="person", order_by="Affiliation.id")


class Affiliation(Row, Base):
    """A person's place in a unit for a time; the open one (``ends_on`` empty) is the current."""

    __tablename__ = "lms_affiliation"

    person_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("lms_unit.id"), index=True)
    position: Mapped[str] = mapped_column(String(120), default="")
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]

    person: Mapped[Person] = relationship(back_populates="affiliations")
    unit: Mapped[Unit] = relationship()


class Password(Base):
    """An argon2id hash. ``must_change`` is set for a first password that staff handed out."""

    __tablename__ = "lms_password"

    person_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"), primary_key=True)
    hash: Mapped[str] = mapped_column(String(200))
    must_change: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime]


class ActivationLink(Row, Base):
    """A link that logs a phone in once. The token is derived from the installation's key, only its digest is kept."""

    __tablename__ = "lms_activation_link"
    __table_args__ = (UniqueConstraint("person_id", "serial"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"), index=True)
    serial: Mapped[int]
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_device: Mapped[str] = mapped_column(String(64), default="")  # digest; may tap again when the answer got lost
    revoked_at: Mapped[datetime | None]


class LoginSession(PublicRow, Base):
    """A login on one device. Ending the row ends the login at once, whatever the cookie says."""

    __tablename__ = "lms_login_session"

    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"), index=True)
    method: Mapped[str] = mapped_column(String(20))  # activation | password | host
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    pending: Mapped[bool] = mapped_column(default=False, server_default=false())  # waits for the second factor: identifies nobody yet


class SecondFactor(Base):
    """That somebody logs in with a code from an app, too (``people.second_factor``); the secret itself is in no table."""

    __tablename__ = "lms_second_factor"

    person_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"), primary_key=True)
    serial: Mapped[int]  # a new one makes the old secret void
    confirmed_at: Mapped[datetime | None]  # None: turned off
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)  # each code is good for one login
    recovery: Mapped[list[Any]]  # digests of the codes that are left


class LoginThrottle(Base):
    """Wrong attempts per account and device (never per address: a hall is one address). See ``people.throttle``."""

    __tablename__ = "lms_login_throttle"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)  # digest of account and device
    known: Mapped[bool] = mapped_column(default=False)  # this device has logged in to this account before
    failures: Mapped[int] = mapped_column(default=0)
    blocked_until: Mapped[datetime | None]
    updated_at: Mapped[datetime] = mapped_column(index=True)


Index("ix_lms_person_initials", Person.initials)
