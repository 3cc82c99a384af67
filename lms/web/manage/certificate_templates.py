"""Certificate templates: which there are, how each looks on made-up data, and a copy of one's own."""
from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from lms.core.access.service import require
from lms.core.audit.service import record
from lms.core.certificates.templates import ORIGINS, all_templates, copy_template, sample_picture, template_named
from lms.core.i18n import N_, translate
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.posted import me
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_certificate_templates", __name__)


@pages.get("/manage/certificate-templates")
@login_required
def index() -> str:
    require(here().viewer, "manage")
    info = here().db.info
    return render_template("lms/manage/certificates/templates.html", templates=all_templates(info), origins=ORIGINS, folder=info["own_templates"])


@pages.get("/manage/certificate-templates/<name>.png")
@login_required
def picture(name: str) -> Response:
    """A template on made-up data; one that is faulty, or reads what it must not, says so instead."""
    require(here().viewer, "manage")
    return Response(sample_picture(template_named(here().db.info, name)), mimetype="image/png")


@pages.post("/manage/certificate-templates/<name>/copy")
@login_required
def copy(name: str) -> Redirect:
    require(here().viewer, "manage")
    info = here().db.info
    made = copy_template(info, source=template_named(info, name), name=request.form.get("name", "").strip()[:60])
    with writing() as db:
        record(db, actor_id=me(), action="certificate.copy_template", thing=made.name, now=here().now, after={"from": name})
    flash(translate(here().locale, N_("已复制到 {folder}，改好以后在这里预览。"), folder=str(made.file.parent)), "ok")
    return redirect(url_for(".index"), 303)
