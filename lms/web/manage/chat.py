"""Texts and pictures for the class's chat group: to copy and to save. Nothing is sent from here."""
from __future__ import annotations

from io import BytesIO

from flask import Blueprint, Response, send_file

from lms.core.access.service import fetch
from lms.core.audit.service import record as audit
from lms.core.classes.models import TrainingClass
from lms.core.classfile.chat import MESSAGES, messages, picture
from lms.core.errors import NotFound
from lms.core.i18n import N_, translate
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.manage.classfile import class_file
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_chat", __name__)


@pages.get("/manage/classes/<uid>/chat")
@login_required
def show(uid: str) -> str:
    training_class = fetch(here().db, here().viewer, TrainingClass, uid, "export")
    return render_template("lms/manage/classfile/chat.html", training_class=training_class, messages=messages(class_file(training_class)))


@pages.post("/manage/classes/<uid>/chat/<code>.png")
@login_required
def take(uid: str, code: str) -> Response:
    """A message as a picture. A POST, because it leaves a mark: names leave the system."""
    facts = here()
    training_class = fetch(facts.db, facts.viewer, TrainingClass, uid, "export")
    if code not in MESSAGES:
        raise NotFound("no_such_paper", N_("没有这种材料，请从“班级材料”页上选择。"))
    heading, make = MESSAGES[code]
    file = class_file(training_class)
    png = picture(make(file), sample=file.sample)
    name = f"{training_class.title}-{translate(facts.locale, heading)}.png"
    with writing() as db:
        audit(db, actor_id=facts.viewer.person_id, action="classfile.take", thing=fetch(db, facts.viewer, TrainingClass, uid, "export"),
              now=facts.now, class_id=training_class.id, after={"file": name})
    return send_file(BytesIO(png), "image/png", as_attachment=True, download_name=name)
