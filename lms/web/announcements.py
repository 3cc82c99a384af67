"""Announcements as a trainee reads them. Opening one changes nothing; a tap on “收到” says that it was read."""
from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from lms.core.access.service import fetch
from lms.core.announcements.models import Announcement, AnnouncementRead
from lms.core.announcements.service import confirm_read
from lms.core.i18n import N_, translate
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.posted import me
from lms.web.templates import render_template
from lms.web.today import own_overview
from lms.web.unit import writing

pages = Blueprint("announcements", __name__)


@pages.get("/announcements")
@login_required
def index() -> str:
    mine = own_overview()
    return render_template("lms/announcements/index.html", training_class=mine.training_class if mine else None,
                           announcements=mine.announcements if mine else ())


@pages.get("/announcements/<uid>")
@login_required
def show(uid: str) -> str:
    found = fetch(here().db, here().viewer, Announcement, uid)
    read_at = here().db.scalar(select(AnnouncementRead.at).where(AnnouncementRead.announcement_id == found.id, AnnouncementRead.person_id == me()))
    return render_template("lms/announcements/show.html", announcement=found, read_at=read_at,
                           training_class=here().plan_of(found.class_id).training_class)


@pages.post("/announcements/<uid>/read")
@login_required
def read(uid: str) -> Response:
    with writing() as db:
        confirm_read(db, announcement=fetch(db, here().viewer, Announcement, uid), person_id=me(), now=here().now)
    flash(translate(here().locale, N_("已确认收到。")), "ok")
    return redirect(url_for("lms.today.show"), 303)
