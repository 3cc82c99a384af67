"""Log in and out: by phone number and password, or once by an activation link; and choose a password of one's own."""
from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, flash, make_response, redirect, request, session, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from lms.core.access.service import load_viewer
from lms.core.classes.roles import has_duties
from lms.core.errors import LmsError, TooOften
from lms.core.i18n import N_, explain, translate
from lms.core.ids import keyed, new_secret
from lms.core.people.activation import owner, redeem, whose
from lms.core.people.login import Admitted, admit, look_up, prove
from lms.core.people.logins import end_login, open_login
from lms.core.people.models import Person
from lms.core.people.password_change import first_ticket
from lms.core.people.passwords import LONGEST, known_hash
from lms.core.people.second_factor import factor_of
from lms.core.people.throttle import Limits
from lms.web.context import here
from lms.web.forms import Form
from lms.web.identity import device, log_in, log_out, pending_login
from lms.web.pages import local_target
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("login", __name__)
SECOND_STEP = timedelta(minutes=10)  # so long a login waits for its second factor
FIRST_TICKET = "lms_first_password"  # in the signed session cookie, between a first password and one's own


class LoginForm(Form):
    phone = StringField(N_("手机号"), validators=[InputRequired(N_("请填写手机号。")), Length(max=60)])
    password = PasswordField(N_("密码"), validators=[InputRequired(N_("请填写密码。")), Length(max=LONGEST * 4)])


@pages.get("/login")
def show() -> str | Response:
    if here().person is not None:
        return redirect(local_target(request.args.get("next")))
    if pending_login() is not None and "again" not in request.args:
        return redirect(url_for("lms.second_factor.show", next=request.args.get("next")))
    this_device()
    return _page(LoginForm())


@pages.post("/login")
def enter() -> str | Response:
    form = LoginForm.posted()
    if not form.validate():
        return _refused(form, 422)
    facts, target = here(), local_target(request.form.get("next"))
    try:
        with facts.site.database.reading() as db:
            claim = look_up(db, account=form.phone.data, device=this_device(), now=facts.now)
    except TooOften as error:
        return _refused(form, error.status, error)
    proof = prove(claim, form.password.data)
    secret = ticket = ""
    with writing() as db:
        answer = admit(db, proof, limits=limits(), now=facts.now)
        if isinstance(answer, Admitted) and answer.must_change:
            ticket = first_ticket(db, answer.person, key=first_key(), now=facts.now)
        elif isinstance(answer, Admitted):
            secret = open_here(db, answer.person, "password")
    if isinstance(answer, LmsError):
        return _refused(form, answer.status, answer)
    if ticket:
        session[FIRST_TICKET] = ticket
        return redirect(url_for("lms.password.show", next=target), 303)
    log_in(secret)
    return redirect(target, 303)


@pages.post("/logout")
def leave() -> Response:
    identity = here().identity
    if identity is not None and identity.login_secret:
        with writing() as db:
            end_login(db, identity.login_secret, now=here().now)
    log_out()
    session.clear()
    flash(translate(here().locale, N_("已退出登录。")), "ok")
    return redirect(url_for(".show"), 303)


@pages.get("/a/<token>")
def activation(token: str) -> str:
    """Whose link it is, and one button. Opening it uses nothing up: messengers open links to draw previews."""
    facts = here()
    browser = this_device()
    mine = owner(facts.db, token)
    if facts.person is not None and facts.person.id == mine.id:
        return render_template("lms/login/already.html")
    holder = whose(facts.db, token, device=browser, now=facts.now)
    return render_template("lms/login/activation.html", holder=holder, token=token, other=facts.person)


@pages.post("/a/<token>")
def activate(token: str) -> Response:
    """The tap: this phone is logged in from now on."""
    facts = here()
    with writing() as db:
        person = redeem(db, token, device=this_device(), now=facts.now)
        secret = open_here(db, person, "activation")
        needs_password = person.phone is not None and _has_duties(db, person) and known_hash(db, person) is None
    log_in(secret)
    if needs_password:
        flash(translate(facts.locale, N_("已登录。工作人员的登录时间较短，请现在设一个密码，下次用手机号和密码登录。")), "ok")
        return redirect(url_for("lms.password.show"), 303)
    flash(translate(facts.locale, N_("{name}，您已登录。这台手机会保持登录，以后直接打开就行。"), name=person.name), "ok")
    return redirect(url_for("lms.today.show"), 303)


def open_here(db: Session, person: Person, method: str) -> str:
    """A login of *person* on this device, instead of the one that was here; whoever has duties gets a short one.

    :return: the secret for ``identity.log_in``, after the commit
    """
    facts, settings = here(), here().site.settings
    if facts.identity is not None and facts.identity.login_secret:
        end_login(db, facts.identity.login_secret, now=facts.now)
    short = _has_duties(db, person)
    if short and (settings.second_factor_required or factor_of(db, person) is not None):
        return open_login(db, person=person, method=method, lasts=SECOND_STEP, now=facts.now, pending=True)
    lasts = timedelta(hours=settings.staff_login_hours) if short else timedelta(days=settings.login_days)
    return open_login(db, person=person, method=method, lasts=lasts, now=facts.now)


def this_device() -> str:
    """This browser's digest: keyed, so that the database alone identifies no phone."""
    return keyed(here().site.key("device"), device(lambda: new_secret(160)), bits=120)


def first_key() -> bytes:
    return here().site.key("first-password")


def limits() -> Limits:
    settings = here().site.settings
    return Limits(settings.login_attempts, settings.login_wait)


def _has_duties(db: Session, person: Person) -> bool:
    return has_duties(role for role, _, _ in load_viewer(db, person.id).grants)


def _page(form: LoginForm, error: LmsError | None = None) -> str:
    told = explain(error, here().locale) if error else ""
    return render_template("lms/login/login.html", form=form, told=told, next=request.values.get("next", ""))


def _refused(form: LoginForm, status: int, error: LmsError | None = None) -> Response:
    """The form again, with the phone number and the reason, without the password."""
    form.password.data = None
    answer = make_response(_page(form, error), status)
    if isinstance(error, TooOften):
        answer.headers["Retry-After"] = str(error.data["seconds"])
    return answer
