"""``LMS(app)``: the training system as a guest in a Flask application.

A guest keeps nothing of its host: no reference to the app, no app-wide handlers, its own tables and session. All that
an app needs lies in ``app.extensions["lms"]``, so that two apps in one process work.
"""
from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask
from sqlalchemy import Engine
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from lms.core.clock import Clock
from lms.core.errors import Invalid, LmsError
from lms.core.i18n import N_
from lms.core.registry import Registry
from lms.core.settings import load_settings
from lms.site import Site, open_site
from lms.web import features
from lms.web.compress import compress
from lms.web.context import Identity, Installed, close_context
from lms.web.csrf import check_csrf
from lms.web.errors import answer_fault, answer_http, answer_refusal
from lms.web.host import identify_by_host
from lms.web.identity import HostUser, identify_by_login, install_own_login
from lms.web.pages import protect
from lms.web.plain_text import check_plain_text

STATIC = Path(__file__).resolve().parent / "static"


class LMS:
    """The extension.

    :param app: the host, or None to call ``init_app`` later
    :param prefix: where its pages are mounted
    :param settings: settings by name (docs/configuration.md); the environment's ``LMS_…`` stand behind them
    :param host_user: tells the host's logged-in user, for hosts with a login of their own (docs/host-contract.md);
        without it our own login pages are used
    :param host_locale: tells the host's language for this request
    :param engine: the host's PostgreSQL engine to share; ours is made from ``database_url`` otherwise
    :param clock: the clock; tests set it
    """

    def __init__(self, app: Flask | None = None, *, prefix: str = "/lms", settings: Mapping[str, Any] | None = None,
                 host_user: Callable[[], HostUser | None] | None = None,
                 host_locale: Callable[[], str | None] | None = None, engine: Engine | None = None,
                 clock: Clock | None = None) -> None:
        self.prefix, self.settings, self.engine, self.clock = prefix.rstrip("/"), dict(settings or {}), engine, clock
        self.host_user, self.host_locale = host_user, host_locale
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> Site:
        """Mount the system in *app*.

        :raises Invalid: a setting is wrong, the engine cannot be shared, or the host has Flask-Login but no
            ``host_user`` was given
        """
        if "lms" in app.extensions:
            raise Invalid("mounted_twice", N_("同一个应用只能挂载一次 LMS。"))
        host_user = self.host_user
        if self.engine is not None and self.engine.dialect.name == "sqlite":
            raise Invalid("engine_not_shared", N_("SQLite 数据库不能与宿主应用共用：请不要传 engine，本系统会在数据目录建立自己的数据库文件。"))
        if host_user is None and hasattr(app, "login_manager"):
            raise Invalid("host_user_missing", N_("宿主应用已有登录，请给 LMS(app, host_user=…) 一个函数，说明当前用户是谁（见 docs/host-contract.md）。"))
        site = open_site(load_settings(self.settings, os.environ), engine=self.engine, clock=self.clock)
        identify: Callable[..., Identity | None] = identify_by_login
        if host_user is not None:
            identify = identify_by_host(host_user)
        else:
            install_own_login(app)
        if not app.secret_key:
            app.secret_key = site.secret_key  # signs the session cookie; a host's own is left as it is
        app.extensions["lms"] = Installed(site, self.prefix, identify, host_user is not None, self.host_locale)
        app.register_blueprint(_make_blueprint(site.registry, own_login=host_user is None), url_prefix=self.prefix or None)
        app.teardown_appcontext(close_context)
        return site


def create_application(arguments: Mapping[str, Any] | None = None, *, clock: Clock | None = None) -> Flask:
    """The ready application: a host with nothing of its own."""
    settings = load_settings(arguments, os.environ)
    app = Flask("lms_app", static_folder=None, template_folder=None)
    lms = LMS(prefix="", settings=dict(arguments or {}), clock=clock)
    site = lms.init_app(app)
    app.config.update(
        MAX_CONTENT_LENGTH=settings.request_limit * 1024 * 1024, SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.https_only, SESSION_COOKIE_NAME="lms_session", MAX_FORM_PARTS=5000,
        PERMANENT_SESSION_LIFETIME=timedelta(days=settings.login_days), SESSION_REFRESH_EACH_REQUEST=False)
    if settings.behind_proxies:
        hops = settings.behind_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    # Here the application is ours, so its own errors look like ours too.
    app.register_error_handler(HTTPException, answer_http)
    app.register_error_handler(Exception, answer_fault)
    app.after_request(protect)
    logging.getLogger("lms").setLevel(site.settings.log_level)
    return app


def _make_blueprint(registry: Registry, *, own_login: bool) -> Blueprint:
    parent = Blueprint("lms", __name__, static_folder=str(STATIC), static_url_path="/static")
    for child in (*features.blueprints(own_login), *(pages for _, pages in registry.all("page"))):
        parent.register_blueprint(child)
    parent.before_request(check_plain_text)
    parent.before_request(check_csrf)
    parent.after_request(protect)
    parent.after_request(compress)
    parent.register_error_handler(LmsError, answer_refusal)
    parent.register_error_handler(HTTPException, answer_http)
    parent.register_error_handler(Exception, answer_fault)
    return parent


__all__ = ["LMS", "HostUser", "create_application"]
