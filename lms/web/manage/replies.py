"""Quotas and replies of units: set them, hand out the links, gather what came back into one roster to preview."""
from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from lms.core.access.service import fetch, fetch_by
from lms.core.audit.service import record
from lms.core.classes.models import TrainingClass
from lms.core.classes.roster import keep_preview
from lms.core.clock import local
from lms.core.documents.table_read import MAX_BYTES
from lms.core.errors import Conflict, Invalid, LmsError
from lms.core.i18n import N_, explain, translate
from lms.core.registration.gathering import against_quotas, gather_replies, merge_workbooks
from lms.core.registration.models import EnrolmentReply
from lms.core.registration.quotas import links_book, read_quotas, renew_link, replies_of, reply_token, set_quotas
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.manage.exports import file_answer
from lms.web.public_address import full_address
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_replies", __name__)


@pages.get("/manage/classes/<uid>/replies")
@login_required
def show(uid: str) -> str:
    return _page(fetch(here().db, here().viewer, TrainingClass, uid, "manage"))


@pages.post("/manage/classes/<uid>/replies")
@login_required
def set_them(uid: str) -> Redirect | tuple[str, int]:
    """Units with their numbers, pasted as a list."""
    facts = here()
    training_class = fetch(facts.db, facts.viewer, TrainingClass, uid, "manage")
    try:
        quotas, closes = read_quotas(request.form.get("quotas", "")[:200_000]), _deadline(training_class)
        with writing() as db:
            new, changed = set_quotas(db, training_class=fetch(db, facts.viewer, TrainingClass, uid, "manage"), quotas=quotas, closes_at=closes,
                                      key=facts.site.key("reply"), by_id=facts.viewer.person_id, now=facts.now)
    except (Invalid, Conflict) as error:
        return _page(training_class, error), error.status
    flash(translate(facts.locale, N_("已下达：新增 {new} 个单位，改动 {changed} 个。接着下载链接，发给各单位的联络员。"), new=new, changed=changed), "ok")
    return redirect(url_for(".show", uid=uid), 303)


@pages.post("/manage/classes/<uid>/replies/links.xlsx")
@login_required
def links(uid: str) -> Response:
    """All links as a workbook. A POST, because whoever holds a link may name a unit's people."""
    facts = here()
    training_class = fetch(facts.db, facts.viewer, TrainingClass, uid, "manage")
    replies = replies_of(facts.db, training_class)
    addresses = [full_address("lms.reply.show", token=reply_token(r, facts.site.key("reply"))) for r in replies]
    answer = file_answer(links_book(replies, addresses, locale=facts.locale, zone=training_class.zone), "xlsx",
                         translate(facts.locale, N_("{class_title}-报名链接"), class_title=training_class.title))
    with writing() as db:
        record(db, actor_id=facts.viewer.person_id, action="registration.links", thing=fetch(db, facts.viewer, TrainingClass, uid, "manage"),
               now=facts.now, class_id=training_class.id, after={"count": len(replies)})
    return answer


@pages.post("/manage/classes/<uid>/replies/<reply_uid>/renew")
@login_required
def renew(uid: str, reply_uid: str) -> Redirect:
    facts = here()
    with writing() as db:
        training_class = fetch(db, facts.viewer, TrainingClass, uid, "manage")
        reply = fetch_by(db, facts.viewer, EnrolmentReply, (EnrolmentReply.uid == reply_uid) & (EnrolmentReply.class_id == training_class.id), "manage")
        renew_link(db, reply=reply, key=facts.site.key("reply"), by_id=facts.viewer.person_id, now=facts.now)
        name = reply.unit.name
    flash(translate(facts.locale, N_("{unit}的旧链接已停用，请重新下载链接发给对方。"), unit=name), "ok")
    return redirect(url_for(".show", uid=uid), 303)


@pages.post("/manage/classes/<uid>/replies/gather")
@login_required
def gather(uid: str) -> Redirect:
    """Everybody whom units have named, as a preview of the roster."""
    facts = here()
    with writing() as db:
        training_class = fetch(db, facts.viewer, TrainingClass, uid, "manage")
        made = gather_replies(db, training_class=training_class, file_name=translate(facts.locale, N_("各单位报名汇总")),
                              by_id=facts.viewer.person_id, now=facts.now)
        import_uid = made.uid
    return redirect(url_for("lms.manage_roster_import.preview", uid=uid, import_uid=import_uid), 303)


@pages.post("/manage/classes/<uid>/replies/workbooks")
@login_required
def merge(uid: str) -> Redirect | tuple[str, int]:
    """The workbooks that units returned, all at once, as one preview of the roster."""
    facts = here()
    training_class = fetch(facts.db, facts.viewer, TrainingClass, uid, "manage")
    given = [file for file in request.files.getlist("files") if file.filename]
    try:
        if not given:
            raise Invalid("no_files", N_("请选择各单位交回的表格，可以一次选很多个。"))
        name = translate(facts.locale, N_("{count} 份交回的名册"), count=len(given))
        roster = merge_workbooks(((str(f.filename).replace("\\", "/").rsplit("/", 1)[-1][:200], f.stream.read(MAX_BYTES + 1)) for f in given), name=name)
        roster.notes += against_quotas(replies_of(facts.db, training_class), roster)
        with writing() as db:
            import_uid = keep_preview(db, training_class=fetch(db, facts.viewer, TrainingClass, uid, "manage"), roster=roster,
                                      by_id=facts.viewer.person_id, now=facts.now).uid
    except LmsError as error:
        return _page(training_class, error), error.status
    return redirect(url_for("lms.manage_roster_import.preview", uid=uid, import_uid=import_uid), 303)


def _deadline(training_class: TrainingClass) -> datetime:
    try:
        at = datetime.fromisoformat(request.form.get("closes", ""))
    except ValueError:
        raise Invalid("reply_deadline_form", N_("请填写截止的日期和时间。没有保存。"), field="closes") from None
    return at.replace(tzinfo=ZoneInfo(training_class.zone)) if at.tzinfo is None else at


def _page(training_class: TrainingClass, error: LmsError | None = None) -> str:
    facts = here()
    replies = replies_of(facts.db, training_class)
    zone = training_class.zone
    closes = max((r.closes_at for r in replies), default=None)
    suggested = f"{local(closes, zone):%Y-%m-%dT%H:%M}" if closes and closes > facts.now else f"{local(facts.now, zone).replace(hour=18, minute=0):%Y-%m-%dT%H:%M}"
    return render_template("lms/manage/roster/replies.html", training_class=training_class, replies=replies, now=facts.now,
                           closes=request.form.get("closes") or suggested, typed=request.form.get("quotas", ""),
                           quota=sum(r.quota for r in replies), named=sum(len(r.people) for r in replies),
                           silent=sum(not r.people for r in replies), told=explain(error, facts.locale) if error else "")
