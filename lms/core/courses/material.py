"""Course material (课件) that instructors add to a module."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, joinedload

from lms.core.audit.service import record
from lms.core.courses.models import Course, Material, Module
from lms.core.errors import NotFound
from lms.core.files.service import Stored, keep
from lms.core.i18n import N_
from lms.core.ids import new_uid


def add_material(db: Session, *, course: Course, module_slug: str, title: str, name: str, stored: Stored, by_id: int,
                 now: datetime) -> Material:
    """Add a file to a module.

    :param title: what people see; the file's name if empty
    :param name: the file's own name, kept for the download
    :param stored: bytes that are in the store already
    :raises NotFound: the course has no such module
    """
    _require_module(db, course, module_slug)
    last = db.scalar(select(func.max(Material.position)).where(Material.course_id == course.id,
                                                               Material.module_slug == module_slug)) or 0
    file = keep(db, stored, now=now)
    material = Material(uid=new_uid(), course_id=course.id, module_slug=module_slug, title=title.strip() or name, name=name,
                        file_id=file.id, position=last + 1, created_by_id=by_id, created_at=now)
    db.add(material)
    record(db, actor_id=by_id, action="material.add", thing=material, now=now,
           after={"course": course.slug, "module": module_slug, "name": name, "sha256": stored.sha256})
    return material


def remove_material(db: Session, material: Material, *, by_id: int, now: datetime) -> None:
    """Take material off its module; row and bytes stay, so that it can be put back."""
    material.removed_at = now
    record(db, actor_id=by_id, action="material.remove", thing=material, now=now, before={"name": material.name})


_OF_COURSE = (select(Material).options(joinedload(Material.file))
              .where(Material.course_id == bindparam("course"), Material.removed_at.is_(None))
              .order_by(Material.module_slug, Material.position))
_OF_MODULE = _OF_COURSE.where(Material.module_slug == bindparam("module"))


def materials_of(db: Session, course_id: int, module_slug: str | None = None) -> Sequence[Material]:
    """The material of a course or of one of its modules, in its order, with its files."""
    return db.scalars(_OF_COURSE if module_slug is None else _OF_MODULE, {"course": course_id, "module": module_slug}).all()


def _require_module(db: Session, course: Course, slug: str) -> None:
    if db.scalar(select(Module.id).where(Module.version_id == course.current_version_id, Module.slug == slug)) is None:
        raise NotFound("no_such_module", N_("课程里没有这个模块，没有保存。请刷新页面后重试。"))
