"""Bring the shipped courses and question banks into the database: what ``lms init`` and ``lms upgrade`` do."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.courses.files import CourseFile, read_course
from lms.core.courses.library import import_course, store_assets
from lms.core.courses.models import Course
from lms.core.courses.sources import sources_of
from lms.core.documents.faults import Fault
from lms.core.errors import Invalid
from lms.core.i18n import N_
from lms.core.quizzes.banks import import_bank
from lms.core.quizzes.files import read_bank
from lms.core.shipped import shipped
from lms.site import Site

_SENTENCES = {
    ("course", "new"): N_("课程 {slug}：已导入"), ("course", "changed"): N_("课程 {slug}：已更新为新的版本"),
    ("course", "same"): N_("课程 {slug}：没有变化"),
    ("course", "kept"): N_("课程 {slug}：本地改过，继续使用本地版本；随附的新版本已存在旁边，可以对照"),
    ("bank", "new"): N_("题库 {slug}：已导入"), ("bank", "changed"): N_("题库 {slug}：已更新"),
    ("bank", "same"): N_("题库 {slug}：没有变化"),
    ("bank", "kept"): N_("题库 {slug}：本地改过的题目保持不变，其余已更新"),
}


@dataclass(frozen=True)
class Imported:
    """What became of a course or a bank: ``new``, ``changed``, ``same`` or ``kept`` (edited here, left as it is)."""

    kind: str
    slug: str
    state: str

    @property
    def sentence(self) -> str:
        """A message id with ``{slug}``."""
        return _SENTENCES[self.kind, self.state]


def import_shipped(site: Site, *, by_id: int | None, now: datetime,
                   tell: Callable[[int, int, str], None] | None = None) -> list[Imported]:
    """Import everything under courses/ and quizzes/; the same files again change nothing, local edits stay.

    Files are read and pictures stored first; each course and bank is one short transaction.

    :param tell: is told how far it is: done, total, message id
    :raises Invalid: a shipped file has an error; what was imported before it stays
    """
    folders = sorted(path for path in shipped("courses").iterdir() if (path / "course.yaml").is_file())
    files = sorted(shipped("quizzes").glob("*.yaml"))
    found = []
    for number, path in enumerate((*folders, *files), start=1):
        importer = _import_course if path in folders else _import_bank
        found.append(importer(site, path, by_id, now))
        if tell is not None:
            tell(number, len(folders) + len(files), N_("导入课程和题库"))
    return found


def _import_course(site: Site, folder: Path, by_id: int | None, now: datetime) -> Imported:
    course, faults = read_course(folder)
    if course is None:
        raise _faulty(faults)
    assets, sources = store_assets(site.storage, folder, course), sources_of(folder)
    with site.database.writing() as db:
        before = db.scalar(select(Course.current_version_id).where(Course.slug == course.id))
        version = import_course(db, course=course, assets=assets, origin="shipped", by_id=by_id, now=now, sources=sources.texts)
        state = _state(db, course, before, version.id, version.created_at == now)
    return Imported("course", course.id, state)


def _import_bank(site: Site, file: Path, by_id: int | None, now: datetime) -> Imported:
    bank, faults = read_bank(file)
    if bank is None:
        raise _faulty(faults)
    with site.database.writing() as db:
        outcome = import_bank(db, bank, by_id=by_id, now=now)
    state = "changed" if outcome.new or outcome.changed else "same"
    if len(outcome.new) == len(bank.questions):
        state = "new"
    return Imported("bank", bank.id, "kept" if outcome.kept else state)


def _state(db: Session, course: CourseFile, before: int | None, version_id: int, made_now: bool) -> str:
    if before is None:
        return "new"
    current = db.scalar(select(Course.current_version_id).where(Course.slug == course.id))
    if current != version_id:
        return "kept"
    return "changed" if made_now else "same"


def _faulty(faults: list[Fault]) -> Invalid:
    first = faults[0]
    return Invalid("content_faulty", N_("教学内容有错，没有导入：{first}（共 {count} 处）。请运行 lms check content 查看全部。"),
                   first=first.sentence(), count=len(faults))
