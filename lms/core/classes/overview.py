"""A class at a glance: how many people, groups and hours, and what is still to be done before it begins."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from lms.core.access.service import Viewer, allowed
from lms.core.classes.models import ClassSession, Enrolment, Group, TrainingClass
from lms.core.classes.timetable import instants
from lms.core.i18n import N_
from lms.core.people.models import Person


@dataclass(frozen=True)
class Figures:
    """Counts of those whom the viewer may see; ``credit_hours`` in 1/100."""

    enrolled: int
    withdrawn: int
    without_group: int
    without_phone: int
    groups: int
    sessions: int
    credit_hours: int


@dataclass(frozen=True)
class Step:
    """Something that a class needs before it begins. *title* and *note* are message ids, *note* filled from *data*."""

    code: str
    title: str
    done: bool
    note: str
    data: dict[str, int]


def figures(db: Session, *, viewer: Viewer, training_class: TrainingClass, sessions: Sequence[ClassSession]) -> Figures:
    """The counts, in two statements."""
    enrolled = Enrolment.state == "enrolled"
    row = db.execute(
        select(func.count(case((enrolled, 1))), func.count(case((Enrolment.state == "withdrawn", 1))),
               func.count(case((enrolled & Enrolment.group_id.is_(None), 1))),
               func.count(case((enrolled & Person.phone.is_(None), 1))))
        .select_from(Enrolment).join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.class_id == training_class.id, allowed(viewer, Enrolment))).one()
    groups = db.scalar(select(func.count()).select_from(Group).where(Group.class_id == training_class.id,
                                                                     allowed(viewer, Group))) or 0
    held = [session for session in sessions if not session.cancelled]
    return Figures(*row, groups=groups, sessions=len(held),
                   credit_hours=sum(session.credit_hours for session in held))


def next_steps(training_class: TrainingClass, counts: Figures) -> list[Step]:
    """What an office does to get a class ready, in the order in which it is done."""
    data = {"sessions": counts.sessions, "people": counts.enrolled, "groups": counts.groups,
            "left": counts.without_group}
    return [
        Step("timetable", N_("课程表"), counts.sessions > 0,
             N_("已排 {sessions} 个课次") if counts.sessions else N_("还没有课次，可以套用三天模板"), data),
        Step("roster", N_("名册"), counts.enrolled > 0,
             N_("已有 {people} 名学员") if counts.enrolled else N_("还没有学员，请导入名册"), data),
        Step("groups", N_("分组"), counts.enrolled > 0 and counts.without_group == 0,
             N_("{groups} 个组，还有 {left} 人没有分组") if counts.without_group else N_("{groups} 个组"), data),
        Step("publish", N_("发布"), training_class.state != "draft",
             N_("学员现在能看到课程表") if training_class.state != "draft" else N_("发布以后学员才看得到"), data),
    ]


def coming_sessions(sessions: Sequence[ClassSession], zone: str, now: datetime) -> list[ClassSession]:
    """The sessions of the day that is on, or of the next day that has any, without those that are over."""
    ahead = [session for session in sessions if not session.cancelled and instants(session, zone)[1] > now]
    return [session for session in ahead if session.day == ahead[0].day] if ahead else []
