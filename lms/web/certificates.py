"""A certificate's file: the frozen bytes, to its holder and to staff of the class."""
from __future__ import annotations

from flask import Blueprint, Response
from sqlalchemy.orm import joinedload

from lms.core.access.service import fetch
from lms.core.certificates.delivery import file_name
from lms.core.certificates.models import Certificate
from lms.core.certificates.verify import printed
from lms.core.errors import Conflict
from lms.core.i18n import N_, translate
from lms.web.context import here
from lms.web.files import send_stored
from lms.web.identity import login_required

pages = Blueprint("certificates", __name__)


@pages.get("/certificates/<uid>.pdf")
@login_required
def pdf(uid: str) -> Response:
    certificate = fetch(here().db, here().viewer, Certificate, uid, "see", joinedload(Certificate.file))
    if certificate.file is None:
        raise Conflict("not_made_yet", N_("这张证书正在制作，还不能下载。请过一会儿再来。"))
    return send_stored(certificate.file.sha256, certificate.file.size, "application/pdf", file_name(certificate.snapshot), inline=True)


def printed_rows(certificate: Certificate) -> list[tuple[str, str]]:
    """Label and value of what is printed, for a page."""
    return [(translate(here().locale, label), value) for label, value in printed(certificate.snapshot)]
