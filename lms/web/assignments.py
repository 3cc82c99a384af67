"""A trainee writes a reflection (心得体会) on the phone: the draft is kept, files are added, and it is handed in."""
from __future__ import annotations

from flask import Blueprint, Response, flash, jsonify, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Redirect

from lms.core.access.service import fetch
from lms.core.assignments.handing import (
    ACCEPTED,
    LARGEST,
    OPEN,
    STATES,
    Attached,
    file_of,
    files_of,
    hand_in,
    own_work,
    save_draft,
    take_file,
    work_on,
)
from lms.core.assignments.marking import LEVELS
from lms.core.assignments.models import Assignment, Submission
from lms.core.assignments.service import open_for
from lms.core.errors import LmsError, NotFound
from lms.core.i18n import N_, explain, translate
from lms.web.context import here
from lms.web.files import send_stored
from lms.web.identity import login_required
from lms.web.manage.classes import seen_version
from lms.web.posted import me
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("assignments", __name__)
BADGES = {"draft": "wait", "handed_in": "info", "returned": "warn", "accepted": "ok", "failed": "bad"}


@pages.get("/assignments/<uid>")
@login_required
def show(uid: str) -> str:
    return _page(fetch(here().db, here().viewer, Assignment, uid))


@pages.post("/assignments/<uid>")
@login_required
def save(uid: str) -> str | Redirect | Response | tuple[str, int]:
    """Keep the draft, and hand it in where that was asked for: in a transaction of its own, so that a refusal keeps the draft."""
    assignment = fetch(here().db, here().viewer, Assignment, uid)
    if request.is_json:
        return _autosave(assignment)
    try:
        _keep(uid, request.form.get("text", ""), seen_version(), _uploads(), request.form.getlist("drop"))
        if request.form.get("act") == "hand_in":
            _hand_in(uid)
    except LmsError as error:
        return _page(assignment, error), error.status
    words = N_("已交。在批阅以前还可以修改后再交。") if request.form.get("act") == "hand_in" else N_("草稿已保存，还没有交。")
    flash(translate(here().locale, words), "ok")
    return redirect(url_for(".show", uid=uid), 303)


@pages.get("/assignments/<uid>/files/<file_uid>")
@login_required
def file(uid: str, file_uid: str) -> Response:
    """One's own file; an instructor reads it at the desk."""
    assignment = fetch(here().db, here().viewer, Assignment, uid)
    work = own_work(here().db, assignment_id=assignment.id, person_id=me())
    if work is None:
        raise NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。"))
    return send_file_of(here().db, work, file_uid)


def send_file_of(db: Session, work: Submission, file_uid: str) -> Response:
    """A file of somebody's work: shown if it is a picture or a PDF, else saved."""
    reference = file_of(db, work, file_uid)
    stored = reference.file
    return send_stored(stored.sha256, stored.size, stored.media_type, reference.name,
                       inline=stored.media_type in ("image/jpeg", "application/pdf"))


def _autosave(assignment: Assignment) -> Response:
    """The script's report while somebody writes: only the text."""
    body = request.get_json(silent=True)
    sent = body if isinstance(body, dict) else {}
    text, version = sent.get("text"), sent.get("version")
    kept = _keep(assignment.uid, text if isinstance(text, str) else "", version if isinstance(version, int) else 0)
    return jsonify({"version": kept.version, "state": kept.state})


def _keep(uid: str, text: str, version: int, added: tuple[Attached, ...] = (), dropped: list[str] | None = None) -> Submission:
    with writing() as db:
        work = work_on(db, assignment=fetch(db, here().viewer, Assignment, uid), person_id=me(), now=here().now)
        save_draft(db, submission=work, text=text, version=version, now=here().now, added=added, dropped=dropped or ())
    return work


def _hand_in(uid: str) -> None:
    with writing() as db:
        work = work_on(db, assignment=fetch(db, here().viewer, Assignment, uid), person_id=me(), now=here().now)
        hand_in(db, submission=work, now=here().now)


def _uploads() -> tuple[Attached, ...]:
    given = [u for u in request.files.getlist("file") if u.filename]
    return tuple(take_file(here().site.storage, u.stream, name=(u.filename or "").replace("\\", "/").rsplit("/", 1)[-1])  # type: ignore[arg-type]
                 for u in given)


def _page(assignment: Assignment, error: LmsError | None = None) -> str:
    """With *error*, a draft may have been saved a moment ago: that is read anew."""
    if error is None:
        return _shown(here().db, assignment, None)
    with here().site.database.reading() as db:
        return _shown(db, assignment, error)


def _shown(db: Session, assignment: Assignment, error: LmsError | None) -> str:
    """With *error*, what was typed stands in the box again; what is stored meanwhile is shown beside it."""
    work = own_work(db, assignment_id=assignment.id, person_id=me())
    typed = request.form.get("text", "").replace("\r\n", "\n") if error else None
    stored = work.text if work else ""
    return render_template(
        "lms/assignments/show.html", assignment=assignment, work=work, files=files_of(db, work), states=STATES, badges=BADGES,
        levels=LEVELS, training_class=here().plan_of(assignment.class_id).training_class, text=stored if typed is None else typed,
        elsewhere=stored if typed is not None and error and error.code == "edited_meanwhile" else "",
        may_write=(work.state if work else "draft") in OPEN and (open_for(assignment, here().now) or bool(work and work.state == "returned")),
        accept=",".join(ACCEPTED), limit=LARGEST, told=explain(error, here().locale) if error else "")
