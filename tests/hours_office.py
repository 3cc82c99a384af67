"""Whoever keeps the credit hours of one class, for the tests of hours, core and web."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from lms.core.attendance.corrections import correct
from lms.core.classes.models import ClassSession, TrainingClass
from lms.core.classes.service import close_class
from lms.core.clock import local
from lms.core.hours.imports import enter_one
from lms.core.hours.ledger import reverse
from lms.core.hours.models import CreditEntry
from lms.core.hours.posting import post_class
from lms.core.hours.rules import set_rules
from lms.core.hours.statement import Statement, statement
from lms.core.ids import new_uid
from lms.site import Site
from lms.testing import Training


class Office:
    def __init__(self, site: Site, training: Training) -> None:
        self.site, self.training = site, training
        self.by_id = training.people[0].id  # somebody: corrections name who made them

    def correct(self, session: int, status: str, person: int = 0) -> None:
        with self.site.database.writing() as db:
            correct(db, session=db.get_one(ClassSession, self.training.sessions[session].id), person_id=self.training.people[person].id,
                    status=status, reason="据签到表", by_id=self.by_id, now=self.site.clock.now(), uid=new_uid())

    def attend(self, statuses: Sequence[str], person: int = 0) -> None:
        for number, status in enumerate(statuses):
            self.correct(number, status, person)

    def close(self) -> None:
        with self.site.database.writing() as db:
            close_class(db, training_class=db.get_one(TrainingClass, self.training.training_class.id), by_id=self.by_id,
                        now=self.site.clock.now())

    def post(self) -> int:
        with self.site.database.writing() as db:
            return post_class(db, training_class=db.get_one(TrainingClass, self.training.training_class.id), person_ids=None,
                              by_id=self.by_id, now=self.site.clock.now())

    def enter(self, person: int = 0, **given: str) -> CreditEntry:
        values = {"name": self.training.people[person].name, "title": "市级班", "day": "2026-07-01", "kind": "offjob", "hours": "8",
                  "proof": "证书 1 号", **given}
        uid = values.pop("uid", new_uid())
        with self.site.database.writing() as db:
            return enter_one(db, given=values, uid=uid, by_id=self.by_id, now=self.site.clock.now(), today=self.today)

    def take_back(self, entry: CreditEntry) -> CreditEntry:
        with self.site.database.writing() as db:
            return reverse(db, entry=db.get_one(CreditEntry, entry.id), reason="证明有误", by_id=self.by_id, now=self.site.clock.now())

    def rules(self, *, from_year: int = 2026, seen: int = 0, **values: str) -> int:
        typed = {"target": "90", "unit_minutes": "30", "half_minutes": "15", "online_cap": "0", **values}
        with self.site.database.writing() as db:
            return set_rules(db, from_year=from_year, values=typed, seen=seen, this_year=self.today.year, by_id=self.by_id,
                             now=self.site.clock.now()).number

    def statement(self, person: int = 0, year: int = 2026) -> Statement:
        with self.site.database.reading() as db:
            return statement(db, person_id=self.training.people[person].id, year=year)

    def hours(self, person: int = 0, year: int = 2026) -> int:
        return self.statement(person, year).total.total

    def entries(self, person: int = 0) -> list[CreditEntry]:
        with self.site.database.reading() as db:
            return list(db.scalars(select(CreditEntry).where(CreditEntry.person_id == self.training.people[person].id).order_by(CreditEntry.id)))

    def change(self, session: int, **values: Any) -> None:
        with self.site.database.writing() as db:
            row = db.get_one(ClassSession, self.training.sessions[session].id)
            for name, value in values.items():
                setattr(row, name, value)

    @property
    def today(self) -> Any:
        return local(self.site.clock.now(), "Asia/Shanghai").date()
