"""The work of a class at an assignment as a file: who handed in, when, what level, and the text itself."""
from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.assignments.handing import STATES
from lms.core.assignments.marking import LEVELS, rows
from lms.core.assignments.models import Assignment, HandIn
from lms.core.classes.models import Group
from lms.core.documents.tables import Book, Column, Sheet, Value
from lms.core.i18n import N_, translate
from lms.core.reports.results import marks

_COLUMNS = (("number", N_("序号"), "number", 6), ("name", N_("姓名"), "text", 14), ("unit", N_("单位"), "text", 34), ("group", N_("组别"), "text", 8),
            ("state", N_("状态"), "text", 16), ("at", N_("交的时间"), "instant", 18), ("late", N_("迟交"), "text", 8),
            ("level", N_("等次"), "text", 8), ("mark", N_("分数"), "number", 8), ("comment", N_("评语"), "text", 40),
            ("text", N_("正文"), "text", 60))


def assignment_book(db: Session, assignment: Assignment, *, zone: str, locale: str) -> Book:
    """Everybody in the order of the roster with the last hand-in. Three statements."""
    groups = {row.id: row.name for row in db.execute(select(Group.id, Group.name).where(Group.class_id == assignment.class_id))}
    people = rows(db, assignment)
    ids = [row.submission.id for row in people if row.submission]
    last: dict[int, HandIn] = {h.submission_id: h for h in db.scalars(
        select(HandIn).where(HandIn.submission_id.in_(ids)).order_by(HandIn.number))}
    yes = translate(locale, N_("迟交"))
    found: list[Sequence[Value]] = []
    for row in people:
        e, h = row.enrolment, last.get(row.submission.id) if row.submission else None
        found.append([e.number, e.name, e.unit_name, groups.get(e.group_id or 0, ""), translate(locale, STATES[row.state]),
                      h.at if h else None, yes if h and h.late else "", translate(locale, LEVELS[h.level]) if h and h.level else "",
                      marks(h.mark) if h else None, h.comment if h else "", h.text if h else ""])
    columns = [Column(key, translate(locale, title), kind, width) for key, title, kind, width in _COLUMNS]  # type: ignore[arg-type]
    return Book([Sheet(assignment.title[:31], columns, found, frozen=2)], zone=zone, locale=locale)
