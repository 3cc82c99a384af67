"""The liaison's page (报名回执): opened by its link, on a phone, without an account and without script."""
from __future__ import annotations

from flask import Blueprint, Response, flash, make_response, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from lms.core.errors import Conflict, Invalid, LmsError
from lms.core.i18n import N_, explain, translate
from lms.core.registration.models import EnrolmentReply
from lms.core.registration.replying import FIELDS, is_open, reply_for, send_reply, shown_people
from lms.web.context import here
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("reply", __name__)
GENDERS = {"": N_("未填"), "男": N_("男"), "女": N_("女")}
_SPARE = 2  # empty lines shown at first, below those that are filled; "more" shows all


@pages.after_request
def keep_out_of_search_engines(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


@pages.get("/r/<token>")
def show(token: str) -> str:
    reply = reply_for(here().db, token[:200])
    return _page(reply, token, shown_people(reply))


@pages.post("/r/<token>")
def send(token: str) -> Response | Redirect:
    """Save all lines at once, or say which of them is wrong and keep what was typed."""
    people = _people()
    version = request.form.get("version", "")
    try:
        with writing() as db:
            reply = send_reply(db, token=token[:200], people=people, version=int(version) if version.isascii() and version.isdigit() else 0,
                               now=here().now)
            count = len(reply.people)
    except (Invalid, Conflict) as error:
        return make_response(_page(reply_for(here().db, token[:200]), token, people, error), error.status)
    flash(translate(here().locale, N_("已收到 {count} 人的报名，截止以前还可以修改。"), count=count), "ok")
    return redirect(url_for(".show", token=token), 303)


def _people() -> list[dict[str, str]]:
    """The lines of the form, as they were typed."""
    columns = {field: request.form.getlist(field) for field in FIELDS}
    count = min(len(columns["name"]), 500)
    return [{field: values[n] if n < len(values) else "" for field, values in columns.items()} for n in range(count)]


def _page(reply: EnrolmentReply, token: str, people: list[dict[str, str]], error: LmsError | None = None) -> str:
    filled = [p for p in people if any(p.values())]
    wanted = reply.quota if "all" in request.args or error else min(reply.quota, len(filled) + _SPARE)
    blank = dict.fromkeys(FIELDS, "")
    lines = [*filled, *(blank for _ in range(wanted - len(filled)))]
    return render_template("lms/reply.html", reply=reply, token=token, lines=lines, genders=GENDERS, is_open=is_open(reply, here().now),
                           told=explain(error, here().locale) if error else "", wrong=error.data.get("line", 0) if error else 0)
