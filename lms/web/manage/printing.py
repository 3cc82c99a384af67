"""Activation links and cards on A4, by group. A POST, because links are made and the log says who printed."""
from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

from flask import Blueprint, make_response, request, send_file
from sqlalchemy import select
from werkzeug.wrappers import Response

from lms.core.access.service import fetch
from lms.core.classes.handouts import (
    Handout,
    hand_out_cards,
    hand_out_links,
    how_many,
    left_out,
    recipients,
    sheet_data,
)
from lms.core.classes.models import Group, TrainingClass
from lms.core.documents.pdf import render_pdf
from lms.core.errors import Invalid, NotFound
from lms.core.i18n import N_, explain, translate
from lms.core.shipped import shipped
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.public_address import base_address, doubt_about, full_address
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_print", __name__)
TITLES = {"activation": N_("激活单"), "cards": N_("学员证")}
_NOTES = {"activation": N_("用微信扫一扫，再点一下按钮，就登录了。只能用一次。"), "cards": N_("请随身带好，遗失请告诉工作人员")}
_ROUTE = "/manage/classes/<uid>/print/<any(activation, cards):kind>"


@pages.get(_ROUTE)
@login_required
def choose(uid: str, kind: str) -> str:
    """For whom, with which address, and whether to go on."""
    return _page(_class(uid, kind), kind)


@pages.post(_ROUTE)
@login_required
def make(uid: str, kind: str) -> Response:
    training_class = _class(uid, kind)
    refusal = _refusal(training_class, kind)
    if refusal is not None:
        return make_response(_page(training_class, kind, refusal), refusal.status)
    handouts = _hand_out(uid, kind)
    endpoint, name = {"activation": ("lms.login.activation", "token"), "cards": ("lms.card.show", "code")}[kind]
    locale = here().locale
    data = sheet_data(training_class, handouts, address=lambda secret: full_address(endpoint, **{name: secret}),
                      note=translate(locale, _NOTES[kind]), no_group=translate(locale, N_("未分组")))
    pdf = render_pdf(shipped("templates") / "print" / f"{kind}.typ", data, created=here().now)
    return send_file(BytesIO(pdf), "application/pdf", as_attachment=True,
                     download_name=f"{training_class.title}-{translate(locale, TITLES[kind])}.pdf")


def _hand_out(uid: str, kind: str) -> list[Handout]:
    facts, by = here(), here().viewer
    with writing() as db:
        training_class = fetch(db, by, TrainingClass, uid, "manage")
        query = recipients(training_class, by=by, **_chosen(training_class, kind))
        if kind == "cards":
            return hand_out_cards(db, training_class, query, key=facts.site.key("card"), by=by, now=facts.now)
        return hand_out_links(db, training_class, query, key=facts.site.key("activation"), by=by, now=facts.now,
                              lasts=timedelta(days=facts.site.settings.activation_days))


def _class(uid: str, kind: str) -> TrainingClass:
    if kind == "activation" and here().installed.host_login:
        raise NotFound("login_elsewhere", N_("这里的登录由主系统管理，不用激活单。"))
    return fetch(here().db, here().viewer, TrainingClass, uid, "manage")


def _chosen(training_class: TrainingClass, kind: str) -> dict[str, Any]:
    """Which group, and whether to print again for those who are in already; cards are for everybody."""
    uid = request.values.get("group", "")
    group = here().db.scalar(select(Group).where(Group.uid == uid, Group.class_id == training_class.id)) if uid else None
    if uid and group is None:
        raise Invalid("group_of_another_class", N_("这个组不属于本培训班。请刷新页面后重选。"))
    return {"group": group, "again": kind == "cards" or bool(request.values.get("again"))}


def _refusal(training_class: TrainingClass, kind: str) -> Invalid | None:
    query = recipients(training_class, by=here().viewer, **_chosen(training_class, kind))
    if not how_many(here().db, query):
        return Invalid("nobody_to_print", N_("没有要打印的人：名册是空的，或者都已经激活。没有生成文件。"))
    if doubt_about(base_address()) and not request.form.get("confirmed"):
        return Invalid("address_unconfirmed", N_("请先确认二维码里的网址，再打印。没有生成文件。"))
    return None


def _page(training_class: TrainingClass, kind: str, refusal: Invalid | None = None) -> str:
    facts = here()
    query = recipients(training_class, by=facts.viewer, **_chosen(training_class, kind))
    return render_template(
        "lms/manage/print.html", training_class=training_class, kind=kind, title=TITLES[kind], asked=request.values,
        groups=facts.db.scalars(select(Group).where(Group.class_id == training_class.id).order_by(Group.position)).all(),
        count=how_many(facts.db, query), left_out=left_out(facts.db, training_class, by=facts.viewer),
        base=base_address(), doubt=doubt_about(base_address()), told=explain(refusal, facts.locale) if refusal else "",
        days=facts.site.settings.activation_days)
