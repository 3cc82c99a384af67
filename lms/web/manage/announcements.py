"""What a class is told: written at the desk, with how many have confirmed and who has not."""
from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response
from wtforms import BooleanField, HiddenField, StringField, TextAreaField

from lms.core.access.service import fetch
from lms.core.announcements import service
from lms.core.announcements.models import Announcement
from lms.core.announcements.service import announcements_of, readers
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.errors import Invalid, NotFound
from lms.core.i18n import N_, translate
from lms.web.context import here
from lms.web.forms import Form
from lms.web.identity import login_required
from lms.web.manage.classes import blamed, seen_version
from lms.web.posted import me
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_announcements", __name__)


class AnnouncementForm(Form):
    title = StringField(N_("标题"), default="")
    body = TextAreaField(N_("内容"), default="")
    again = BooleanField(N_("要求学员重新确认"))
    version = HiddenField()


@pages.get("/manage/classes/<uid>/announcements")
@login_required
def index(uid: str) -> str:
    return _list_page(uid, AnnouncementForm())


@pages.post("/manage/classes/<uid>/announcements")
@login_required
def make(uid: str) -> str | Response | tuple[str, int]:
    form = AnnouncementForm.posted()
    try:
        with writing() as db:
            service.announce(db, training_class=fetch(db, here().viewer, TrainingClass, uid, "export"), title=form.title.data,
                             body=form.body.data, by_id=me(), now=here().now)
    except Invalid as fault:
        return _list_page(uid, blamed(form, fault)), 422
    flash(translate(here().locale, N_("通知已发出，学员在首页能看到。")), "ok")
    return redirect(url_for(".index", uid=uid), 303)


@pages.get("/manage/classes/<uid>/announcements/<announcement_uid>")
@login_required
def show(uid: str, announcement_uid: str) -> str:
    found = _announcement(here().db, uid, announcement_uid)
    return _page(found, AnnouncementForm(data={"title": found.title, "body": found.body, "version": found.version}))


@pages.post("/manage/classes/<uid>/announcements/<announcement_uid>")
@login_required
def save(uid: str, announcement_uid: str) -> str | Response | tuple[str, int]:
    form = AnnouncementForm.posted()
    try:
        with writing() as db:
            service.change_announcement(db, announcement=_announcement(db, uid, announcement_uid), title=form.title.data, body=form.body.data,
                                        again=form.again.data, version=seen_version(), by_id=me(), now=here().now)
    except Invalid as fault:
        return _page(_announcement(here().db, uid, announcement_uid), blamed(form, fault)), 422
    flash(translate(here().locale, N_("已保存。")), "ok")
    return redirect(url_for(".show", uid=uid, announcement_uid=announcement_uid), 303)


@pages.post("/manage/classes/<uid>/announcements/<announcement_uid>/withdraw")
@login_required
def withdraw(uid: str, announcement_uid: str) -> Response:
    with writing() as db:
        service.withdraw_announcement(db, announcement=_announcement(db, uid, announcement_uid), by_id=me(), now=here().now)
    flash(translate(here().locale, N_("通知已撤回，学员不再看到。")), "ok")
    return redirect(url_for(".index", uid=uid), 303)


def _announcement(db: Session, uid: str, announcement_uid: str) -> Announcement:
    found = fetch(db, here().viewer, Announcement, announcement_uid, "export", joinedload(Announcement.training_class))
    if found.training_class.uid != uid:
        raise NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。"))
    return found


def _list_page(uid: str, form: Any) -> str:
    training_class = fetch(here().db, here().viewer, TrainingClass, uid, "export")
    people = here().db.scalar(select(func.count()).select_from(Enrolment).where(Enrolment.class_id == training_class.id,
                                                                                Enrolment.state == "enrolled"))
    return render_template("lms/manage/announcements/index.html", training_class=training_class, form=form, people=people,
                           announcements=announcements_of(here().db, training_class.id))


def _page(found: Announcement, form: Any) -> str:
    people = readers(here().db, found)
    return render_template("lms/manage/announcements/show.html", training_class=found.training_class, announcement=found, form=form,
                           waiting=[e for e, at in people if at is None], total=len(people))
