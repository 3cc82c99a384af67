"""Sitting a paper: every answer is saved as it is given, with and without script, until the server's clock says stop."""
from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response

from lms.core.errors import Conflict
from lms.core.quizzes.answers import answered, answers_of, flagged
from lms.core.quizzes.attempts import own_attempt, seconds_left
from lms.core.quizzes.closing import close_if_over, is_over, provisional, submit
from lms.core.quizzes.frozen import shown_items
from lms.core.quizzes.journal import Entry, answer, elapsed, next_sequence, read_entries, require_items, require_open
from lms.core.quizzes.kinds.protocol import Answer
from lms.core.quizzes.models import Attempt
from lms.core.quizzes.papers import REVIEWS
from lms.core.quizzes.review import own_attempt_with_room, released, reviewed_items
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.papers import grace
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("attempts", __name__)


@pages.get("/attempts/<uid>")
@login_required
def show(uid: str) -> str | Response:
    """One question (``?q=7``), or all of them, as the paper wants it or ``?all=1`` asks."""
    attempt = _mine(uid)
    if _over(attempt):
        return redirect(url_for(".result", uid=uid), 303)
    if seconds_left(attempt, here().now) == 0:
        return redirect(url_for(".check", uid=uid), 303)
    answers = answers_of(here().db, attempt.id)
    together = "all" in request.args or (attempt.paper.layout == "all" and "q" not in request.args)
    number = 0 if together else _wanted(attempt, answers)
    return _page("all" if together else "one", attempt, answers, number=number)


@pages.post("/attempts/<uid>/answer")
@login_required
def save(uid: str) -> Response:
    """The form of one question or of all of them, for browsers without script. Only what differs is written down."""
    attempt = _mine(uid)
    with_answers = answers_of(here().db, attempt.id)
    changed = [entry for entry in _entries_of_form(attempt) if entry.answer != with_answers.get(entry.item, {})]
    if changed:
        _keep(attempt, changed)
    go = _number(request.form.get("go", ""))
    if not go:
        return redirect(url_for(".check", uid=uid), 303)
    require_items(attempt, [go])
    return redirect(url_for(".show", uid=uid, q=go), 303)


@pages.post("/attempts/<uid>/answers")
@login_required
def autosave(uid: str) -> Response:
    """A batch of changes from the page's script. Answered only when it is durable; an empty one asks for the time."""
    facts = here()
    attempt = own_attempt(facts.db, person_id=facts.viewer.person_id, uid=uid)
    body: Any = request.get_json(silent=True)
    entries = read_entries(facts.site.registry, attempt, body.get("answers") if isinstance(body, dict) else None)
    saved = _keep(attempt, entries)
    return jsonify(saved=saved, seconds_left=seconds_left(attempt, facts.now), elapsed=elapsed(attempt, facts.now))


@pages.get("/attempts/<uid>/check")
@login_required
def check(uid: str) -> str | Response:
    """What is answered and what is not, before handing in."""
    attempt = _mine(uid)
    if _over(attempt):
        return redirect(url_for(".result", uid=uid), 303)
    return _page("check", attempt, answers_of(here().db, attempt.id))


@pages.post("/attempts/<uid>/submit")
@login_required
def hand_in(uid: str) -> Response:
    """Hand in; answered only when it is durable and marked."""
    facts = here()
    attempt = own_attempt(facts.db, person_id=facts.viewer.person_id, uid=uid)
    with writing() as db:
        submit(db, attempt=attempt, now=facts.now, grace=grace())
    return redirect(url_for(".result", uid=uid), 303)


@pages.get("/attempts/<uid>/result")
@login_required
def result(uid: str) -> str | Response:
    """The mark; and, once the paper's policy allows it, what was right and why."""
    facts = here()
    attempt, busy = own_attempt_with_room(facts.db, person_id=facts.viewer.person_id, uid=uid)
    if not _over(attempt):
        return redirect(url_for(".show", uid=uid), 303)
    mark, passed = attempt.mark, attempt.passed
    if attempt.submitted_at is None:  # the job child closes it within a minute, with this very mark
        mark, passed = provisional(facts.db, attempt) or (None, None)
    items = []
    if released(attempt, room_busy=busy, now=facts.now, grace=grace()):
        items = reviewed_items(facts.db, attempt, answers_of(facts.db, attempt.id))
    return render_template("lms/attempts/result.html", paper=attempt.paper, attempt=_facts(attempt), mark=mark,
                           passed=passed, items=items, reviews=REVIEWS)


def _mine(uid: str) -> Attempt:
    return own_attempt(here().db, person_id=here().viewer.person_id, uid=uid, with_paper=True)


def _over(attempt: Attempt) -> bool:
    return is_over(attempt, attempt.paper.state, now=here().now, grace=grace())


def _wanted(attempt: Attempt, answers: dict[int, Answer]) -> int:
    """The question that the address names, else the first without an answer."""
    if "q" in request.args:
        number = _number(request.args["q"])
        require_items(attempt, [number])
        return number
    done = answered(answers)
    return next((n for n in range(1, len(attempt.frozen["items"]) + 1) if n not in done), 1)


def _number(text: str) -> int:
    """A question's number as an address or a form has it; 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0


def _page(name: str, attempt: Attempt, answers: dict[int, Answer], number: int = 0) -> str:
    """Templates get what may be shown, never the frozen attempt itself."""
    items = shown_items(here().site.registry, attempt.frozen, answers)
    return render_template(f"lms/attempts/{name}.html", paper=attempt.paper, attempt=_facts(attempt), items=items,
                           item=items[number - 1] if number else None, answered=answered(answers), flagged=flagged(answers),
                           seconds_left=seconds_left(attempt, here().now), elapsed=elapsed(attempt, here().now))


def _facts(attempt: Attempt) -> dict[str, Any]:
    return {name: getattr(attempt, name) for name in ("uid", "number", "started_at", "deadline_at", "submitted_at",
                                                      "closed_by", "full_mark")}


def _entries_of_form(attempt: Attempt) -> list[Entry]:
    """The items whose part of the form was sent (each names itself in ``item``), in the order of the paper."""
    numbers = sorted({_number(value) for value in request.form.getlist("item")})
    first = next_sequence(here().db, attempt, here().now)
    given = [{"sequence": first + place, "item": number, "given": _values_of_form(number),
              "flag": f"flag-{number}" in request.form} for place, number in enumerate(numbers)]
    return read_entries(here().site.registry, attempt, given)


def _values_of_form(number: int) -> list[str]:
    """What the fields of an item hold: those of the whole question, then those of its parts as ``part=value``."""
    field = f"a-{number}"
    return request.form.getlist(field) + [
        f"{name.removeprefix(field + '.')}={value}" for name, values in request.form.lists()
        if name.startswith(field + ".") for value in values]


def _keep(attempt: Attempt, entries: list[Entry]) -> int:
    """Write answers down; one that comes too late closes the attempt, durably, before the refusal is told."""
    facts = here()
    try:
        if not entries:
            require_open(facts.db, attempt=attempt, now=facts.now, grace=grace())
            return 0
        with writing() as db:
            return answer(db, attempt=attempt, entries=entries, now=facts.now, grace=grace())
    except Conflict:
        with writing() as db:
            close_if_over(db, attempt_id=attempt.id, now=facts.now, grace=grace())
        raise
