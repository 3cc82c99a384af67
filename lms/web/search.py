"""Search over the modules and the material that somebody may see."""
from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, request

from lms.core.learning.lessons import Lock, lessons_by_course
from lms.core.search.grams import LONGEST
from lms.core.search.service import Hit, search
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.locked import locked
from lms.web.templates import render_template

pages = Blueprint("search", __name__)


@pages.get("/search")
@login_required
def show() -> str:
    query, given = request.args.get("q", "")[:LONGEST], request.args.get("page", "1")
    page = max(1, int(given)) if given.isascii() and given.isdigit() and len(given) < 5 else 1
    hits, more = search(here().db, here().viewer, query, page=page)
    return render_template("lms/search.html", query=query, hits=hits, more=more, page=page, locked=_locked(hits))


def _locked(hits: Sequence[Hit]) -> dict[tuple[int, str], Lock]:
    """Of the modules that were found, by course and module: those that are not open yet. Of them no word is shown but the title."""
    courses = {hit.document.course_id for hit in hits}
    found: dict[tuple[int, str], Lock] = {}
    for course_id, (lesson, done) in lessons_by_course(here().db, here().viewer, courses).items() if courses else ():
        if lesson.course.current_version_id is not None:
            volume = here().installed.shelf.volume(here().db, lesson.course.current_version_id)
            found |= {(course_id, module): lock for module, lock in locked(lesson, volume, done).items()}
    return found
