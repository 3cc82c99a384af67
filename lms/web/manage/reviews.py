"""Review (待核): what counts provisionally, with its evidence, and the judgement of one or a chosen set of it."""
from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from lms.core.access.service import allowed, fetch
from lms.core.attendance.check_in import REVIEW_FLAGS
from lms.core.attendance.reviews import Review, judge, reviews
from lms.core.attendance.status import METHODS, STATUSES
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.errors import Invalid
from lms.core.i18n import N_, explain, translate
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_reviews", __name__)

_DONE = {"confirm": N_("已确认 {done} 条，照常计入。"), "void": N_("已作废 {done} 条，不再计入；记录仍保留。")}
# What an office writes most often; anything else may be typed.
REASONS = (N_("本人在场，当面核实"), N_("与同事共用手机，本人在场"), N_("不在场，由他人代签"))


@pages.get("/manage/classes/<uid>/reviews")
@login_required
def index(uid: str) -> str:
    return _page(uid)


@pages.post("/manage/classes/<uid>/reviews")
@login_required
def decide(uid: str) -> str | Response | tuple[str, int]:
    """One ticked row, or many, with one reason."""
    facts, verdict = here(), request.form.get("verdict", "")
    events, reason = list(dict.fromkeys(request.form.getlist("event"))), request.form.get("reason", "")
    refusal = _refusal(events, verdict, reason)
    if refusal is not None:
        return _page(uid, refusal), refusal.status
    with writing() as db:
        training_class = fetch(db, facts.viewer, TrainingClass, uid, "attendance")
        judged = judge(db, training_class=training_class, event_uids=events, reason=reason, by=facts.viewer, now=facts.now,
                       verdict="void" if verdict == "void" else "confirm")
    flash(translate(facts.locale, _DONE[verdict], done=judged.done), "ok")
    if judged.passed_over:
        flash(translate(facts.locale, N_("另有 {n} 条别人已经核对过，没有改动。"), n=judged.passed_over), "info")
    return redirect(url_for(".index", uid=uid, session=request.args.get("session"), reason=request.args.get("reason")), 303)


def _refusal(events: Sequence[str], verdict: str, reason: str) -> Invalid | None:
    if not events:
        return Invalid("nothing_ticked", N_("没有勾选任何记录，没有保存。请先勾选，再确认或作废。"))
    if len(reason.strip()) < 2 or len(reason) > 500:
        return Invalid("review_reason", N_("请写明核对的依据（2 到 500 个字），没有保存。勾选的记录请再勾一次。"))
    return None if verdict in _DONE else Invalid("review_verdict", N_("请选择“确认有效”或“作废”，没有保存。"))


def _page(uid: str, refusal: Invalid | None = None) -> str:
    facts = here()
    training_class = fetch(facts.db, facts.viewer, TrainingClass, uid, "attendance")
    found = reviews(facts.db, training_class=training_class, now=facts.now, people=allowed(facts.viewer, Enrolment, "attendance"))
    session, reason = request.args.get("session", ""), request.args.get("reason", "")
    shown = [r for r in found if session in ("", r.session.uid) and (not reason or reason in r.flags)]
    return render_template(
        "lms/manage/attendance/reviews.html", training_class=training_class, shown=shown, total=len(found), filters=request.args,
        sessions=list(dict.fromkeys((r.session.uid, f"{r.session.day:%m-%d} {r.session.starts:%H:%M} {r.session.title}") for r in found)),
        reasons=[(f, translate(facts.locale, REVIEW_FLAGS.get(f, f))) for f in dict.fromkeys(f for r in found for f in r.flags)],
        others=_others(training_class, shown), flags=REVIEW_FLAGS, methods=METHODS, statuses=STATUSES, suggested=REASONS,
        told=explain(refusal, facts.locale) if refusal else "")


def _others(training_class: TrainingClass, shown: Sequence[Review]) -> dict[int, str]:
    """Names of the other people of shared phones and scans, of those whom the viewer may know."""
    asked = {r.event.other_id for r in shown if r.event.other_id}
    rows = here().db.execute(select(Enrolment.person_id, Enrolment.name).where(
        Enrolment.class_id == training_class.id, Enrolment.person_id.in_(asked), allowed(here().viewer, Enrolment, "attendance"))).all()
    return {row.person_id: row.name for row in rows}
