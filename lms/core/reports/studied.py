"""What one person has done outside the hall: modules read, assignments handed in, surveys answered,
announcements read; what was decided about them, and how many notices wait for them. One statement for all of it.

A trainee's page may cost four statements, whatever a class asks of its people.
"""
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import CompoundSelect, Integer, String, bindparam, case, cast, func, literal, null, select, union_all
from sqlalchemy.orm import Session

from lms.core.announcements.models import AnnouncementRead
from lms.core.assignments.models import Submission
from lms.core.certificates.models import CompletionEvent
from lms.core.classes.models import Enrolment
from lms.core.db.base import UtcDateTime
from lms.core.learning.models import ModuleProgress
from lms.core.notices.models import Notice
from lms.core.people.merged import own_ids
from lms.core.surveys.models import SurveyParticipation

_NEVER, _NO_NUMBER = cast(null(), UtcDateTime()), cast(null(), Integer)
_ALL: CompoundSelect[Any] = union_all(
    select(literal("module", String).label("kind"), ModuleProgress.course_id.label("thing"), ModuleProgress.module_slug.label("word"),
           ModuleProgress.completed_at, ModuleProgress.last_at, _NO_NUMBER.label("number"), _NO_NUMBER.label("by_id")).where(ModuleProgress.person_id == bindparam("person")),
    select(literal("assignment", String), cast(Submission.assignment_id, Integer), Submission.state, Submission.handed_in_at, Submission.saved_at,
           _NO_NUMBER, _NO_NUMBER)
    .where(Submission.person_id == bindparam("person")),
    select(literal("survey", String), cast(SurveyParticipation.survey_id, Integer), literal("", String), _NEVER, _NEVER, _NO_NUMBER, _NO_NUMBER)
    .where(SurveyParticipation.person_id == bindparam("person")),
    select(literal("announcement", String), cast(AnnouncementRead.announcement_id, Integer), literal("", String), _NEVER, AnnouncementRead.at, _NO_NUMBER,
           _NO_NUMBER)
    .where(AnnouncementRead.person_id == bindparam("person")),
    select(literal("decision", String), CompletionEvent.enrolment_id, case((CompletionEvent.given, CompletionEvent.kind), else_=""), _NEVER,
           CompletionEvent.at, CompletionEvent.id, CompletionEvent.by_id)
    .join(Enrolment, Enrolment.id == CompletionEvent.enrolment_id)
    .where(Enrolment.person_id == bindparam("person"), CompletionEvent.kind == "approval"),
    select(literal("notices", String), cast(func.count(), Integer), literal("", String), _NEVER, _NEVER, _NO_NUMBER, _NO_NUMBER)
    .select_from(Notice).where(Notice.person_id.in_(own_ids(bindparam("person", type_=Integer))), Notice.read_at.is_(None)))


@dataclass(frozen=True)
class Approved:
    """A decision about an approval, with the names of ``CompletionEvent``."""

    id: int
    given: bool
    by_id: int
    at: datetime


@dataclass
class Studied:
    """*modules*: rows by course and slug; *assignments*: the state of the person's work by assignment; *surveys*:
    those that they have answered; *announcements*: those that they have confirmed; *approvals*: the last decision by
    enrolment; *notices*: how many they have not read."""

    modules: dict[int, dict[str, Any]] = field(default_factory=dict)
    assignments: dict[int, str] = field(default_factory=dict)
    surveys: set[int] = field(default_factory=set)
    announcements: set[int] = field(default_factory=set)
    approvals: dict[int, Approved] = field(default_factory=dict)
    notices: int = 0


def studied(db: Session, person_id: int) -> Studied:
    """All that the person has done, in whatever class."""
    found = Studied()
    for row in db.connection().execute(_ALL, {"person": person_id}):
        if row.kind == "module":
            found.modules.setdefault(row.thing, {})[row.word] = row
        elif row.kind == "survey":
            found.surveys.add(row.thing)
        elif row.kind == "announcement":
            found.announcements.add(row.thing)
        elif row.kind == "notices":
            found.notices = row.thing
        elif row.kind == "decision":
            held = found.approvals.get(row.thing)
            if held is None or held.id < row.number:
                found.approvals[row.thing] = Approved(row.number, bool(row.word), row.by_id, row.last_at)
        else:
            found.assignments[row.thing] = row.word
    return found
