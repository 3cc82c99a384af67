"""A file that came with a form: whole, or in pieces before it (``lms.web.uploads``)."""
from __future__ import annotations

from dataclasses import dataclass

from flask import request
from sqlalchemy.orm import Session

from lms.core.db import after_commit
from lms.core.errors import Invalid
from lms.core.files.models import Upload
from lms.core.files.service import store_upload
from lms.core.files.uploads import complete, find_upload, forget
from lms.core.i18n import N_
from lms.core.material.content import Content, examine
from lms.web.context import here
from lms.web.posted import me
from lms.web.uploads import incoming


@dataclass(frozen=True)
class Posted:
    """A file in the store, and the upload that it came by."""

    content: Content
    upload: Upload | None = None

    def keep(self, db: Session) -> None:
        """The transaction *db* takes the file over: its upload is done."""
        if self.upload is not None:
            uid, growing = self.upload.uid, incoming()
            forget(db, self.upload)
            after_commit(db, lambda: growing.remove(uid))


def posted_file() -> Posted:
    """Take the file of this form into the store. Do this before the transaction.

    :raises Invalid: none was chosen, or it is not what its name says
    :raises TooLarge: more bytes than the limit
    """
    storage, settings = here().site.storage, here().site.settings
    uid, file = request.form.get("upload", ""), request.files.get("file")
    if uid:
        upload = find_upload(here().db, person_id=me(), uid=uid, now=here().now)
        stored, name = complete(storage, incoming(), upload), upload.name
        return Posted(examine(storage, stored, name), upload)
    if file is None or not file.filename:
        raise Invalid("no_file", N_("请选择一个文件。"))
    name = file.filename.replace("\\", "/").rsplit("/", 1)[-1][:200]
    stored = store_upload(storage, file.stream, name=name, limit=settings.upload_limit * 1024 * 1024)  # type: ignore[arg-type]
    return Posted(examine(storage, stored, name))
