"""Text that can be kept: PostgreSQL holds no NUL, and nobody types one."""
from __future__ import annotations

from flask import request

from lms.core.errors import Invalid
from lms.core.i18n import N_


def check_plain_text() -> None:
    """Refuse an address or a form with a NUL in it before anything looks it up.

    :raises Invalid: there is one
    """
    given = [request.path, *request.args.values()]
    if request.method not in ("GET", "HEAD", "OPTIONS"):
        given += [text for _, text in request.form.items(multi=True)]
        given += [upload.filename or "" for _, upload in request.files.items(multi=True)]
    if any("\0" in text for text in given):
        raise Invalid("bad_request", N_("请求不完整，没有执行。请返回上一页重试。"))
