"""People for staff: find them, look at how their login stands, add and correct them."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, make_response, redirect, request, url_for
from sqlalchemy.orm import contains_eager
from werkzeug.wrappers import Response
from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from lms.core.access.service import Viewer, fetch, require, visible
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.clock import local
from lms.core.errors import Conflict, Forbidden, Invalid, LmsError
from lms.core.i18n import N_, explain, translate
from lms.core.people.authority import is_beyond
from lms.core.people.find import matching
from lms.core.people.logins import open_logins
from lms.core.people.models import Person
from lms.core.people.overview import STATES, lines_of, page_of
from lms.core.people.phones import mask_phone, unmasked
from lms.core.people.reset import reset_card
from lms.core.people.reveal import show_phone
from lms.core.people.service import add_person, update_person
from lms.core.privacy.corrections import count_open
from lms.web.context import here
from lms.web.forms import Form, options
from lms.web.identity import login_required
from lms.web.manage.roles import roles_of
from lms.web.posted import me
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_people", __name__)
_SIZE = 50
STATE_WORDS = dict(zip(STATES, (N_("可以登录"), N_("已发放，还没有用"), N_("还没有登录方式"), N_("已停用")), strict=True))


class PersonForm(Form):
    name = StringField(N_("姓名"), validators=[InputRequired(N_("请填写姓名。")), Length(max=120)])
    phone = StringField(N_("手机号"), validators=[Length(max=40)])
    gender = SelectField(N_("性别"), choices=options({"": "", "男": N_("男"), "女": N_("女")}), default="")
    pinyin = StringField(N_("姓名拼音"), validators=[Length(max=120)])
    unit = StringField(N_("单位"), validators=[Length(max=200)])
    position = StringField(N_("职务"), validators=[Length(max=120)])
    version = HiddenField(default="1")


@pages.get("/manage/people")
@login_required
def index() -> str:
    return _list_page(None)


def _list_page(shown: Person | None) -> str:
    """*shown*: whose phone number was asked for, the others are masked."""
    facts, asked = here(), request.args
    require_some(facts.viewer)
    query = visible(facts.viewer, Person, "manage").where(Person.merged_into_id.is_(None), Person.state != "anonymised")
    text = asked.get("q", "").strip()[:100]
    if text:
        query = query.where(matching(text))
    page = max(1, min(asked.get("page", 1, type=int) or 1, 100_000))
    lines, total = page_of(facts.db, query, page=page, size=_SIZE, now=facts.now)
    return render_template("lms/manage/people/index.html", lines=lines, total=total, page=page, q=text,
                           pages=max(1, -(-total // _SIZE)), words=STATE_WORDS, phone=_numbers(shown), shown=shown,
                           open_requests=count_open(facts.db, facts.viewer), may_add=facts.viewer.everywhere("manage"))


@pages.get("/manage/people/new")
@login_required
def new() -> str:
    require(here().viewer, "manage")
    return _form_page(PersonForm(), None)


@pages.post("/manage/people/new")
@login_required
def add() -> Response:
    require(here().viewer, "manage")
    form = PersonForm.posted()
    if not form.validate():
        return make_response(_form_page(form, None), 422)
    facts = here()
    try:
        with writing() as db:
            person = add_person(db, **_values(form), unit=form.unit.data or "", position=form.position.data or "",
                                by=facts.viewer, on=local(facts.now, facts.site.settings.zone).date(), now=facts.now)
    except (Invalid, Conflict) as error:
        return make_response(_form_page(form, None, error), error.status)
    flash(translate(facts.locale, N_("已添加 {name}。接着可以发放激活链接，或指定角色。"), name=person.name), "ok")
    return redirect(url_for(".show", uid=person.uid), 303)


@pages.get("/manage/people/<uid>")
@login_required
def show(uid: str) -> str:
    return _person_page(fetch(here().db, here().viewer, Person, uid, "manage"), None)


@pages.post("/manage/people/<uid>/number")
@login_required
def number(uid: str) -> str:
    """The same page again, with this one number. A POST, because it leaves a mark; its answer is kept nowhere."""
    facts = here()
    with writing() as db:
        show_phone(db, fetch(db, facts.viewer, Person, uid, "manage"), by_id=me(), now=facts.now)
    person = fetch(facts.db, facts.viewer, Person, uid, "manage")
    return _list_page(person) if request.form.get("back") == "list" else _person_page(person, person)


def _numbers(shown: Person | None) -> Callable[[Person], str]:
    return lambda person: person.phone or "" if shown is not None and person.id == shown.id else mask_phone(person.phone)


def _person_page(person: Person, shown: Person | None) -> str:
    facts = here()
    enrolments = facts.db.scalars(
        visible(facts.viewer, Enrolment, "manage").where(Enrolment.person_id == person.id)
        .join(Enrolment.training_class).options(contains_eager(Enrolment.training_class))
        .order_by(TrainingClass.starts_on.desc())).all()
    return render_template("lms/manage/people/person.html", holder=person, words=STATE_WORDS, phone=_numbers(shown), shown=shown,
                           own_login=not facts.installed.host_login, enrolments=enrolments,
                           line=lines_of(facts.db, [person], now=facts.now)[0],
                           logins=open_logins(facts.db, person, now=facts.now),
                           locked=is_beyond(facts.db, person, facts.viewer), roles=roles_of(facts.db, facts.viewer, person))


@pages.post("/manage/people/<uid>/card")
@login_required
def card(uid: str) -> Response:
    """The card is lost: the old one stops working at once."""
    facts = here()
    with writing() as db:
        reset_card(db, fetch(db, facts.viewer, Person, uid, "manage"), by=facts.viewer, now=facts.now)
    flash(translate(facts.locale, N_("旧卡已作废。下次打印学员证时会印出新卡。")), "ok")
    return redirect(url_for(".show", uid=uid), 303)


@pages.get("/manage/people/<uid>/edit")
@login_required
def edit(uid: str) -> str:
    person = fetch(here().db, here().viewer, Person, uid, "manage")
    form = PersonForm(obj=person)
    form.phone.data = mask_phone(person.phone)
    return _form_page(form, person)


@pages.post("/manage/people/<uid>/edit")
@login_required
def save(uid: str) -> Response:
    facts, form = here(), PersonForm.posted()
    person = fetch(facts.db, facts.viewer, Person, uid, "manage")
    if not form.validate():
        return make_response(_form_page(form, person), 422)
    version = int(form.version.data) if str(form.version.data).isdecimal() else 0
    try:
        with writing() as db:
            known = fetch(db, facts.viewer, Person, uid, "manage")
            values = _values(form)
            update_person(db, known, version=version, **{**values, "phone": unmasked(values["phone"], known.phone)}, by=facts.viewer, now=facts.now)
    except (Invalid, Conflict) as error:
        return make_response(_form_page(form, person, error), error.status)
    flash(translate(facts.locale, N_("已保存。")), "ok")
    return redirect(url_for(".show", uid=uid), 303)


def _values(form: PersonForm) -> dict[str, Any]:
    return {name: form[name].data or "" for name in ("name", "phone", "gender", "pinyin")}


def _form_page(form: PersonForm, person: Person | None, error: LmsError | None = None) -> str:
    if person is not None:
        del form.unit, form.position
    return render_template("lms/manage/people/form.html", form=form, holder=person,
                           told=explain(error, here().locale) if error else "")


def require_some(viewer: Viewer) -> None:
    """Whoever manages at least one class may look for its people."""
    if not viewer.everywhere("manage") and not viewer.scopes("manage", "class"):
        raise Forbidden("not_allowed", N_("您没有进行这项操作的权限。如确有需要，请联系管理员。"))
