"""After the term of a class, its people become nameless; what can be counted stays: attendance, marks, hours, certificates' numbers.

Only somebody of whom nothing else is left: no class within its term, no certificate or hours within theirs, no duty. What was
written in words about the people of such a class goes with the names, whether or not each of them becomes nameless.
"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, func, or_, select, update
from sqlalchemy.orm import Session

from lms.core.access.models import Grant
from lms.core.audit.service import record
from lms.core.certificates.models import Certificate
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.clock import local, local_instant, years_later
from lms.core.errors import Conflict
from lms.core.events import Events
from lms.core.hours.models import CreditEntry
from lms.core.i18n import N_
from lms.core.jobs.models import Job
from lms.core.jobs.service import Progress, Workplace, enqueue
from lms.core.notices.models import Notice
from lms.core.people.models import ActivationLink, Affiliation, LoginSession, Password, Person, SecondFactor
from lms.core.people.names import name_key
from lms.core.privacy.models import CorrectionRequest
from lms.core.privacy.words_of_class import entries_of, forget_words
from lms.core.registry import Registry

NAMELESS = "privacy.nameless"  # the kind of the job
_STEP = 25  # people in one transaction
# Why somebody of a class that is over its term keeps the name.
REASONS = {"class": N_("还参加了没有到期的培训班"), "certificate": N_("证书还在保存期内"), "hours": N_("还有没有到期的学时记录"), "role": N_("是工作人员，或者不久前还是")}


@dataclass(frozen=True)
class Plan:
    """What would happen, counted.

    :param kept: how many people keep their names, by reason (``REASONS``); somebody may count in several
    :param entries: entries of the log whose values would be emptied
    """

    classes: Sequence[TrainingClass]
    before: date
    people: int
    kept: dict[str, int]
    entries: int


def register(registry: Registry, events: Events) -> None:
    registry.add("job", NAMELESS, make_nameless)


def plan(db: Session, settings: Any, *, now: datetime) -> Plan:
    """A fixed number of statements."""
    before = _before(settings, now)
    classes = db.scalars(select(TrainingClass).where(*_over(before)).order_by(TrainingClass.ends_on)).all()
    of_them = _root().in_(_roots(_enrolled(before)))
    kept = {reason: db.scalar(select(func.count(Person.id)).where(Person.state != "anonymised", of_them, _root().in_(_roots(holder)))) or 0
            for reason, holder in _holders(before, settings.zone).items()}
    people = db.scalar(select(func.count()).select_from(_candidates(before, settings.zone).subquery())) or 0
    return Plan(classes, before, people, kept, db.scalar(select(func.count()).select_from(entries_of(_class_ids(before), _NOBODY).subquery())) or 0)


def ask_for_it(db: Session, settings: Any, *, sure: bool, by_id: int, now: datetime) -> Job:
    """Ask for the job. Asking again while it runs gives that one.

    :raises Conflict: nobody has said that this is meant, or there is nothing to do
    """
    if not sure:
        raise Conflict("nameless_unsure", N_("请先勾选“我已核对”。去掉的姓名和手机号找不回来，还没有开始。"))
    found = plan(db, settings, now=now)
    if not found.people and not found.entries:
        raise Conflict("nameless_nobody", N_("现在没有到期而需要匿名的人。没有作任何改动。"))
    record(db, actor_id=by_id, action="privacy.ask_nameless", now=now, after={"classes": len(found.classes), "count": found.people})
    return enqueue(db, kind=NAMELESS, arguments={"by": by_id}, by_id=by_id, now=now, key=NAMELESS)


def make_nameless(place: Workplace, arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """The job: words first, then people, in short transactions. Begun anew it does the rest."""
    now, by_id, zone = place.clock.now(), arguments["by"], place.settings.zone
    before = _before(place.settings, now)
    with place.database.reading() as db:
        total = db.scalar(select(func.count()).select_from(_candidates(before, zone).subquery())) or 0
        entries = list(db.scalars(entries_of(_class_ids(before), _candidates(before, zone))))
        class_ids = list(db.scalars(_class_ids(before)))
    progress.step(0, total)
    emptied = forget_words(place, class_ids, entries)
    done = 0
    while True:
        with place.database.writing() as db:
            people = db.scalars(select(Person).where(Person.id.in_(_candidates(before, zone).limit(_STEP))).order_by(Person.id)).all()
            first = 1 + (db.scalar(select(func.count(Person.id)).where(Person.state == "anonymised")) or 0)
            for number, person in enumerate(people, first):
                _take_name(db, person, N_("学员 {number}").format(number=f"{number:04}"))
            if people:
                record(db, actor_id=by_id, action="privacy.nameless", now=now, after={"count": len(people)})
        done += len(people)
        if len(people) < _STEP:
            return {"people": done, "entries": emptied}
        progress.step(done, total)


def _take_name(db: Session, person: Person, name: str) -> None:
    """Nothing by which the person is known is left; gender and unit are counted, so they stay."""
    person.name, person.name_key, person.pinyin, person.initials = name, name_key(name), "", ""
    person.phone, person.host_key, person.ethnic_group, person.political_affiliation, person.locale = None, None, "", "", ""
    person.state, person.card_serial, person.version = "anonymised", person.card_serial + 1, person.version + 1
    for table in (Password, ActivationLink, LoginSession, SecondFactor, Notice):
        db.execute(delete(table).where(table.person_id == person.id))
    db.execute(update(Enrolment).where(Enrolment.person_id == person.id).values(name=name, position="", note=""))
    db.execute(update(Affiliation).where(Affiliation.person_id == person.id).values(position=""))
    db.execute(update(CorrectionRequest).where(CorrectionRequest.person_id == person.id).values(wanted="", text="", answer=""))
    db.execute(update(CreditEntry).where(CreditEntry.person_id == person.id, CreditEntry.reason != "").values(reason=""))
    db.flush()


def _before(settings: Any, now: datetime) -> date:
    """Classes that ended before this day are over their term."""
    return years_later(local(now, settings.zone).date(), -int(settings.class_archive_years))


def _over(before: date) -> tuple[ColumnElement[bool], ...]:
    return TrainingClass.state == "closed", TrainingClass.ends_on < before


def _class_ids(before: date) -> Select[int]:
    return select(TrainingClass.id).where(*_over(before))


_NOBODY = select(Person.id).where(Person.id.is_(None))


def _enrolled(before: date) -> Select[int]:
    return select(Enrolment.person_id).where(Enrolment.class_id.in_(_class_ids(before)))


def _root() -> ColumnElement[int]:
    """Records that were merged are one human being."""
    return func.coalesce(Person.merged_into_id, Person.id)


def _roots(people: Select[int]) -> Select[int]:
    return select(_root()).where(Person.id.in_(people))


def _holders(before: date, zone: str) -> dict[str, Select[int]]:
    """Persons of whom something else is left, by what it is."""
    since = local_instant(before, time(), zone)
    return {"class": select(Enrolment.person_id).where(Enrolment.class_id.not_in(_class_ids(before))),
            "certificate": select(Certificate.person_id).where(Certificate.archived_at.is_(None)),
            "hours": select(CreditEntry.person_id).where(or_(CreditEntry.earned_on >= before, CreditEntry.earned_on.is_(None) & (CreditEntry.at >= since))),
            "role": select(Grant.person_id).where(or_(Grant.ended_at.is_(None), Grant.ended_at >= since))}


def _candidates(before: date, zone: str) -> Select[int]:
    held = [_root().not_in(_roots(holder)) for holder in _holders(before, zone).values()]
    return select(Person.id).where(Person.state != "anonymised", _root().in_(_roots(_enrolled(before))), *held).order_by(Person.id)
