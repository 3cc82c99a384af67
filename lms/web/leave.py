"""A trainee asks for leave on the phone: which sessions, why, what it would mean; withdraws it, and reports back (销假)."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy import and_
from werkzeug.wrappers import Response

from lms.core.access.service import allowed, fetch
from lms.core.classes.models import TrainingClass
from lms.core.classes.rules import LEAVE_KINDS
from lms.core.errors import Invalid, LmsError, NotFound
from lms.core.i18n import N_, explain, translate
from lms.core.leave.asking import STATES, ask, check_words, sessions_to_leave, withdraw
from lms.core.leave.chain import approver
from lms.core.leave.deciding import come_back
from lms.core.leave.limits import Meter, half_days_on_leave, meter
from lms.core.leave.listing import entry, own_requests
from lms.core.leave.models import LeaveRequest
from lms.core.leave.proofs import ACCEPTED, LARGEST, Proof, take_proof
from lms.core.reports.today import Timetabled, meetings_now
from lms.web.context import here
from lms.web.errors import log_refusal
from lms.web.identity import login_required
from lms.web.posted import me, posted_uid
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("leave", __name__)

BADGES = {"asked": "wait", "approved": "ok", "refused": "bad", "withdrawn": "off", "returned": "info"}


@pages.get("/leave")
@login_required
def index() -> str:
    mine = _mine()
    return render_template("lms/leave/index.html", mine=mine, meter=_meter(mine) if mine else None, kinds=LEAVE_KINDS, states=STATES,
                           badges=BADGES, requests=own_requests(here().db, me()))


@pages.get("/leave/new")
@login_required
def new() -> str:
    return _form()


@pages.post("/leave/new")
@login_required
def check() -> str | tuple[str, int]:
    """What it would mean, before it is sent."""
    mine, facts = _mine(), here()
    if mine is None:
        return _form()
    try:
        check_words(request.form.get("kind", ""), request.form.get("reason", ""))
        sessions_to_leave(facts.db, training_class=mine.training_class, person_id=me(), now=facts.now,
                          session_uids=request.form.getlist("session"))
    except LmsError as error:
        log_refusal(error)
        return _form(error), error.status
    return _summary(mine, posted_uid())


@pages.post("/leave")
@login_required
def send() -> Response | tuple[str, int]:
    mine, facts, form = _mine(), here(), request.form
    if mine is None:
        raise NotFound("leave_no_class", N_("您现在没有参加培训班，没有提交。"))
    try:
        proof = posted_proof()
    except LmsError as error:
        log_refusal(error)
        return _summary(mine, posted_uid(), error), error.status
    with writing() as db:
        made = ask(db, training_class=fetch(db, facts.viewer, TrainingClass, mine.training_class.uid), person_id=me(),
                   kind=form.get("kind", ""), session_uids=form.getlist("session"), reason=form.get("reason", ""), uid=posted_uid(),
                   now=facts.now, proof=proof, proof_days=facts.site.settings.leave_proof_days)
        uid = made.uid
    flash(translate(facts.locale, N_("请假已提交，等待审批。批准以前请照常上课。")), "ok")
    return redirect(url_for(".show", uid=uid), 303)


@pages.get("/leave/<uid>")
@login_required
def show(uid: str) -> str:
    asked = _own(uid)
    return render_template("lms/leave/show.html", asked=asked, training_class=here().plan_of(asked.class_id).training_class,
                           kinds=LEAVE_KINDS, states=STATES, badges=BADGES)


@pages.post("/leave/<uid>/withdraw")
@login_required
def take_back(uid: str) -> Response:
    with writing() as db:
        withdraw(db, _own_of(db, uid), by_id=me(), now=here().now)
    flash(translate(here().locale, N_("请假已撤回。")), "ok")
    return redirect(url_for(".show", uid=uid), 303)


@pages.post("/leave/<uid>/back")
@login_required
def back(uid: str) -> Response:
    """Reporting back: what has not begun is to be attended again."""
    with writing() as db:
        asked = _own_of(db, uid)
        ended = come_back(db, request=asked, training_class=db.get_one(TrainingClass, asked.class_id), by_id=me(), now=here().now)
    flash(translate(here().locale, N_("已销假，后面 {n} 个课次请照常签到。") if ended else N_("已销假。"), n=ended), "ok")
    return redirect(url_for(".show", uid=uid), 303)


@pages.get("/leave/<uid>/form")
@login_required
def paper(uid: str) -> str:
    """The form (请假单) on paper, for whoever asked and for those who may approve leave in the class."""
    facts = here()
    found = entry(facts.db, and_(LeaveRequest.uid == uid, allowed(facts.viewer, LeaveRequest)), now=facts.now,
                  class_of=lambda class_id: facts.plan_of(class_id).training_class)
    if found is None:
        raise _unknown()
    return render_template("lms/leave/form.html", entry=found, asked=found.request, kinds=LEAVE_KINDS, states=STATES,
                           training_class=facts.plan_of(found.request.class_id).training_class)


def _form(error: LmsError | None = None) -> str:
    mine = _mine()
    if mine is None:
        return render_template("lms/leave/no_class.html")
    taken = {c.session_id for r in own_requests(here().db, me(), LeaveRequest.state.in_(("asked", "approved"))) for c in r.covered}
    return render_template(
        "lms/leave/new.html", mine=mine, meter=_meter(mine), kinds=LEAVE_KINDS, taken=taken, uid=posted_uid(), form=request.form,
        chosen=request.form.getlist("session"), told=explain(error, here().locale) if error else "",
        choices=[m for m in mine.counted if m.end > here().now and not m.session.cancelled])


def _summary(mine: Timetabled, uid: str, error: LmsError | None = None) -> str:
    """All that will be sent, with what approving would mean, and the place for a proof."""
    chosen = [m for m in mine.counted if m.session.uid in request.form.getlist("session")]
    asked, statuses = {m.session.id for m in chosen}, [m.status for m in mine.counted]
    length = half_days_on_leave([m.session for m in mine.counted], statuses, asked)
    kind, waiting = request.form.get("kind", ""), own_requests(here().db, me(), LeaveRequest.state == "asked")
    return render_template("lms/leave/check.html", mine=mine, chosen=chosen, meter=_meter(mine, kind, asked, waiting), kind=kind, kinds=LEAVE_KINDS,
                           reason=request.form.get("reason", "").strip(), uid=uid, half_days=length, approver=approver(mine.rules, length),
                           accept=",".join(ACCEPTED), limit=LARGEST, days=here().site.settings.leave_proof_days,
                           told=explain(error, here().locale) if error else "")


def _meter(mine: Timetabled, kind: str = "", asked: Any = (), waiting: Sequence[LeaveRequest] = ()) -> Meter:
    pending = {c.session_id for r in waiting if r.kind in mine.rules.leave_kinds for c in r.covered}
    return meter([m.session for m in mine.counted], [m.status for m in mine.counted], mine.rules, kind=kind, asked=asked, pending=pending)


def posted_proof() -> Proof | None:
    """The proof that the form brings, its bytes stored already.

    :raises Invalid: a file came without consent to keep it
    """
    upload = request.files.get("proof")
    if upload is None or not upload.filename:
        return None
    if not request.form.get("consent"):
        raise Invalid("proof_consent", N_("上传证明要先勾选“同意”，没有提交。请勾选后重新选择文件，或不附证明。"))
    name = upload.filename.replace("\\", "/").rsplit("/", 1)[-1]
    return take_proof(here().site.storage, upload.stream, name=name)  # type: ignore[arg-type]


def _mine() -> Timetabled | None:
    facts = here()
    return meetings_now(facts.db, person_id=me(), now=facts.now, plan_of=facts.plan_of)


def _own(uid: str) -> LeaveRequest:
    return _own_of(here().db, uid)


def _own_of(db: Any, uid: str) -> LeaveRequest:
    """:raises NotFound: it is not the person's own"""
    found = own_requests(db, me(), LeaveRequest.uid == uid)
    if not found:
        raise _unknown()
    return found[0]


def _unknown() -> NotFound:
    return NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。"))
