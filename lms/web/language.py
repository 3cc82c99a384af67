"""Choose the language on this device."""
from __future__ import annotations

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from lms.core.errors import Invalid
from lms.core.i18n import LOCALES, N_
from lms.web.context import here
from lms.web.pages import local_target

pages = Blueprint("language", __name__)


@pages.post("/language")
def choose() -> Response:
    locale = request.form.get("locale", "")
    if locale not in LOCALES:
        raise Invalid("unknown_language", N_("没有这种语言，请从页面上选择。"))
    response = redirect(local_target(request.form.get("next")))
    response.set_cookie("lms_locale", locale, max_age=400 * 86400, samesite="Lax", httponly=True,
                        secure=bool(here().site.settings.https_only))
    return response
