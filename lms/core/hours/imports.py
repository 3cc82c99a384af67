"""Hours earned elsewhere: a preview is kept, then saved or dropped, once; a single one may be typed."""
from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.audit.service import record
from lms.core.errors import Conflict, Invalid
from lms.core.hours.import_read import cells_of
from lms.core.hours.ledger import Earned, enter
from lms.core.hours.models import CreditEntry, HoursImport
from lms.core.hours.own_judge import STATES, Judged, judge
from lms.core.i18n import N_
from lms.core.ids import digest


def keep_preview(db: Session, *, rows: list[dict[str, Any]], file_name: str, by_id: int | None, now: datetime,
                 today: date) -> HoursImport:
    """Keep what was read for the page that shows it.

    :raises Invalid: no rows below the heading
    """
    if not rows:
        raise Invalid("hours_no_rows", N_("“{filename}”的表头下面没有内容，没有保存。"), filename=file_name)
    made = HoursImport(file_name=file_name[:200], rows=rows, created_by_id=by_id, created_at=now,
                       counts=_counts(judge(db, rows, today=today)))
    db.add(made)
    db.flush()
    record(db, actor_id=by_id, action="hours.preview", thing=made, now=now, after={"file": made.file_name, **made.counts})
    return made


def commit_import(db: Session, *, made: HoursImport, by_id: int | None, now: datetime, today: date) -> int:
    """Enter the rows that are new, in this one transaction; how many. Rows that were entered meanwhile are left out.

    :raises Conflict: it was saved or dropped before
    """
    held = db.scalars(select(HoursImport).where(HoursImport.id == made.id).with_for_update()
                      .execution_options(populate_existing=True)).one()
    if held.state != "previewed":
        raise Conflict("import_settled", N_("这份文件已经保存过或放弃了，没有重复保存。"))
    judged = judge(db, held.rows, today=today)
    entries = [_enter(db, row, f"own:{digest(f'{held.uid} {row.line}')[:32]}", held.file_name, by_id, now)
               for row in judged if row.state == "new"]
    held.state, held.rows, held.counts, held.committed_at = "committed", [], _counts(judged), now
    record(db, actor_id=by_id, action="hours.import", thing=held, now=now,
           after={"file": held.file_name, "entries": len(entries), "hours": sum(e.hours for e in entries)})
    return len(entries)


def drop_import(db: Session, *, made: HoursImport, by_id: int | None, now: datetime) -> None:
    """Forget a preview; nothing of it is saved."""
    if made.state == "previewed":
        made.state, made.rows = "dropped", []
        record(db, actor_id=by_id, action="hours.drop", thing=made, now=now)


def enter_one(db: Session, *, given: Mapping[str, str], uid: str, by_id: int | None, now: datetime, today: date) -> CreditEntry:
    """One typed entry. The same *uid* again is the same entry.

    :raises Invalid: what is wrong with it
    :raises Conflict: it is on record already
    """
    known = db.scalar(select(CreditEntry).where(CreditEntry.source == f"own:{uid}", CreditEntry.reverses_id.is_(None)))
    if known is not None:
        return known
    [row] = judge(db, [cells_of(given)], today=today)
    if row.state == "refused":
        raise Invalid("hours_refused", row.message, **row.data)
    if row.state == "duplicate":
        raise Conflict("hours_twice", N_("同一人、同一天、同一项培训的学时已经登记过，没有重复保存。"))
    made = _enter(db, row, f"own:{uid}", "", by_id, now)
    record(db, actor_id=by_id, action="hours.enter", thing=made, now=now,
           after={"person_id": made.person_id, "hours": made.hours, "title": made.title})
    return made


def _enter(db: Session, row: Judged, source: str, file_name: str, by_id: int | None, now: datetime) -> CreditEntry:
    assert row.person is not None and row.day is not None
    evidence = {"proof": row.cells["proof"], **({"minutes": row.minutes} if row.minutes else {}),
                **({"file": file_name, "line": row.line} if file_name else {})}
    return enter(db, Earned(row.person.id, source, row.day.year, row.kind, row.hours, row.cells["title"], "own", row.rule_version,
                            evidence, row.day, None, row.unit_id), by_id=by_id, now=now)


def _counts(judged: list[Judged]) -> dict[str, Any]:
    found = Counter(row.state for row in judged)
    return {state: found[state] for state in STATES}
