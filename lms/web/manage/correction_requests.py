"""What people ask to have corrected in what is kept about them: accepted, which changes it, or refused with a reason."""
from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from lms.core.access.service import fetch
from lms.core.clock import local
from lms.core.errors import Conflict, Invalid, LmsError
from lms.core.i18n import N_, explain, translate
from lms.core.people.phones import mask_phone
from lms.core.privacy import corrections
from lms.core.privacy.models import CorrectionRequest
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.manage.people import require_some
from lms.web.my_data import BADGES
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_correction_requests", __name__)


@pages.get("/manage/corrections")
@login_required
def index() -> str:
    require_some(here().viewer)
    return _page()


@pages.post("/manage/corrections/<uid>/accept")
@login_required
def accept(uid: str) -> Response | tuple[str, int]:
    """The field becomes what was asked for; of what was asked in words, staff says that it is done."""
    facts = here()
    try:
        with writing() as db:
            asked = fetch(db, facts.viewer, CorrectionRequest, uid, "manage")
            corrections.accept(db, asked, version=_version(), answer=request.form.get("answer", ""), by=facts.viewer,
                               today=local(facts.now, facts.site.settings.zone).date(), now=facts.now)
    except (Invalid, Conflict) as error:
        return _page(error), error.status
    flash(translate(facts.locale, N_("已更正，本人会在“我的数据”里看到。名册和证书上当时的写法没有改动。")), "ok")
    return redirect(url_for(".index"), 303)


@pages.post("/manage/corrections/<uid>/refuse")
@login_required
def refuse(uid: str) -> Response | tuple[str, int]:
    facts = here()
    try:
        with writing() as db:
            corrections.refuse(db, fetch(db, facts.viewer, CorrectionRequest, uid, "manage"), version=_version(), reason=request.form.get("answer", ""),
                               by=facts.viewer, now=facts.now)
    except (Invalid, Conflict) as error:
        return _page(error), error.status
    flash(translate(facts.locale, N_("已答复，没有改动。本人会看到原因。")), "ok")
    return redirect(url_for(".index"), 303)


def _version() -> int:
    given = request.form.get("version", "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else 0


def _page(error: LmsError | None = None) -> str:
    facts = here()
    found = corrections.requests_for(facts.db, facts.viewer)
    return render_template("lms/manage/people/corrections.html", open=[r for r in found if r.state == "open"], settled=[r for r in found if r.state != "open"],
                           choices=corrections.FIELDS, states=corrections.STATES, badges=BADGES, mask_phone=mask_phone,
                           told=explain(error, facts.locale) if error else "")
