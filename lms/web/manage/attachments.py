"""Posters and subtitles of a video."""
from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response

from lms.core.access.service import fetch
from lms.core.errors import Invalid, NotFound
from lms.core.i18n import N_, translate
from lms.core.material.attachments import (
    LANGUAGES,
    POSTER,
    SUBTITLES,
    attach,
    attachments_of,
    detach,
    take_poster,
    take_subtitles,
)
from lms.core.material.models import Material
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.posted import me
from lms.web.unit import writing

pages = Blueprint("manage_attachments", __name__)

_LARGEST = 13 * 1024 * 1024  # what is longer is refused by its own rule; no more is read


@pages.post("/manage/material/<uid>/attachments")
@login_required
def add(uid: str) -> Response:
    """A picture becomes the poster, .vtt and .srt become subtitles."""
    _material(here().db, uid)
    file, language = request.files.get("file"), request.form.get("language", "zh")
    if file is None or not file.filename or language not in LANGUAGES:
        raise Invalid("no_attachment", N_("请选择字幕（.vtt、.srt）或封面图片，没有保存。"))
    subtitles = file.filename.lower().endswith((".vtt", ".srt"))
    take = take_subtitles if subtitles else take_poster
    stored = take(here().site.storage, file.stream.read(_LARGEST), file.filename[-100:])
    with writing() as db:
        attach(db, _material(db, uid), role=SUBTITLES if subtitles else POSTER, language=language if subtitles else "", stored=stored,
               by_id=me(), now=here().now)
    flash(translate(here().locale, N_("已保存。")), "ok")
    return redirect(url_for("lms.manage_material.show", uid=uid), 303)


@pages.post("/manage/material/<uid>/attachments/<attachment_uid>/remove")
@login_required
def remove(uid: str, attachment_uid: str) -> Response:
    with writing() as db:
        material = _material(db, uid)
        found = next((a for a in attachments_of(db, material.id) if a.uid == attachment_uid), None)
        if found is None:
            raise NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。"))
        detach(db, material, found, by_id=me(), now=here().now)
    return redirect(url_for("lms.manage_material.show", uid=uid), 303)


def _material(db: Session, uid: str) -> Material:
    return fetch(db, here().viewer, Material, uid, "teach", joinedload(Material.current))
