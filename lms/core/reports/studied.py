"""What one person has done outside the hall: modules read, assignments handed in, surveys answered,
announcements read. One statement for all of it.

A trainee's page may cost four statements, whatever a class asks of its people.
"""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import CompoundSelect, Integer, String, bindparam, cast, literal, null, select, union_all
from sqlalchemy.orm import Session

from lms.core.announcements.models import AnnouncementRead
from lms.core.assignments.models import Submission
from lms.core.db.base import UtcDateTime
from lms.core.learning.models import ModuleProgress
from lms.core.surveys.models import SurveyParticipation

_NEVER = cast(null(), UtcDateTime())
_ALL: CompoundSelect[Any] = union_all(
    select(literal("module", String).label("kind"), ModuleProgress.course_id.label("thing"), ModuleProgress.module_slug.label("word"),
           ModuleProgress.completed_at, ModuleProgress.last_at).where(ModuleProgress.person_id == bindparam("person")),
    select(literal("assignment", String), cast(Submission.assignment_id, Integer), Submission.state, Submission.handed_in_at, Submission.saved_at)
    .where(Submission.person_id == bindparam("person")),
    select(literal("survey", String), cast(SurveyParticipation.survey_id, Integer), literal("", String), _NEVER, _NEVER)
    .where(SurveyParticipation.person_id == bindparam("person")),
    select(literal("announcement", String), cast(AnnouncementRead.announcement_id, Integer), literal("", String), _NEVER, AnnouncementRead.at)
    .where(AnnouncementRead.person_id == bindparam("person")))


@dataclass(frozen=True)
class Studied:
    """*modules*: rows by course and slug; *assignments*: the state of the person's work by assignment; *surveys*:
    those that they have answered; *announcements*: those that they have confirmed."""

    modules: dict[int, dict[str, Any]] = field(default_factory=dict)
    assignments: dict[int, str] = field(default_factory=dict)
    surveys: set[int] = field(default_factory=set)
    announcements: set[int] = field(default_factory=set)


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
        else:
            found.assignments[row.thing] = row.word
    return found
