"""Random spot checks (随机抽点): some people are drawn at an unannounced moment, and looked for.

Nobody is drawn twice in a class until everybody has been. The order is a digest of seed and person, so anybody can
draw the same people again from what is stored.
"""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.attendance.check_in import page_used, require_not_cancelled
from lms.core.attendance.in_session import InSession
from lms.core.attendance.models import AttendanceEvent, SpotCheck, SpotDraw
from lms.core.attendance.write import new_event, one_after_the_other, part_uid, write_events
from lms.core.audit.service import record
from lms.core.classes.models import ClassSession, Enrolment, TrainingClass
from lms.core.classes.timetable import instants
from lms.core.errors import Conflict, Invalid
from lms.core.i18n import N_
from lms.core.ids import digest

OUTCOMES = {"present": N_("在场"), "absent": N_("不在")}
MOST = 50  # people a draw


def drawn(seed: str, pool: Sequence[tuple[str, int]], size: int) -> list[str]:
    """Whom *seed* draws from *pool*: those not drawn in this round come first, in an order that only the seed knows.

    :param pool: uids of enrolments with 1 for those drawn since all had been, 0 for the others, in any order
    """
    return [uid for uid, _ in sorted(pool, key=lambda one: (one[1], digest(f"{seed} {one[0]}"), one[0]))][:size]


def draw(db: Session, *, session: ClassSession, training_class: TrainingClass, people: Sequence[InSession], size: int, seed: str, uid: str,
         by_id: int, now: datetime) -> SpotCheck:
    """Draw *size* of *people*; whoever is on leave or substituted is not looked for.

    :param people: everybody enrolled
    :param uid: made by the client; the same draw sent twice is one
    :raises Invalid: fewer than one or more than there are
    :raises Conflict: the session is not on
    """
    require_not_cancelled(session)
    one_after_the_other(db, training_class.id)
    known = db.scalar(select(SpotCheck).where(SpotCheck.uid == uid))
    if known is not None:
        if (known.session_id, known.size) != (session.id, size):
            raise page_used()
        return known
    start, end = instants(session, training_class.zone)
    if not start <= now <= end:
        raise Conflict("spot_check_outside", N_("“{title}”现在没有上课，没有抽点。请在上课期间抽点。"), title=session.title)
    there = {p.enrolment.uid: p.enrolment for p in people if not p.status.on_leave and p.status.code != "substituted"}
    if not 1 <= size <= min(MOST, len(there)):
        raise Invalid("spot_check_size", N_("抽点人数要在 1 到 {most} 之间，没有抽点。"), field="size", most=min(MOST, len(there)))
    before = _of_this_round(db, training_class.id)
    pool = [(e.uid, int(e.id in before)) for e in there.values()]
    made = SpotCheck(uid=uid, class_id=training_class.id, session_id=session.id, seed=seed, size=size, at=now, by_id=by_id,
                     pool=[list(one) for one in pool])
    db.add(made)
    db.flush()
    db.add_all([SpotDraw(check_id=made.id, enrolment_id=there[one].id, position=n) for n, one in enumerate(drawn(seed, pool, size), 1)])
    record(db, actor_id=by_id, action="spot_check.draw", thing=made, now=now, class_id=training_class.id, after={"size": size})
    return made


def _of_this_round(db: Session, class_id: int) -> set[int]:
    """Who was drawn since everybody who could be had been drawn. Somebody who was away meanwhile owes no turns."""
    found: set[int] = set()
    for enrolment_id in db.scalars(select(SpotDraw.enrolment_id).join(SpotCheck, SpotCheck.id == SpotDraw.check_id)
                                   .where(SpotCheck.class_id == class_id).order_by(SpotCheck.id, SpotDraw.position)):
        if enrolment_id in found:  # drawn again, so all who were there had been: a new round begins with them
            found = set()
        found.add(enrolment_id)
    return found


def mark(db: Session, *, check: SpotCheck, session: ClassSession, found: Mapping[str, str], uid: str, by_id: int, now: datetime) -> int:
    """Note who of the drawn was there; returns how many notes are new. Another note of somebody voids the earlier one.

    It moves no status and erases no signature: who was not there is put under review.

    :param found: by the enrolment's uid, a key of ``OUTCOMES``; nobody but those drawn
    :param uid: made by the client; the same notes sent twice count once
    :raises Invalid: somebody was not drawn, or an outcome is unknown
    """
    one_after_the_other(db, check.class_id)
    rows: dict[str, Any] = {row[1].uid: row for row in db.execute(
        select(SpotDraw, Enrolment, AttendanceEvent).join(Enrolment, Enrolment.id == SpotDraw.enrolment_id)
        .outerjoin(AttendanceEvent, AttendanceEvent.id == SpotDraw.event_id).where(SpotDraw.check_id == check.id))}
    if set(found) - set(rows) or set(found.values()) - set(OUTCOMES):
        raise Invalid("spot_check_unknown", N_("名单里有这次没有抽到的人，没有保存。请刷新页面后再试。"))
    new = {one: outcome for one, outcome in found.items() if rows[one][2] is None or rows[one][2].status != outcome}
    events, voids = [], []
    for one, outcome in new.items():
        _, enrolment, earlier = rows[one]
        made = new_event(session, uid=part_uid(uid, one), person_id=enrolment.person_id, kind="check", method="spot_check", by_id=by_id,
                         at=now, now=now, status=outcome, flags=["spot_absent"] if outcome == "absent" else [])
        events.append(made)
        if earlier is not None:
            voids.append({**made, "uid": part_uid(uid, f"{one} void"), "kind": "void", "status": None, "flags": [],
                          "voids_id": earlier.id})
    write_events(db, events)
    write_events(db, voids)
    ids = {row.uid: row.id for row in db.execute(select(AttendanceEvent.uid, AttendanceEvent.id).where(
        AttendanceEvent.uid.in_([e["uid"] for e in events])))}
    for one in new:
        rows[one][0].event_id = ids[part_uid(uid, one)]
    if new:
        record(db, actor_id=by_id, action="spot_check.mark", thing=check, now=now, class_id=check.class_id,
               after={rows[one][1].uid: outcome for one, outcome in new.items()})
    return len(new)
