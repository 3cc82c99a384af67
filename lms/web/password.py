"""A password of one's own: after a first one, instead of an old one, or beside an activation link."""
from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, request, session
from werkzeug.wrappers import Response
from wtforms import PasswordField, ValidationError
from wtforms.validators import InputRequired, Length

from lms.core.errors import Conflict, Invalid, LmsError, TooOften
from lms.core.i18n import N_, explain, translate
from lms.core.people.login import prove
from lms.core.people.models import Person
from lms.core.people.password_change import claim_own, count_wrong_old, redeem_first_ticket, replace_password
from lms.core.people.passwords import LONGEST, check_new_password, check_password, hash_password, known_hash
from lms.web.context import here
from lms.web.errors import LoginRequired
from lms.web.forms import Form
from lms.web.identity import log_in
from lms.web.login import FIRST_TICKET, first_key, limits, open_here, this_device
from lms.web.pages import local_target
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("password", __name__)
_LONG = Length(max=LONGEST * 4)


class PasswordForm(Form):
    """``old`` is left out by whoever has none, or has just given a first one."""

    old = PasswordField(N_("现在的密码"), validators=[InputRequired(N_("请填写现在的密码。")), _LONG])
    new = PasswordField(N_("新密码"), validators=[InputRequired(N_("请填写新密码。")), _LONG])
    again = PasswordField(N_("再输一次新密码"), validators=[InputRequired(N_("请再输一次新密码。")), _LONG])

    def validate_again(self, field: PasswordField) -> None:
        if field.data != self.new.data:
            raise ValidationError(N_("两次输入的新密码不一样，请重新输入。"))


@pages.get("/password")
def show() -> str:
    person, first = _who()
    return _page(_form(person, first, PasswordForm()), person, first)


@pages.post("/password")
def save() -> Response:
    person, first = _who()
    form = _form(person, first, PasswordForm.posted())
    if not form.validate():
        return make_response(_page(form, person, first), 422)
    try:
        _replace(person, first, form)
    except (Invalid, Conflict, TooOften) as error:
        return make_response(_page(form, person, first, error), error.status)
    words = N_("密码已设好，您已登录。") if first else N_("密码已更改，其他设备上的登录都已退出。")
    flash(translate(here().locale, words), "ok")
    return redirect(local_target(request.form.get("next")), 303)


def _replace(person: Person, first: bool, form: PasswordForm) -> None:
    """Prove, check and hash first; the write comes last and is short."""
    facts, new = here(), form.new.data or ""
    old_hash = known_hash(facts.db, person) if first else _prove_old(person, form)
    check_new_password(new, person=person, minimum=facts.site.settings.password_length)
    if check_password(new, old_hash):
        raise Invalid("password_same", N_("新密码和现在的密码一样，请换一个。"))
    new_hash, secret = hash_password(new), None
    with writing() as db:
        if first:
            redeem_first_ticket(db, session[FIRST_TICKET], key=first_key(), now=facts.now)
        person = db.get_one(Person, person.id)
        keep = None if first or facts.identity is None else facts.identity.login_secret
        replace_password(db, person, proven_hash=old_hash, new_hash=new_hash, keep=keep, now=facts.now)
        secret = open_here(db, person, "password") if first else None
    if secret is not None:
        session.pop(FIRST_TICKET)
        log_in(secret)


def _prove_old(person: Person, form: PasswordForm) -> str | None:
    """The hash of the old password, once it is proven; None if there is none."""
    facts = here()
    claim = claim_own(facts.db, person, device=this_device(), now=facts.now)
    if claim.known_hash is None or prove(claim, form.old.data or "").right:
        return claim.known_hash
    with writing() as db:
        error = count_wrong_old(db, claim, person, limits=limits(), now=facts.now)
    raise error


def _who() -> tuple[Person, bool]:
    """Whose password it is, and whether they come from a first one and are not logged in yet."""
    facts = here()
    if FIRST_TICKET in session:
        try:
            return redeem_first_ticket(facts.db, session[FIRST_TICKET], key=first_key(), now=facts.now), True
        except Invalid as error:
            session.pop(FIRST_TICKET)
            if facts.person is None:
                flash(explain(error, facts.locale), "warn")
    if facts.person is None:
        raise LoginRequired()
    if facts.person.phone is None:
        raise Conflict("no_phone_of_own", N_("您没有登记手机号，密码用不上。请用激活链接登录，或请工作人员登记手机号。"))
    return facts.db.get_one(Person, facts.person.id), False


def _form(person: Person, first: bool, form: PasswordForm) -> PasswordForm:
    if first or known_hash(here().db, person) is None:
        del form.old
    return form


def _page(form: PasswordForm, person: Person, first: bool, error: LmsError | None = None) -> str:
    return render_template("lms/login/password.html", form=form, first=first, holder=person,
                           told=explain(error, here().locale) if error else "", next=request.values.get("next", ""),
                           minimum=here().site.settings.password_length)
