"""CSRF on every unsafe route of ours, whether or not a host checks its own."""
from __future__ import annotations

from flask import current_app, g, request
from flask_wtf.csrf import validate_csrf
from wtforms.validators import ValidationError

from lms.core.errors import Forbidden
from lms.core.i18n import N_


def check_csrf() -> None:
    """Refuse an unsafe request without this browser's token (form field ``csrf_token`` or header X-CSRFToken).

    :raises Forbidden: no token, or another browser's
    """
    if request.method in ("GET", "HEAD", "OPTIONS") or not current_app.config.get("WTF_CSRF_ENABLED", True):
        return
    if g.get("csrf_valid"):  # a host's CSRFProtect has just checked this very request
        return
    token = request.form.get("csrf_token") or request.headers.get("X-CSRFToken")
    try:
        validate_csrf(token, time_limit=None)  # a page may stay open on a phone all day
    except ValidationError:
        raise Forbidden("csrf", N_("页面已过期，本次操作没有执行。请返回并刷新页面后重试。")) from None
