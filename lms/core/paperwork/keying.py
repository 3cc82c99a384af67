"""A signed sheet comes back: everybody signed but those whose numbers are keyed. Each page is saved once."""
from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from lms.core.attendance.check_in import page_used, require_not_cancelled
from lms.core.attendance.write import new_event, write_events
from lms.core.audit.service import record
from lms.core.classes.models import ClassSession, Enrolment, TrainingClass
from lms.core.classes.rules import rules_of
from lms.core.classes.session_rules import rules_in
from lms.core.classes.timetable import instants
from lms.core.clock import local_instant
from lms.core.db import expect_version
from lms.core.errors import Conflict, Invalid
from lms.core.i18n import N_
from lms.core.paperwork.events import live_events, uid_within, void_events
from lms.core.paperwork.models import SignInSheet
from lms.core.paperwork.sheets import signed_for

METHOD = "paper"
Key = tuple[int, int, str]  # session, person, in or out
_RANGE = re.compile(r"(\d{1,4})(?:[-~](\d{1,4}))?")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−～至到"), "-")
_LONGEST = 500  # characters of the field


@dataclass(frozen=True)
class Found:
    """What was found on a sheet.

    :param absent: rows without a signature
    :param not_out: rows without a signature for leaving, where leaving is signed
    :param times: row -> local time that somebody wrote beside their name; the others signed at the start of each session
    """

    absent: frozenset[int] = frozenset()
    not_out: frozenset[int] = frozenset()
    times: Mapping[int, time] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """As the sheet keeps it."""
        return {"absent": sorted(self.absent), "not_out": sorted(self.not_out),
                "times": {str(n): f"{at:%H:%M}" for n, at in sorted(self.times.items())}}


@dataclass(frozen=True)
class Keyed:
    """What came of it: how many signed, how many did not, and whether this very form was saved before."""

    signed: int
    absent: int
    repeated: bool = False


def read_numbers(text: str, rows: Collection[int]) -> frozenset[int]:
    """Rows as people key them: ``3 7 12-14``, also with commas, Chinese marks or full-width digits.

    :param rows: the numbers on the sheet
    :raises Invalid: something else than numbers, a range that runs backward, or a row that the sheet does not have
    """
    if len(text) > _LONGEST:
        raise Invalid("sheet_numbers_long", N_("没签的号最多 {most} 个字符，没有保存。"), most=_LONGEST)
    plain = re.sub(r"\s*-\s*", "-", unicodedata.normalize("NFKC", text).translate(_DASHES).replace("~", "-"))
    found: set[int] = set()
    for word in re.split(r"[\s,;、，；。.]+", plain.strip()):
        if not word:
            continue
        match = _RANGE.fullmatch(word)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
        if first > last:
            raise Invalid("sheet_numbers", N_("看不懂“{word}”，没有保存。请写号码，例如 3 7 12-14。"), word=word[:20])
        wrong = next((n for n in range(first, last + 1) if n not in rows), None)
        if wrong is not None:
            raise Invalid("sheet_row", N_("这一页没有 {number} 号，没有保存。这一页是 1 到 {most} 号。"), number=wrong,
                          most=max(rows, default=0))
        found.update(range(first, last + 1))
    return frozenset(found)


def key_sheet(db: Session, *, sheet: SignInSheet, training_class: TrainingClass, found: Found, version: int, uid: str,
              by_id: int, now: datetime) -> Keyed:
    """Put what was found on a sheet on record. Keyed again, only what differs becomes new events; nothing is deleted.

    :param version: of the sheet, as the form showed it
    :param uid: made by the client for the whole form; the events of its rows are made from it
    :raises Conflict: keyed by somebody else meanwhile, its sessions are cancelled or have not begun
    :raises Invalid: a time outside its sessions
    """
    sessions = [s for s in signed_for(sheet) if not s.cancelled]
    if not sessions:
        require_not_cancelled(sheet.session)
    db.refresh(sheet, ["version", "keyed", "keyed_uid"], with_for_update=True)  # two at once: the second waits, and is told
    if sheet.keyed_uid == uid:
        if sheet.keyed != found.plain():
            raise page_used()
        return _counted(sheet, found, repeated=True)
    expect_version(sheet, version)
    opens = [_span(s, training_class)[0] for s in sessions]
    if now < opens[-1]:
        raise Conflict("sheet_too_early", N_("“{title}”还没有开始，不能录入签到表。"), title=sessions[-1].title)
    end = instants(sessions[-1], training_class.zone)[1]
    noted = {n: _noted(at, n, sessions[0], training_class, opens[0], end) for n, at in found.times.items()}
    wanted = _wanted(sheet, sessions, found, noted, training_class)
    _bring_in_line(db, sheet, wanted, uid=uid, by_id=by_id, now=now)
    before, sheet.keyed = dict(sheet.keyed), found.plain()
    sheet.keyed_uid, sheet.keyed_at, sheet.keyed_by_id = uid, now, by_id
    record(db, actor_id=by_id, action="sheet.key", thing=sheet, now=now, class_id=sheet.class_id, before=before or None,
           after={"code": sheet.code, **sheet.keyed})
    return _counted(sheet, found)


def row_numbers(sheet: SignInSheet) -> frozenset[int]:
    """The numbers of the rows of *sheet*."""
    return frozenset(_numbers(sheet))


def _numbers(sheet: SignInSheet) -> list[int]:
    return [row.number for row in sheet.rows]


def _span(session: ClassSession, training_class: TrainingClass) -> tuple[datetime, datetime, datetime]:
    """When signing opens, and when the session starts and ends."""
    start, end = instants(session, training_class.zone)
    return start - timedelta(minutes=rules_in(session, rules_of(training_class)).opens_before), start, end


def _noted(at: time, number: int, first: ClassSession, training_class: TrainingClass, opens: datetime, end: datetime) -> datetime:
    noted = local_instant(first.day, at, training_class.zone)
    if not opens <= noted <= end:
        raise Invalid("sheet_time", N_("{number} 号写的时间 {at} 不在这一课次的时间之内，没有保存。"), number=number,
                      at=f"{at:%H:%M}")
    return noted


def _wanted(sheet: SignInSheet, sessions: Sequence[ClassSession], found: Found, noted: Mapping[int, datetime],
            training_class: TrainingClass) -> dict[Key, datetime]:
    """What the sheet says: who was in each session since when, and who signed for leaving it."""
    wanted: dict[Key, datetime] = {}
    present = {row.number: row.enrolment.person_id for row in sheet.rows
               if row.number not in found.absent and row.enrolment.state == "enrolled"}
    for session in sessions:
        opens, start, end = _span(session, training_class)
        for number, person in present.items():
            came = noted.get(number, start)
            if came > end:  # who came later than that was not in this one
                continue
            wanted[session.id, person, "in"] = came if came > start or (came >= opens and session is sessions[0]) else start
            if session.sign_out and number not in found.not_out:
                wanted[session.id, person, "out"] = end
    return wanted


def _bring_in_line(db: Session, sheet: SignInSheet, wanted: Mapping[Key, datetime], *, uid: str, by_id: int,
                   now: datetime) -> None:
    """Void the events of this sheet that are no longer so, add those that are missing."""
    people: dict[int, Enrolment] = {row.enrolment.person_id: row.enrolment for row in sheet.rows}
    have = live_events(db, session_ids=[part.session_id for part in sheet.for_sessions], person_ids=people, method=METHOD,
                       reason=sheet.code)
    stays = {(e.session_id, e.person_id, e.kind) for e in have if wanted.get((e.session_id, e.person_id, e.kind)) == e.at}
    void_events(db, [e for e in have if (e.session_id, e.person_id, e.kind) not in stays], method=METHOD, reason=sheet.code,
                by_id=by_id, now=now)
    sessions = {session.id: session for session in signed_for(sheet)}
    write_events(db, [new_event(sessions[session_id], uid=uid_within(uid, people[person].uid, kind, session_id), person_id=person,
                                kind=kind, at=at, now=now, method=METHOD, by_id=by_id, reason=sheet.code)
                      for (session_id, person, kind), at in wanted.items() if (session_id, person, kind) not in stays])


def _counted(sheet: SignInSheet, found: Found, *, repeated: bool = False) -> Keyed:
    signed = sum(row.number not in found.absent and row.enrolment.state == "enrolled" for row in sheet.rows)
    return Keyed(signed, len(sheet.rows) - signed, repeated)
