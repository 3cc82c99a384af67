"""Two records of one person become one: the kept one is used from now on, the other points to it (``merged_into``).

No event, enrolment, result or certificate is changed: what was recorded under the other record is read together with the kept
one (``people.merged``). That is why a merger can be taken back.
"""
from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session, aliased

from lms.core.access.models import Grant
from lms.core.access.service import Viewer
from lms.core.audit.service import record
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.errors import Conflict, Invalid
from lms.core.i18n import N_
from lms.core.people.activation import revoke_links
from lms.core.people.authority import refuse_beyond
from lms.core.people.logins import end_all_logins
from lms.core.people.models import Person


def alike(person: Person) -> ColumnElement[bool]:
    """Records that may be the same human being: of the same name, and not merged yet."""
    return (Person.name_key == person.name_key) & (Person.id != person.id) & Person.merged_into_id.is_(None)


def merged_into(db: Session, person: Person) -> list[Person]:
    """The records that were merged into *person*."""
    return list(db.scalars(select(Person).where(Person.merged_into_id == person.id).order_by(Person.id)))


def merge(db: Session, *, keep: Person, other: Person, by: Viewer, now: datetime) -> None:
    """Merge *other* into *keep*. Its logins end; its phone number goes to *keep* if that has none.

    :raises Invalid: it is the same record, or one that is merged already
    :raises Forbidden: one of them may do more than *by*
    :raises Conflict: *other* has duties, sits in a class that is not over, or both were in one class
    """
    for person in (keep, other):
        refuse_beyond(db, person, by)
    if keep.id == other.id or keep.merged_into_id is not None or other.merged_into_id is not None:
        raise Invalid("merge_same", N_("这两条其实是同一条记录，或者其中一条已经合并过。没有改动。"))
    if db.scalar(select(Grant.id).where(Grant.person_id == other.id, Grant.ended_at.is_(None)).limit(1)) is not None:
        raise Conflict("merge_duties", N_("要并掉的“{name}”还有工作人员角色，没有合并。请先收回角色，或改为保留那一条。"), name=other.name)
    _refuse_open_classes(db, keep, other)
    moved = other.phone if keep.phone is None else None
    before = {"state": other.state, "phone": other.phone}
    end_all_logins(db, other, now=now)
    revoke_links(db, other, now=now)
    if moved is not None:
        other.phone = None
        db.flush()  # a number is one person's: it is free before it is taken
        keep.phone = moved
        keep.version += 1
    other.merged_into_id, other.state = keep.id, "deactivated"
    other.version += 1
    db.execute(update(Person).where(Person.merged_into_id == other.id).values(merged_into_id=keep.id))
    record(db, actor_id=by.person_id, action="person.merge", thing=other, now=now, before=before,
           after={"person_id": keep.id, "phone": moved or "", "state": "deactivated"})
    db.flush()


def unmerge(db: Session, *, other: Person, by: Viewer, now: datetime) -> None:
    """Take a merger back: the record stands for itself again. A phone number that went over stays where it is.

    :raises Forbidden: the person may do more than *by*
    :raises Conflict: it is not merged
    """
    refuse_beyond(db, other, by)
    if other.merged_into_id is None:
        raise Conflict("not_merged", N_("“{name}”没有合并过，没有改动。"), name=other.name)
    kept = other.merged_into_id
    other.merged_into_id, other.state = None, "active"
    other.version += 1
    record(db, actor_id=by.person_id, action="person.unmerge", thing=other, now=now, before={"person_id": kept}, after={"state": "active"})


def _refuse_open_classes(db: Session, keep: Person, other: Person) -> None:
    ours, theirs = aliased(Enrolment), aliased(Enrolment)
    both = db.scalar(select(TrainingClass.title).join(ours, ours.class_id == TrainingClass.id).join(theirs, theirs.class_id == TrainingClass.id)
                     .where(ours.person_id == keep.id, theirs.person_id == other.id).limit(1))
    if both is not None:
        raise Conflict("merge_both_in_class", N_("两条记录都在“{title}”的名册里，没有合并。请先核对那个班的名册。"), title=both)
    open_one = db.scalar(select(TrainingClass.title).join(Enrolment, Enrolment.class_id == TrainingClass.id).where(
        Enrolment.person_id == other.id, Enrolment.state == "enrolled", TrainingClass.state != "closed").limit(1))
    if open_one is not None:
        raise Conflict("merge_in_class", N_("要并掉的“{name}”正在“{title}”里学习，没有合并。请改为保留那一条，或等那个班结束。"), name=other.name,
                       title=open_one)
