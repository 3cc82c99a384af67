"""The reimbursement bundle (报销附件包): ask for it, read what is missing or contradicts, take it away."""
from __future__ import annotations

from flask import Blueprint, Response, redirect, url_for
from werkzeug.wrappers import Response as Redirect

from lms.core.access.service import fetch
from lms.core.audit.service import record
from lms.core.classes.models import TrainingClass
from lms.core.classfile.bundle import BY_HAND, KINDS, ask_for_bundle, latest_bundle, latest_findings
from lms.core.errors import NotFound
from lms.core.i18n import N_
from lms.web.context import here
from lms.web.files import send_stored
from lms.web.identity import login_required
from lms.web.manage.certificates import own_id
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_bundle", __name__)
BADGES = {"missing": "bad", "contradiction": "warn", "note": "info"}


@pages.get("/manage/classes/<uid>/bundle")
@login_required
def show(uid: str) -> str:
    training_class = fetch(here().db, here().viewer, TrainingClass, uid, "export")
    bundle = latest_bundle(here().db, training_class)
    return render_template("lms/manage/classfile/bundle.html", training_class=training_class, bundle=bundle, kinds=KINDS, badges=BADGES,
                           findings=latest_findings(here().db, here().site.storage, training_class) if bundle else [], by_hand=BY_HAND)


@pages.post("/manage/classes/<uid>/bundle")
@login_required
def make(uid: str) -> Redirect:
    facts = here()
    with writing() as db:
        training_class = fetch(db, facts.viewer, TrainingClass, uid, "export")
        job = ask_for_bundle(db, training_class=training_class, locale=facts.locale, by_id=own_id(), now=facts.now)
        record(db, actor_id=own_id(), action="classfile.bundle", thing=training_class, now=facts.now, class_id=training_class.id,
               after={"job": job.uid})
        job_uid = job.uid
    return redirect(url_for("lms.jobs.show", uid=job_uid), 303)


@pages.post("/manage/classes/<uid>/bundle/file")
@login_required
def take(uid: str) -> Response:
    """The archive. A POST, because it leaves a mark."""
    training_class = fetch(here().db, here().viewer, TrainingClass, uid, "export")
    found = latest_bundle(here().db, training_class)
    if found is None:
        raise NotFound("no_bundle", N_("还没有做过报销附件包。请先在“报销附件包”页上做一份。"))
    with writing() as db:
        record(db, actor_id=own_id(), action="classfile.take", thing=training_class, now=here().now, class_id=training_class.id,
               after={"file": found.name})
    return send_stored(found.file.sha256, found.file.size, "application/zip", found.name, inline=False)
