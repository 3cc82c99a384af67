"""A class whose people have attended and are certified: for the tests of certificates, core and web."""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import event, select

from lms.core.attendance.models import AttendanceEvent
from lms.core.certificates.completion import Verdict, verdicts
from lms.core.certificates.issue import certificate_code
from lms.core.certificates.jobs import ask_to_issue
from lms.core.certificates.models import Certificate
from lms.core.certificates.signed import sign_certificate
from lms.core.classes.models import ClassSession, Enrolment, TrainingClass
from lms.core.jobs.models import Job
from lms.core.people.models import Person
from lms.core.signing.keys import open_signer
from lms.site import Site
from lms.testing import Training
from lms.worker import run_waiting

BASE = "https://peixun.example.org"
# Attendance and leave alone decide; courses and exams have tests of their own.
BY_ATTENDANCE: dict[str, Any] = {"courses_required": False, "exam_required": False}


@contextmanager
def statements(site: Site) -> Iterator[list[str]]:
    """The statements that run inside, without what only begins a transaction."""
    ran: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *more: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "SAVEPOINT")):
            ran.append(statement)

    event.listen(site.database.engine, "before_cursor_execute", note)
    yield ran
    event.remove(site.database.engine, "before_cursor_execute", note)


class Desk:
    """Whoever judges and certifies one class."""

    def __init__(self, site: Site, training: Training) -> None:
        self.site, self.training = site, training

    def hours(self, *hundredths: int) -> None:
        """Give the sessions, in order, these credit hours; those beyond are left out of attendance."""
        with self.site.database.writing() as db:
            for number, session in enumerate(self.training.sessions):
                row = db.get_one(ClassSession, session.id)
                row.counts = number < len(hundredths)
                row.credit_hours = hundredths[number] if row.counts else 0

    def mark(self, statuses: Sequence[str], people: Sequence[Person] | None = None) -> None:
        """Put on record how *people* (everybody if None) attended the sessions, in order."""
        now = self.site.clock.now()
        with self.site.database.writing() as db:
            db.add_all(AttendanceEvent(
                class_id=session.class_id, session_id=session.id, person_id=person.id, kind="status", status=status, at=now,
                received_at=now, method="correction", reason="据纸质签到表", flags=[])
                for person in (self.training.people if people is None else people)
                for session, status in zip(self.training.sessions, statuses, strict=False))

    def finish(self) -> None:
        """Move the clock to the day after the class; everybody was there."""
        self.mark(["present"] * len(self.training.sessions))
        self.site.clock.move(days=4)  # type: ignore[attr-defined]

    def verdict(self, number: int = 0) -> Verdict:
        """The verdict of the person with this place in the class, as of now."""
        with self.site.database.reading() as db:
            training_class = db.get_one(TrainingClass, self.training.training_class.id)
            enrolment = db.get_one(Enrolment, self.training.enrolments[number].id)
            return verdicts(db, training_class=training_class, enrolments=[enrolment], now=self.site.clock.now())[enrolment.id]

    def ask(self, enrolments: Sequence[Enrolment] | None = None, base: str = BASE) -> Job:
        with self.site.database.writing() as db:
            training_class = db.get_one(TrainingClass, self.training.training_class.id)
            return ask_to_issue(db, training_class=training_class, enrolments=enrolments, base=base, by_id=None,
                                now=self.site.clock.now())

    def issue(self, enrolments: Sequence[Enrolment] | None = None) -> list[Certificate]:
        """Certificates for whoever completes the class; all that there are then, in the order of their serials."""
        self.ask(enrolments)
        run_waiting(self.site)
        return self.certificates()

    def certificates(self) -> list[Certificate]:
        with self.site.database.reading() as db:
            return list(db.scalars(select(Certificate).where(Certificate.class_id == self.training.training_class.id)
                                   .order_by(Certificate.scope, Certificate.serial)))

    def job(self, job: Job) -> Job:
        with self.site.database.reading() as db:
            return db.get_one(Job, job.id)

    def bytes_of(self, certificate: Certificate) -> bytes:
        assert certificate.pdf_sha256 is not None
        with self.site.storage.open(certificate.pdf_sha256) as file:
            return file.read()

    def code(self, certificate: Certificate) -> str:
        return certificate_code(self.site.key("certificate"), certificate.uid)

    def signed(self, certificate: Certificate) -> str:
        """The digits that stand in the QR behind the address."""
        return sign_certificate(open_signer(self.site.settings, self.site.clock.now().date()), certificate.snapshot)

    def rename(self) -> None:
        """Everything that stands on a certificate is called otherwise from now on."""
        with self.site.database.writing() as db:
            training_class = db.get_one(TrainingClass, self.training.training_class.id)
            training_class.title, training_class.organiser.name = "改了名的班", "改了名的主办单位"
            training_class.ends_on += timedelta(days=1)
            training_class.rules = {**training_class.rules, "certificate_title": "改了名的证书", "certificate_template": "portrait"}
            for enrolment in db.scalars(select(Enrolment).where(Enrolment.class_id == training_class.id)):
                enrolment.name = enrolment.person.name = "改了名的人"
                enrolment.unit_name, enrolment.gender = "改了名的单位", "女"
