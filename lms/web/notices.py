"""Somebody's own notices. Looking at the list changes nothing; opening one marks it as read and leads to what it tells of."""
from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from lms.core.notices.own import KINDS, open_notice, own_notices, read_all, sentence
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.posted import me
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("notices", __name__)
_SIZE = 20


@pages.get("/notices")
@login_required
def index() -> str:
    page = max(1, min(request.args.get("page", 1, type=int) or 1, 100_000))
    found, total, unread = own_notices(here().db, me(), page=page, size=_SIZE)
    return render_template("lms/notices.html", notices=[(n, sentence(n.kind, n.data, here().locale)) for n in found], page=page,
                           pages=max(1, -(-total // _SIZE)), total=total, unread=unread)


@pages.post("/notices/<uid>/open")
@login_required
def open_one(uid: str) -> Response:
    with writing() as db:
        found = open_notice(db, uid=uid, person_id=me(), now=here().now)
        kind, way = KINDS.get(found.kind), dict(found.way)
    return redirect(url_for(kind.endpoint, **way) if kind else url_for(".index"), 303)  # type: ignore[arg-type]


@pages.post("/notices/read")
@login_required
def read_them_all() -> Response:
    with writing() as db:
        read_all(db, me(), here().now)
    return redirect(url_for(".index"), 303)
