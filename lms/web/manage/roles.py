"""Roles of a person: shown, given, taken."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, make_response, redirect, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager
from werkzeug.wrappers import Response
from wtforms import RadioField, SelectField
from wtforms.validators import InputRequired

from lms.core.access.models import Grant
from lms.core.access.roles import SCOPES
from lms.core.access.service import Viewer, fetch, visible
from lms.core.classes.models import Group, TrainingClass
from lms.core.classes.roles import ROLE_NAMES, give_role, take_role
from lms.core.courses.models import Course
from lms.core.errors import Invalid, LmsError, NotFound
from lms.core.i18n import N_, explain, pick, translate
from lms.core.people.models import Affiliation, Person, Unit
from lms.web.context import here
from lms.web.forms import Form, options
from lms.web.identity import login_required
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_roles", __name__)
_MOST = 60  # classes to choose from, the newest first
SITE = "site"
_MODELS: dict[str, type[Any]] = {"class": TrainingClass, "group": Group, "course": Course, "unit": Unit}


@dataclass(frozen=True)
class Role:
    """A role as it is shown. *scope* is the name of what it is over, empty for the whole site."""

    uid: str
    name: str
    scope_type: str
    scope: str


class RoleForm(Form):
    role = RadioField(N_("角色"), validators=[InputRequired(N_("请选择角色。"))])
    scope = SelectField(N_("范围"), validate_choice=False, validators=[InputRequired(N_("请选择范围。"))])


@pages.get("/manage/people/<uid>/roles")
@login_required
def show(uid: str) -> str:
    person = fetch(here().db, here().viewer, Person, uid, "manage")
    return _page(RoleForm(), person)


@pages.post("/manage/people/<uid>/roles")
@login_required
def give(uid: str) -> Response:
    facts = here()
    form = _with_choices(RoleForm.posted())
    person = fetch(facts.db, facts.viewer, Person, uid, "manage")
    if not form.validate():
        return make_response(_page(form, person), 422)
    try:
        with writing() as db:
            give_role(db, person=fetch(db, facts.viewer, Person, uid, "manage"), role=form.role.data, by=facts.viewer,
                      scope=_scope(db, facts.viewer, form.scope.data or ""), now=facts.now,
                      staff_login=timedelta(hours=facts.site.settings.staff_login_hours))
    except Invalid as error:
        return make_response(_page(form, person, error), error.status)
    flash(translate(facts.locale, N_("已指定为{role}。"), role=translate(facts.locale, ROLE_NAMES[form.role.data])), "ok")
    return redirect(url_for("lms.manage_people.show", uid=uid), 303)


@pages.post("/manage/people/<uid>/roles/<grant_uid>/end")
@login_required
def take(uid: str, grant_uid: str) -> Response:
    facts = here()
    with writing() as db:
        person = fetch(db, facts.viewer, Person, uid, "manage")
        made = fetch(db, facts.viewer, Grant, grant_uid, "manage")
        if made.person_id != person.id:
            raise NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。"))
        take_role(db, person=person, made=made, by=facts.viewer, now=facts.now)
    flash(translate(facts.locale, N_("已取消这个角色，立即生效。")), "ok")
    return redirect(url_for("lms.manage_people.show", uid=uid), 303)


def roles_of(db: Session, viewer: Viewer, person: Person) -> Sequence[Role]:
    """The live roles of *person* that *viewer* may give and take. One statement."""
    of_class = (Grant.scope_type == "class") & (TrainingClass.id == Grant.scope_id)
    rows = db.execute(
        visible(viewer, Grant, "manage").where(Grant.person_id == person.id, Grant.ended_at.is_(None))
        .outerjoin(Group, (Grant.scope_type == "group") & (Group.id == Grant.scope_id))
        .outerjoin(TrainingClass, of_class | (TrainingClass.id == Group.class_id))
        .outerjoin(Course, (Grant.scope_type == "course") & (Course.id == Grant.scope_id))
        .outerjoin(Unit, (Grant.scope_type == "unit") & (Unit.id == Grant.scope_id))
        .add_columns(TrainingClass.title, Group.name, Course.titles, Unit.name).order_by(Grant.id))
    return [Role(made.uid, ROLE_NAMES.get(made.role, made.role), made.scope_type,
                 unit or (pick(titles, here().locale) if titles else " · ".join(part for part in (title, group) if part)))
            for made, title, group, titles, unit in rows]


def _scope(db: Session, viewer: Viewer, chosen: str) -> Any:
    """What the form's *chosen* (``class:<uid>``) names, if the viewer may manage it; None is the site."""
    kind, _, uid = chosen.partition(":")
    if kind == SITE:
        return None
    if kind not in _MODELS:
        raise Invalid("wrong_scope", N_("请从列表中选择范围。"))
    return fetch(db, viewer, _MODELS[kind], uid, "manage")


def _with_choices(form: RoleForm) -> RoleForm:
    """Only the roles and scopes that the viewer may give."""
    viewer = here().viewer
    everywhere = viewer.everywhere("manage")
    form.role.choices = options((role, name) for role, name in ROLE_NAMES.items()
                                if everywhere or set(SCOPES[role]) & {"class", "group"})
    return form


def _page(form: RoleForm, person: Person, error: LmsError | None = None) -> str:
    facts = here()
    classes = facts.db.scalars(visible(facts.viewer, TrainingClass, "manage").where(TrainingClass.state != "closed")
                               .order_by(TrainingClass.starts_on.desc()).limit(_MOST)).all()
    groups = facts.db.scalars(
        visible(facts.viewer, Group, "manage").join(Group.training_class).options(contains_eager(Group.training_class))
        .where(Group.class_id.in_([c.id for c in classes]))
        .order_by(TrainingClass.starts_on.desc(), Group.class_id, Group.position)).all()
    everywhere = facts.viewer.everywhere("manage")
    courses = facts.db.scalars(select(Course).order_by(Course.id)).all() if everywhere else []
    units = facts.db.scalars(select(Unit).join(Affiliation, Affiliation.unit_id == Unit.id).where(
        Affiliation.person_id == person.id, Affiliation.ends_on.is_(None))).all() if everywhere else []
    return render_template("lms/manage/people/roles.html", form=_with_choices(form), holder=person, classes=classes,
                           groups=groups, courses=courses, units=units, everywhere=everywhere,
                           told=explain(error, facts.locale) if error else "")
