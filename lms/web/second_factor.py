"""The second step of a login, and setting it up: digits from an app on one's phone."""
from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, flash, make_response, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from lms.core.classes.roles import has_duties
from lms.core.documents.qr import qr_svg
from lms.core.errors import Conflict, Forbidden, Invalid, LmsError, TooOften
from lms.core.i18n import N_, explain, translate
from lms.core.people.login import waiting
from lms.core.people.models import LoginSession, Person
from lms.core.people.second_factor import (
    app_address,
    check,
    confirm,
    factor_of,
    next_serial,
    pass_second,
    secret_of,
    turn_off,
)
from lms.core.people.throttle import note_failure, note_success, seconds_to_wait
from lms.web.context import here
from lms.web.errors import LoginRequired, log_refusal
from lms.web.forms import Form
from lms.web.identity import log_in, login_required, pending_login
from lms.web.login import limits, this_device
from lms.web.pages import local_target
from lms.web.posted import me
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("second_factor", __name__)


class CodeForm(Form):
    code = StringField(N_("验证码"), validators=[InputRequired(N_("请填写手机上的六位数字。")), Length(max=40)])


@pages.get("/login/second")
def show() -> str | Redirect:
    if here().person is not None:
        return redirect(local_target(request.args.get("next")))
    return _page(CodeForm(), _waiting()[1])


@pages.post("/login/second")
def enter() -> str | Response | Redirect:
    """The digits of the app, or a recovery code; where a second factor is required and there is none yet, its first digits."""
    login, person = _waiting()
    form = CodeForm.posted()
    if not form.validate():
        return make_response(_page(form, person), 422)
    secret, first = str(pending_login()[2]), factor_of(here().db, person) is None  # type: ignore[index]
    try:
        codes = _take(person, form.code.data, first, login)
    except (Invalid, TooOften, Conflict) as error:
        return make_response(_page(form, person, error), error.status)
    log_in(secret)
    if codes:
        return render_template("lms/login/recovery.html", codes=codes, next=local_target(request.form.get("next")))
    return redirect(local_target(request.form.get("next")), 303)


@pages.get("/second-factor")
@login_required
def own() -> str:
    return _own_page(CodeForm())


@pages.post("/second-factor")
@login_required
def begin() -> str | Response:
    """The app shows the right digits: from the next login on they are asked for."""
    form, person = CodeForm.posted(), _staff()
    if not form.validate():
        return make_response(_own_page(form), 422)
    try:
        codes = _take(person, form.code.data, True, None)
    except (Invalid, TooOften, Conflict) as error:
        return make_response(_own_page(form, error), error.status)
    return render_template("lms/login/recovery.html", codes=codes, next=url_for(".own"))


@pages.post("/second-factor/off")
@login_required
def stop() -> Redirect:
    person = _staff()
    if here().site.settings.second_factor_required:
        raise Conflict("second_factor_required", N_("工作人员必须使用第二因素，不能停用。换手机请让管理员在“人员”里重置。"))
    with writing() as db:
        turn_off(db, db.get_one(Person, person.id), by=here().viewer, now=here().now)
    flash(translate(here().locale, N_("第二因素已停用。")), "ok")
    return redirect(url_for(".own"), 303)


def _take(person: Person, given: str, first: bool, login: LoginSession | None) -> list[str]:
    """Try what was given. A wrong one is counted and logged in a transaction that stands.

    :return: recovery codes, where this was the first time
    """
    facts, account = here(), f"second:{person.uid}"
    seconds = seconds_to_wait(facts.db, account=account, device=this_device(), now=facts.now)
    if seconds:
        raise waiting(seconds)
    try:
        with writing() as db:
            mine = db.get_one(Person, person.id)
            codes = confirm(db, mine, given, key=_key(), now=facts.now) if first else []
            if not first:
                check(db, mine, given, key=_key(), now=facts.now)
            note_success(db, account=account, device=this_device(), now=facts.now)
            if login is not None:
                pass_second(db, db.get_one(LoginSession, login.id), until=facts.now + timedelta(hours=facts.site.settings.staff_login_hours))
            return codes
    except Invalid as error:
        with writing() as db:
            note_failure(db, account=account, device=this_device(), limits=limits(), now=facts.now)
        log_refusal(error)
        raise


def _waiting() -> tuple[LoginSession, Person]:
    """:raises LoginRequired: no login waits on this device"""
    found = pending_login()
    if found is None:
        raise LoginRequired()
    return found[0], found[1]


def _staff() -> Person:
    """:raises Forbidden: the reader has no duties"""
    if not has_duties(role for role, _, _ in here().viewer.grants):
        raise Forbidden("not_allowed", N_("您没有进行这项操作的权限。如确有需要，请联系管理员。"))
    return here().db.get_one(Person, me())


def _key() -> bytes:
    return here().site.key("second-factor")


def _offer(person: Person) -> dict[str, str]:
    """What somebody without a second factor puts into their app."""
    secret = secret_of(_key(), person, next_serial(here().db, person))
    spaced = " ".join(secret[i:i + 4] for i in range(0, len(secret), 4))
    return {"qr": qr_svg(app_address(secret, person, here().site.settings.site_name)), "secret": spaced}


def _page(form: CodeForm, person: Person, error: LmsError | None = None) -> str:
    form.code.data = ""
    offer = {} if factor_of(here().db, person) else _offer(person)
    return render_template("lms/login/second.html", form=form, offer=offer, told=explain(error, here().locale) if error else "",
                           next=request.values.get("next", ""))


def _own_page(form: CodeForm, error: LmsError | None = None) -> str:
    person = _staff()
    form.code.data = ""
    factor = factor_of(here().db, person)
    return render_template("lms/login/second_own.html", form=form, factor=factor, offer={} if factor else _offer(person),
                           required=here().site.settings.second_factor_required, told=explain(error, here().locale) if error else "")
