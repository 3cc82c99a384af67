"""The groups of a class: add, rename, take away; who leads them is given on a person's page."""
from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from lms.core.access.service import fetch, fetch_by, visible
from lms.core.classes.access import fetch_staffed
from lms.core.classes.groups import LONGEST_NAME, add_group, remove_group, rename_group
from lms.core.classes.models import Enrolment, Group, TrainingClass
from lms.core.errors import Invalid
from lms.core.i18n import N_, translate
from lms.web.context import here
from lms.web.forms import Form
from lms.web.identity import login_required
from lms.web.manage.classes import blamed, may_manage, seen_version
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_groups", __name__)


class GroupForm(Form):
    name = StringField(N_("组的名称"), [InputRequired(N_("请填写组的名称。")), Length(max=LONGEST_NAME)])


@pages.get("/manage/classes/<uid>/groups")
@login_required
def show(uid: str) -> str:
    return _page(uid, GroupForm())


@pages.post("/manage/classes/<uid>/groups")
@login_required
def add(uid: str) -> str | Response | tuple[str, int]:
    form = GroupForm.posted()
    if not form.validate():
        return _page(uid, form), 422
    try:
        with writing() as db:
            made = add_group(db, training_class=fetch(db, here().viewer, TrainingClass, uid, "manage"),
                             name=form.name.data, by_id=here().viewer.person_id, now=here().now)
    except Invalid as fault:
        return _page(uid, blamed(form, fault)), 422
    flash(translate(here().locale, N_("已添加“{name}”。"), name=made.name), "ok")
    return redirect(url_for(".show", uid=uid), 303)


@pages.post("/manage/classes/<uid>/groups/<group_uid>")
@login_required
def rename(uid: str, group_uid: str) -> Response:
    with writing() as db:
        rename_group(db, group=_group(db, uid, group_uid), name=request.form.get("name", ""),
                     version=seen_version(), by_id=here().viewer.person_id, now=here().now)
    flash(translate(here().locale, N_("组名已改。")), "ok")
    return redirect(url_for(".show", uid=uid), 303)


@pages.post("/manage/classes/<uid>/groups/<group_uid>/remove")
@login_required
def remove(uid: str, group_uid: str) -> Response:
    with writing() as db:
        remove_group(db, group=_group(db, uid, group_uid), by_id=here().viewer.person_id, now=here().now)
    flash(translate(here().locale, N_("空的组已删除。")), "ok")
    return redirect(url_for(".show", uid=uid), 303)


def _page(uid: str, form: GroupForm) -> str:
    db, viewer = here().db, here().viewer
    training_class = fetch_staffed(db, viewer, uid)
    groups = db.scalars(visible(viewer, Group).where(Group.class_id == training_class.id)
                        .order_by(Group.position, Group.id)).all()
    counts = {row[0]: row[1] for row in db.execute(
        select(Enrolment.group_id, func.count()).where(
            Enrolment.class_id == training_class.id, Enrolment.state == "enrolled",
            Enrolment.group_id.in_([group.id for group in groups])).group_by(Enrolment.group_id))}
    return render_template("lms/manage/groups.html", training_class=training_class, groups=groups, counts=counts,
                           form=form, can_manage=may_manage(training_class))


def _group(db: Session, uid: str, group_uid: str) -> Group:
    """A group of the class in the address, both to be managed by the viewer."""
    training_class = fetch(db, here().viewer, TrainingClass, uid, "manage")
    return fetch_by(db, here().viewer, Group, (Group.uid == group_uid) & (Group.class_id == training_class.id),
                    "manage")
