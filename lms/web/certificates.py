"""A certificate's file: the frozen bytes, to its holder and to staff of the class."""
from __future__ import annotations

from io import BytesIO

from flask import Blueprint, Response, send_file
from sqlalchemy.orm import joinedload

from lms.core.access.service import fetch
from lms.core.certificates.delivery import file_name
from lms.core.certificates.models import Certificate
from lms.core.certificates.preview import picture_of
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
        raise _no_file(certificate)
    return send_stored(certificate.file.sha256, certificate.file.size, "application/pdf", file_name(certificate.snapshot), inline=True)


@pages.get("/certificates/<uid>.png")
@login_required
def picture(uid: str) -> Response:
    """The frozen page as a picture, for sending in a chat. The PDF stays the original."""
    certificate = fetch(here().db, here().viewer, Certificate, uid, "see", joinedload(Certificate.file))
    if certificate.file is None:
        raise _no_file(certificate)
    with here().site.storage.open(certificate.file.sha256) as file:
        png = picture_of(file.read())
    return send_file(BytesIO(png), "image/png", download_name=file_name(certificate.snapshot).removesuffix(".pdf") + ".png")


def _no_file(certificate: Certificate) -> Conflict:
    if certificate.archived_at is not None:
        return Conflict("archive_term_over", N_("这张证书已过保存年限，文件和内容已清除；编号、校验值和状态仍可查验。"))
    return Conflict("not_made_yet", N_("这张证书正在制作，还不能下载。请过一会儿再来。"))


def printed_rows(certificate: Certificate) -> list[tuple[str, str]]:
    """Label and value of what is printed, for a page."""
    return [(translate(here().locale, label), value) for label, value in printed(certificate.snapshot)]
