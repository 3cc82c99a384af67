"""Search over modules and material: only what the person may see, exact for every word, however short or rare."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, or_
from sqlalchemy.orm import Session, contains_eager

from lms.core.access.service import Viewer, visible
from lms.core.courses.models import Course
from lms.core.search.grams import grams, words
from lms.core.search.index import having
from lms.core.search.models import SearchDocument

PAGE = 20
_BEFORE, _AFTER = 20, 70  # characters around what was found


@dataclass(frozen=True)
class Hit:
    """A document that was found: *before*, *found* and *after* are the words around the first place.

    :param title: in the language that was searched in, if the title was found; else in its first
    """

    document: SearchDocument
    title: str
    before: str
    found: str
    after: str


def search(db: Session, viewer: Viewer, query: str, *, page: int = 1) -> tuple[list[Hit], bool]:
    """One page of what is found, titles first, and whether there is more. One statement.

    Pairs of characters come from the index; whether they stand side by side, and single characters, are looked up in
    what they leave over.
    """
    wanted = words(query)
    if not wanted:
        return [], False
    pairs = set().union(*(grams(word) for word in wanted))
    found = visible(viewer, SearchDocument).join(Course, Course.id == SearchDocument.course_id).options(contains_eager(SearchDocument.course))
    if pairs:
        found = found.where(having(db, pairs))
    for word in wanted:
        found = found.where(or_(SearchDocument.title.icontains(word, autoescape=True), SearchDocument.text.icontains(word, autoescape=True)))
    in_title = case((SearchDocument.title.icontains(wanted[0], autoescape=True), 0), else_=1)
    rows: Sequence[SearchDocument] = db.scalars(
        found.order_by(in_title, SearchDocument.course_id, SearchDocument.position, SearchDocument.id)
        .limit(PAGE + 1).offset((page - 1) * PAGE)).all()
    return [_hit(row, wanted) for row in rows[:PAGE]], len(rows) > PAGE


def _hit(document: SearchDocument, wanted: Sequence[str]) -> Hit:
    titles = document.title.split("\n")
    title = next((t for t in titles for word in wanted if word.lower() in t.lower()), titles[0])
    for word in wanted:
        for line in document.text.split("\n"):
            at = line.lower().find(word.lower())
            if at >= 0 and len(line.lower()) == len(line):
                end = at + len(word)
                return Hit(document, title, ("…" if at > _BEFORE else "") + line[max(0, at - _BEFORE):at], line[at:end], line[end:end + _AFTER])
    return Hit(document, title, "", "", document.text.split("\n")[0][:_BEFORE + _AFTER])
