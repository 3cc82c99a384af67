"""Our pages' own Jinja environment: it shares a host's filters and processors but adds nothing to them.

There is one environment per language. Words, dates and addresses are globals of it rather than context, so that a file
of macros is read once and not at every page, and a fixed word is translated when its template is read.
"""
from __future__ import annotations

from collections.abc import Hashable
from contextlib import suppress
from functools import lru_cache, partial
from typing import Any

from flask import Flask, current_app, get_flashed_messages, request, url_for
from flask_wtf.csrf import generate_csrf
from jinja2 import BaseLoader, ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, Undefined, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from lms.core.i18n import pick, translate
from lms.core.shipped import shipped
from lms.web.context import here, installation
from lms.web.formats import Formats
from lms.web.manage.attendance_nav import attendance_nav
from lms.web.manage.class_nav import class_nav
from lms.web.manage.session_nav import session_nav
from lms.web.manage.study_nav import study_nav
from lms.web.pages import page_facts, static_url
from lms.web.pictured import in_words, with_pictures

_KEPT = 200  # shared parts
# Ours, whatever a host has chosen for its own: our templates are written in it, and escape what they show.
_SYNTAX: dict[str, Any] = {
    "block_start_string": "{%", "block_end_string": "%}", "variable_start_string": "{{", "variable_end_string": "}}",
    "comment_start_string": "{#", "comment_end_string": "#}", "line_statement_prefix": None, "line_comment_prefix": None,
    "trim_blocks": True, "lstrip_blocks": True, "keep_trailing_newline": False, "undefined": Undefined, "finalize": None,
    "autoescape": True}


def render_template(name: str, **data: Any) -> str:
    """A page of ours (or the host's version of it, if it has ``templates/lms/…``)."""
    installed, app = installation(), current_app
    context: dict[str, Any] = page_facts()
    if installed.host_login or len(app.template_context_processors[None]) > 1:
        app.update_template_context(context)  # a host's frame may need what its processors give
    context.update(data)
    return _environment(here().locale).get_template(name).render(context)


def render_shared(name: str, key: tuple[Hashable, ...], **data: Any) -> Markup:
    """A part of a page that is the same for everybody, rendered once for *key* and language.

    :param key: all that the part depends on; nothing personal may be in *data*
    """
    installed, locale = installation(), here().locale
    full = (name, locale, request.script_root, *key)
    known = installed.shared.get(full)
    if known is None:
        if len(installed.shared) >= _KEPT:
            installed.shared.clear()
        known = installed.shared[full] = Markup(_environment(locale).get_template(name).render(data))  # noqa: S704  # escaped by Jinja
    return known


def _environment(locale: str) -> Environment:
    installed = installation()
    if locale not in installed.environments:
        installed.environments[locale] = make_environment(current_app, locale)
    return installed.environments[locale]


def make_environment(app: Flask, locale: str) -> Environment:
    """The environment for one app and one language."""
    site = installation(app).site
    files = FileSystemLoader(shipped("templates"))
    plugins = {name: FileSystemLoader(folder) for name, folder in site.registry.all("templates")}
    loaders: list[BaseLoader] = [files, PrefixLoader({"shipped": files}, delimiter=":"), PrefixLoader({**plugins})]
    if app.jinja_env.loader is not None:
        loaders.insert(0, app.jinja_env.loader)  # the host's templates and its blueprints'
    environment = app.jinja_env.overlay(loader=ChoiceLoader(loaders), auto_reload=app.debug, **_SYNTAX)
    environment.code_generator_class = _words_of(locale)
    environment.globals = {
        **app.jinja_env.globals, "_": partial(translate, locale), "pick": partial(pick, locale=locale),
        "fmt": Formats(locale, site.settings.zone),
        "csrf_token": generate_csrf, "static_url": static_url, "url_for": Addresses(app),
        "get_flashed_messages": get_flashed_messages, "request": request, "remembered": lru_cache(maxsize=500), "class_nav": class_nav,
        "attendance_nav": attendance_nav, "study_nav": study_nav, "session_nav": session_nav,
        "with_pictures": with_pictures, "in_words": in_words}
    return environment


class _FixedWords(NodeTransformer):
    """``_('今天')`` becomes the word itself. What takes ``{names}`` waits for the page."""

    def __init__(self, locale: str) -> None:
        self._locale = locale

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        self.generic_visit(node)
        if isinstance(node.node, nodes.Name) and node.node.name == "_" and len(node.args) == 1 and not node.kwargs \
                and node.dyn_args is None and node.dyn_kwargs is None \
                and isinstance(node.args[0], nodes.Const):
            return nodes.Const(translate(self._locale, node.args[0].value), lineno=node.lineno)
        return node


def _words_of(locale: str) -> type[CodeGenerator]:
    class Generator(CodeGenerator):
        def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:
            super().visit_Template(_FixedWords(locale).visit(node), frame)

    return Generator


class Addresses:
    """``url_for`` with a memory: an address inside the application depends on nothing but its parts."""

    _KEPT = 20_000

    def __init__(self, app: Flask) -> None:
        self._known: dict[tuple[Any, ...], str] = {}
        self._varies = bool(app.url_default_functions)  # a host adds values of its own, perhaps per request

    def __call__(self, endpoint: str, **values: Any) -> str:
        if self._varies or values.get("_external"):
            return url_for(endpoint, **values)
        try:
            key = (request.script_root, endpoint if endpoint[0] != "." else (request.blueprint, endpoint),
                   *values.items())
            return self._known[key]
        except (KeyError, TypeError):
            made = url_for(endpoint, **values)
        if len(self._known) > self._KEPT:
            self._known.clear()
        with suppress(TypeError):  # a list among the values: rare, and not remembered
            self._known[key] = made
        return made
