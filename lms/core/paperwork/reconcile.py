"""Paper against scans: who signed and did not scan, who scanned and did not sign. Each is explained or corrected.

Only people on keyed sheets are compared. Corrected means: keyed again, or an event voided; then the line is gone.
"""
from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session, aliased

from lms.core.attendance.corrections import require_reason
from lms.core.attendance.models import AttendanceEvent
from lms.core.audit.service import record
from lms.core.classes.closing import Blocker
from lms.core.classes.models import ClassSession, Enrolment, TrainingClass
from lms.core.errors import Invalid
from lms.core.i18n import N_
from lms.core.paperwork.keying import METHOD
from lms.core.paperwork.models import ReconciliationNote, SheetRow, SheetSession, SignInSheet

KINDS = {"signed_only": N_("签了字，没有扫码"), "scanned_only": N_("扫了码，没有签字")}


@dataclass(frozen=True)
class Note:
    """Why a line stands: who wrote it and when."""

    reason: str
    by_id: int
    at: datetime


@dataclass(frozen=True)
class Line:
    """One person in one session for whom paper and scans differ.

    :param kind: one of ``KINDS``
    :param at: when the one that there is was taken
    :param method: and how
    :param note: its explanation, if somebody wrote one
    """

    session_id: int
    enrolment_id: int
    enrolment_uid: str
    name: str
    unit: str
    kind: str
    at: datetime
    method: str
    sheet: str
    note: Note | None


@dataclass
class _Evidence:
    row: Row[Any]
    events: dict[int, Row[Any]] = field(default_factory=dict)
    voided: set[int] = field(default_factory=set)
    notes: dict[tuple[int, str], Note] = field(default_factory=dict)


def differences(db: Session, *, class_id: int, session_id: int | None = None) -> list[Line]:
    """The lines of a class or of one session, explained ones included. One statement."""
    found: dict[tuple[int, int], _Evidence] = {}
    for row in db.execute(_query(class_id, session_id)):
        seat = found.setdefault((row.session_id, row.enrolment_id), _Evidence(row))
        if row.event_id is not None:
            seat.events[row.event_id] = row
            seat.voided.update([row.voids_id] if row.voids_id else [])
        if row.note_id is not None:
            seat.notes[row.note_id, row.note_kind] = Note(row.note_reason, row.note_by, row.note_at)
    return [line for seat in found.values() if (line := _line(seat)) is not None]


def _query(class_id: int, session_id: int | None) -> Any:
    event, note = aliased(AttendanceEvent), aliased(ReconciliationNote)
    query = (
        select(SheetSession.session_id, SignInSheet.code, Enrolment.id.label("enrolment_id"), Enrolment.uid, Enrolment.name,
               Enrolment.unit_name, event.id.label("event_id"), event.kind, event.method, event.at, event.voids_id,
               note.id.label("note_id"), note.kind.label("note_kind"), note.reason.label("note_reason"),
               note.by_id.label("note_by"), note.at.label("note_at"))
        .select_from(SignInSheet).join(SheetRow, SheetRow.sheet_id == SignInSheet.id)
        .join(SheetSession, SheetSession.sheet_id == SignInSheet.id)
        .join(ClassSession, ClassSession.id == SheetSession.session_id)
        .join(Enrolment, Enrolment.id == SheetRow.enrolment_id)
        .outerjoin(event, (event.session_id == SheetSession.session_id) & (event.person_id == Enrolment.person_id)
                   & event.kind.in_(("in", "void")))
        .outerjoin(note, (note.session_id == SheetSession.session_id) & (note.enrolment_id == Enrolment.id))
        .where(SignInSheet.class_id == class_id, SignInSheet.keyed_at.is_not(None), Enrolment.state == "enrolled",
               ClassSession.cancelled.is_(False))
        .order_by(ClassSession.day, ClassSession.starts, Enrolment.number, Enrolment.id, event.id, note.id))
    return query.where(SheetSession.session_id == session_id) if session_id is not None else query


def _line(seat: _Evidence) -> Line | None:
    ins = [e for e in seat.events.values() if e.kind == "in" and e.event_id not in seat.voided]
    paper, scans = [e for e in ins if e.method == METHOD], [e for e in ins if e.method != METHOD]
    if bool(paper) == bool(scans):
        return None
    kind, shown = ("signed_only", paper[0]) if paper else ("scanned_only", scans[0])
    notes = [note for (_, about), note in sorted(seat.notes.items(), key=lambda item: item[0]) if about == kind]
    row = seat.row
    return Line(row.session_id, row.enrolment_id, row.uid, row.name, row.unit_name, kind, shown.at, shown.method, row.code,
                notes[-1] if notes else None)


def explain(db: Session, *, session: ClassSession, enrolment_uids: Collection[str], reason: str, by_id: int,
            now: datetime) -> int:
    """Write down why paper and scans differ for these people; how many lines that explains.

    :raises Invalid: no reason, nobody chosen, or somebody for whom they do not differ (any more)
    """
    require_reason(reason)
    reason = reason.strip()[:500]
    lines = {line.enrolment_uid: line for line in differences(db, class_id=session.class_id, session_id=session.id)}
    if not enrolment_uids:
        raise Invalid("nobody_chosen", N_("请先在名单里勾选要说明的人，没有保存。"))
    if not set(enrolment_uids) <= lines.keys():
        raise Invalid("no_difference", N_("所选的人里有的已经没有差异，没有保存。请刷新页面后重选。"))
    new = [line for uid in dict.fromkeys(enrolment_uids) if (line := lines[uid]).note is None or line.note.reason != reason]
    db.add_all(ReconciliationNote(class_id=session.class_id, session_id=session.id, enrolment_id=line.enrolment_id,
                                  kind=line.kind, reason=reason, by_id=by_id, at=now) for line in new)
    if new:
        record(db, actor_id=by_id, action="sheet.explain", thing=session, now=now, class_id=session.class_id, reason=reason,
               after={"enrolments": [line.enrolment_uid for line in new]})
    return len(new)


def closing_check(db: Session, training_class: TrainingClass, now: datetime) -> Sequence[Blocker]:
    """Lines that nobody has explained stand against closing the class."""
    count = sum(line.note is None for line in differences(db, class_id=training_class.id))
    if not count:
        return ()
    return (Blocker("sheets_unreconciled", N_("签到表与扫码还有 {count} 处不一致没有说明"), {"count": count},
                    "lms.manage_reconciliation.show"),)
