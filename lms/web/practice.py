"""Practice: one question at a time with its answer after it, and the book of one's mistakes. Works without script."""
from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from lms.core.errors import NotFound
from lms.core.i18n import N_
from lms.core.quizzes.answers import given_in
from lms.core.quizzes.attempts import own_attempt
from lms.core.quizzes.frozen import ShownItem, items_of
from lms.core.quizzes.journal import CHECKED, require_items
from lms.core.quizzes.kinds.protocol import kind_of
from lms.core.quizzes.mistakes import mistake, mistakes_of, practised
from lms.core.quizzes.models import Attempt
from lms.core.quizzes.practice import check_answer, feedback
from lms.web.attempt_form import entries_of_form, number_in, values_of_form
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.papers import grace
from lms.web.posted import me
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("practice", __name__)


def practice_page(attempt: Attempt, number: int) -> str:
    """A question to answer, or one that is answered with what is right and why."""
    given = given_in(here().db, attempt.id)
    items = items_of(attempt.frozen)
    checked = {item for item, one in given.items() if one.answer.get(CHECKED)}
    number = number or next((item.number for item in items if item.number not in checked), len(items))
    item = items[number - 1]
    answer = given[number].answer if number in given else {}
    seen = feedback(here().db, attempt, item, answer) if number in checked else None
    shown = None if seen else ShownItem(number, kind_of(here().site.registry, item.kind), item.mark, item.shown, answer, 0, item.section)
    return render_template("lms/attempts/practice.html", paper=attempt.paper, uid=attempt.uid, number=number, count=len(items),
                           checked=checked, item=seen or shown, seen=seen is not None)


@pages.post("/attempts/<uid>/reveal")
@login_required
def reveal(uid: str) -> Response:
    """Write the answer down for good, then show what is right. Only in a practice; elsewhere there is no such page."""
    attempt = own_attempt(here().db, person_id=here().viewer.person_id, uid=uid, with_paper=True)
    if attempt.paper.kind != "practice":
        raise NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。"))
    number = number_in(request.form.get("item", ""))
    require_items(attempt, [number])
    entry, = entries_of_form(attempt)[:1]
    with writing() as db:
        check_answer(db, attempt=attempt, entry=entry, now=here().now, grace=grace())
    return redirect(url_for("lms.attempts.show", uid=uid, q=number), 303)


@pages.get("/mistakes")
@login_required
def index() -> str:
    """What one got wrong, as far as the right answers are released."""
    found = mistakes_of(here().db, person_id=me(), now=here().now, grace=grace())
    return render_template("lms/practice/mistakes.html", mistakes=[m for m in found if not m.right_since],
                           mastered=[m for m in found if m.right_since])


@pages.get("/mistakes/<question_uid>")
@login_required
def show(question_uid: str) -> str:
    """The question to answer again."""
    found, attempt = mistake(here().db, person_id=me(), question_uid=question_uid, now=here().now, grace=grace())
    item = items_of(attempt.frozen)[found.number - 1]
    shown = ShownItem(1, kind_of(here().site.registry, item.kind), item.mark, item.shown, {}, 0)
    return render_template("lms/practice/mistake.html", mistake=found, item=shown, seen=False)


@pages.post("/mistakes/<question_uid>")
@login_required
def answer(question_uid: str) -> str:
    """What is right, and why; how often it was right in a row is noted."""
    facts = here()
    found, attempt = mistake(facts.db, person_id=me(), question_uid=question_uid, now=facts.now, grace=grace())
    item = items_of(attempt.frozen)[found.number - 1]
    given = kind_of(facts.site.registry, item.kind).read_answer(item.shown, values_of_form(1))
    seen = feedback(facts.db, attempt, item, given)
    with writing() as db:
        practised(db, person_id=me(), question_id=found.question_id, right=seen.mark == seen.full_mark, now=facts.now)
    return render_template("lms/practice/mistake.html", mistake=found, item=seen, seen=True)
