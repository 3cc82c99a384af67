"""Courses in the database: files are imported into versions by their hash, and the database serves."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core.audit.service import record
from lms.core.courses.facts import as_data
from lms.core.courses.files import CourseFile
from lms.core.courses.models import ClassCourse, Course, CourseVersion, Module, ModuleAsset
from lms.core.files.service import Stored, keep, store_bytes
from lms.core.files.storage import Storage

MEDIA_TYPES = {".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg",
                ".webp": "image/webp"}


def store_assets(storage: Storage, folder: Path, course: CourseFile) -> dict[str, Stored]:
    """Put the pictures of a course into the store; do it before the transaction that imports the course."""
    names = {asset for module in course.modules for asset in module.assets}
    return {name: store_bytes(storage, (folder / name).read_bytes(), MEDIA_TYPES[Path(name).suffix])
            for name in sorted(names)}


def import_course(db: Session, *, course: CourseFile, assets: dict[str, Stored], origin: str, by_id: int | None,
                  now: datetime, sources: Mapping[str, str] | None = None) -> CourseVersion:
    """Make a course's files a version and serve it. The same content again is the version that is there.

    A course that has been edited here (its current version is local) keeps being served as it is; the shipped
    version is stored beside it, for a person to compare.

    :param origin: ``shipped`` or ``local``
    :param sources: the texts of its files by name, to be exported and edited again
    """
    row = db.scalar(select(Course).where(Course.slug == course.id))
    if row is None:
        row = Course(slug=course.id, titles=course.title, created_at=now)
        db.add(row)
        db.flush()
    known = db.scalar(select(CourseVersion).where(CourseVersion.course_id == row.id,
                                                  CourseVersion.content_hash == course.content_hash))
    if known is not None:
        if sources and not known.sources:  # a version from before files were kept
            known.sources = dict(sources)
        return known
    current = db.get(CourseVersion, row.current_version_id) if row.current_version_id else None
    number = (db.scalar(select(func.max(CourseVersion.number)).where(CourseVersion.course_id == row.id)) or 0) + 1
    version = CourseVersion(
        course_id=row.id, number=number, content_hash=course.content_hash, origin=origin, titles=course.title,
        summaries=course.summary, bank=course.bank, author=course.author, reviewer=course.reviewer,
        review_by=course.review_by, amounts=as_data(course.amounts), facts=as_data(course.facts), sources=dict(sources or {}), created_at=now)
    version.modules = [Module(slug=m.slug, position=n, titles=m.title, summaries=m.summary, minutes=m.minutes, body=m.body,
                              author=m.author, review_by=m.review_by) for n, m in enumerate(course.modules)]
    db.add(version)
    db.flush()
    db.add_all(ModuleAsset(version_id=version.id, name=name, file_id=keep(db, stored, now=now).id)
               for name, stored in assets.items())
    if current is None or current.origin == "shipped" or origin == "local":
        row.current_version_id, row.titles = version.id, course.title
    record(db, actor_id=by_id, action="course.import", thing=version, now=now,
           after={"course": course.id, "number": number, "origin": origin})
    db.flush()
    return version


def assign_course(db: Session, *, class_id: int, course: Course, required: bool = True, position: int = 0,
                  by_id: int | None, now: datetime) -> ClassCourse:
    """Give a class a course; giving it again changes whether it is required."""
    row = db.scalar(select(ClassCourse).where(ClassCourse.class_id == class_id, ClassCourse.course_id == course.id))
    if row is not None and row.required == required:
        return row
    if row is None:
        row = ClassCourse(class_id=class_id, course_id=course.id, position=position)
        db.add(row)
    row.required = required
    record(db, actor_id=by_id, action="course.assign", thing=course, now=now, class_id=class_id, after={"required": required})
    db.flush()
    return row


def take_course_away(db: Session, row: ClassCourse, *, by_id: int | None, now: datetime) -> None:
    """A class has a course no longer; what its people have read stays on record."""
    record(db, actor_id=by_id, action="course.unassign", thing=str(row.course_id), now=now, class_id=row.class_id,
           before={"required": row.required})
    db.delete(row)


def courses_of_class(db: Session, class_id: int) -> Sequence[ClassCourse]:
    """The courses of a class in their order."""
    return db.scalars(select(ClassCourse).where(ClassCourse.class_id == class_id)
                      .order_by(ClassCourse.position, ClassCourse.id)).all()
