"""Groups (分组) of a class, and who is in which."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core.audit.service import record
from lms.core.classes.models import Enrolment, Group, TrainingClass
from lms.core.db import expect_version
from lms.core.errors import Conflict, Invalid
from lms.core.i18n import N_

LONGEST_NAME = 60


def add_group(db: Session, *, training_class: TrainingClass, name: str, by_id: int | None, now: datetime) -> Group:
    """A new group at the end of the list.

    :raises Invalid: the name is empty, too long or taken
    """
    name = _checked_name(db, training_class.id, name)
    last = db.scalar(select(func.max(Group.position)).where(Group.class_id == training_class.id))
    group = Group(class_id=training_class.id, name=name, position=(last or 0) + 1)
    db.add(group)
    db.flush()
    record(db, actor_id=by_id, action="group.add", thing=group, now=now, after={"name": name},
           class_id=training_class.id)
    return group


def rename_group(db: Session, *, group: Group, name: str, version: int, by_id: int | None, now: datetime) -> None:
    """Give *group* another name.

    :raises Conflict: somebody saved meanwhile
    :raises Invalid: the name is empty, too long or taken
    """
    expect_version(group, version)
    before = group.name
    with db.no_autoflush:
        group.name = _checked_name(db, group.class_id, name, but=group.id)
    record(db, actor_id=by_id, action="group.rename", thing=group, now=now, before={"name": before},
           after={"name": group.name}, class_id=group.class_id)


def remove_group(db: Session, *, group: Group, by_id: int | None, now: datetime) -> None:
    """Take an empty group away.

    :raises Conflict: people are in it, also withdrawn ones
    """
    count = db.scalar(select(func.count()).select_from(Enrolment).where(Enrolment.group_id == group.id)) or 0
    if count:
        raise Conflict("group_in_use", N_("“{name}”里还有 {count} 人，没有删除。请先把他们调到别的组。"),
                       name=group.name, count=count)
    record(db, actor_id=by_id, action="group.remove", thing=group, now=now, before={"name": group.name},
           class_id=group.class_id)
    db.delete(group)
    db.flush()


def move_to_group(db: Session, *, enrolments: Sequence[Enrolment], group: Group | None, by_id: int | None,
                  now: datetime) -> int:
    """Put people of one class into *group* (None: into no group); returns how many changed.

    :raises Invalid: the group belongs to another class
    """
    if group is not None and any(enrolment.class_id != group.class_id for enrolment in enrolments):
        raise Invalid("group_of_another_class", N_("这个组不属于本培训班。请刷新页面后重选。"))
    moved = [e for e in enrolments if e.group_id != (group.id if group else None)]
    if not moved:
        return 0
    names = {g.id: g.name for g in db.scalars(select(Group).where(Group.id.in_({e.group_id for e in moved})))}
    before = {e.uid: names.get(e.group_id or 0, "") for e in moved}
    for enrolment in moved:
        enrolment.group_id = group.id if group else None
        enrolment.version += 1
    record(db, actor_id=by_id, action="group.move", thing=group or "", now=now, before=before,
           after={"group": group.name if group else ""}, class_id=moved[0].class_id)
    return len(moved)


def _checked_name(db: Session, class_id: int, name: str, but: int | None = None) -> str:
    name = name.strip()
    if not name:
        raise Invalid("group_name", N_("请填写组的名称。"), field="name")
    if len(name) > LONGEST_NAME:
        raise Invalid("group_name_long", N_("组名最多 {most} 个字。"), field="name", most=LONGEST_NAME)
    query = select(Group.id).where(Group.class_id == class_id, Group.name == name)
    if but is not None:
        query = query.where(Group.id != but)
    if db.scalar(query) is not None:
        raise Invalid("group_name_taken", N_("本班已有名为“{name}”的组，请换一个名称。"), field="name", name=name)
    return name
