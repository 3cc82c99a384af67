"""Pictures in questions, each under the address of its content."""
from __future__ import annotations

from flask import Blueprint, Response
from sqlalchemy.orm import joinedload

from lms.core.access.service import visible
from lms.core.errors import NotFound
from lms.core.files.models import StoredFile
from lms.core.i18n import N_
from lms.core.quizzes.models import QuestionPicture
from lms.web.context import here
from lms.web.files import send_stored
from lms.web.identity import login_required

pages = Blueprint("question_pictures", __name__)


@pages.get("/pictures/<sha256>")
@login_required
def picture(sha256: str) -> Response:
    """A browser may keep it: the address names its content."""
    found = here().db.scalars(visible(here().viewer, QuestionPicture).join(StoredFile, StoredFile.id == QuestionPicture.file_id)
                              .where(StoredFile.sha256 == sha256).options(joinedload(QuestionPicture.file)).limit(1)).first()
    if found is None:
        raise NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。"))
    file = found.file
    return send_stored(file.sha256, file.size, file.media_type, f"picture.{file.media_type.partition('/')[2]}", inline=True, keep=True)
