"""What leaves the certificates' desk: the register as a file, and archives of the certificates, made in the job child."""
from __future__ import annotations

from io import BytesIO

from flask import Blueprint, Response, redirect, request, send_file, url_for
from werkzeug.wrappers import Response as Redirect

from lms.core.access.service import fetch
from lms.core.audit.service import record
from lms.core.certificates.delivery import FORMS, ask_to_deliver, deliveries
from lms.core.certificates.register import register_book, register_data, register_lines, sealed
from lms.core.classes.models import TrainingClass
from lms.core.clock import local
from lms.core.documents.pdf import render_pdf
from lms.core.errors import NotFound
from lms.core.i18n import N_, translate
from lms.core.shipped import shipped
from lms.web.context import here
from lms.web.files import send_stored
from lms.web.identity import login_required
from lms.web.manage.certificates import own_id
from lms.web.manage.exports import file_answer
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_deliveries", __name__)


@pages.post("/manage/classes/<uid>/certificates/register.<any(xlsx, csv, pdf):ending>")
@login_required
def register(uid: str, ending: str) -> Response:
    """The register as a file. A POST, because it leaves a mark: who took personal data out, and when."""
    facts = here()
    training_class = fetch(facts.db, facts.viewer, TrainingClass, uid, "export")
    lines, locale = register_lines(facts.db, training_class), facts.locale
    seal = sealed(facts.db, locale=locale, zone=training_class.zone)
    name = translate(locale, N_("{class_title}-证书登记册-{day}"), class_title=training_class.title,
                     day=f"{local(facts.now, training_class.zone):%Y%m%d}")
    if ending == "pdf":
        data = register_data(lines, training_class, locale=locale, now=facts.now, sample=facts.site.settings.demo, seal=seal)
        pdf = render_pdf(shipped("templates") / "print" / "register.typ", data, created=facts.now)
        answer = send_file(BytesIO(pdf), "application/pdf", as_attachment=True, download_name=f"{name}.pdf")
    else:
        answer = file_answer(register_book(lines, locale=locale, zone=training_class.zone, seal=seal), ending, name)
    with writing() as db:
        record(db, actor_id=own_id(), action="certificate.register", thing=training_class, now=facts.now, class_id=training_class.id,
               after={"numbers": len(lines), "ending": ending})
    return answer


@pages.get("/manage/classes/<uid>/certificates/delivery")
@login_required
def show(uid: str) -> str:
    """The archives that there are, and a button for each kind."""
    training_class = fetch(here().db, here().viewer, TrainingClass, uid, "export")
    return render_template("lms/manage/certificates/delivery.html", training_class=training_class, forms_of=FORMS,
                           archives=deliveries(here().db, training_class))


@pages.post("/manage/classes/<uid>/certificates/delivery")
@login_required
def make(uid: str) -> Redirect:
    with writing() as db:
        training_class = fetch(db, here().viewer, TrainingClass, uid, "export")
        job = ask_to_deliver(db, training_class=training_class, form=request.form.get("form", ""), by_id=own_id(), now=here().now)
        record(db, actor_id=own_id(), action="certificate.deliver", thing=training_class, now=here().now, class_id=training_class.id,
               after={"form": job.arguments["form"], "job": job.uid})
        job_uid = job.uid
    return redirect(url_for("lms.jobs.show", uid=job_uid), 303)


@pages.post("/manage/classes/<uid>/certificates/delivery/<archive_uid>")
@login_required
def take(uid: str, archive_uid: str) -> Response:
    """One archive. A POST, because it leaves a mark."""
    training_class = fetch(here().db, here().viewer, TrainingClass, uid, "export")
    found = next((a for a in deliveries(here().db, training_class) if a.uid == archive_uid), None)
    if found is None:
        raise NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。"))
    with writing() as db:
        record(db, actor_id=own_id(), action="certificate.export", thing=training_class, now=here().now, class_id=training_class.id,
               after={"archive": found.name})
    return send_stored(found.file.sha256, found.file.size, "application/zip", found.name, inline=False)
