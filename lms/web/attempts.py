"""Sitting a paper: every answer is saved as it is given, with and without script, until the server's clock says stop."""
from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response

from lms.core.errors import Conflict
from lms.core.i18n import N_, translate
from lms.core.quizzes.answers import Given, answered, answers_of, flagged, given_in
from lms.core.quizzes.attempts import own_attempt, seconds_left
from lms.core.quizzes.closing import close_if_over, is_over, provisional, room_time, submit
from lms.core.quizzes.devices import note_device
from lms.core.quizzes.frozen import shown_items
from lms.core.quizzes.journal import Entry, Saved, answer, elapsed, read_entries, require_items, require_open, told
from lms.core.quizzes.kinds.protocol import Answer
from lms.core.quizzes.models import Attempt
from lms.core.quizzes.papers import MOMENTS
from lms.core.quizzes.review import own_attempt_with_room, released, reviewed_items
from lms.web.attempt_form import entries_of_form, known_sequence, number_in, seen_sequence, times_away
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.login import this_device
from lms.web.papers import grace
from lms.web.practice import practice_page
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
    if attempt.paper.paused_at is not None:
        return render_template("lms/attempts/paused.html", paper=attempt.paper, attempt=_facts(attempt))
    if _left(attempt) == 0:
        return redirect(url_for(".check", uid=uid), 303)
    if attempt.paper.kind == "practice":
        return practice_page(attempt, _named(attempt))
    given = given_in(here().db, attempt.id)
    together = "all" in request.args or (attempt.paper.layout == "all" and "q" not in request.args)
    number = 0 if together else _wanted(attempt, given)
    return _page("all" if together else "one", attempt, given, number=number)


@pages.post("/attempts/<uid>/answer")
@login_required
def save(uid: str) -> Response:
    """The form of one question or of all of them, for browsers without script. Only what differs is written down.

    Where a question was answered elsewhere since this page was made, the page is the older one: it is told, and what
    was answered elsewhere stays.
    """
    attempt = _mine(uid)
    given = given_in(here().db, attempt.id)
    changed = [entry for entry in entries_of_form(attempt) if entry.answer != _counting(given, entry.item).answer]
    older = [entry.item for entry in changed if _counting(given, entry.item).sequence > seen_sequence(entry.item)]
    changed = [entry for entry in changed if entry.item not in older]
    if changed:
        _keep(attempt, changed)
    if older:
        flash(translate(here().locale, N_("第 {items} 题在另一个页面或另一台手机上有更新的答案，这一页上的没有保存。下面是算数的答案，要改请再改一次。"),
                        items=older), "warn")
        return redirect(url_for(".show", uid=uid, q=older[0]), 303)
    go = number_in(request.form.get("go", ""))
    if not go:
        return redirect(url_for(".check", uid=uid), 303)
    require_items(attempt, [go])
    return redirect(url_for(".show", uid=uid, q=go), 303)


@pages.post("/attempts/<uid>/answers")
@login_required
def autosave(uid: str) -> Response:
    """A batch of changes from the page's script. Answered only when it is durable; an empty one asks for the time.

    Whoever holds an older page is told what was answered elsewhere since.
    """
    facts = here()
    attempt = own_attempt(facts.db, person_id=facts.viewer.person_id, uid=uid)
    body: Any = request.get_json(silent=True)
    entries = read_entries(facts.site.registry, attempt, body.get("answers") if isinstance(body, dict) else None)
    saved = _keep(attempt, entries, known_sequence(body), times_away(body))
    return jsonify(saved=saved.last, known=saved.newest, newer=saved.newer, seconds_left=seconds_left(attempt, facts.now),
                   elapsed=elapsed(attempt, facts.now))


@pages.get("/attempts/<uid>/check")
@login_required
def check(uid: str) -> str | Response:
    """What is answered and what is not, before handing in."""
    attempt = _mine(uid)
    if _over(attempt):
        return redirect(url_for(".result", uid=uid), 303)
    return _page("check", attempt, given_in(here().db, attempt.id))


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
    """What the paper's policy allows of mark, own answers, right answers and explanations, each from its moment."""
    facts = here()
    attempt, busy = own_attempt_with_room(facts.db, person_id=facts.viewer.person_id, uid=uid)
    if not _over(attempt):
        return redirect(url_for(".show", uid=uid), 303)
    shown = released(attempt, room_busy=busy, now=facts.now, grace=grace())
    mark, passed = attempt.mark, attempt.passed
    if attempt.submitted_at is None:  # the job child closes it within a minute, with this very mark
        mark, passed = provisional(facts.db, attempt) or (None, None)
    items = reviewed_items(facts.db, attempt, answers_of(facts.db, attempt.id), shown) if shown.items else []
    return render_template("lms/attempts/result.html", paper=attempt.paper, attempt=_facts(attempt), mark=mark if shown.marks else None,
                           passed=passed if shown.marks else None, items=items, shown=shown, moments=MOMENTS,
                           late=number_in(request.args.get("late", "")))


def _mine(uid: str) -> Attempt:
    return own_attempt(here().db, person_id=here().viewer.person_id, uid=uid, with_paper=True)


def _left(attempt: Attempt) -> int | None:
    return seconds_left(attempt, room_time(attempt.paper, here().now))


def _over(attempt: Attempt) -> bool:
    return is_over(attempt, attempt.paper, now=here().now, grace=grace())


def _wanted(attempt: Attempt, given: dict[int, Given]) -> int:
    """The question that the address names, else the first without an answer."""
    number = _named(attempt)
    if number:
        return number
    done = answered(_answers(given))
    return next((n for n in range(1, len(attempt.frozen["items"]) + 1) if n not in done), 1)


def _page(name: str, attempt: Attempt, given: dict[int, Given], number: int = 0) -> str:
    """Templates get what may be shown, never the frozen attempt itself."""
    items, answers = shown_items(here().site.registry, attempt.frozen, given), _answers(given)
    return render_template(f"lms/attempts/{name}.html", paper=attempt.paper, attempt=_facts(attempt), items=items,
                           item=items[number - 1] if number else None, answered=answered(answers), flagged=flagged(answers),
                           known=max((one.sequence for one in given.values()), default=0),
                           seconds_left=_left(attempt), elapsed=elapsed(attempt, here().now))


def _facts(attempt: Attempt) -> dict[str, Any]:
    return {name: getattr(attempt, name) for name in ("uid", "number", "started_at", "deadline_at", "submitted_at",
                                                      "closed_by", "full_mark", "waiting")}


def _named(attempt: Attempt) -> int:
    """The question that the address names; 0 where it names none."""
    if "q" not in request.args:
        return 0
    number = number_in(request.args["q"])
    require_items(attempt, [number])
    return number


def _answers(given: dict[int, Given]) -> dict[int, Answer]:
    return {item: one.answer for item, one in given.items()}


def _counting(given: dict[int, Given], item: int) -> Given:
    return given.get(item, Given(0, {}))


def _keep(attempt: Attempt, entries: list[Entry], known: int | None = None, away: int | None = None) -> Saved:
    """Write answers down; one that comes too late closes the attempt, durably, before the refusal is told."""
    facts = here()
    try:
        if not entries and away is None:
            require_open(facts.db, attempt=attempt, now=facts.now, grace=grace())
            return told(facts.db, attempt=attempt, known=known)
        device = this_device()
        with writing() as db:
            saved = answer(db, attempt=attempt, entries=entries, now=facts.now, grace=grace(), known=known)
            note_device(db, attempt=attempt, device=device, away=away or 0, now=facts.now)
            return saved
    except Conflict as refused:
        if refused.code == "attempt_paused":
            raise
        with writing() as db:
            close_if_over(db, attempt_id=attempt.id, now=facts.now, grace=grace())
        raise
