"""Who may learn a course, and by which rules: the one place that changes them."""
from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.audit.service import record
from lms.core.courses.models import ClassCourse, Course, Module
from lms.core.courses.study_rules import StudyRules, check_rules
from lms.core.errors import Conflict
from lms.core.i18n import N_


def change_study_rules(db: Session, *, owner: Course | ClassCourse, rules: StudyRules, sessions: Collection[str], version: int, by_id: int | None,
        now: datetime) -> None:
    """Set the rules of a course, or of a course in a class. What is complete already stays complete.

    :param sessions: uids of the class's sessions
    :param version: of the rules as the editor saw them
    :raises Conflict: somebody saved meanwhile
    :raises Invalid: a rule that cannot be
    """
    course = owner if isinstance(owner, Course) else db.get_one(Course, owner.course_id)
    slugs = list(db.scalars(select(Module.slug).where(Module.version_id == course.current_version_id).order_by(Module.position)))
    check_rules(rules, slugs, sessions)
    if owner.rules_version != version:
        raise Conflict("edited_meanwhile", N_("在您编辑期间，别人已保存了新的内容；您的修改没有保存。请刷新页面核对后再改。"))
    before, after = owner.rules, rules.data()
    if before == after:
        return
    owner.rules, owner.rules_version = after, owner.rules_version + 1
    record(db, actor_id=by_id, action="course.study_rules", thing=course, now=now, before=before, after=after,
           class_id=owner.class_id if isinstance(owner, ClassCourse) else None)


def open_to_all(db: Session, *, course: Course, open_: bool, by_id: int | None, now: datetime) -> None:
    """Let everybody who can log in learn it, or only the classes that have it. The same twice is once."""
    if course.open_to_all == open_:
        return
    course.open_to_all = open_
    record(db, actor_id=by_id, action="course.open_to_all", thing=course, now=now, before={"open": not open_}, after={"open": open_})
