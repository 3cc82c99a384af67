"""Keeps the index up to date: a minute after a course is served in a new version or material changes, its words are found.

Reading and cutting words come before the transaction, and each course is one short transaction.
"""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from lms.core.courses.facts import Register
from lms.core.courses.models import Course, CourseVersion, Module
from lms.core.courses.words import module_text
from lms.core.jobs.service import Workplace
from lms.core.material.models import Material
from lms.core.search.grams import grams, plain
from lms.core.search.index import having, put, take_out
from lms.core.search.models import SearchDocument

_AT_ONCE = 200  # documents of material in one transaction


@dataclass(frozen=True)
class _Words:
    module_slug: str
    position: int
    title: str
    text: str


def index_what_changed(site: Workplace) -> None:
    """Index every course whose current version is not indexed yet, and material that came, changed or went.

    An index that was left behind when the database moved is made anew from the words that are kept.
    """
    _restore_index(site)
    with site.database.reading() as db:
        courses = [(c.id, c.current_version_id) for c in _stale_courses(db) if c.current_version_id is not None]
    for course_id, version_id in courses:
        with site.database.reading() as db:
            made = _words_of(db, version_id)
        with site.database.writing() as db:
            index_course(db, course_id=course_id, version_id=version_id, made=made)
    while _index_material(site):
        pass


def index_course(db: Session, *, course_id: int, version_id: int, made: Sequence[_Words]) -> None:
    """Put the words of a course's modules in the place of those that were there."""
    old = db.scalars(select(SearchDocument).where(SearchDocument.course_id == course_id, SearchDocument.ref == "")).all()
    take_out(db, old)
    for row in old:
        db.delete(row)
    db.flush()
    new = [SearchDocument(course_id=course_id, module_slug=w.module_slug, ref="", version_id=version_id, position=w.position, title=w.title,
                          text=w.text) for w in made]
    db.add_all(new)
    db.flush()
    put(db, new)


def _stale_courses(db: Session) -> Sequence[Course]:
    indexed = select(SearchDocument.id).where(SearchDocument.course_id == Course.id, SearchDocument.version_id == Course.current_version_id)
    has_modules = select(Module.id).where(Module.version_id == Course.current_version_id)
    return db.scalars(select(Course).where(Course.current_version_id.is_not(None), ~indexed.exists(), has_modules.exists())
                      .order_by(Course.id)).all()


def _words_of(db: Session, version_id: int) -> list[_Words]:
    version = db.get_one(CourseVersion, version_id)
    register = Register.from_data(version.facts, version.amounts)
    return [_Words(m.slug, m.position, _lines(_chinese_first(m.titles))[:300],
                   _lines((*_chinese_first(m.summaries), module_text(m.body, register.amounts))))
            for m in db.scalars(select(Module).where(Module.version_id == version_id).order_by(Module.position))]


def _chinese_first(words: Mapping[str, str]) -> list[str]:
    """A database may hand a map's keys back in another order (PostgreSQL's JSONB does)."""
    return [words[language] for language in sorted(words, key=lambda language: (language != "zh", language))]


def _lines(texts: Iterable[str]) -> str:
    """A line for each language or part, so that what is shown of one does not run into the other."""
    return "\n".join(plain(text) for text in texts)


def _restore_index(site: Workplace) -> None:
    with site.database.reading() as db:
        sample = db.scalar(select(SearchDocument).where(SearchDocument.ref == "").order_by(SearchDocument.id).limit(1))
        pairs = grams(sample.title) | grams(sample.text) if sample is not None else set()
        if sample is None or not pairs or db.scalar(select(SearchDocument.id).where(SearchDocument.id == sample.id, having(db, pairs))):
            return
        ids = db.scalars(select(SearchDocument.id).order_by(SearchDocument.id)).all()
    for start in range(0, len(ids), _AT_ONCE):
        with site.database.writing() as db:
            put(db, db.scalars(select(SearchDocument).where(SearchDocument.id.in_(ids[start:start + _AT_ONCE]))).all())


def _index_material(site: Workplace) -> int:
    """How many pieces were looked at in one transaction."""
    found = and_(SearchDocument.ref == Material.uid, SearchDocument.course_id == Material.course_id)
    with site.database.reading() as db:
        rows = db.execute(select(Material.id, SearchDocument.id).outerjoin(SearchDocument, found).where(or_(
            and_(Material.removed_at.is_(None), or_(SearchDocument.id.is_(None), SearchDocument.version_id != Material.version,
                                                    SearchDocument.module_slug != Material.module_slug)),
            and_(Material.removed_at.is_not(None), SearchDocument.id.is_not(None)))).limit(_AT_ONCE)).all()
    if rows:
        with site.database.writing() as db:
            _replace_material(db, [row[0] for row in rows], [row[1] for row in rows if row[1] is not None])
    return len(rows)


def _replace_material(db: Session, material_ids: Sequence[int], document_ids: Sequence[int]) -> None:
    old = db.scalars(select(SearchDocument).where(SearchDocument.id.in_(document_ids))).all()
    take_out(db, old)
    for row in old:
        db.delete(row)
    db.flush()
    live = db.scalars(select(Material).where(Material.id.in_(material_ids), Material.removed_at.is_(None))).all()
    new = [SearchDocument(course_id=m.course_id, module_slug=m.module_slug, ref=m.uid, version_id=m.version, position=1000 + m.position,
                          title=plain(m.title), text=plain(m.name)) for m in live]
    db.add_all(new)
    db.flush()
    put(db, new)
