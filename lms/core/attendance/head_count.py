"""Head-count (乘车清点): who is aboard which vehicle, on the way there and back, and whether it may leave.

Every tap is an event with the phone's own uid and time, so that a batch sent twice after a lost connection counts once.
"""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.attendance.check_in import page_used, require_not_cancelled
from lms.core.attendance.in_session import InSession
from lms.core.attendance.models import AttendanceEvent, Departure, Vehicle
from lms.core.attendance.taps import Tap, counts_at
from lms.core.attendance.write import new_event, one_after_the_other, write_events
from lms.core.audit.service import record
from lms.core.classes.models import ClassSession, Enrolment
from lms.core.errors import Conflict, LmsError, NotFound
from lms.core.i18n import N_

DIRECTIONS = {"in": N_("去程"), "out": N_("返程")}


@dataclass(frozen=True)
class Counted:
    """What became of a batch: uids that are on record (now or before), and those refused with the reason."""

    kept: frozenset[str]
    new: int
    refused: Mapping[str, LmsError]


def count(db: Session, *, session: ClassSession, vehicle: Vehicle | None, taps: Sequence[Tap], people: Mapping[str, Enrolment],
          listed: Mapping[str, int | None], sent_at: datetime | None, by_id: int, now: datetime) -> Counted:
    """Write a batch of taps, each once, all in this transaction. A tap that cannot be refuses itself, not the others.

    :param vehicle: on which they were counted; None: where each is to ride (a count by group)
    :param people: whom the sender may count, by the enrolment's uid
    :param listed: of those, who stands on this list, with the vehicle in which they ride
    :raises Conflict: the session is cancelled
    """
    require_not_cancelled(session)
    refused: dict[str, LmsError] = {}
    fresh: dict[str, dict[str, Any]] = {}
    on_record = _on_record(db, [t.uid for t in taps] + [t.of for t in taps if t.of])
    for tap in taps:
        try:
            event = _event(session, vehicle, tap, people, listed, on_record, fresh, sent_at, by_id, now)
        except LmsError as refusal:
            refused[tap.uid] = refusal
            continue
        known = on_record.get(tap.uid) or fresh.get(tap.uid)
        if known is None:
            fresh[tap.uid] = event
        elif _what(known) != _what(event):
            refused[tap.uid] = page_used()
    _write(db, fresh)
    if fresh or refused:
        done = {act: sum(1 for e in fresh.values() if e["kind"] == act) for act in ("in", "out", "void")}
        record(db, actor_id=by_id, action="attendance.head_count", thing=session, now=now, class_id=session.class_id,
               after={**done, "vehicle": vehicle.name if vehicle else "", "refused": {u: r.code for u, r in refused.items()}})
    return Counted(frozenset({t.uid for t in taps} - set(refused)), len(fresh), refused)


def _event(session: ClassSession, vehicle: Vehicle | None, tap: Tap, people: Mapping[str, Enrolment],
           listed: Mapping[str, int | None], on_record: Mapping[str, Any], fresh: Mapping[str, Any], sent_at: datetime | None,
           by_id: int, now: datetime) -> dict[str, Any]:
    enrolment = people.get(tap.person)
    if enrolment is None:
        raise NotFound("tap_not_of_class", N_("有一条清点记录的人不在本班名册里，或不归您清点，没有保存。"))
    if tap.person not in listed and not tap.extra and tap.act != "undo":
        raise NotFound("tap_not_of_vehicle", N_("{name} 不在这张清点名单里，没有保存。如确实在车上，请用“加一人”。"), name=enrolment.name)
    at, flags = counts_at(tap, sent_at, now)
    rides = vehicle.id if vehicle is not None else listed.get(tap.person)
    made = new_event(session, uid=tap.uid, person_id=enrolment.person_id, kind=tap.act, method="head_count", by_id=by_id, at=at,
                     now=now, flags=flags, client_at=tap.at, vehicle_id=rides, voids_id=None)
    if tap.act != "undo":
        return made
    undone = on_record.get(tap.of) or fresh.get(tap.of)
    if undone is None or (undone["person_id"], undone["session_id"], undone["method"]) != (
            enrolment.person_id, session.id, "head_count") or undone["kind"] == "void":
        raise NotFound("tap_undoes_nothing", N_("{name} 的这次清点没有在记录里，无须取消。"), name=enrolment.name)
    return {**made, "kind": "void", "flags": [], "voids": tap.of}


def _write(db: Session, fresh: Mapping[str, dict[str, Any]]) -> None:
    """What undoes comes after what it undoes, which may be of the same batch."""
    write_events(db, [e for e in fresh.values() if e["kind"] != "void"])
    undoing = [e for e in fresh.values() if e["kind"] == "void"]
    if undoing:
        ids: dict[str, int] = dict(db.execute(select(AttendanceEvent.uid, AttendanceEvent.id).where(
            AttendanceEvent.uid.in_([e["voids"] for e in undoing]))).all())
        write_events(db, [{**{k: v for k, v in e.items() if k != "voids"}, "voids_id": ids[e["voids"]]} for e in undoing])


def _on_record(db: Session, uids: Sequence[str]) -> dict[str, dict[str, Any]]:
    rows = db.execute(select(AttendanceEvent.uid, AttendanceEvent.person_id, AttendanceEvent.session_id, AttendanceEvent.kind,
                             AttendanceEvent.method).where(AttendanceEvent.uid.in_(uids))).all()
    return {row.uid: row._asdict() for row in rows}


def _what(event: Mapping[str, Any]) -> tuple[Any, ...]:
    return event["person_id"], event["session_id"], event["kind"], event["method"]


@dataclass(frozen=True)
class Line:
    """One person on a list: *aboard* with the event that says so; *due* if they should be."""

    person: InSession
    aboard: Any | None
    due: bool


@dataclass(frozen=True)
class State:
    """A vehicle (or a group) as it is counted in one direction."""

    lines: tuple[Line, ...]

    @property
    def expected(self) -> int:
        return sum(1 for line in self.lines if line.due)

    @property
    def counted(self) -> int:
        return sum(1 for line in self.lines if line.aboard is not None)

    @property
    def missing(self) -> list[Line]:
        return [line for line in self.lines if line.due and line.aboard is None]

    @property
    def extra(self) -> list[Line]:
        return [line for line in self.lines if not line.due and line.aboard is not None]

    @property
    def ready(self) -> bool:
        return not self.missing and not self.extra


def state(people: Sequence[InSession], rides: Mapping[int, int | None], *, vehicle_id: int, direction: str) -> State:
    """*vehicle_id* as it is counted.

    On the way there everybody assigned is due who is not on leave; on the way back everybody who came on it.

    :param people: everybody of the class whom the viewer may see
    :param rides: the vehicle of each, by the enrolment's id
    """
    came = {p.enrolment.id for p in people if _aboard(p, "in", vehicle_id) is not None}
    lines = []
    for person in people:
        mine = rides.get(person.enrolment.id) == vehicle_id
        aboard = _aboard(person, direction, vehicle_id)
        due = person.enrolment.id in came if direction == "out" and came else mine and not _excused(person)
        if mine or due or aboard is not None:
            lines.append(Line(person, aboard, due))
    return State(tuple(lines))


def group_state(people: Sequence[InSession], *, direction: str) -> State:
    """A group as it is counted: whichever vehicle each was found on."""
    return State(tuple(Line(p, _aboard(p, direction), not _excused(p)) for p in people))


def _aboard(person: InSession, direction: str, vehicle_id: int | None = None) -> Any | None:
    """The latest count of somebody; None if it found them on another vehicle."""
    taps = [e for e in person.events if e.method == "head_count" and e.kind == direction]
    last = max(taps, key=lambda e: (e.at, e.id), default=None)
    return last if last is not None and vehicle_id in (None, last.vehicle_id) else None


def _excused(person: InSession) -> bool:
    return person.status.on_leave or person.status.code == "substituted"


def release(db: Session, *, session: ClassSession, vehicle: Vehicle, direction: str, found: State, reason: str, uid: str, by_id: int,
            now: datetime) -> Departure:
    """Let a vehicle leave (发车).

    :param found: as it stands in this transaction, with everybody who rides in it
    :param uid: made by the client; the same act sent twice is one
    :raises Conflict: somebody is missing, or aboard without being on the list, and no reason is given
    """
    require_not_cancelled(session)
    one_after_the_other(db, session.class_id)
    known = db.scalar(select(Departure).where(Departure.uid == uid))
    if known is not None:
        if (known.session_id, known.vehicle_id, known.direction) != (session.id, vehicle.id, direction):
            raise page_used()
        return known
    if not found.ready and len(reason.strip()) < 2:
        raise Conflict("head_count_mismatch", N_("“{name}”还有 {missing} 人没有清点到，{extra} 人不在名单里，不能发车。请先核对，或写明原因。"),
                       name=vehicle.name, missing=len(found.missing), extra=len(found.extra))
    made = Departure(uid=uid, class_id=session.class_id, session_id=session.id, vehicle_id=vehicle.id, direction=direction, at=now,
                     by_id=by_id, counted=found.counted, expected=found.expected, reason=reason.strip()[:500],
                     away=[line.person.enrolment.person_id for line in found.missing],
                     extra=[line.person.enrolment.person_id for line in found.extra])
    db.add(made)
    record(db, actor_id=by_id, action="vehicle.release", thing=session, now=now, class_id=session.class_id, reason=reason,
           after={"vehicle": vehicle.name, "direction": direction, "counted": made.counted, "expected": made.expected,
                  "away": made.away, "extra": made.extra})
    return made
