"""Who may see question banks, keys and all: whoever teaches their course, or a class that has the course."""
from __future__ import annotations

from sqlalchemy import ColumnElement, String, cast, exists, false, or_, select
from sqlalchemy.orm import aliased

from lms.core.access.service import Viewer, allowed
from lms.core.courses.models import ClassCourse, Course
from lms.core.events import Events
from lms.core.files.models import StoredFile
from lms.core.quizzes.models import Attempt, Bank, Mark, Question, QuestionImport, QuestionPicture, QuestionVersion
from lms.core.registry import Registry


def register(registry: Registry, events: Events) -> None:
    registry.add("access_rule", "Bank", _banks)
    registry.add("access_rule", "Question",
                 lambda viewer, action: Question.bank_id.in_(select(Bank.id).where(_banks(viewer, action))))
    registry.add("access_rule", "QuestionImport",
                 lambda viewer, action: QuestionImport.bank_id.in_(select(Bank.id).where(_banks(viewer, action))))
    registry.add("access_rule", "QuestionPicture", _pictures)


def _pictures(viewer: Viewer, action: str) -> ColumnElement[bool]:
    """A picture is seen by whoever may see the bank, an attempt in which it was shown, or the explanation of what was marked there."""
    file = aliased(StoredFile)
    seen = allowed(viewer, Attempt, "see")
    asked = exists().where(seen, file.id == QuestionPicture.file_id, cast(Attempt.frozen, String).contains(file.sha256))
    explained = exists().where(seen, file.id == QuestionPicture.file_id, Mark.attempt_id == Attempt.id,
                               QuestionVersion.id == Mark.question_version_id, QuestionVersion.explanation.contains(file.sha256))
    asked, explained = asked.correlate(QuestionPicture), explained.correlate(QuestionPicture)
    return or_(QuestionPicture.bank_id.in_(select(Bank.id).where(_banks(viewer, action))), asked, explained)


def _banks(viewer: Viewer, action: str) -> ColumnElement[bool]:
    """Seeing a bank is seeing its keys, so it takes the right to teach, whatever the action is."""
    courses, classes = viewer.scopes("teach", "course"), viewer.scopes("teach", "class")
    if not courses and not classes:
        return false()
    taught = select(Course.slug).where(or_(
        Course.id.in_(courses), Course.id.in_(select(ClassCourse.course_id).where(ClassCourse.class_id.in_(classes)))))
    return or_(Bank.course_slug == "", Bank.course_slug.in_(taught))
