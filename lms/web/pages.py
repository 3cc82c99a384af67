"""What every page has at hand, and the headers that protect it."""
from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Response, request, url_for

from lms.core.access.roles import OF_TRAINEES
from lms.core.access.service import Viewer
from lms.core.classes.roles import has_duties
from lms.core.i18n import N_
from lms.core.ids import digest
from lms.web.context import here
from lms.web.navigation import address, staff_links, trainee_links

STATIC = Path(__file__).resolve().parent / "static"
_NOTICES, _PASSWORD, _SECOND = N_("我的消息"), N_("修改密码"), N_("第二因素")
_POLICY = ("default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
           "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'")


def _studies(viewer: Viewer) -> bool:
    """Whether they are trainees beside what they do for the class."""
    return any(role in OF_TRAINEES for role, _, _ in viewer.grants)


def page_facts() -> dict[str, Any]:
    """What every page knows beside what its handler gives it; functions are globals of ``lms.web.templates``."""
    facts = here()
    settings, installed = facts.site.settings, facts.installed
    root, own_login = request.script_root, not installed.host_login
    viewer = facts.viewer
    return {
        "locale": facts.locale,
        "person": facts.person,
        "viewer": viewer,
        "now": facts.now,
        "nav": trainee_links(root) if facts.person and (not viewer.staff or _studies(viewer)) else [],
        "staff_nav": staff_links(root, viewer) if viewer.staff else [],
        "account_nav": _account(root, own_login, has_duties(role for role, _, _ in viewer.grants)),
        "site_name": settings.site_name,
        "sample": settings.demo,
        "home_url": address(root, "lms.today.show"),
        "locale_url": None if installed.host_locale else address(root, "lms.language.choose"),
        "login_url": address(root, "lms.login.show") if own_login else None,
        "logout_url": address(root, "lms.login.leave") if own_login else None,
    }


def _account(root: str, own_login: bool, staff: bool) -> list[dict[str, str]]:
    shown = [("lms.notices.index", _NOTICES)]
    if own_login:
        shown += [("lms.password.show", _PASSWORD), *([("lms.second_factor.own", _SECOND)] if staff else [])]
    return [{"url": address(root, endpoint), "label": label} for endpoint, label in shown]


def static_url(name: str) -> str:
    """A file of ours under an address that changes with its content, so that browsers may keep it for ever."""
    return f"{address(request.script_root, 'lms.static', filename=name)}?v={_version(name)}"


@cache
def _version(name: str) -> str:
    return digest((STATIC / name).read_bytes().hex())[:10]


def protect(response: Response) -> Response:
    """Headers on every answer of ours: no foreign content, no sniffing, no caching of what is personal."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", _POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    if request.endpoint == "lms.static":
        headers["Cache-Control"] = "public, max-age=31536000, immutable" if "v" in request.args else "no-cache"
    else:
        headers.setdefault("Cache-Control", "no-store")
    return response


def local_target(target: str | None) -> str:
    """Where to go next: *target* if it is an address on this host, else the front page."""
    home = url_for("lms.today.show")
    if not target or any(ord(c) < 32 or c == "\\" for c in target):
        return home
    try:
        parts = urlsplit(target)
    except ValueError:  # e.g. a bracket that nothing closes
        return home
    return target if not parts.scheme and not parts.netloc and target.startswith("/") and target[1:2] != "/" else home
