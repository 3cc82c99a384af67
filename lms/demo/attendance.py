"""What has happened so far: sign-ins by the hall's code, leave and corrections, each with the time at which it would be."""
from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.access.service import load_viewer
from lms.core.attendance.check_in import check_in, sign_in_window
from lms.core.attendance.codes import Direction, give_ticket, judge_scan, read_ticket, scan_text
from lms.core.attendance.corrections import correct
from lms.core.attendance.reviews import judge, reviews
from lms.core.classes.models import ClassSession, Enrolment, TrainingClass
from lms.core.classes.rules import ClassRules, rules_of
from lms.core.classes.timetable import instants
from lms.core.ids import keyed, new_uid
from lms.site import Site

_LEAVE = (("personal_leave", "家中有事，已电话请假"), ("sick_leave", "发烧就医，附医院证明"), ("official_leave", "区里临时会议，单位来函"))
_MINUTES = timedelta(minutes=1)


class _Hall:
    """One session, as people arrive at it."""

    def __init__(self, site: Site, db: Session, session: ClassSession, training_class: TrainingClass, teacher_id: int) -> None:
        self.site, self.db, self.session, self.teacher_id = site, db, session, teacher_id
        self.zone, self.rules = training_class.zone, rules_of(training_class)
        self.start, self.end = instants(session, training_class.zone)

    def scan(self, person: Enrolment, at: datetime, *, device_of: Enrolment | None = None, direction: Direction = "in") -> None:
        """Somebody scans the screen and taps a few seconds later."""
        key, step = self.site.key("hall"), self.site.settings.code_step
        device = keyed(self.site.key("device"), "demo", (device_of or person).uid)
        scanned = judge_scan(key, scan_text(key, self.session.uid, direction, at, step), at, step)
        ticket = read_ticket(key, give_ticket(key, scanned, device), at, timedelta(minutes=10))
        check_in(self.db, session=self.session, rules=self.rules, zone=self.zone, person_id=person.person_id, ticket=ticket,
                 method="hall", device=device, now=at + timedelta(seconds=4))

    def set(self, person: Enrolment, status: str, reason: str, at: datetime) -> None:
        """The class teacher corrects."""
        correct(self.db, session=self.session, person_id=person.person_id, status=status, reason=reason,
                by_id=self.teacher_id, now=at, uid=new_uid())


def fill(site: Site, db: Session, *, training_class: TrainingClass, teacher_id: int, now: datetime,
         leave_out: Collection[int] = (), all_there: bool = False) -> None:
    """Record what would be on record by *now*. The running session stays half full.

    :param leave_out: ids of persons who have not signed in to the running session
    :param all_there: nearly everybody came, as in a class that is over
    """
    chance = random.Random(training_class.slug)
    people = db.scalars(select(Enrolment).where(Enrolment.class_id == training_class.id).order_by(Enrolment.number)).all()
    for session in training_class.sessions:
        hall = _Hall(site, db, session, training_class, teacher_id)
        opens, _ = sign_in_window(session, hall.rules, training_class.zone)
        if session.cancelled or not session.counts or opens > now:
            continue
        if hall.end <= now:
            _past(hall, people, chance, all_there)
        else:
            here = [p for p in people if p.person_id not in leave_out and chance.random() < 0.7]
            _arrivals(hall, here, chance, until=now)
    db.flush()


def settle(db: Session, training_class: TrainingClass, *, by_id: int, now: datetime) -> None:
    """Judge what is doubtful, as an office does before it closes a class."""
    doubtful = [r.event.uid for r in reviews(db, training_class=training_class, now=now)]
    if doubtful:
        judge(db, training_class=training_class, event_uids=doubtful, verdict="confirm", reason="与同事共用手机，本人在场",
              by=load_viewer(db, by_id), now=now)


def _past(hall: _Hall, people: Sequence[Enrolment], chance: random.Random, all_there: bool) -> None:
    """Most come in time, some late, some not at all; of these some had leave, and one had forgotten to sign."""
    away = [p for p in people if chance.random() < (0.02 if all_there else 0.07)]
    _arrivals(hall, [p for p in people if p not in away], chance, until=hall.end)
    for number, person in enumerate(away):
        if number < len(away) // 2:
            status, reason = _LEAVE[number % len(_LEAVE)]
            hall.set(person, status, reason, hall.start - 20 * _MINUTES)
        elif number == len(away) // 2:
            hall.set(person, "made_up_sign_in", "手机没电，经组长证明已到场", hall.end + 5 * _MINUTES)


def _arrivals(hall: _Hall, people: Sequence[Enrolment], chance: random.Random, *, until: datetime) -> None:
    before: Enrolment | None = None
    for person in people:
        at = hall.start + _minutes_after_start(chance, hall.rules) * _MINUTES
        if at >= until:
            at = hall.start - chance.uniform(1, 25) * _MINUTES
        if at >= until:
            continue
        # Once in a while two people share a phone: it counts, and waits for somebody to look at it.
        hall.scan(person, at, device_of=before if before is not None and chance.random() < 0.004 else None)
        if hall.session.sign_out and hall.end <= until:
            hall.scan(person, hall.end - chance.uniform(0, 10) * _MINUTES, direction="out")
        before = person


def _minutes_after_start(chance: random.Random, rules: ClassRules) -> float:
    if chance.random() < 0.05:
        return chance.uniform(rules.late_after + 1, rules.absent_after - 1)
    return chance.triangular(5 - rules.opens_before, rules.late_after - 1, -8)
