"""Staff decide about leave: what is asked, what approving would mean, who may; and report people back."""
from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Redirect

from lms.core.access.service import fetch
from lms.core.attendance.status import STATUSES
from lms.core.audit.service import record as audit
from lms.core.classes.models import TrainingClass
from lms.core.classes.rules import LEAVE_KINDS, rules_of
from lms.core.errors import Forbidden, Invalid, NotFound
from lms.core.i18n import N_, explain, translate
from lms.core.leave.asking import STATES
from lms.core.leave.chain import approver, may_decide
from lms.core.leave.deciding import come_back, decide
from lms.core.leave.listing import Entry, entries
from lms.core.leave.models import LeaveRequest
from lms.web.context import here
from lms.web.files import send_stored
from lms.web.identity import login_required
from lms.web.leave import BADGES
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_leave", __name__)

_DONE = {"approved": N_("已批准，考勤里记为请假。"), "refused": N_("已记为不批准，学员能看到原因。")}


@pages.get("/manage/classes/<uid>/leave")
@login_required
def index(uid: str) -> str:
    training_class, state = _class(here().db, uid), request.args.get("state", "")
    found = entries(here().db, training_class=training_class, now=here().now)
    shown = [e for e in found if not state or e.request.state == state]
    return render_template("lms/manage/attendance/leave.html", training_class=training_class, entries=shown, total=len(found),
                           waiting=sum(e.request.state == "asked" for e in found), filters=request.args, kinds=LEAVE_KINDS, states=STATES,
                           badges=BADGES)


@pages.get("/manage/classes/<uid>/leave/<request_uid>")
@login_required
def show(uid: str, request_uid: str) -> str:
    return _page(uid, request_uid)


@pages.post("/manage/classes/<uid>/leave/<request_uid>/decide")
@login_required
def settle(uid: str, request_uid: str) -> Redirect | tuple[str, int]:
    facts, verdict, version = here(), request.form.get("verdict", ""), request.form.get("version", "")
    note = request.form.get("note", "")
    refusal = _refusal(verdict, note)
    if refusal is not None:
        return _page(uid, request_uid, refusal), refusal.status
    with writing() as db:
        training_class = _class(db, uid)
        decide(db, request=_request(db, training_class, request_uid), training_class=training_class, note=note, by=facts.viewer,
               now=facts.now, verdict="approved" if verdict == "approved" else "refused",
               version=int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0)
    flash(translate(facts.locale, _DONE[verdict]), "ok")
    return redirect(url_for(".show", uid=uid, request_uid=request_uid), 303)


@pages.post("/manage/classes/<uid>/leave/<request_uid>/back")
@login_required
def back(uid: str, request_uid: str) -> Redirect:
    facts = here()
    with writing() as db:
        training_class = _class(db, uid)
        ended = come_back(db, request=_request(db, training_class, request_uid), training_class=training_class, now=facts.now,
                          by_id=facts.viewer.person_id or 0)
    flash(translate(facts.locale, N_("已销假，后面 {n} 个课次不再算请假。") if ended else N_("已销假。"), n=ended), "ok")
    return redirect(url_for(".show", uid=uid, request_uid=request_uid), 303)


@pages.post("/manage/classes/<uid>/leave/<request_uid>/proof")
@login_required
def proof(uid: str, request_uid: str) -> Response:
    """A POST, because it leaves a mark: who read somebody's proof, and when."""
    facts = here()
    training_class = _class(facts.db, uid)
    entry = _entry(training_class, request_uid)
    if not may_decide(facts.viewer, training_class, rules_of(training_class), entry.half_days):
        raise Forbidden("proof_readers", N_("只有可以审批这份请假的人才能查看证明。"))
    reference = entry.request.proof
    if reference is None:
        raise NotFound("proof_gone", N_("这份请假没有证明，或已到期清除。"))
    file, name = reference.file, reference.name
    with writing() as db:
        audit(db, actor_id=facts.viewer.person_id, action="leave.read_proof", thing=entry.request, now=facts.now,
              class_id=training_class.id)
    return send_stored(file.sha256, file.size, file.media_type, name, inline=True)


def _refusal(verdict: str, note: str) -> Invalid | None:
    if verdict not in _DONE:
        return Invalid("leave_verdict", N_("请选择“批准”或“不批准”，没有保存。"))
    if len(note) > 500 or (verdict == "refused" and len(note.strip()) < 2):
        return Invalid("leave_note_length", N_("不批准要写明原因（2 到 500 个字），学员会看到。没有保存。"))
    return None


def _page(uid: str, request_uid: str, refusal: Invalid | None = None) -> str:
    facts = here()
    training_class = _class(facts.db, uid)
    entry, rules = _entry(training_class, request_uid), rules_of(training_class)
    return render_template(
        "lms/manage/attendance/leave_request.html", training_class=training_class, entry=entry, asked=entry.request, rules=rules,
        can_decide=may_decide(facts.viewer, training_class, rules, entry.half_days) and entry.request.person_id != facts.viewer.person_id,
        approver=approver(rules, entry.half_days), kinds=LEAVE_KINDS, states=STATES, badges=BADGES, statuses=STATUSES, form=request.form,
        told=explain(refusal, facts.locale) if refusal else "")


def _class(db: Session, uid: str) -> TrainingClass:
    return fetch(db, here().viewer, TrainingClass, uid, "leave")


def _entry(training_class: TrainingClass, request_uid: str) -> Entry:
    found = entries(here().db, training_class=training_class, now=here().now, condition=LeaveRequest.uid == request_uid)
    if not found:
        raise _unknown()
    return found[0]


def _request(db: Session, training_class: TrainingClass, uid: str) -> LeaveRequest:
    """The request of the address, of this class."""
    found = fetch(db, here().viewer, LeaveRequest, uid, "leave")
    if found.class_id != training_class.id:
        raise _unknown()
    return found


def _unknown() -> NotFound:
    return NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。"))
