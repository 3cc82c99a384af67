"""The plans of classes, kept in memory: timetable, courses and papers are the same for everybody and change seldom.

Whoever asks brings the plan stamp (``core.db.stamp``) as the request read it; when it has moved, all is read anew.
"""
from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from lms.core.announcements.models import Announcement
from lms.core.assignments.models import Assignment
from lms.core.attendance.sessions import session_with_class
from lms.core.classes.models import ClassSession, TrainingClass
from lms.core.classes.rules import ClassRules, rules_of
from lms.core.classes.timetable import instants
from lms.core.courses.models import ClassCourse, Course
from lms.core.courses.shelf import Shelf, Volume
from lms.core.courses.study_rules import StudyRules, rules_from
from lms.core.db import reading_beside
from lms.core.quizzes.models import Paper
from lms.core.surveys.models import Survey


@dataclass(frozen=True)
class PlannedCourse:
    """A course of a class in its current version."""

    course: Course
    volume: Volume
    required: bool
    rules: StudyRules = StudyRules()


@dataclass(frozen=True)
class ClassPlan:
    """A class as all its trainees see it. The rows belong to no database session: they are for reading.

    :param sessions: in order of time, each with its beginning and end
    """

    training_class: TrainingClass
    rules: ClassRules
    sessions: tuple[tuple[ClassSession, datetime, datetime], ...]
    courses: tuple[PlannedCourse, ...]
    papers: tuple[Paper, ...]  # without drafts
    assignments: tuple[Assignment, ...] = ()  # likewise
    surveys: tuple[Survey, ...] = ()  # likewise
    announcements: tuple[Announcement, ...] = ()  # that are not withdrawn, the latest first


class Plans:
    """The plans that one installation has in memory."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._guard = threading.Lock()
        self._stamp: int | None = None
        self._plans: dict[int, ClassPlan] = {}
        self._sessions: dict[str, ClassSession] = {}

    def of(self, db: Session, class_id: int, stamp: int) -> ClassPlan:
        """The plan of a class, no older than *stamp*."""
        with self._guard:
            self._forget_before(stamp)
            plans, sessions = self._plans, self._sessions
        plan = plans.get(class_id)
        if plan is None:
            plan = plans[class_id] = self._read(db, class_id)
            sessions.update((s.uid, s) for s, _, _ in plan.sessions)
        return plan

    def session(self, db: Session, uid: str, stamp: int) -> ClassSession:
        """A session with its class, no older than *stamp*. For doors that a valid code opens: it asks for no viewer.

        :raises NotFound: there is none
        """
        with self._guard:
            self._forget_before(stamp)
            found = self._sessions.get(uid)
        if found is not None:
            return found
        plan = self.of(db, session_with_class(db, uid).class_id, stamp)
        return next(s for s, _, _ in plan.sessions if s.uid == uid)

    def _forget_before(self, stamp: int) -> None:
        if stamp != self._stamp:
            self._stamp, self._plans, self._sessions = stamp, {}, {}

    def _read(self, db: Session, class_id: int) -> ClassPlan:
        # In a session of its own: its rows stay whole when the request's session ends.
        with reading_beside(db) as own:
            training_class = own.get_one(TrainingClass, class_id)
            sessions = own.scalars(select(ClassSession).where(ClassSession.class_id == class_id).order_by(
                ClassSession.day, ClassSession.starts, ClassSession.id)).all()
            courses = own.execute(
                select(Course, ClassCourse.required, ClassCourse.rules).join(ClassCourse, ClassCourse.course_id == Course.id)
                .where(ClassCourse.class_id == class_id, Course.current_version_id.is_not(None))
                .order_by(ClassCourse.position, ClassCourse.id)).all()
            papers = own.scalars(select(Paper).where(Paper.class_id == class_id, Paper.state != "draft").order_by(Paper.id)).all()
            assignments = own.scalars(select(Assignment).where(Assignment.class_id == class_id, Assignment.state != "draft")
                                      .order_by(Assignment.id)).all()
            surveys = own.scalars(select(Survey).where(Survey.class_id == class_id, Survey.state != "draft").order_by(Survey.id)).all()
            announcements = own.scalars(select(Announcement).where(Announcement.class_id == class_id, Announcement.withdrawn_at.is_(None))
                                        .order_by(Announcement.id.desc())).all()
            for session in sessions:
                set_committed_value(session, "training_class", training_class)
            return ClassPlan(
                training_class, rules_of(training_class),
                tuple((s, *instants(s, training_class.zone)) for s in sessions),
                tuple(PlannedCourse(course, self._shelf.volume(own, course.current_version_id), required,
                                    rules_from(rules, course.rules))
                      for course, required, rules in courses if course.current_version_id is not None),
                tuple(papers), tuple(assignments), tuple(surveys), tuple(announcements))
