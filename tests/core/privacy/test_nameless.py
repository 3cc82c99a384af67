"""After the term of a class nothing tells who its people were; every total, every number and every chain is as before."""
from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from certificate_desk import BY_ATTENDANCE, Desk
from sqlalchemy import func, select, text

from lms.core.access.grants import grant
from lms.core.attendance.corrections import correct
from lms.core.attendance.record import class_record
from lms.core.audit.chain import AuditChain
from lms.core.backup.rows import our_tables
from lms.core.certificates.chain import CertificateChain
from lms.core.certificates.models import Certificate
from lms.core.certificates.terms import keep_terms
from lms.core.classes.enrolments import enrol
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.clock import SettableClock
from lms.core.errors import Conflict
from lms.core.ids import new_uid
from lms.core.leave.models import LeaveRequest
from lms.core.people.logins import open_login
from lms.core.people.models import LoginSession, Person
from lms.core.privacy.nameless import ask_for_it, plan
from lms.core.reports.attendance import attendance_book
from lms.core.seals.walk import walk
from lms.site import Site
from lms.testing import Training
from lms.worker import do_every_minute, run_waiting

WORDS = ("class-a学员", "家里老人住院", "值班")
YEARS = 366 * 31


@pytest.fixture
def old(site: Site, make_training: Any, clock: SettableClock, person_with: Any) -> Training:
    """Six people attended, two hold certificates, one was corrected and one on leave; the class is over."""
    made: Training = make_training(people=6, days=1, rules=dict(BY_ATTENDANCE))
    desk, now = Desk(site, made), clock.now()
    desk.mark(["present"] * 2)
    with site.database.writing() as db:
        correct(db, session=made.sessions[0], person_id=made.people[4].id, status="absent", reason="值班", by_id=made.people[0].id, now=now, uid=new_uid())
        db.add(LeaveRequest(class_id=made.training_class.id, person_id=made.people[5].id, kind="personal_leave", reason="家里老人住院", asked_at=now))
        open_login(db, person=made.people[0], method="activation", lasts=timedelta(days=30), now=now)
    desk.issue(made.enrolments[:2])
    with site.database.writing() as db:
        db.get_one(TrainingClass, made.training_class.id).state = "closed"
    do_every_minute(site)
    return made


def totals(site: Site, training: Training) -> list[Any]:
    """The sheets of the export that add up, by unit and by group."""
    with site.database.reading() as db:
        record = class_record(db, training_class=db.get_one(TrainingClass, training.training_class.id), now=site.clock.now())
        sheets = {sheet.name: [tuple(row) for row in sheet.rows] for sheet in attendance_book(db, record, locale="zh_CN").sheets}
    return [rows for name, rows in sheets.items() if "汇总" in name]


def faults(site: Site) -> list[Any]:
    with site.database.reading() as db:
        return [fault for name, source in (("audit", AuditChain()), ("certificates", CertificateChain()))
                for fault in (*walk(db, chain=name, source=source).faults, *source.further_faults(db, site.storage))]


def everything(site: Site) -> str:
    """Every value of every table, as text."""
    with site.database.reading() as db:
        return "\n".join(str(tuple(row)) for table in our_tables(db.connection()) for row in db.execute(text(f"SELECT * FROM {table.name}")))


def do_it(site: Site, admin: Person) -> None:
    with site.database.writing() as db:
        ask_for_it(db, site.settings, sure=True, by_id=admin.id, now=site.clock.now())
    assert run_waiting(site) >= 1  # a daily backup may be due as well


def test_names_are_gone_and_totals_numbers_and_chains_are_as_before(old: Training, site: Site, clock: SettableClock, person_with: Any) -> None:
    before, admin = totals(site, old), person_with("administrator")
    words = (*WORDS, *(p.phone or "" for p in old.people))
    assert before and all(word in everything(site) for word in words)
    clock.move(days=YEARS)
    keep_terms(site)  # certificates are over their own term as well
    with site.database.reading() as db:
        found, kept = plan(db, site.settings, now=clock.now()), db.execute(select(Certificate.number, Certificate.pdf_sha256, Certificate.state)).all()
    assert (len(found.classes), found.people, set(found.kept.values())) == (1, 6, {0}) and found.entries > 0
    do_it(site, admin)
    do_every_minute(site)
    assert totals(site, old) == before and faults(site) == []
    left = everything(site)
    assert not [word for word in words if word in left]
    with site.database.reading() as db:
        assert db.execute(select(Certificate.number, Certificate.pdf_sha256, Certificate.state)).all() == kept
        people = db.scalars(select(Person).where(Person.state == "anonymised").order_by(Person.id)).all()
        assert [p.name for p in people] == [f"学员 {n:04}" for n in range(1, 7)] and not any(p.phone for p in people)
        assert db.scalars(select(Enrolment.name).order_by(Enrolment.id)).all() == [p.name for p in people]
        assert db.scalar(select(func.count()).select_from(LoginSession)) == 0
        again = plan(db, site.settings, now=clock.now())
        assert (again.people, again.entries) == (0, 0)
    with site.database.writing() as db, pytest.raises(Conflict, match="没有到期"):
        ask_for_it(db, site.settings, sure=True, by_id=admin.id, now=clock.now())


def test_whoever_has_something_else_left_keeps_the_name(old: Training, site: Site, clock: SettableClock, make_training: Any, person_with: Any) -> None:
    admin = person_with("administrator")
    clock.move(days=YEARS)
    young = make_training("class-b", people=1)
    with site.database.writing() as db:
        enrol(db, training_class=db.get_one(TrainingClass, young.training_class.id), person=db.get_one(Person, old.people[3].id), group=None, unit=None,
              by_id=None, now=clock.now())
        grant(db, person_id=old.people[4].id, role="instructor", scope_type="class", scope_id=young.training_class.id, by_id=None, now=clock.now())
    with site.database.reading() as db:
        found = plan(db, site.settings, now=clock.now())
    assert found.people == 2 and found.kept == {"class": 1, "certificate": 2, "hours": 0, "role": 1}  # certificates have not been purged yet
    do_it(site, admin)
    with site.database.reading() as db:
        named = db.scalars(select(Person.id).where(Person.id.in_([p.id for p in old.people]), Person.state == "active").order_by(Person.id)).all()
    assert named == [old.people[n].id for n in (0, 1, 3, 4)]


def test_nothing_happens_before_the_term_or_unasked(old: Training, site: Site, clock: SettableClock, person_with: Any) -> None:
    admin = person_with("administrator")
    with site.database.writing() as db, pytest.raises(Conflict, match="没有到期"):
        ask_for_it(db, site.settings, sure=True, by_id=admin.id, now=clock.now())
    clock.move(days=YEARS)
    with site.database.writing() as db, pytest.raises(Conflict, match="先勾选"):
        ask_for_it(db, site.settings, sure=False, by_id=admin.id, now=clock.now())
    do_every_minute(site)
    with site.database.reading() as db:
        assert db.scalar(select(func.count(Person.id)).where(Person.state == "anonymised")) == 0
