"""What is not open to the person yet: a module, and with it its material, wherever it is found."""
from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.orm import Session
from sqlalchemy.orm.interfaces import ORMOption

from lms.core.courses.shelf import Volume
from lms.core.errors import NotFound
from lms.core.i18n import N_, pick
from lms.core.learning.lessons import Lesson, Lock, locks, material_in_lesson, require_open
from lms.core.material.models import Material
from lms.web.context import here
from lms.web.formats import Formats


def locked(found: Lesson, volume: Volume, done: Collection[str]) -> dict[str, Lock]:
    """What is not open to the person yet, by module. Whoever works here and learns in no class sees everything.

    :param done: the modules that they have completed
    """
    if found.class_id is None and here().viewer.staff:
        return {}
    return locks(found, [m.slug for m in volume.modules], done, {m.slug: pick(m.titles, here().locale) for m in volume.modules},
                 sessions_of=lambda class_id: here().plan_of(class_id).sessions, now=here().now)


def refuse_locked(lock: Lock | None) -> None:
    """:raises Forbidden: the module is not open yet; it says when, or after which"""
    require_open(lock, time=Formats(here().locale, here().site.settings.zone).instant(lock.data.get("at")) if lock else "")


def open_material(db: Session, uid: str, *options: ORMOption) -> Material:
    """The material of the address with its course, for those who may see it and to whom its module is open. One statement.

    :raises NotFound: there is none, or it was removed
    :raises Forbidden: its module is not open yet
    """
    material, found, done = material_in_lesson(db, here().viewer, uid, *options)
    if material.removed_at is not None:
        raise NotFound("removed", N_("这份课件已被移走。"))
    if found.course.current_version_id is not None and (found.class_id is not None or not here().viewer.staff):
        volume = here().installed.shelf.volume(here().db, found.course.current_version_id)
        refuse_locked(locked(found, volume, done).get(material.module_slug))
    return material
