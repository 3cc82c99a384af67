"""Make the demonstration, or find the one that is on today."""
from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from sqlalchemy.orm import Session

from lms.content import import_shipped
from lms.core.classes.models import TrainingClass
from lms.core.classes.roster import Roster, read_roster
from lms.core.classes.service import close_class
from lms.core.clock import local, local_instant
from lms.core.i18n import N_
from lms.core.people.models import Person
from lms.core.people.passwords import hash_password
from lms.demo import accounts, attendance, classes, history, leave, study, visit, voices
from lms.demo.papers import give_exam, give_quizzes
from lms.demo.roster import past_roster_csv, roster_csv
from lms.site import Site

Tell = Callable[[int, int, str], None]
PAST_CLASS_PEOPLE = 24
_EAGER = 60  # trainees who studied on the first evening
_STEPS = 5


def _quiet(done: int, total: int, what: str) -> None:
    """For callers who need not be told how far it is."""


@dataclass(frozen=True)
class Demonstration:
    """What stands in the database now.

    :param people: who plays which role
    :param session_uid: a session that can be signed in to now
    :param made: a class was made in this run
    """

    class_id: int
    session_uid: str
    people: Mapping[str, Person]
    made: bool


def ensure(site: Site, *, passwords: Mapping[str, str], here: str, now: datetime, tell: Tell = _quiet) -> Demonstration:
    """The demonstration of today. The first run makes everything; later ones of the same class change nothing but what
    time demands: that a session can be signed in to. Each class is one transaction, so that a run cut off leaves none.

    :param passwords: by role
    :param here: the address on this machine, for the codes on certificates
    """
    import_shipped(site, by_id=None, now=now)
    tell(1, _STEPS, N_("准备演示"))
    hashes = {role: hash_password(password) for role, password in passwords.items()}
    tell(2, _STEPS, N_("准备演示"))
    today = local(now, site.settings.zone).date()
    with site.database.reading() as db:
        known = classes.class_on(db, today)
        first = known is None and not classes.earlier_classes(db, today)
    if first:
        _past_class(site, today, here, now)
    tell(3, _STEPS, N_("准备演示"))
    rosters = [] if known else [read_roster(roster_csv(), "demo-roster.csv"),
                                read_roster(roster_csv(corrected=True), "demo-roster-2.csv")]
    with site.database.writing() as db:
        staff = accounts.staff(db, now=now)
        training_class = classes.class_on(db, today) or _present_class(site, db, rosters, staff, today, now)
        people = {**staff, **accounts.from_the_class(db, training_class)}
        if known is None:
            accounts.give_roles(db, training_class, people, by_id=staff["administrator"].id, now=now)
            fresh = _fresh(db, training_class, people)
            attendance.fill(site, db, training_class=training_class, teacher_id=staff["class_teacher"].id, now=now, leave_out=fresh)
            leave.fill(db, training_class, by_id=staff["training_officer"].id, now=now, leave_out=fresh)
            visit.fill(db, training_class, by_id=staff["class_teacher"].id, now=now)
            _voices(db, training_class, staff, now)
        accounts.give_passwords(db, people, hashes, now=now)
        session = classes.keep_sign_in_open(db, training_class, by_id=staff["instructor"].id, now=now)
        class_id, session_uid = training_class.id, session.uid
    tell(_STEPS, _STEPS, N_("准备演示"))
    return Demonstration(class_id, session_uid, people, known is None)


def _present_class(site: Site, db: Session, rosters: list[Roster], staff: Mapping[str, Person], today: date,
                   now: datetime) -> TrainingClass:
    by_id = staff["training_officer"].id
    before = now - timedelta(days=3)  # an office prepares its class before it begins
    made = classes.make_present_class(db, today=today, zone=site.settings.zone, by_id=by_id, now=before)
    classes.enrol(db, made, rosters, by_id=by_id, now=before)
    classes.give_courses(db, made, by_id=by_id, now=before)
    db.refresh(made)
    give_exam(db, made, by_id=by_id, now=before)
    people, chance = classes.enrolled(db, made), Random(made.slug)
    evening = local_instant(made.starts_on, time(19, 30), made.zone)
    study.read_modules(db, class_id=made.id, people=chance.sample(people, _EAGER), begun=evening, chance=chance)
    for quiz in give_quizzes(db, made, by_id=by_id, now=before):
        study.sit(db, paper=quiz, people=chance.sample(people, _EAGER // 3), begun=evening, chance=chance)
    return made


def _voices(db: Session, training_class: TrainingClass, staff: Mapping[str, Person], now: datetime) -> None:
    people, chance = classes.enrolled(db, training_class), Random(training_class.slug)
    for fill in (voices.tell, voices.reflect, voices.ask_and_answer):
        fill(db, training_class, people, by_id=staff["instructor"].id, now=now, chance=chance)
    voices.survey(db, training_class, people, by_id=staff["training_officer"].id, now=now, chance=chance, over=False)


def _past_class(site: Site, today: date, here: str, now: datetime) -> None:
    """A class of last month with certificates, so that there is something to verify."""
    roster = read_roster(past_roster_csv(PAST_CLASS_PEOPLE), "demo-roster-past.csv")
    with site.database.writing() as db:
        staff = accounts.staff(db, now=now)
        by_id = staff["training_officer"].id
        made = classes.make_past_class(db, today=today, zone=site.settings.zone, by_id=by_id, now=now)
        classes.enrol(db, made, [roster], by_id=by_id, now=now)
        db.refresh(made)
        accounts.give_roles(db, made, staff, by_id=by_id, now=now)
        attendance.fill(site, db, training_class=made, teacher_id=staff["class_teacher"].id, now=now, all_there=True)
        attendance.settle(db, made, by_id=staff["class_teacher"].id, now=now)
        exam = give_exam(db, made, by_id=by_id, now=now - timedelta(days=40))
        study.sit(db, paper=exam, people=classes.enrolled(db, made), begun=exam.opens_at or now, chance=Random(made.slug))
        voices.survey(db, made, classes.enrolled(db, made), by_id=by_id, now=now, chance=Random(made.slug), over=True)
        close_class(db, training_class=made, by_id=by_id, now=now)
    history.certify(site, made, base=here, by_id=by_id)


def _fresh(db: Session, training_class: TrainingClass, people: Mapping[str, Person]) -> set[int]:
    """Who has not signed in to the running session: the accounts and those who get a link."""
    known = {person.id for person in people.values()}
    return known | {person.id for _, person in accounts.link_holders(db, training_class, but=known)}
