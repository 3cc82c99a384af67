"""How far somebody has read. What a phone reports is evidence; credit never exceeds the time that the server measured."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.core.courses.study_rules import USUAL, ModuleRule
from lms.core.learning.models import ModuleProgress

END = 980  # 1/1000 of a page: its foot may lie below the fold
_LONGEST_GAP = 120  # seconds: who leaves a page open does not read on


def least_seconds(minutes: int, rule: ModuleRule = USUAL) -> int:
    """How long a module must have been open before it counts as read: what its rule says, else a tenth of its reading
    time, at least 20 s."""
    return rule.seconds or max(20, minutes * 6)


def report(db: Session, *, person_id: int, course_id: int, module_slug: str, minutes: int, read_to: int,
           opened_at: datetime, now: datetime, rule: ModuleRule = USUAL) -> ModuleProgress:
    """Take a phone's report of how far the page was read. It completes a module that asks to be read and no other.

    :param minutes: the module's reading time
    :param rule: what completes the module
    :param read_to: 1/1000 of the page; values outside 0–1000 are cut
    :param opened_at: when the server sent the page (signed by it), so that reading counts without any script
    """
    row = progress_row(db, person_id=person_id, course_id=course_id, module_slug=module_slug, at=opened_at)
    gap = (now - max(row.last_at, opened_at)).total_seconds()
    row.seconds += int(min(max(gap, 0), _LONGEST_GAP))
    row.last_at = max(now, row.last_at)
    row.read_to = max(row.read_to, min(max(read_to, 0), 1000))
    if row.completed_at is None and rule.needs == "read" and row.read_to >= END and row.seconds >= least_seconds(minutes, rule):
        row.completed_at = now
    db.flush()
    return row


def progress_row(db: Session, *, person_id: int, course_id: int, module_slug: str, at: datetime) -> ModuleProgress:
    """The person's row of this module, held until the commit; made where there is none."""
    dialect = sqlite if db.get_bind().dialect.name == "sqlite" else postgresql
    db.execute(dialect.insert(ModuleProgress).values(
        person_id=person_id, course_id=course_id, module_slug=module_slug, opened_at=at, last_at=at,
        seconds=0, read_to=0).on_conflict_do_nothing())
    return db.scalars(select(ModuleProgress).where(
        ModuleProgress.person_id == person_id, ModuleProgress.course_id == course_id,
        ModuleProgress.module_slug == module_slug).with_for_update()).one()


_PROGRESS = select(ModuleProgress).where(ModuleProgress.person_id == bindparam("person"),
                                         ModuleProgress.course_id.in_(bindparam("courses", expanding=True)))


def progress_of(db: Session, *, person_id: int, course_ids: Sequence[int]) -> dict[tuple[int, str], ModuleProgress]:
    """One person's progress in some courses, by course and module."""
    rows = db.scalars(_PROGRESS, {"person": person_id, "courses": list(course_ids)})
    return {(r.course_id, r.module_slug): r for r in rows}
