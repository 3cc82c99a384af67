"""Course material (课件) that instructors add to a module: its versions, its place, its removal."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, joinedload

from lms.core.audit.service import record
from lms.core.courses.models import Course, Module
from lms.core.db import expect_version
from lms.core.errors import Conflict, NotFound
from lms.core.files.service import keep
from lms.core.i18n import N_
from lms.core.ids import new_uid
from lms.core.material.content import Content
from lms.core.material.models import Material, MaterialVersion


def add_material(db: Session, *, course: Course, module_slug: str, title: str, content: Content, by_id: int,
                 now: datetime) -> Material:
    """Add material to a module.

    :param title: what people see; the file's name if empty
    :param content: bytes that are in the store already
    :raises NotFound: the course has no such module
    """
    _require_module(db, course, module_slug)
    last = db.scalar(select(func.max(Material.position)).where(Material.course_id == course.id,
                                                               Material.module_slug == module_slug)) or 0
    material = Material(uid=new_uid(), course_id=course.id, module_slug=module_slug, title=title.strip() or content.name,
                        name=content.name, file_id=keep(db, content.stored, now=now).id, position=last + 1, created_by_id=by_id,
                        created_at=now)
    db.add(material)
    db.flush()
    _add_version(db, material, content, by_id, now)
    record(db, actor_id=by_id, action="material.add", thing=material, now=now,
           after={"course": course.slug, "module": module_slug, "name": content.name, "sha256": content.stored.sha256})
    return material


def replace_material(db: Session, material: Material, *, content: Content, seen: int, by_id: int, now: datetime) -> MaterialVersion:
    """Put another file in the place of the current one. The address stays, the old file stays among the versions.

    :param seen: the version of the row that the editor saw
    :raises Conflict: somebody changed it meanwhile, or it was removed
    """
    _require_there(material)
    expect_version(material, seen)
    before = {"name": material.name, "number": material.latest}
    material.latest += 1
    material.name, material.file_id = content.name, keep(db, content.stored, now=now).id
    version = _add_version(db, material, content, by_id, now)
    record(db, actor_id=by_id, action="material.replace", thing=material, now=now, before=before,
           after={"name": content.name, "number": material.latest, "sha256": content.stored.sha256})
    return version


def restore_version(db: Session, material: Material, *, number: int, seen: int, by_id: int, now: datetime) -> MaterialVersion:
    """Serve an older version again: as a new one, so that the history stays what it was.

    :raises NotFound: there is no such version
    :raises Conflict: it is the current one, somebody changed it meanwhile, or it was removed
    """
    _require_there(material)
    old = db.scalar(select(MaterialVersion).where(MaterialVersion.material_id == material.id, MaterialVersion.number == number))
    if old is None:
        raise NotFound("no_such_version", N_("没有这个版本，没有保存。请刷新页面后重试。"))
    if number == material.latest:
        raise Conflict("version_is_current", N_("现在用的就是这个版本，不用恢复。"))
    expect_version(material, seen)
    before = {"name": material.name, "number": material.latest}
    material.latest += 1
    material.name, material.file_id = old.name, old.file_id
    version = MaterialVersion(material_id=material.id, number=material.latest, kind=old.kind, name=old.name, file_id=old.file_id,
                              length=old.length, about=old.about, pages_id=old.pages_id, created_by_id=by_id, created_at=now)
    db.add(version)
    record(db, actor_id=by_id, action="material.restore", thing=material, now=now, before=before,
           after={"name": old.name, "number": material.latest})
    db.flush()
    return version


def change_material(db: Session, material: Material, *, title: str, no_skip: bool, seen: int, by_id: int, now: datetime) -> None:
    """Change what material is called and whether people may jump ahead in it.

    :raises Conflict: somebody changed it meanwhile, or it was removed
    """
    _require_there(material)
    expect_version(material, seen)
    before = {"title": material.title, "no_skip": material.no_skip}
    material.title, material.no_skip = title.strip() or material.name, no_skip
    record(db, actor_id=by_id, action="material.change", thing=material, now=now, before=before,
           after={"title": material.title, "no_skip": no_skip})


def remove_material(db: Session, material: Material, *, by_id: int, now: datetime) -> None:
    """Take material off its module; row and bytes stay, so that it can be put back."""
    material.removed_at = now
    record(db, actor_id=by_id, action="material.remove", thing=material, now=now, before={"name": material.name})


_OF_COURSE = (select(Material).options(joinedload(Material.file), joinedload(Material.current))
              .where(Material.course_id == bindparam("course"), Material.removed_at.is_(None))
              .order_by(Material.module_slug, Material.position))
_OF_MODULE = _OF_COURSE.where(Material.module_slug == bindparam("module"))


def materials_of(db: Session, course_id: int, module_slug: str | None = None) -> Sequence[Material]:
    """The material of a course or of one of its modules, in its order, with its files and current versions."""
    return db.scalars(_OF_COURSE if module_slug is None else _OF_MODULE, {"course": course_id, "module": module_slug}).all()


def versions_of(db: Session, material: Material) -> Sequence[MaterialVersion]:
    """All versions with their files, the newest first."""
    return db.scalars(select(MaterialVersion).options(joinedload(MaterialVersion.file))
                      .where(MaterialVersion.material_id == material.id).order_by(MaterialVersion.number.desc())).all()


def _add_version(db: Session, material: Material, content: Content, by_id: int, now: datetime) -> MaterialVersion:
    version = MaterialVersion(material_id=material.id, number=material.latest, kind=content.kind, name=content.name,
                              file_id=material.file_id, length=content.length, about=content.about, created_by_id=by_id, created_at=now)
    db.add(version)
    db.flush()
    return version


def _require_there(material: Material) -> None:
    if material.removed_at is not None:
        raise Conflict("material_removed", N_("这份课件已被移走，没有保存。请刷新页面。"))


def _require_module(db: Session, course: Course, slug: str) -> None:
    if db.scalar(select(Module.id).where(Module.version_id == course.current_version_id, Module.slug == slug)) is None:
        raise NotFound("no_such_module", N_("课程里没有这个模块，没有保存。请刷新页面后重试。"))
