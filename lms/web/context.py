"""What a request knows: the installation, the instant, the reader's language and who they are."""
from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from flask import Flask, current_app, g, request
from jinja2 import Environment
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.utils import cached_property  # functools' makes all threads wait for one another up to Python 3.11

from lms.core.access.service import Viewer, load_viewer
from lms.core.classes.models import ClassSession
from lms.core.courses.facts import Amount
from lms.core.courses.local_amounts import LocalAmounts
from lms.core.courses.shelf import Shelf, Volume
from lms.core.db import PLAN_STAMP
from lms.core.files.archives import Archives
from lms.core.i18n import DEFAULT_LOCALE, LOCALES
from lms.core.people.models import Person
from lms.core.reports.plans import ClassPlan, Plans
from lms.site import Site
from lms.web.misses import Misses
from lms.web.snapshots import Snapshots


@dataclass
class Installed:
    """What ``LMS(app)`` leaves in ``app.extensions["lms"]``."""

    site: Site
    prefix: str
    identify: Callable[[Here], Identity | None]
    host_login: bool
    host_locale: Callable[[], str | None] | None = None
    shelf: Shelf = field(default_factory=Shelf)
    plans: Plans = field(init=False)
    local_amounts: LocalAmounts = field(default_factory=LocalAmounts)
    snapshots: Snapshots = field(default_factory=Snapshots)
    archives: Archives = field(default_factory=Archives)
    misses: Misses = field(default_factory=Misses)
    environments: dict[str, Environment] = field(default_factory=dict)  # by language; made when first needed: hosts add filters until then
    addresses: dict[tuple[str, ...], str] = field(default_factory=dict)
    shared: dict[tuple[Hashable, ...], Markup] = field(default_factory=dict)  # web.templates.render_shared

    def __post_init__(self) -> None:
        self.plans = Plans(self.shelf)


class LoggedIn(NamedTuple):
    """What every page wants to know of whoever is logged in; the row itself is ``db.get_one(Person, person.id)``."""

    id: int
    uid: str
    name: str
    phone: str | None
    locale: str
    state: str


LOGGED_IN: tuple[Any, ...] = (Person.id, Person.uid, Person.name, Person.phone, Person.locale, Person.state)
"""The columns of ``LoggedIn`` in its order: read as they are, since making an object of a row costs more than the query."""


def logged_in(row: Sequence[Any]) -> LoggedIn:
    """Of a row that begins with ``LOGGED_IN``."""
    return LoggedIn._make(row[:len(LoggedIn._fields)])


@dataclass(frozen=True)
class Identity:
    """Who a request comes from: the person, their grants, and the secret of their login if it is one of ours.

    :param plan_stamp: the plan stamp, where it was read together with the login
    """

    person: LoggedIn
    viewer: Viewer
    login_secret: str | None = None
    method: str = "host"
    plan_stamp: int | None = None


@dataclass
class Here:
    """The current request, for handlers. Nothing of it reaches core but as an argument."""

    installed: Installed
    now: datetime
    shut_out: bool = False  # the host has logged somebody in whose account here is closed
    _open: list[Any] = field(default_factory=list)

    @property
    def site(self) -> Site:
        return self.installed.site

    @cached_property
    def db(self) -> Session:
        """A session to read with, open until the request ends."""
        reading = self.site.database.reading()
        self._open.append(reading)
        return reading.__enter__()

    @cached_property
    def identity(self) -> Identity | None:
        return self.installed.identify(self)

    @property
    def person(self) -> LoggedIn | None:
        return self.identity.person if self.identity else None

    @cached_property
    def viewer(self) -> Viewer:
        return self.identity.viewer if self.identity else load_viewer(self.db, None)

    @cached_property
    def locale(self) -> str:
        chosen = [request.cookies.get("lms_locale")]
        if self.installed.host_locale is not None:
            chosen.insert(0, _ours(self.installed.host_locale()))
        if self.identity:
            chosen.append(self.identity.person.locale)
        for locale in chosen:
            if locale in LOCALES:
                return str(locale)
        best = request.accept_languages.best_match(["zh-CN", "zh", "en"])
        if best is None:
            return str(self.site.settings.locale) if self.site.settings.locale in LOCALES else DEFAULT_LOCALE
        return "en" if best == "en" else DEFAULT_LOCALE

    @cached_property
    def plan_stamp(self) -> int:
        """See ``core.db.stamp``; read once in a request."""
        known = self.identity.plan_stamp if self.identity else None
        return known if known is not None else self.db.scalar(select(PLAN_STAMP)) or 0

    def plan_of(self, class_id: int) -> ClassPlan:
        """The plan of a class, from memory unless it has changed."""
        return self.installed.plans.of(self.db, class_id, self.plan_stamp)

    def session(self, uid: str) -> ClassSession:
        """A session of any class with its class, likewise.

        :raises NotFound: there is none
        """
        return self.installed.plans.session(self.db, uid, self.plan_stamp)

    def local_amounts(self, volume: Volume) -> Mapping[str, Amount]:
        """The amounts of a course that this place has set, likewise."""
        return self.installed.local_amounts.of(self.db, volume, self.plan_stamp)

    def close(self, error: BaseException | None = None) -> None:
        while self._open:
            self._open.pop().__exit__(None, None, None)


def _ours(locale: object) -> str | None:
    """Our locale for a host's: ``zh-Hans-CN`` → ``zh_CN``, ``en_US`` → ``en``; None for other languages."""
    language = str(locale or "").replace("-", "_").split("_")[0].lower()
    return next((known for known in LOCALES if known.split("_")[0] == language), None)


def here() -> Here:
    """The current request's facts; made when first asked for."""
    found: Here | None = g.get("lms_here")  # asked a hundred times a page: one look is all it may cost
    if found is None:
        installed = installation()
        found = g.lms_here = Here(installed, installed.site.clock.now())
    return found


def installation(app: Flask | None = None) -> Installed:
    return (app or current_app).extensions["lms"]  # type: ignore[no-any-return]


def close_context(error: BaseException | None = None) -> None:
    found = g.pop("lms_here", None)
    if found is not None:
        found.close()
