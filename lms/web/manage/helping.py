"""Help with a login in ten seconds: a lost phone or password. The result is shown once, on the page itself."""
from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response

from lms.core.access.service import fetch
from lms.core.documents.qr import qr_svg
from lms.core.i18n import N_, translate
from lms.core.people.models import Person
from lms.core.people.passwords import FIRST_PASSWORD_LASTS, first_password, hash_password
from lms.core.people.phones import mask_phone
from lms.core.people.reset import (
    deactivate,
    end_logins,
    give_link,
    reactivate,
    reset_password,
    reset_phone,
)
from lms.core.people.second_factor import turn_off
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.public_address import base_address, doubt_about, full_address
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_logins", __name__)


@pages.post("/manage/people/<uid>/link")
@login_required
def link(uid: str) -> str:
    """An activation link; logins go on."""
    return _new_link(uid, give_link, fresh=False)


@pages.post("/manage/people/<uid>/phone")
@login_required
def phone(uid: str) -> str:
    """The phone is lost or new."""
    return _new_link(uid, reset_phone, fresh=True)


@pages.post("/manage/people/<uid>/password")
@login_required
def password(uid: str) -> str:
    """The password is forgotten."""
    facts = here()
    fetch(facts.db, facts.viewer, Person, uid, "manage")  # before the slow hash
    first = first_password()
    first_hash = hash_password(first)
    with writing() as db:
        person = fetch(db, facts.viewer, Person, uid, "manage")
        reset_password(db, person, first_hash=first_hash, by=facts.viewer, now=facts.now)
    return render_template("lms/manage/people/password.html", holder=person, password=first,
                           phone=mask_phone(person.phone), days=FIRST_PASSWORD_LASTS.days, login=full_address("lms.login.show"))


@pages.post("/manage/people/<uid>/end-logins")
@login_required
def end(uid: str) -> Response:
    return _do(uid, end_logins, N_("所有设备上的登录都已退出。"))


@pages.post("/manage/people/<uid>/second-factor")
@login_required
def second_factor(uid: str) -> Response:
    """The phone with the authenticator is lost: it is set up anew at the next login."""
    return _do(uid, turn_off, N_("第二因素已重置，本人下次登录时重新设置。"))


@pages.post("/manage/people/<uid>/deactivate")
@login_required
def shut(uid: str) -> Response:
    return _do(uid, deactivate, N_("账号已停用，所有登录立即失效；培训记录保留。"))


@pages.post("/manage/people/<uid>/reactivate")
@login_required
def reopen(uid: str) -> Response:
    return _do(uid, reactivate, N_("账号已恢复。请重新发放激活链接或初始密码。"))


def _new_link(uid: str, make: Callable[..., str], *, fresh: bool) -> str:
    facts = here()
    lasts = timedelta(days=facts.site.settings.activation_days)
    with writing() as db:
        person = fetch(db, facts.viewer, Person, uid, "manage")
        token = make(db, person, key=facts.site.key("activation"), lasts=lasts, by=facts.viewer, now=facts.now)
    address = full_address("lms.login.activation", token=token)
    return render_template("lms/manage/people/link.html", holder=person, address=address, qr=qr_svg(address), fresh=fresh,
                           days=lasts.days, doubt=doubt_about(base_address()))


def _do(uid: str, act: Callable[..., None], words: str) -> Response:
    facts = here()
    with writing() as db:
        act(db, fetch(db, facts.viewer, Person, uid, "manage"), by=facts.viewer, now=facts.now)
    flash(translate(facts.locale, words), "ok")
    return redirect(url_for("lms.manage_people.show", uid=uid), 303)
