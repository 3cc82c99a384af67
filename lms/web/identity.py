"""Who a request comes from: our own login (Flask-Login over login rows) or the host's user."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, after_this_request, g, request, session
from flask_login import LoginManager, UserMixin, current_user
from flask_login import login_user as flask_login_user
from flask_login import logout_user as flask_logout_user
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from lms.core.access.models import Grant
from lms.core.access.roles import ROLE_ACTIONS, SCOPES
from lms.core.access.service import Viewer
from lms.core.db import PLAN_STAMP
from lms.core.errors import Forbidden
from lms.core.i18n import N_
from lms.core.ids import digest
from lms.core.people.logins import find_login
from lms.core.people.models import LoginSession, Person
from lms.web.context import LOGGED_IN, Here, Identity, here, logged_in
from lms.web.errors import LoginRequired

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class HostUser:
    """What a host tells about its logged-in user; see docs/host-contract.md.

    :param key: the host's own id of the user, stable for ever, at most 190 characters
    :param name: the name to show
    :param phone: only one that the host has verified: whoever has it becomes the person on the roster who has it
    :param roles: site-wide roles of ours that the host vouches for, e.g. ``("administrator",)``
    :raises ValueError: no key, or a role that is none of ours or not for the whole site
    """

    key: str
    name: str
    phone: str | None = None
    roles: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        wrong = [role for role in self.roles if "site" not in SCOPES.get(role, ())]
        if not self.key or len(self.key) > 190 or wrong:
            raise ValueError(f"HostUser: key {self.key!r}, roles that are not for the whole site: {wrong}")


class _SignedIn(UserMixin):  # type: ignore[misc]
    """Flask-Login's user: the id in its cookie is the secret of a login row, never a person's id."""

    def __init__(self, secret: str, identity: Identity | None) -> None:
        self.secret, self.identity = secret, identity

    def get_id(self) -> str:
        return self.secret


def install_own_login(app: Flask) -> None:
    """Give *app* Flask-Login with our login rows behind it."""
    manager = LoginManager(app)
    manager.session_protection = None  # a hall's phones change address all day; the row is what ends a login

    @manager.user_loader  # type: ignore[untyped-decorator]
    def load(secret: str) -> _SignedIn | None:
        found = _find(here().db, secret, here())
        return _SignedIn(secret, found) if found else None


def identify_by_login(request_facts: Here) -> Identity | None:
    """Our own logins."""
    return getattr(current_user, "identity", None)


def log_in(secret: str) -> None:
    """Put the login behind *secret* on this device; call it after the commit that made it."""
    flask_login_user(_SignedIn(secret, None), remember=False)
    here().__dict__.pop("identity", None)
    session.permanent = True


def log_out() -> None:
    flask_logout_user()
    here().__dict__.pop("identity", None)


# Login, person, grants and plan stamp in one statement, put together once: every page pays for it.
_LOGIN = (select(*LOGGED_IN, LoginSession.method, Grant.role, Grant.scope_type, Grant.scope_id, PLAN_STAMP.label("plan_stamp"))
          .select_from(Person).join(LoginSession, LoginSession.person_id == Person.id)
          .outerjoin(Grant, (Grant.person_id == Person.id) & Grant.ended_at.is_(None))
          .where(LoginSession.token_digest == bindparam("digest"), LoginSession.ended_at.is_(None), LoginSession.pending.is_(False),
                 LoginSession.expires_at > bindparam("now"), Person.state == "active"))


def _find(db: Session, secret: str, facts: Here) -> Identity | None:
    rows = db.connection().execute(_LOGIN, {"digest": digest(secret), "now": facts.now}).all()
    if not rows:
        return None
    person, first = logged_in(rows[0]), rows[0]
    grants = tuple((r.role, r.scope_type, r.scope_id) for r in rows if r.role in ROLE_ACTIONS)
    return Identity(person, Viewer(person.id, facts.site.registry, grants), secret, first.method, first.plan_stamp)


def pending_login() -> tuple[LoginSession, Person, str] | None:
    """The login on this device that waits for its second factor, with its person and secret; None without one."""
    secret = session.get("_user_id")  # where Flask-Login keeps what ``log_in`` gave it
    found = find_login(here().db, secret, now=here().now) if isinstance(secret, str) else None
    return (*found, str(secret)) if found and found[0].pending else None


def login_required(view: F) -> F:
    """Only for people who are logged in; others are sent to the login page and back."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if here().person is None:
            if here().shut_out:
                raise Forbidden("account_shut", N_("您在培训系统中的账号已停用。如有疑问，请联系工作人员。"))
            raise LoginRequired()
        return view(*args, **kwargs)

    return guarded  # type: ignore[return-value]


DEVICE_COOKIE = "lms_device"


def device(new: Callable[[], str]) -> str:
    """This browser's random id, kept in a cookie; says only "the same browser", and is stored hashed.

    :param new: makes an id for a browser that has none
    """
    for known in (request.cookies.get(DEVICE_COOKIE, ""), str(g.get("lms_device", ""))):
        if 20 <= len(known) <= 64 and known.isascii():
            return known
    made = g.lms_device = new()  # asked again in this request, it is still the same browser
    secure = bool(here().site.settings.https_only)

    @after_this_request
    def keep(response: Any) -> Any:
        response.set_cookie(DEVICE_COOKIE, made, max_age=400 * 86400, httponly=True, samesite="Lax", secure=secure)
        return response

    return made

