"""Walk-ins (现场登记): people who are there but not on the roster. Noted now, matched or enrolled later; the event counts from then."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core.attendance.check_in import page_used, require_not_cancelled
from lms.core.attendance.models import WalkIn
from lms.core.attendance.newcomers import bring_in
from lms.core.attendance.write import new_event, one_after_the_other, part_uid, write_events
from lms.core.audit.service import record
from lms.core.classes.closing import Blocker
from lms.core.classes.models import ClassSession, Enrolment, Group, TrainingClass
from lms.core.db import expect_version
from lms.core.errors import Conflict, Invalid
from lms.core.i18n import N_
from lms.core.people.names import clean_name, name_key
from lms.core.people.phones import clean_phone

STATES = {"open": N_("待对应"), "matched": N_("已对应到名册"), "enrolled": N_("已编入名册"), "dropped": N_("不计")}
_LONGEST_NAME, _LONGEST_UNIT = 120, 200


def note(db: Session, *, session: ClassSession, name: str, unit: str, phone: str, uid: str, by_id: int, now: datetime) -> WalkIn:
    """Note somebody who is there.

    :param uid: made by the client; the same note sent twice is one
    :raises Invalid: no name, too long a name or unit, or no phone number
    :raises Conflict: the session is cancelled, or *uid* stands for somebody else
    """
    require_not_cancelled(session)
    name, unit, number = clean_name(name), clean_name(unit), clean_phone(phone)
    if not name or len(name) > _LONGEST_NAME:
        raise Invalid("walk_in_name", N_("姓名应为 1 到 {most} 个字，没有登记。"), field="name", most=_LONGEST_NAME)
    if len(unit) > _LONGEST_UNIT:
        raise Invalid("walk_in_unit", N_("单位名称最多 {most} 个字，没有登记。"), field="unit", most=_LONGEST_UNIT)
    one_after_the_other(db, session.class_id)
    known = db.scalar(select(WalkIn).where(WalkIn.uid == uid))
    if known is not None:
        if (known.session_id, known.name, known.unit_name, known.phone) != (session.id, name, unit, number):
            raise page_used()
        return known
    made = WalkIn(uid=uid, class_id=session.class_id, session_id=session.id, name=name, unit_name=unit, phone=number, at=now, by_id=by_id)
    db.add(made)
    db.flush()
    record(db, actor_id=by_id, action="walk_in.note", thing=made, now=now, class_id=session.class_id, after={"name": name, "unit": unit})
    return made


def likely(walk_in: WalkIn, enrolments: Iterable[Enrolment]) -> list[Enrolment]:
    """Who on the roster it may be, the likeliest first: the same name, then the same unit among those of one name."""
    namesakes = [e for e in enrolments if name_key(e.name) == name_key(walk_in.name)]
    unit = name_key(walk_in.unit_name)
    return sorted(namesakes, key=lambda e: (name_key(e.unit_name) != unit, e.number))


def match(db: Session, *, walk_in: WalkIn, session: ClassSession, enrolment: Enrolment, version: int, by_id: int, now: datetime) -> None:
    """It was somebody on the roster all the time: they came when they were noted.

    :raises Conflict: it was settled meanwhile
    :raises Invalid: the enrolment is of another class
    """
    if enrolment.class_id != walk_in.class_id or enrolment.state != "enrolled":
        raise Invalid("walk_in_other_class", N_("选中的人不在本班名册里，没有保存。请刷新页面后重选。"))
    _settle(db, walk_in, "matched", version, now)
    _count(db, walk_in, session, enrolment, by_id, now)


def enrol_anew(db: Session, *, walk_in: WalkIn, session: ClassSession, training_class: TrainingClass, group: Group | None, version: int,
               by_id: int, now: datetime) -> Enrolment:
    """Put them on the roster; they came when they were noted.

    :raises Invalid, Conflict: as ``newcomers.bring_in``; it was settled meanwhile
    """
    _settle(db, walk_in, "enrolled", version, now)
    made = bring_in(db, training_class=training_class, name=walk_in.name, unit=walk_in.unit_name, phone=walk_in.phone, group=group,
                    by_id=by_id, now=now)
    _count(db, walk_in, session, made, by_id, now)
    return made


def drop(db: Session, *, walk_in: WalkIn, reason: str, version: int, by_id: int, now: datetime) -> None:
    """They do not count: a guest, a driver, a doubled note.

    :raises Invalid: no reason
    """
    if len(reason.strip()) < 2:
        raise Invalid("reason_missing", N_("请写明不计的原因，没有保存。"), field="reason")
    _settle(db, walk_in, "dropped", version, now)
    record(db, actor_id=by_id, action="walk_in.drop", thing=walk_in, now=now, class_id=walk_in.class_id, reason=reason)


def still_unmatched(db: Session, training_class: TrainingClass, now: datetime) -> Sequence[Blocker]:
    """A class is not closed while somebody who came belongs to nobody."""
    count = db.scalar(select(func.count()).select_from(WalkIn).where(WalkIn.class_id == training_class.id, WalkIn.state == "open")) or 0
    return (Blocker("walk_ins_open", N_("还有 {count} 位现场登记的人没有对应到名册"), {"count": count}, "lms.manage_walk_ins.index"),) \
        if count else ()


def _settle(db: Session, walk_in: WalkIn, state: str, version: int, now: datetime) -> None:
    db.refresh(walk_in, with_for_update=True)  # of two who settle it at once, the second is told
    if walk_in.state != "open":
        raise Conflict("walk_in_settled", N_("“{name}”的现场登记已经处理过了，没有重复保存。请刷新页面查看。"), name=walk_in.name)
    expect_version(walk_in, version)
    walk_in.state, walk_in.settled_at = state, now


def _count(db: Session, walk_in: WalkIn, session: ClassSession, enrolment: Enrolment, by_id: int, now: datetime) -> None:
    walk_in.person_id = enrolment.person_id
    write_events(db, [new_event(session, uid=part_uid(walk_in.uid, "in"), person_id=enrolment.person_id, kind="in", method="walk_in",
                                by_id=by_id, at=walk_in.at, now=now)])
    record(db, actor_id=by_id, action=f"walk_in.{walk_in.state}", thing=walk_in, now=now, class_id=walk_in.class_id,
           after={"person_id": enrolment.person_id})
