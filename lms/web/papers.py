"""The papers of a trainee: what is open, what comes, what is done, and the page from which one begins."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from flask import Blueprint, redirect, request, url_for
from sqlalchemy import and_, select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from lms.core.access.service import fetch
from lms.core.classes.access import own_classes
from lms.core.classes.models import Enrolment
from lms.core.learning.exam_door import LENGTH, require_code, require_signed_in
from lms.core.quizzes.attempts import Past, attempts_of, require_startable, running, start
from lms.core.quizzes.counting import COUNTINGS, counting
from lms.core.quizzes.devices import note_device
from lms.core.quizzes.frozen import prepare
from lms.core.quizzes.models import Paper
from lms.core.quizzes.papers import DOORS, KINDS, MOMENTS, PARTIALS
from lms.core.quizzes.plans import Plan
from lms.core.quizzes.review import marks_shown
from lms.core.quizzes.takers import may_take
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.login import this_device
from lms.web.sign_in import few_attempts
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("papers", __name__)


@dataclass(frozen=True)
class MyPaper:
    """A paper as it stands for one trainee.

    :param best: the attempt that counts, with a mark
    :param stage: ``open`` (may be begun or carried on), ``upcoming`` or ``done``
    :param marks: whether marks may be seen yet
    """

    paper: Paper
    past: Sequence[Past]
    running: Past | None
    best: Past | None
    stage: Literal["open", "upcoming", "done"]
    marks: bool


def grace() -> timedelta:
    """How long after the deadline an answer is still taken, by the installation's settings."""
    return timedelta(seconds=here().site.settings.answer_grace)


@pages.get("/papers")
@login_required
def index() -> str:
    """The papers of the classes that the viewer is in; staff have theirs under the class."""
    facts = here()
    rows = facts.db.execute(
        select(Paper, Enrolment.group_id).join(Enrolment, and_(Enrolment.class_id == Paper.class_id,
                                                               Enrolment.person_id == facts.viewer.person_id))
        .where(Paper.class_id.in_(own_classes(facts.viewer)), Paper.state != "draft")
        .options(joinedload(Paper.training_class)).order_by(Paper.closes_at, Paper.id)).all()
    papers = [paper for paper, group_id in rows if may_take(paper, person_id=facts.viewer.person_id or 0, group_id=group_id)]
    past = attempts_of(facts.db, person_id=facts.viewer.person_id or 0, paper_ids=[p.id for p in papers])
    mine = [_standing(paper, past[paper.id]) for paper in papers]
    return render_template("lms/papers/index.html", kinds=KINDS, plan_of=Plan.of, stages={
        stage: [m for m in mine if m.stage == stage] for stage in ("open", "upcoming", "done")})


@pages.get("/papers/<uid>")
@login_required
def show(uid: str) -> str:
    """The rules in words, and the button to begin."""
    facts = here()
    paper = fetch(facts.db, facts.viewer, Paper, uid, "see", joinedload(Paper.training_class))
    past = attempts_of(facts.db, person_id=facts.viewer.person_id or 0, paper_ids=[paper.id])[paper.id]
    seat = facts.db.execute(select(Enrolment.person_id, Enrolment.group_id).where(
        Enrolment.class_id == paper.class_id, Enrolment.person_id == facts.viewer.person_id,
        Enrolment.state == "enrolled")).one_or_none()
    taker = seat is None or may_take(paper, person_id=seat.person_id, group_id=seat.group_id)
    return render_template("lms/papers/show.html", mine=_standing(paper, past), paper=paper, plan=Plan.of(paper.plan), taker=taker,
                           enrolled=seat is not None, kinds=KINDS, moments=MOMENTS, partials=PARTIALS, countings=COUNTINGS,
                           doors=DOORS, code_length=LENGTH)


@pages.post("/papers/<uid>/start")
@login_required
def begin(uid: str) -> Response:
    """Draw and freeze first, then one short write; a second tap, or another phone, gets the same attempt."""
    facts = here()
    paper = fetch(facts.db, facts.viewer, Paper, uid)
    person_id = facts.viewer.person_id or 0
    past = attempts_of(facts.db, person_id=person_id, paper_ids=[paper.id])[paper.id]
    going_on = running(past, paper, now=facts.now, grace=grace())
    if going_on is not None:
        return redirect(url_for("lms.attempts.show", uid=going_on.uid), 303)
    require_startable(paper, past, now=facts.now, grace=grace())
    _through_the_door(paper, person_id)
    prepared, device = prepare(facts.db, paper), this_device()
    with writing() as db:
        attempt = start(db, paper=paper, person_id=person_id, prepared=prepared, now=facts.now, grace=grace())
        note_device(db, attempt=attempt, device=device, away=0, now=facts.now)
    return redirect(url_for("lms.attempts.show", uid=attempt.uid), 303)


def _through_the_door(paper: Paper, person_id: int) -> None:
    """The code in the hall, or a signature in the session, where the paper asks for one."""
    facts = here()
    if paper.door == "signed_in":
        require_signed_in(facts.db, paper, person_id)
    elif paper.door == "code":
        with few_attempts(f"exam:{person_id}"):
            require_code(facts.site.key("exam"), paper, request.form.get("code", ""), facts.now)


def _standing(paper: Paper, past: Sequence[Past]) -> MyPaper:
    now = here().now
    going_on = running(past, paper, now=now, grace=grace())
    used = bool(paper.attempts) and len(past) >= paper.attempts
    over = paper.state == "closed" or (paper.closes_at is not None and now >= paper.closes_at)
    stage: Literal["open", "upcoming", "done"] = "open"
    if going_on is None and (used or over):
        stage = "done"
    elif going_on is None and paper.opens_at is not None and now < paper.opens_at:
        stage = "upcoming"
    return MyPaper(paper, past, going_on, counting(past, paper.counting), stage, marks_shown(paper, now=now, grace=grace()))
