"""How far the people of a class are with its courses: one query for the page, the groups and the file."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.classes.models import Enrolment
from lms.core.documents.tables import Book, Column, Sheet, Value
from lms.core.i18n import N_, pick, translate
from lms.core.learning.models import ModuleProgress
from lms.core.reports.plans import PlannedCourse


@dataclass(frozen=True)
class Studying:
    """One person.

    :param done: by course id, the modules that are complete and may not be left out
    :param last_at: when they were last at it
    """

    enrolment: Enrolment
    done: Mapping[int, int] = field(default_factory=dict)
    last_at: datetime | None = None

    def total(self) -> int:
        return sum(self.done.values())


def needed(planned: PlannedCourse) -> list[str]:
    """The modules of a course that may not be left out."""
    return planned.rules.required([m.slug for m in planned.volume.modules])


def class_study(db: Session, courses: Sequence[PlannedCourse], seats: Sequence[Enrolment]) -> list[Studying]:
    """Everybody of *seats*, in their order. One statement."""
    wanted = {c.course.id: set(needed(c)) for c in courses}
    people = {e.person_id: e for e in seats}
    done: dict[int, dict[int, int]] = {}
    last: dict[int, datetime] = {}
    query: Any = select(ModuleProgress.person_id, ModuleProgress.course_id, ModuleProgress.module_slug, ModuleProgress.completed_at,
                        ModuleProgress.last_at).where(ModuleProgress.course_id.in_(wanted))
    if len(people) <= 500:
        query = query.where(ModuleProgress.person_id.in_(people))
    for row in db.execute(query):
        if row.person_id not in people:
            continue
        last[row.person_id] = max(row.last_at, last.get(row.person_id, row.last_at))
        if row.completed_at is not None and row.module_slug in wanted[row.course_id]:
            counts = done.setdefault(row.person_id, {})
            counts[row.course_id] = counts.get(row.course_id, 0) + 1
    return [Studying(e, done.get(e.person_id, {}), last.get(e.person_id)) for e in seats]


@dataclass(frozen=True)
class GroupShare:
    """A group: how many modules its people have done of those that they need, together."""

    name: str
    people: int
    done: int
    of: int


def by_group(rows: Sequence[Studying], courses: Sequence[PlannedCourse], groups: Mapping[int, str], locale: str) -> list[GroupShare]:
    """The groups in their order; those without one last."""
    each = sum(len(needed(c)) for c in courses)
    found = []
    for group_id, name in [*groups.items(), (None, translate(locale, N_("未分组")))]:
        own = [row for row in rows if row.enrolment.group_id == group_id]
        if own:
            found.append(GroupShare(name, len(own), sum(row.total() for row in own), each * len(own)))
    return found


def study_book(rows: Sequence[Studying], courses: Sequence[PlannedCourse], groups: Mapping[int, str], *, zone: str, locale: str) -> Book:
    """The same rows as a workbook: for each course what is done and what is needed."""
    columns = [Column("number", translate(locale, N_("序号")), "number", 6), Column("name", translate(locale, N_("姓名")), width=14),
               Column("unit", translate(locale, N_("单位")), width=34), Column("group", translate(locale, N_("组别")), width=8)]
    for c in courses:
        title = pick(c.course.titles, locale)
        columns += [Column(f"{c.course.uid}.done", title, "number", 14),
                    Column(f"{c.course.uid}.needed", translate(locale, N_("{title} 应学"), title=title), "number", 14)]
    columns.append(Column("last", translate(locale, N_("最近学习")), "instant", 18))
    table: list[Sequence[Value]] = [
        [r.enrolment.number, r.enrolment.name, r.enrolment.unit_name, groups.get(r.enrolment.group_id or 0, ""),
         *(value for c in courses for value in (r.done.get(c.course.id, 0), len(needed(c)))), r.last_at] for r in rows]
    return Book([Sheet(translate(locale, N_("学习进度")), columns, table, frozen=2)], zone=zone, locale=locale)
